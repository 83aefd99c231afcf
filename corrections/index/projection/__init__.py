"""The only writer of the tables that the ledger fills: each event into the rows that it changes.

`replay` is the entry point, `events` the rule for each type of event; the other modules hold the statements, by what
they write. A rehearsal writes with the same rules, to tables in memory.
"""

from corrections.index.projection.replay import Replay

__all__ = ["Replay"]
