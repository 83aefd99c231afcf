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
    criteria: Filter
    number: int | None = None


def search(line: str, me: str, now: datetime | None = None) -> Search:
    """Read a search line; `me` is who asks. Raises `Invalid` with what is possible."""
    today = (now or datetime.now(UTC)).date()
    line = "".join(char for char in line if char.isprintable()).strip()[:LINE_LIMIT]
    if re.fullmatch(r"#[0-9]{1,15}", line):
        return Search(line, Filter(), int(line[1:]))
    criteria, words = Filter(), []
    for match in _TOKEN.finditer(line):
        _, operator, value = match.groups()
        if operator is None or operator not in OPERATORS:
            words.append(match[0])
        else:
            criteria = _operator(criteria, operator, value.strip('"'), me, today)
    if not criteria.state and not criteria.states and not criteria.asleep_on and not criteria.placement:
        criteria = replace(criteria, states=STATES)
    if criteria.state == State.OPEN:
        criteria = replace(criteria, awake_on=today.isoformat())
    return Search(line, replace(criteria, q=" ".join(words)))


def _operator(criteria: Filter, operator: str, value: str, me: str, today: date) -> Filter:
    match operator:
        case "is":
            return _is(criteria, value, today)
        case "category":
            return replace(criteria, category=_one_of(operator, value, CATEGORIES))
        case "article":
            return replace(criteria, article=value)
        case "assigned":
            return replace(criteria, assigned={"me": me, "nobody": ""}.get(value, value))
        case "by":
            return replace(criteria, decided_by=me if value == "me" else value)
        case "before":
            return replace(criteria, before=_day(operator, value))
        case "after":
            return replace(criteria, since=_day(operator, value))
        case "has":
            if value == "warning":
                return replace(criteria, warning="*")
            return replace(criteria, yes=(*criteria.yes, _HAS[_one_of(operator, value, (*_HAS, "warning"))]))
        case "warning":
            return replace(criteria, warning=value)
        case "readers":
            if not re.fullmatch(r">?[0-9]{1,6}", value):
                raise Invalid({"q": "readers: needs a number, such as readers:3 or readers:>2."})
            return replace(criteria, readers=int(value.lstrip(">")) + value.startswith(">"))
    order = _one_of(operator, value, get_args(Order))
    return replace(criteria, order=order)  # type: ignore[arg-type]


def _is(criteria: Filter, value: str, today: date) -> Filter:
    in_turn: Order = "turn" if criteria.order == "age" else criteria.order
    if value in STATES:
        return replace(criteria, state=State(value), order=in_turn if value in WAITING else criteria.order)
    if value in _PLACEMENTS:
        return replace(criteria, state=State.OPEN, placement=_PLACEMENTS[value], order=in_turn)
    if value in _YES:
        return replace(criteria, yes=(*criteria.yes, _YES[value]))
    match value:
        case "decided":
            return replace(criteria, states=CLOSED, order="newest")
        case "waiting":
            return replace(criteria, states=WAITING, order="turn")
        case "stale":
            day = today - timedelta(days=STALE_DAYS)
            return replace(criteria, state=State.OPEN, before=day.isoformat(), order=in_turn)
        case "snoozed":
            return replace(criteria, states=WAITING, asleep_on=today.isoformat(), order=in_turn)
        case "all":
            return replace(criteria, states=STATES, order="newest")
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
