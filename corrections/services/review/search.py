"""The search line of the desk: words, "exact words", #12, operators such as `category:factual before:2026-11-01`."""

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
    wanted, words = Filter(), []
    for found in _TOKEN.finditer(line):
        _, operator, value = found.groups()
        if operator is None or operator not in OPERATORS:
            words.append(found[0])
        else:
            wanted = _operator(wanted, operator, value.strip('"'), me, today)
    if not wanted.state and not wanted.states and not wanted.asleep_on and not wanted.placement:
        wanted = replace(wanted, states=STATES)
    if wanted.state == State.OPEN:
        wanted = replace(wanted, awake_on=today.isoformat())
    return Search(line, replace(wanted, q=" ".join(words)))


def _operator(wanted: Filter, operator: str, value: str, me: str, today: date) -> Filter:
    match operator:
        case "is":
            return _is(wanted, value, today)
        case "category":
            return replace(wanted, category=_one_of(operator, value, CATEGORIES))
        case "article":
            return replace(wanted, article=value)
        case "assigned":
            return replace(wanted, assigned={"me": me, "nobody": ""}.get(value, value))
        case "by":
            return replace(wanted, decided_by=me if value == "me" else value)
        case "before":
            return replace(wanted, before=_day(operator, value))
        case "after":
            return replace(wanted, since=_day(operator, value))
        case "has":
            if value == "warning":
                return replace(wanted, warning="*")
            return replace(wanted, yes=(*wanted.yes, _HAS[_one_of(operator, value, (*_HAS, "warning"))]))
        case "warning":
            return replace(wanted, warning=value)
        case "readers":
            if not re.fullmatch(r">?[0-9]{1,6}", value):
                raise Invalid({"q": "readers: needs a number, such as readers:3 or readers:>2."})
            return replace(wanted, readers=int(value.lstrip(">")) + value.startswith(">"))
    order = _one_of(operator, value, get_args(Order))
    return replace(wanted, order=order)  # type: ignore[arg-type]


def _is(wanted: Filter, value: str, today: date) -> Filter:
    in_turn: Order = "turn" if wanted.order == "age" else wanted.order
    if value in STATES:
        return replace(wanted, state=State(value), order=in_turn if value in WAITING else wanted.order)
    if value in _PLACEMENTS:
        return replace(wanted, state=State.OPEN, placement=_PLACEMENTS[value], order=in_turn)
    if value in _YES:
        return replace(wanted, yes=(*wanted.yes, _YES[value]))
    match value:
        case "decided":
            return replace(wanted, states=CLOSED, order="newest")
        case "waiting":
            return replace(wanted, states=WAITING, order="turn")
        case "stale":
            day = today - timedelta(days=STALE_DAYS)
            return replace(wanted, state=State.OPEN, before=day.isoformat(), order=in_turn)
        case "snoozed":
            return replace(wanted, states=WAITING, asleep_on=today.isoformat(), order=in_turn)
        case "all":
            return replace(wanted, states=STATES, order="newest")
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
