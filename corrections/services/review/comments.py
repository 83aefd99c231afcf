"""What the staff say about a correction before they decide: to each other, to the reader, in threads; who has it."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from corrections import config
from corrections.domain.transitions import Transition
from corrections.index import queries
from corrections.private.staff.resolved_remarks import Resolution
from corrections.services.actors import Actor, check_right
from corrections.services.errors import Invalid
from corrections.services.publication import Publication
from corrections.services.review.transitions import append_event
from corrections.services.validation import Fields
from repo_store.model.events import CorrectionAssigned, CorrectionCommented, CorrectionFlagged, CorrectionSnoozed

_MENTION = re.compile(r"(?<![\w@])@(\w[\w.-]*)")


def note(publication: Publication, actor: Actor, number: int, text: str) -> queries.Correction:
    """Say something that only the staff read. Raises `Forbidden`, `Invalid`."""
    return _say(publication, actor, number, text, "staff", "discuss")


def ask(publication: Publication, actor: Actor, number: int, text: str) -> queries.Correction:
    """Ask the reader something; the answer comes from the correction's page. Raises `Forbidden`, `Invalid`,
    `AlreadyDecided`."""
    return _say(publication, actor, number, text, "question", "set aside")


def assign(publication: Publication, actor: Actor, number: int, to: str) -> queries.Correction:
    """Give it to somebody of the staff, or (empty) to nobody. Raises `Forbidden`, `Invalid`, `AlreadyDecided`."""
    if to and to != actor.name and to not in staff(publication):
        raise Invalid({"to": f"There is no staff account named {to[:60]}."})
    return append_event(publication, actor, number, _last(publication, number), "set aside", CorrectionAssigned, to=to)


def snooze(publication: Publication, actor: Actor, number: int, until: str) -> queries.Correction:
    """Take it out of the queue until a day (2026-12-01), or (empty) put it back. Raises as `assign` does."""
    day = None
    if until:
        try:
            day = date.fromisoformat(until)
        except ValueError as error:
            raise Invalid({"until": "Enter the date in this format: 2026-12-01."}) from error
        if day <= datetime.now(UTC).date():
            raise Invalid({"until": "Choose a date after today."})
    return append_event(
        publication, actor, number, _last(publication, number), "set aside", CorrectionSnoozed, until=day
    )


def flag(publication: Publication, actor: Actor, number: int, fact_check: bool) -> queries.Correction:
    """Say whether the facts need a check. Raises as `assign` does."""
    based_on = _last(publication, number)
    return append_event(publication, actor, number, based_on, "set aside", CorrectionFlagged, fact_check=fact_check)


def staff(publication: Publication) -> list[str]:
    """Who can be assigned and mentioned."""
    return [account.name for account in publication.private.accounts.all()]


def mentioned(publication: Publication, text: str) -> list[str]:
    """Whom of the staff a text mentions (`@mira`), in the order of their names."""
    names = {word.casefold().rstrip(".-") for word in _MENTION.findall(text)}
    return [name for name in staff(publication) if name.casefold().replace(" ", ".") in names]


@dataclass(frozen=True)
class Mentions:
    """What becomes of the names that a note mentions: `unknown` are nobody's, `unreachable` have no e-mail address."""

    notified: tuple[str, ...]
    unreachable: tuple[str, ...]
    unknown: tuple[str, ...]


def mentions_in(publication: Publication, text: str) -> Mentions:
    """Whom a note's mentions reach by e-mail, and whom they do not."""
    members = mentioned(publication, text)
    known = {name.casefold().replace(" ", ".") for name in members}
    unknown = [word.rstrip(".-") for word in _MENTION.findall(text)]
    return Mentions(
        tuple(name for name in members if has_address(publication, name)),
        tuple(name for name in members if not has_address(publication, name)),
        tuple(dict.fromkeys(word for word in unknown if word.casefold() not in known)),
    )


def has_address(publication: Publication, name: str) -> bool:
    """Whether somebody of the staff can be reached by e-mail."""
    return any(account.email for account in publication.private.accounts.all() if account.name == name)


@dataclass(frozen=True)
class Remark:
    """Something said about a correction: `kind` is reader, staff, question or appeal, `event` the ledger's event."""

    kind: str
    by: str
    at: str
    text: str
    event: str


def talk(publication: Publication, events: list[queries.Event]) -> tuple[Remark, ...]:
    """What was said after the correction was sent, oldest first."""
    remarks = []
    for event in events:
        if event.type == "correction.commented":
            comment = publication.store.entry(event.id).event
            assert isinstance(comment, CorrectionCommented)
            remarks.append(Remark(comment.kind, comment.by, event.at, comment.text, event.id))
        elif event.type == "correction.appealed":
            remarks.append(Remark("appeal", event.by or "", event.at, event.reason or "", event.id))
    return tuple(remarks)


@dataclass(frozen=True)
class Thread:
    """Remarks, oldest first; `resolution` is None while the thread is open."""

    remarks: tuple[Remark, ...]
    resolution: Resolution | None

    @property
    def id(self) -> str:
        """The event of its first remark."""
        return self.remarks[0].event


def threads(publication: Publication, remarks: tuple[Remark, ...]) -> list[Thread]:
    """The threads of a correction's remarks. A reader's answer belongs to what the staff said before it."""
    groups: list[list[Remark]] = []
    for remark in remarks:
        if remark.kind == "reader" and groups and groups[-1][0].kind != "appeal":
            groups[-1].append(remark)
        else:
            groups.append([remark])
    resolutions = publication.private.resolved_remarks.among([group[0].event for group in groups])
    return [Thread(tuple(group), resolutions.get(group[0].event)) for group in groups]


def resolve(publication: Publication, actor: Actor, number: int, remark: str) -> None:
    """Mark the thread that begins with a remark as resolved. Raises `Forbidden`, `Invalid`."""
    _check_remark(publication, actor, number, remark)
    publication.private.resolved_remarks.resolve(remark, actor.name)


def unresolve(publication: Publication, actor: Actor, number: int, remark: str) -> None:
    """Open a resolved thread again. Raises as `resolve` does."""
    _check_remark(publication, actor, number, remark)
    publication.private.resolved_remarks.reopen(remark)


def _check_remark(publication: Publication, actor: Actor, number: int, remark: str) -> None:
    check_right(actor, "decide")
    event = queries.event(publication.index, remark)
    if event is None or event.number != number or event.type not in ("correction.commented", "correction.appealed"):
        raise Invalid({"remark": "This is not a remark about this correction. Reload the page."})


def _say(
    publication: Publication, actor: Actor, number: int, text: str, kind: str, arrow: Transition
) -> queries.Correction:
    fields = Fields()
    clean = fields.text("text", "Text", text.strip(), config.COMMENT_LIMIT, required=True)
    fields.check()
    based_on = _last(publication, number)
    return append_event(publication, actor, number, based_on, arrow, CorrectionCommented, text=clean, kind=kind)


def _last(publication: Publication, number: int) -> str:
    return publication.correction(number).last_event
