"""The events of the ledger: one definition each. `entries` encodes them, `event_rules` says what follows from them."""

from datetime import date
from typing import ClassVar, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from repo_store.model.articles import Notice
from repo_store.model.kinds import Category, Format, NoticeKind, Part

CATEGORIES = tuple(Category)
# `subject` of an event is the line by which a person knows it in `git log ledger`; `number` is that of a submission
_PLAIN_SUBJECT = "Correction {event.number} {kind}"


class Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _is_markdown(format: Format) -> bool:
    return format is Format.MARKDOWN


def _is_body(part: Part) -> bool:
    return part is Part.BODY


def _is_none(value: object) -> bool:
    return value is None


# These are written only where earlier versions could not read the article.
_FORMAT = Field(Format.MARKDOWN, exclude_if=_is_markdown)
_PART_FORMAT = Field(None, exclude_if=_is_none)
_PART = Field(Part.BODY, exclude_if=_is_body)


class Span(Value):
    """A replacement in the source of an article's part: `start` and `end` in code points of it, `text` for what is
    there."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str


class PlainDecision(Value):
    """What an event about a correction says at least: which, by whom, and why.

    The decisions that say no more than that derive from it; rules that concern none of these name it alone.
    """

    type: str
    subject: ClassVar[str] = _PLAIN_SUBJECT
    correction: str
    number: int
    by: str
    reason: str = ""


class ArticleImported(Value):
    """`headline_format` and `standfirst_format`: of what is stored beside the body; None where nothing is."""

    type: Literal["article.imported"] = "article.imported"
    subject: ClassVar[str] = "Article {event.article} imported"
    article: str
    by: str
    title: str
    url: str
    language: str
    published: str
    format: Format = _FORMAT
    headline_format: Format | None = _PART_FORMAT
    standfirst_format: Format | None = _PART_FORMAT


class ArticleRevised(Value):
    """`words_changed`: readers see other words than before; the formats are as of `ArticleImported`."""

    type: Literal["article.revised"] = "article.revised"
    subject: ClassVar[str] = "Article {event.article} revised"
    article: str
    by: str
    title: str
    url: str
    language: str
    published: str
    words_changed: bool = True
    format: Format = _FORMAT
    headline_format: Format | None = _PART_FORMAT
    standfirst_format: Format | None = _PART_FORMAT


class CorrectionSubmitted(Value):
    """`commit` of the entry holds the proposal; `edit` is None where the reader proposed no words. All positions are in
    the `part` of the article that the words are in.

    `verdict` is how the quote was found; `same_as` and `alternative_to` are open corrections at the same place, which
    propose the same words or others. `concerned`: the reader is the person concerned, and was promised an answer by
    the day `reply_by`. `held`: why it waits for a first look before it goes to the queue, by codes.
    """

    type: Literal["correction.submitted"] = "correction.submitted"
    subject: ClassVar[str] = "Correction {number} submitted: {event.category} in {event.article}"
    correction: str
    article: str
    revision: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    exact: str
    prefix: str
    suffix: str
    replacement: str | None
    edit: Span | None
    category: Category
    comment: str = ""
    evidence: str = ""
    headline: str = ""
    same_as: int | None = None
    alternative_to: int | None = None
    verdict: Literal["exact", "moved"] = "exact"
    concerned: bool = False
    reply_by: date | None = None
    held: tuple[str, ...] = ()
    part: Part = _PART


class CorrectionReleased(PlainDecision):
    """What was held back goes to the queue."""

    type: Literal["correction.released"] = "correction.released"


class CorrectionCommented(Value):
    """A comment: from the reader (`by` is the pseudonym), among the staff, or a question to the reader."""

    type: Literal["correction.commented"] = "correction.commented"
    subject: ClassVar[str] = _PLAIN_SUBJECT
    correction: str
    number: int
    by: str
    text: str
    kind: Literal["reader", "staff", "question"] = "reader"


class CorrectionAssigned(Value):
    """`to` is who of the staff has it now; empty: nobody."""

    type: Literal["correction.assigned"] = "correction.assigned"
    subject: ClassVar[str] = _PLAIN_SUBJECT
    correction: str
    number: int
    by: str
    to: str


class CorrectionSnoozed(Value):
    """Out of the queue until the day `until`; None: back in it."""

    type: Literal["correction.snoozed"] = "correction.snoozed"
    subject: ClassVar[str] = _PLAIN_SUBJECT
    correction: str
    number: int
    by: str
    until: date | None


class CorrectionFlagged(Value):
    """Whether somebody has to check the facts before it is decided."""

    type: Literal["correction.flagged"] = "correction.flagged"
    subject: ClassVar[str] = _PLAIN_SUBJECT
    correction: str
    number: int
    by: str
    fact_check: bool


class CorrectionSeconded(Value):
    """Somebody of the staff agrees to it, where the house's policy wants two."""

    type: Literal["correction.seconded"] = "correction.seconded"
    subject: ClassVar[str] = _PLAIN_SUBJECT
    correction: str
    number: int
    by: str


class CorrectionUsed(Value):
    """The reader's point was taken, but the article was changed otherwise: by its revision `revision`, if any."""

    type: Literal["correction.used"] = "correction.used"
    subject: ClassVar[str] = "Correction {event.number} used with changes"
    correction: str
    number: int
    by: str
    reason: str = ""
    revision: str | None = None


class RevisionLogged(Value):
    """What a revision without a correction behind it was: `kind` is a notice's, or `nothing`."""

    type: Literal["revision.logged"] = "revision.logged"
    subject: ClassVar[str] = "Revision of {event.article} logged: {event.kind}"
    article: str
    revision: str
    by: str
    kind: NoticeKind | Literal["nothing"]
    reason: str = ""


class NoticeChanged(Value):
    """The notices of an article as they stand after one was added, edited or withdrawn, with why."""

    type: Literal["notice.changed"] = "notice.changed"
    subject: ClassVar[str] = "Notices of {event.article} changed"
    article: str
    by: str
    notices: tuple[Notice, ...]
    number: int | None = None
    reason: str = ""


class CorrectionAppealed(Value):
    """The reader asks a chief editor to look at it again, once."""

    type: Literal["correction.appealed"] = "correction.appealed"
    subject: ClassVar[str] = _PLAIN_SUBJECT
    correction: str
    number: int
    by: str
    reason: str


class CorrectionAccepted(Value):
    """`edited`: an editor changed the reader's words; `edit` is what was applied to `onto`."""

    type: Literal["correction.accepted"] = "correction.accepted"
    subject: ClassVar[str] = _PLAIN_SUBJECT
    correction: str
    number: int
    article: str
    by: str
    onto: str
    edit: Span
    edited: bool = False
    reason: str = ""
    notice: Notice | None = None
    part: Part = _PART


class CorrectionRejected(Value):
    type: Literal["correction.rejected"] = "correction.rejected"
    subject: ClassVar[str] = _PLAIN_SUBJECT
    correction: str
    number: int
    by: str
    reason: str
    code: str = ""


class CorrectionDuplicate(Value):
    type: Literal["correction.duplicate"] = "correction.duplicate"
    subject: ClassVar[str] = "Correction {event.number} is a duplicate of {event.of}"
    correction: str
    number: int
    by: str
    of: int
    reason: str = ""


class CorrectionSpam(PlainDecision):
    type: Literal["correction.spam"] = "correction.spam"
    subject: ClassVar[str] = "Correction {event.number} marked as spam"


class CorrectionWithdrawn(PlainDecision):
    type: Literal["correction.withdrawn"] = "correction.withdrawn"


class CorrectionReopened(PlainDecision):
    type: Literal["correction.reopened"] = "correction.reopened"


class CorrectionReverted(Value):
    type: Literal["correction.reverted"] = "correction.reverted"
    subject: ClassVar[str] = _PLAIN_SUBJECT
    correction: str
    number: int
    article: str
    by: str
    onto: str
    edit: Span
    reason: str = ""
    part: Part = _PART


class KeyChanged(Value):
    """The key that signs from here on, `ssh-ed25519 …`, and the signature of that line by the key before it."""

    type: Literal["key.changed"] = "key.changed"
    subject: ClassVar[str] = "Signing key changed"
    key: str = Field(pattern=r"^ssh-ed25519 [A-Za-z0-9+/=]+$")
    by: str
    signature: str = ""
    reason: str = ""


class HistoryRedacted(Value):
    """Something had to go: the events from `first` on were rewritten, and those of `touched` say less than before.

    `ledger` and `main` are where the two stood before; their content is gone. `number`: the correction it was about.
    """

    type: Literal["history.redacted"] = "history.redacted"
    subject: ClassVar[str] = "History of {event.article} redacted"
    article: str
    by: str
    reason: str
    number: int | None = None
    first: int = Field(ge=1)
    touched: tuple[int, ...]
    ledger: str
    main: str


Event = (
    ArticleImported
    | ArticleRevised
    | CorrectionSubmitted
    | CorrectionReleased
    | CorrectionCommented
    | CorrectionAppealed
    | CorrectionAssigned
    | CorrectionSnoozed
    | CorrectionFlagged
    | CorrectionSeconded
    | CorrectionUsed
    | RevisionLogged
    | NoticeChanged
    | CorrectionAccepted
    | CorrectionRejected
    | CorrectionDuplicate
    | CorrectionSpam
    | CorrectionWithdrawn
    | CorrectionReopened
    | CorrectionReverted
    | KeyChanged
    | HistoryRedacted
)
EVENT_TYPES: tuple[str, ...] = tuple(str(event.model_fields["type"].default) for event in get_args(Event))
