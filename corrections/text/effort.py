"""What one comparison of two texts may cost: counted in steps, so that the same texts always give the same answer.

Where it is spent, the answer is coarser and still right: together the pieces are the texts. `is_coarse` tells so.
"""

from dataclasses import dataclass, field

PAIRS = 400_000  # paragraphs held against each other
PAIR_CELLS = 10_000_000_000  # letters times letters in that
WORD_CELLS = 4_000_000_000  # tokens times tokens, inside paragraphs and of paragraphs
TIDYING = 15_000_000  # operations squared, in removing coincidental matches


def _whole() -> dict[str, int]:
    return {"pairs": PAIRS, "pair_cells": PAIR_CELLS, "word_cells": WORD_CELLS, "tidying": TIDYING}


@dataclass
class Effort:
    """What is left to spend on one comparison."""

    left: dict[str, int] = field(default_factory=_whole)
    is_coarse: bool = False

    def spend(self, kind: str, cost: int) -> bool:
        """Spend `cost` if it is there; where it is not, the answer is coarse from here on."""
        if cost > self.left[kind]:
            self.is_coarse = True
            return False
        self.left[kind] -= cost
        return True
