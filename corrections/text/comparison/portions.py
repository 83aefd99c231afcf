"""The comparison of two long texts in portions: the first can be shown before the others are computed.

The texts are given in sections that can be compared by themselves. Those that stayed the same are only counted, but
for one beside each change.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from corrections.text.comparison.diff import Fold
from corrections.text.comparison.effort import Effort
from corrections.text.comparison.paragraphs import pair

LENGTH = 20_000  # code points, of both texts together, that one portion has about


@dataclass(frozen=True)
class Passage:
    """What is to be compared: a passage of the old text, and what has become of it in the new one."""

    old: str
    new: str

    def __len__(self) -> int:
        return len(self.old) + len(self.new)


Portion = tuple[Passage | Fold, ...]


def divide(old: list[str], new: list[str], effort: Effort) -> list[Portion]:
    """The portions of two texts in sections, about equally long, at least one.

    All passages and what is folded are the two texts, in their order. Raises `Abandoned` as `effort` does.
    """
    pairs = list(_pairs(old, new, effort))
    changed = [passage.old != passage.new for passage in pairs]
    shown = [any(changed[max(0, at - 1) : at + 2]) for at in range(len(pairs))]
    total = sum(len(passage) for passage, is_shown in zip(pairs, shown, strict=True) if is_shown)
    length = total / max(1, round(total / LENGTH))
    portions: list[list[Passage | Fold]] = [[]]
    so_far = 0
    for passage, is_shown in zip(pairs, shown, strict=True):
        if is_shown and so_far >= length * len(portions) and passage.old and passage.new:
            portions.append([])
        _append(portions[-1], passage if is_shown else Fold(1))
        so_far += len(passage) if is_shown else 0
    return [tuple(portion) for portion in portions]


def _pairs(old: list[str], new: list[str], effort: Effort) -> Iterator[Passage]:
    for at, to in pair(old, new, effort):
        yield Passage("" if at is None else old[at], "" if to is None else new[to])


def _append(portion: list[Passage | Fold], item: Passage | Fold) -> None:
    """Add to the last passage or fold of a portion, or begin one."""
    last = portion[-1] if portion else None
    if isinstance(last, Passage) and isinstance(item, Passage):
        portion[-1] = Passage(last.old + item.old, last.new + item.new)
    elif isinstance(last, Fold) and isinstance(item, Fold):
        portion[-1] = Fold(last.count + item.count)
    else:
        portion.append(item)
