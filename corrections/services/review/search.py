"""The search line of the queue: words, "exact words", #12, operators such as `category:factual before:2026-11-01`."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import get_args

from corrections.domain.states import CLOSED, STATES, WAITING, State
from corrections.index.queries import Filter, Order
from corrections.services.errors import Invalid
from repo_store.model.events import CATEGORIES

LINE_LIMIT = 500  # code points; the rest is not read
STALE_DAYS = 7  # a correction that has waited as long as that is stale
_TOKEN = re.compile(r'(-?)(\w+):("[^"]*"?|\S+)|"[^"]*"?|\S+')
_PLACEMENTS = {"clean": "clean", "moved": "moved", "conflict": "conflict", "applied": "already_applied"}
_YES = {
    "concerned": "concerned",
    "factcheck": "fact_check",
    "asked": "asked",
    "edited": "edited",
    "alternative": "alternative_to",
}
_HAS = {"evidence": "evidence", "comment": "comment", "reason": "comment"}
OPERATORS = ("is", "category", "article", "assigned", "by", "before", "after", "has", "warning", "readers", "sort")


@dataclass(frozen=True)
class Search:
    """What a search line means; `number` where it just names one correction."""

    line: str
    wanted: Filter
    number: int | None = None


def search(line: str, me: str, now: datetime | None = None) -> Search:
    """Read a search line; `me` is who asks. Raises `Invalid` with what is possible."""
    today = (now or datetime.now(UTC)).date()
    line = "".join(char for char in line if char.isprintable()).strip()[:LINE_LIMIT]
    if re.fullmatch(r"#[0-9]{1,15}", line):
        return Search(line, Filter(), int(line[1:]))
    filter_, words = Filter(), []
    for match in _TOKEN.finditer(line):
        _, operator, value = match.groups()
        if operator is None or operator not in OPERATORS:
            words.append(match[0])
        else:
            filter_ = _operator(filter_, operator, value.strip('"'), me, today)
    if not filter_.state and not filter_.states and not filter_.asleep_on and not filter_.placement:
        filter_ = replace(filter_, states=STATES)
    if filter_.state == State.OPEN:
        filter_ = replace(filter_, awake_on=today.isoformat())
    return Search(line, replace(filter_, q=" ".join(words)))


def _operator(filter_: Filter, operator: str, value: str, me: str, today: date) -> Filter:
    match operator:
        case "is":
            return _is(filter_, value, today)
        case "category":
            return replace(filter_, category=_one_of(operator, value, CATEGORIES))
        case "article":
            return replace(filter_, article=value)
        case "assigned":
            return replace(filter_, assigned={"me": me, "nobody": ""}.get(value, value))
        case "by":
            return replace(filter_, decided_by=me if value == "me" else value)
        case "before":
            return replace(filter_, before=_day(operator, value))
        case "after":
            return replace(filter_, since=_day(operator, value))
        case "has":
            if value == "warning":
                return replace(filter_, warning="*")
            return replace(filter_, yes=(*filter_.yes, _HAS[_one_of(operator, value, (*_HAS, "warning"))]))
        case "warning":
            return replace(filter_, warning=value)
        case "readers":
            if not re.fullmatch(r">?[0-9]{1,6}", value):
                raise Invalid({"q": "readers: needs a number, such as readers:3 or readers:>2."})
            return replace(filter_, readers=int(value.lstrip(">")) + value.startswith(">"))
    order = _one_of(operator, value, get_args(Order))
    return replace(filter_, order=order)  # type: ignore[arg-type]


def _is(filter_: Filter, value: str, today: date) -> Filter:
    in_turn: Order = "turn" if filter_.order == "age" else filter_.order
    if value in STATES:
        return replace(filter_, state=State(value), order=in_turn if value in WAITING else filter_.order)
    if value in _PLACEMENTS:
        return replace(filter_, state=State.OPEN, placement=_PLACEMENTS[value], order=in_turn)
    if value in _YES:
        return replace(filter_, yes=(*filter_.yes, _YES[value]))
    match value:
        case "decided":
            return replace(filter_, states=CLOSED, order="newest")
        case "waiting":
            return replace(filter_, states=WAITING, order="turn")
        case "stale":
            day = today - timedelta(days=STALE_DAYS)
            return replace(filter_, state=State.OPEN, before=day.isoformat(), order=in_turn)
        case "snoozed":
            return replace(filter_, states=WAITING, asleep_on=today.isoformat(), order=in_turn)
        case "all":
            return replace(filter_, states=STATES, order="newest")
    known = (*STATES, *_PLACEMENTS, *_YES, "decided", "waiting", "stale", "snoozed", "all")
    raise Invalid({"q": f"is: takes {', '.join(known)}."})


def _one_of(operator: str, value: str, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise Invalid({"q": f"{operator}: takes {', '.join(choices)}."})
    return value


def _day(operator: str, value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise Invalid({"q": f"{operator}: needs a date such as 2026-11-01."}) from error
