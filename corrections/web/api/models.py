"""The API's requests and answers: validation and the OpenAPI document are both made from these."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from corrections import config
from corrections.domain.decisions import API_DECISIONS
from corrections.domain.kinds import Category, NoticeKind
from corrections.text.control_characters import unstorable
from corrections.web.api import examples
from corrections.web.api.unknown_fields import Strict
from repo_store import Format, Part


class Query(BaseModel):
    """What an address asks for; other parameters, such as those of a campaign, do not matter."""

    model_config = ConfigDict(extra="ignore")


def _of_whole_characters(text: object) -> object:
    """Says where half a character is, which pydantic refuses without a place."""
    bad = unstorable(text) if isinstance(text, str) else None
    if bad is not None:
        raise ValueError(f"{bad.name} in line {bad.line}, column {bad.column} is not allowed in text")
    return text


def _of_body(format: Format) -> Format:
    """Refuses a format that no text has."""
    if format not in Part.BODY.formats:
        raise ValueError(f"a text is in one of {', '.join(Part.BODY.formats)}")
    return format


WholeText = Annotated[str, BeforeValidator(_of_whole_characters)]
BodyFormat = Annotated[
    Format,
    AfterValidator(_of_body),
    WithJsonSchema({"type": "string", "title": "Format", "enum": [*Part.BODY.formats]}),
]
Position = Annotated[int, Field(ge=0, le=2**53)]  # what every JSON reader holds exactly


class QuoteSelector(Strict):
    """W3C Web Annotation TextQuoteSelector."""

    type: Literal["TextQuoteSelector"]
    exact: str
    prefix: str = ""
    suffix: str = ""


class PositionSelector(Strict):
    """W3C Web Annotation TextPositionSelector, in code points of the rendered article: headline, standfirst and text,
    each beginning on a line of its own."""

    type: Literal["TextPositionSelector"]
    start: Position
    end: Position


AnySelector = Annotated[QuoteSelector | PositionSelector, Field(discriminator="type")]


class Target(Strict):
    source: WholeText | None = Field(
        None, description="The web address of the article’s page here, or its canonical web address."
    )
    article: WholeText | None = Field(None, description="The ID of the article, as an alternative.")
    selector: list[AnySelector] | QuoteSelector = Field(
        description="The first TextQuoteSelector contains the text as the page shows it, which the body replaces. Any "
        "others describe the same place read differently, such as without a footnote mark."
    )


class Body(Strict):
    """W3C TextualBody with the words that should stand there."""

    type: Literal["TextualBody"] = "TextualBody"
    purpose: Literal["editing"] = "editing"
    format: Literal["text/plain"] = "text/plain"
    value: str


class ContactIn(Strict):
    name: str = ""
    email: str = ""
    credit: bool = False


class CorrectionIn(Strict):
    """A correction, as a W3C annotation."""

    model_config = ConfigDict(json_schema_extra={"examples": examples.CORRECTION})

    context: Literal["http://www.w3.org/ns/anno.jsonld"] | None = Field(None, alias="@context")
    type: Literal["Annotation"] = "Annotation"
    motivation: Literal["editing"] = "editing"
    target: Target
    body: Body | None = Field(None, description="If omitted, the comment describes the error.")
    article: WholeText | None = Field(None, description="The ID of the article, if the target does not name it.")
    revision: WholeText | None = Field(None, description="The revision that the reader saw. Default: the current one.")
    category: Category = Category.OTHER
    comment: str = ""
    evidence: str = ""
    contact: ContactIn | str | None = Field(None, description="Name and e-mail address, or the e-mail address alone.")
    concerned: bool = Field(False, description="Sent by the person concerned, who gets a reply first.")
    proof: WholeText = Field(
        "",
        max_length=4096,
        description="After a 428 response: the solution of its `challenge`, encoded as in ALTCHA. A client that cannot "
        "compute it sends `none`; its correction then waits for initial review by an editor.",
    )


class NoticeIn(Strict):
    kind: NoticeKind
    text: str
    place: Literal["foot", "head"] = Field("foot", description="`head` for a serious error.")


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


class DecisionIn(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": examples.DECISION})

    decision: Annotated[
        Literal[tuple(kind.value for kind in API_DECISIONS)],  # type: ignore[valid-type]
        BeforeValidator(_imperative),
    ] = Field(description="The decision. The resulting state (accepted, rejected …) is accepted as well.")
    based_on: WholeText = Field(description="`last_event` of the correction that the decision is based on.")
    text: str | None = Field(None, description="With accept: text to publish instead of the suggested text.")
    markdown: bool = Field(
        False,
        description="Whether `text` is source in the article’s format. If not, it is literal.",
    )
    reason: str = ""
    code: WholeText = Field(
        "", description="With reject, instead of a reason: the code of one of the publication’s reasons."
    )
    revision: WholeText = Field("", description="With use: the revision that contains the change.")
    notice: NoticeIn | Literal["none"] | None = None
    of: Position | None = Field(None, description="With duplicate: the number of the original correction.")


class ListQuery(Query):
    state: str = ""
    article: str = ""
    category: str = ""
    q: str = ""
    after: int | None = Field(None, ge=0, le=2**53)


class DiffQuery(Query):
    from_: str = Field("", alias="from")
    to: str = ""


class CompareIn(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": examples.COMPARISON})

    old: str = Field(description="Markdown, HTML or plain text.")
    new: str
    text_format: BodyFormat = Field(Format.MARKDOWN, description="What the two texts are written in.")
    format: Literal["rows", "unified", "critic", "html"] = Field(
        "rows",
        description="Output in `text` in addition to the rows: a unified diff, CriticMarkup, or a self-contained HTML "
        "page.",
    )
    language: WholeText = Field(
        "en", max_length=config.NAME_LIMIT, description="A BCP 47 language tag, used to detect negations."
    )
    old_name: WholeText = Field("old", max_length=config.TITLE_LIMIT)
    new_name: WholeText = Field("new", max_length=config.TITLE_LIMIT)


class TextQuery(Query):
    revision: str = ""


class SourceQuery(Query):
    source: WholeText = Field(description="The canonical web address of the page, or the ID of its article.")


class PageQuery(SourceQuery):
    exact: WholeText = Field(
        "", max_length=config.QUOTE_LIMIT, description="Text of the article that `readers` is about."
    )
    prefix: WholeText = ""
    suffix: WholeText = ""


class PageOut(BaseModel):
    article: str = Field(description="The ID of the article that the page shows.")
    revision: str = Field(description="Its current revision.")
    readers: int = Field(0, description="The number of readers with an undecided correction of `exact`.")


class SegmentOut(BaseModel):
    kind: str
    text: str


class RowOut(BaseModel):
    kind: str = Field(description="same, changed, moved, removed or added.")
    left: list[SegmentOut]
    right: list[SegmentOut]
    white_space: bool = Field(description="Whether only white space differs.")


class DiffOut(BaseModel):
    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    from_: str = Field(alias="from")
    to: str
    rows: list[RowOut]
    coarse: bool = Field(
        False, description="Whether the texts are so long and different that some rows are less detailed"
    )


class SubmittedOut(BaseModel):
    number: int
    id: str
    commit: str
    state: str
    status_url: str
    readers: int = Field(description="The number of readers who sent the same change, including this one.")
    verdict: str = Field(description="How the quote was found: exact, or moved.")
    same_as: int | None = Field(description="The open correction that suggests the same change.")
    alternative_to: int | None = Field(description="An open correction that suggests a different change to this text.")
    reply_by: str | None = Field(description="For a person concerned: the day by which a reply is due.")
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
    part: str = Field(description="The part of the article: headline, standfirst or body.")
    commit: str
    state: str
    exact: str
    prefix: str
    suffix: str
    start: int = Field(description="In code points of the rendered text of the part; so is `end`.")
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
    held: str = Field(description="The codes of the reasons why it waits for initial review; otherwise empty.")
    appealed: bool
    edited: bool
    notice_kind: str | None
    notice_text: str | None
    published_revision: str | None
    last_event: str
    readers: int


class CorrectionDetailOut(CorrectionOut):
    placement: str = Field(
        description="clean, moved, already_applied, conflict, no_words or decided, relative to the current text."
    )
    warnings: list[WarningOut] = Field(
        description="Marks refer to the published text and the text with the correction; if placement is conflict or "
        "already_applied, to the revision that the reader saw."
    )
    duplicates: list[int] = Field(description="Open corrections that suggest the same change.")
    alternatives: list[int] = Field(description="Open corrections that suggest a different change to this text.")
    events: list[dict[str, Any]]


class CorrectionsOut(BaseModel):
    corrections: list[CorrectionOut]
    after: int | None = Field(description="The value to request the next page with; null on the last page.")


class HeadOut(BaseModel):
    head: str | None
    events: int
    main: str | None


class HookOut(BaseModel):
    """The pull has been asked for; it begins within seconds."""

    state: Literal["accepted"]


class ProblemOut(BaseModel):
    """RFC 9457 problem details."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    code: str
