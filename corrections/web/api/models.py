"""The API's requests and answers: validation and the OpenAPI document are both made from these."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from corrections import config
from corrections.domain.decisions import API_DECISIONS
from corrections.domain.kinds import Category, NoticeKind
from corrections.text.control_characters import unstorable


class In(BaseModel):
    model_config = ConfigDict(extra="ignore")


def _of_whole_characters(text: object) -> object:
    """Says where half a character is, which pydantic refuses without a place."""
    bad = unstorable(text) if isinstance(text, str) else None
    if bad is not None:
        raise ValueError(f"{bad.name} in line {bad.line}, column {bad.column}, which no text can hold")
    return text


WholeText = Annotated[str, BeforeValidator(_of_whole_characters)]
Position = Annotated[int, Field(ge=0, le=2**53)]  # what every JSON reader holds exactly


class ArticleIn(In):
    """Markdown, with what the publication knows about it."""

    text: WholeText = Field(min_length=1, description="Markdown, UTF-8.")
    title: str | None = Field(None, description="Default: the text's first heading.")
    url: WholeText | None = Field(None, max_length=config.URL_LIMIT, description="The article's canonical address.")
    language: WholeText | None = Field(None, description="A BCP 47 tag such as en, uk or ar.")
    published: WholeText | None = Field(None, description="The date of publication, 2026-11-24. Default: the id's.")
    authors: list[str] | None = None
    clashes: Literal["theirs", "ours"] | None = Field(
        None,
        description="Where you and a correction changed the same words: theirs takes what you send, ours what is "
        "published. Left out: the answer is 409 with the clashes, and nothing is written.",
    )


class QuoteSelector(In):
    """W3C Web Annotation TextQuoteSelector."""

    type: Literal["TextQuoteSelector"]
    exact: str
    prefix: str = ""
    suffix: str = ""


class PositionSelector(In):
    """W3C Web Annotation TextPositionSelector, in code points of the rendered text."""

    type: Literal["TextPositionSelector"]
    start: Position
    end: Position


AnySelector = Annotated[QuoteSelector | PositionSelector, Field(discriminator="type")]


class Target(In):
    source: WholeText | None = Field(None, description="The article's page here, or its canonical address.")
    article: WholeText | None = Field(None, description="Or the article's id.")
    selector: list[AnySelector] | QuoteSelector = Field(
        description="Of several TextQuoteSelectors the first has the words as the page shows them, which the body "
        "replaces; the others are the same place read otherwise, such as without a footnote's mark."
    )


class Body(In):
    """W3C TextualBody with the words that should stand there."""

    type: Literal["TextualBody"] = "TextualBody"
    purpose: Literal["editing"] = "editing"
    value: str


class ContactIn(In):
    name: str = ""
    email: str = ""
    credit: bool = False


class CorrectionIn(In):
    """A correction, as a W3C annotation."""

    target: Target
    body: Body | None = Field(None, description="Left out: the comment says what is wrong.")
    article: WholeText | None = Field(None, description="The article's id, where the target does not name it.")
    revision: WholeText | None = Field(None, description="The revision that the reader saw; default: the current one.")
    category: Category = Category.OTHER
    comment: str = ""
    evidence: str = ""
    contact: ContactIn | str | None = Field(None, description="Name and e-mail address, or the address alone.")
    concerned: bool = Field(False, description="Sent by the person concerned, who is answered first.")
    proof: WholeText = Field(
        "",
        max_length=4096,
        description="After an answer 428: the solution of its `challenge`, as ALTCHA encodes it. A client that cannot "
        "compute sends `none`; its correction waits for a first look by an editor.",
    )


class NoticeIn(In):
    kind: NoticeKind
    text: str
    place: Literal["foot", "head"] = Field("foot", description="head for a serious error.")


_DONE = {
    "used": "use",
    "released": "release",
    "accepted": "accept",
    "rejected": "reject",
    "reopened": "reopen",
    "reverted": "revert",
}


def _imperative(word: object) -> object:
    return _DONE.get(word, word) if isinstance(word, str) else word


class DecisionIn(In):
    decision: Annotated[
        Literal[tuple(kind.value for kind in API_DECISIONS)],  # type: ignore[valid-type]
        BeforeValidator(_imperative),
    ] = Field(description="What to do. The state it leads to (accepted, rejected …) is taken as well.")
    based_on: WholeText = Field(description="`last_event` of the correction as you saw it.")
    text: str | None = Field(None, description="With accept: words to publish instead of the reader's.")
    markdown: bool = Field(False, description="`text` is Markdown; else it is read as it is written.")
    reason: str = ""
    code: WholeText = Field("", description="With reject, instead of a reason: one that the publication lists.")
    revision: WholeText = Field("", description="With use: the revision by which the article was changed otherwise.")
    notice: NoticeIn | Literal["none"] | None = None
    of: Position | None = Field(None, description="With duplicate: the number of the correction that it duplicates.")


class ListQuery(In):
    state: str = ""
    article: str = ""
    category: str = ""
    q: str = ""
    after: int | None = Field(None, ge=0, le=2**53)


class DiffQuery(In):
    from_: str = Field("", alias="from")
    to: str = ""


class CompareIn(In):
    old: str = Field(description="Markdown or plain text.")
    new: str
    format: Literal["rows", "unified", "critic", "html"] = Field(
        "rows", description="Besides rows: unified text, CriticMarkup, or a page that stands alone, in `text`."
    )
    language: WholeText = Field(
        "en", max_length=config.NAME_LIMIT, description="A BCP 47 tag; it tells which words deny."
    )
    old_name: WholeText = Field("old", max_length=config.TITLE_LIMIT)
    new_name: WholeText = Field("new", max_length=config.TITLE_LIMIT)


class TextQuery(In):
    revision: str = ""


class ArticleOut(BaseModel):
    id: str
    title: str
    language: str
    url: str
    published: str
    revision: str
    updated_at: str
    revisions: int
    page: str
    notices: list[dict[str, Any]] = []
    warnings: list[str] = Field(
        [], description="On import: what the text holds that readers are not shown (control characters)."
    )


class ClashOut(BaseModel):
    """What you and corrections changed differently, in three versions; of the text, whole paragraphs."""

    field: str = Field(description="text, or the field beside it: title, url, language, published or authors.")
    corrections: list[int] = Field(description="The numbers of the corrections, as far as they are known.")
    published: str
    sent_before: str
    sent_now: str


class PublishedOut(ArticleOut):
    outcome: Literal["new", "revised", "merged", "unchanged"] = Field(
        description="merged: published with corrections that what you sent has not."
    )
    kept: list[int] = Field(description="The corrections that are published and not in what you sent.")
    taken_over: list[int] = Field(description="The corrections that what you sent has itself, for the first time.")
    decided: list[ClashOut] = Field(description="The clashes that `clashes` decided.")


class TextOut(BaseModel):
    id: str
    revision: str
    text: str


class RevisionOut(BaseModel):
    revision: str
    at: str
    kind: str
    number: int | None
    by: str


class HistoryOut(BaseModel):
    id: str
    revisions: list[RevisionOut]


class SegmentOut(BaseModel):
    kind: str
    text: str


class RowOut(BaseModel):
    kind: str = Field(description="same, changed, moved, removed or added.")
    left: list[SegmentOut]
    right: list[SegmentOut]
    white_space: bool = Field(description="Nothing but white space differs.")


class DiffOut(BaseModel):
    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    from_: str = Field(alias="from")
    to: str
    rows: list[RowOut]
    coarse: bool = Field(False, description="The texts are so long and different that some rows tell less than usual")


class SubmittedOut(BaseModel):
    number: int
    id: str
    commit: str
    state: str
    status_url: str
    readers: int = Field(description="How many have sent the same change, this one included.")
    verdict: str = Field(description="How the quote was found: exact, or moved.")
    same_as: int | None = Field(description="The open correction that proposes the same change.")
    alternative_to: int | None = Field(description="An open correction that says something else about these words.")
    reply_by: str | None = Field(description="Of a person concerned: the day by which there is an answer.")
    last_event: str


class MarkOut(BaseModel):
    """Code points of the old or the new text."""

    side: Literal["old", "new"]
    start: int
    end: int


class WarningOut(BaseModel):
    code: str
    message: str
    words: str
    marks: list[MarkOut]


class ComparedOut(BaseModel):
    same: bool
    rows: list[RowOut]
    warnings: list[WarningOut]
    text: str | None


class CorrectionOut(BaseModel):
    number: int
    id: str
    article: str
    headline: str
    revision: str
    commit: str
    state: str
    exact: str
    prefix: str
    suffix: str
    start: int
    end: int
    replacement: str | None
    category: str
    comment: str
    evidence: str
    submitted_at: str
    decided_at: str | None
    decided_by: str | None
    reason: str | None
    verdict: str
    same_as: int | None
    alternative_to: int | None
    concerned: bool
    reply_by: str | None
    held: str = Field(description="Why it waits for a first look, by codes; else empty.")
    appealed: bool
    edited: bool
    notice_kind: str | None
    notice_text: str | None
    published_revision: str | None
    last_event: str
    readers: int


class CorrectionDetailOut(CorrectionOut):
    placement: str = Field(description="clean, moved, already_applied, conflict, no_words or decided, on today's text.")
    warnings: list[WarningOut] = Field(
        description="Marks count in the published text and the text with the correction; where placement is conflict "
        "or already_applied, in the revision that the reader saw."
    )
    duplicates: list[int] = Field(description="Open corrections that make the same change.")
    alternatives: list[int] = Field(description="Open corrections that say something else about these words.")
    events: list[dict[str, Any]]


class CorrectionsOut(BaseModel):
    corrections: list[CorrectionOut]
    after: int | None = Field(description="Ask with this for the next page; null on the last one.")


class HeadOut(BaseModel):
    head: str | None
    events: int
    main: str | None


class ProblemOut(BaseModel):
    """RFC 9457 problem details."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    code: str
