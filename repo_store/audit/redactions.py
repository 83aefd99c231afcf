"""What redactions say of themselves, held against what they left: what was rewritten, and what was altered in it."""

import re
from collections.abc import Callable, Iterator, Mapping

from git import Repo

from repo_store.audit.ledger_chain import LedgerChain
from repo_store.git.command import read_bytes
from repo_store.git.packfile import object_id, split_commit
from repo_store.history_rewrite import remove_previous_ids
from repo_store.model.entries import Entry
from repo_store.model.events import HistoryRedacted
from repo_store.model.finding import Finding

_ID = re.compile(rb"[0-9a-f]{40}")


class RewrittenRuns:
    """How often entries were rewritten, in runs of neighbours that were as often, and the redactions among them."""

    def __init__(self) -> None:
        self.redactions: list[Entry] = []
        self._runs: list[tuple[int, int, str]] = []  # from this place on, so many times; the id of the first

    def add(self, entry: Entry) -> None:
        """The next entry of the ledger."""
        if isinstance(entry.event, HistoryRedacted):
            self.redactions.append(entry)
        if not self._runs or self._runs[-1][1] != len(entry.was):
            self._runs.append((entry.seq, len(entry.was), entry.id))

    def first_difference(self, last: int, id_at: Callable[[int], str]) -> tuple[int, str, int, int] | None:
        """The first entry up to the place `last` that was not rewritten as often as the redactions listed say.

        Its place, its id, how often it was rewritten, and how often by the list.
        """
        bounds = {run[0] for run in self._runs}
        for redaction in self.redactions:
            bounds |= {place for place in (_first_rewritten(redaction), redaction.seq) if place <= last}
        run = -1
        for place in sorted(bounds):
            while run + 1 < len(self._runs) and self._runs[run + 1][0] <= place:
                run += 1
            if run < 0:
                continue  # before the first entry
            listed = sum(_first_rewritten(redaction) <= place < redaction.seq for redaction in self.redactions)
            if self._runs[run][1] != listed:
                return place, id_at(place), self._runs[run][1], listed
        return None


def redaction_findings(repo: Repo, chain: LedgerChain, runs: RewrittenRuns) -> Iterator[Finding]:
    """What is wrong with entries that were rewritten.

    Of those that the last redaction rewrote and does not name as altered, the entry as it was before is made again
    from the new one and its ids: it must come to the id it had. (Where entries are signed that cannot be done, since
    the old signature is gone.)
    """
    if difference := runs.first_difference(len(chain), chain.id_at):
        place, commit, rewritten, listed = difference
        yield Finding(
            "redaction",
            f"Event {place} was rewritten {rewritten} times, but the ledger lists {listed} of them.",
            commit,
        )
    elif runs.redactions:
        yield from _check_previous_heads(chain, runs.redactions[-1])
        yield from _check_unaltered_entries(repo, chain, runs.redactions[-1])


def _first_rewritten(entry: Entry) -> int:
    return entry.event.first if isinstance(entry.event, HistoryRedacted) else 0


def _check_previous_heads(chain: LedgerChain, last: Entry) -> Iterator[Finding]:
    event = last.event
    assert isinstance(event, HistoryRedacted)
    preceding = chain.entry_at(last.seq - 1)
    if (preceding.was[-1].entry, preceding.was[-1].main) != (event.ledger, event.main):
        yield Finding("redaction", f"Event {last.seq} names another ledger or main than the event before it.", last.id)


def _check_unaltered_entries(repo: Repo, chain: LedgerChain, last: Entry) -> Iterator[Finding]:
    event = last.event
    assert isinstance(event, HistoryRedacted)
    original_ids: dict[bytes, bytes] = {}  # in memory: it grows with what the last redaction rewrote
    for entry in chain.entries(event.first, last.seq - 1):
        previous_ids = entry.was[-1]
        for current, original in (
            (entry.id, previous_ids.entry),
            (entry.main, previous_ids.main),
            (entry.commit or "", previous_ids.commit),
        ):
            original_ids[current.encode()] = original.encode()
    for entry in chain.entries(event.first, last.seq - 1):
        if entry.seq not in event.touched and not _is_unaltered(repo, entry, original_ids):
            yield Finding("redaction", f"Event {entry.seq} was changed, and no redaction lists the change.", entry.id)


def _is_unaltered(repo: Repo, entry: Entry, original_ids: Mapping[bytes, bytes]) -> bool:
    header, text, signature = split_commit(read_bytes(repo, entry.id))
    if signature:
        return True
    original_commit = (
        _replace_ids(header, original_ids) + b"\n" + _replace_ids(remove_previous_ids(text, entry), original_ids)
    )
    return object_id("commit", original_commit) == entry.was[-1].entry


def _replace_ids(text: bytes, original_ids: Mapping[bytes, bytes]) -> bytes:
    return _ID.sub(lambda match: original_ids.get(match[0], match[0]), text)
