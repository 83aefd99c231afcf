"""Parts of articles read lately, in memory: what a revision says never changes, while its history stands."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

from repo_store.model.articles import Parts, Source
from repo_store.model.kinds import Part

CODE_POINTS = 1_000_000  # of the texts that are kept, all together
_ENTRY = 200  # code points that an entry counts besides its text

_Read = TypeVar("_Read", Source, Parts)


class PartCache:
    """What was read of one history; make a new one when that is rewritten. Share it between threads."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._kept: OrderedDict[object, tuple[Source | Parts, int]] = OrderedDict()  # the latest used at the end
        self._code_points = 0

    def source(self, article: str, revision: str, part: Part, read: Callable[[], Source]) -> Source:
        """A part of an article at a revision, read where it is not kept. Raises what `read` raises."""
        return self._get((article, revision, part), read, lambda source: len(source.text))

    def parts(self, article: str, revision: str, read: Callable[[], Parts]) -> Parts:
        """What is stored beside its body, in the same way."""
        return self._get((article, revision), read, _length_of_parts)

    def _get(self, key: object, read: Callable[[], _Read], length: Callable[[_Read], int]) -> _Read:
        with self._guard:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept[0]  # type: ignore[return-value]
        value = read()
        self._keep(key, value, length(value))
        return value

    def _keep(self, key: object, value: Source | Parts, code_points: int) -> None:
        if code_points > CODE_POINTS:
            return
        with self._guard:
            if key in self._kept:
                return
            self._kept[key] = value, code_points + _ENTRY
            self._code_points += code_points + _ENTRY
            while self._code_points > CODE_POINTS:
                _, (_, removed) = self._kept.popitem(last=False)
                self._code_points -= removed


def _length_of_parts(parts: Parts) -> int:
    return sum(len(source.text) for source in (parts.headline, parts.standfirst) if source is not None)
