"""What one comparison of two texts may cost: counted in steps, so that the same texts always give the same answer.

Where it is spent, the answer is coarser and still right: together the pieces are the texts. `is_coarse` tells so.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

PAIRS = 400_000  # paragraphs held against each other
PAIR_CELLS = 10_000_000_000  # letters times letters in that
WORD_CELLS = 4_000_000_000  # tokens times tokens, inside paragraphs and of paragraphs
TIDYING = 15_000_000  # operations squared, in removing coincidental matches


def _whole() -> dict[str, int]:
    return {"pairs": PAIRS, "pair_cells": PAIR_CELLS, "word_cells": WORD_CELLS, "tidying": TIDYING}


class Abandoned(Exception):
    """Nobody waits for the comparison any more."""


@dataclass
class Effort:
    """What is left to spend on one comparison; `is_awaited` tells whether somebody still waits for it."""

    left: dict[str, int] = field(default_factory=_whole)
    is_coarse: bool = False
    is_awaited: Callable[[], bool] | None = None

    def spend(self, kind: str, cost: int) -> bool:
        """Spend `cost` if it is there; where it is not, the answer is coarse from here on. Raises `Abandoned`."""
        if self.is_awaited is not None and not self.is_awaited():
            raise Abandoned
        if cost > self.left[kind]:
            self.is_coarse = True
            return False
        self.left[kind] -= cost
        return True
