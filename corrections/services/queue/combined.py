"""One queue of several publications: the pages of each, merged in the order of the search."""

import heapq
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from corrections.domain.kinds import Category
from corrections.domain.states import STATES
from corrections.index import queries
from corrections.services.actors import Actor
from corrections.services.errors import Invalid
from corrections.services.publication import Publication
from corrections.services.queue.pages import QueueRow, queue_page
from corrections.services.review.search import search

_OPERATOR = re.compile(r"(?<!\S)publication:(\S+)")
_PLACE = re.compile(r"([a-z0-9-]{1,40}):([0-9]{1,15})")
_Key = Callable[[queries.Correction, str], tuple[object, ...]]
_Group = list[QueueRow]  # a row, and the alternatives under it


@dataclass(frozen=True)
class Desk:
    """A publication, and who works there: names and roles differ from one to another."""

    publication: Publication
    actor: Actor


@dataclass(frozen=True)
class CombinedPage:
    """`following` is where the next page begins (see `combined_page`), empty on the last one."""

    rows: tuple[QueueRow, ...]
    following: str
    order: queries.Order


def combined_page(desks: Sequence[Desk], line: str, after: str = "") -> CombinedPage:
    """The rows that a search line finds at all these desks; `publication:daily` in it names the only one wanted.

    `after` has, for each publication, the number that the last page ended with: `daily:12,weekly:3`. Raises `Invalid`.
    """
    places = {name: int(number) for name, number in _PLACE.findall(after)}
    pages: dict[str, list[_Group]] = {}
    has_more = False
    order: queries.Order = "turn"
    wanted_desks, line = _narrowed(desks, line)
    for desk in wanted_desks:
        criteria = _criteria(line, desk.actor)
        order = criteria.order
        page = queue_page(desk.publication, replace(criteria, after=places.get(desk.publication.name)))
        pages[desk.publication.name] = _groups(page.rows)
        has_more = has_more or page.following is not None
    key = _key(order)
    merged = heapq.merge(
        *pages.values(), key=lambda group: key(group[0].line.correction, group[0].publication.title.casefold())
    )
    shown = list(islice(merged, queries.PAGE))
    for group in shown:
        places[group[0].publication.name] = group[0].line.correction.number
    has_more = has_more or len(shown) < sum(map(len, pages.values()))
    following = ",".join(f"{name}:{number}" for name, number in sorted(places.items())) if has_more and shown else ""
    return CombinedPage(tuple(row for group in shown for row in group), following, order)


def _narrowed(desks: Sequence[Desk], line: str) -> tuple[list[Desk], str]:
    """The desks that the line asks for, and the line without its naming them."""
    names = set(_OPERATOR.findall(line))
    known = {desk.publication.name for desk in desks}
    if names - known:
        raise Invalid({"q": f"publication: takes {', '.join(sorted(known))}."})
    return [desk for desk in desks if not names or desk.publication.name in names], _OPERATOR.sub("", line)


def _criteria(line: str, actor: Actor) -> queries.Filter:
    query = search(line, actor.name)
    if query.number is not None:
        return queries.Filter(states=STATES, numbers=(query.number,))
    return query.criteria


def _groups(rows: Sequence[QueueRow]) -> list[_Group]:
    groups: list[_Group] = []
    for row in rows:
        if row.nested and groups:
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _key(order: queries.Order) -> _Key:
    """What the merged rows are sorted by: numbers of different publications say nothing of each other, times do."""
    keys: dict[queries.Order, _Key] = {
        "newest": lambda correction, title: (_Reversed(correction.submitted_at),),
        "turn": lambda correction, title: (not correction.concerned, correction.submitted_at),
        "factual": lambda correction, title: (
            correction.category is not Category.FACTUAL,
            not correction.concerned,
            correction.submitted_at,
        ),
        "readers": lambda correction, title: (-correction.readers, not correction.concerned, correction.submitted_at),
        "article": lambda correction, title: (title, correction.article, correction.number),
    }
    return keys.get(order, lambda correction, title: (correction.submitted_at,))


@dataclass(frozen=True)
class _Reversed:
    """A text that comes before those that it would come after."""

    text: str

    def __lt__(self, other: "_Reversed") -> bool:
        return other.text < self.text
