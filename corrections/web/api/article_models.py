"""Articles in the API's requests and answers."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from corrections import config
from corrections.web.api import examples
from corrections.web.api.models import BodyFormat, WholeText
from corrections.web.api.unknown_fields import Strict
from repo_store import Format


class ArticleIn(Strict):
    """An article's source, with what the publication knows about it."""

    model_config = ConfigDict(json_schema_extra={"examples": examples.ARTICLE})

    text: WholeText = Field(min_length=1, description="The source, UTF-8. It is stored as it is sent.")
    format: BodyFormat | None = Field(
        None, description="How the text is written. Default: as the article is; Markdown for a new one."
    )
    title: str | None = Field(
        None,
        description="The headline: HTML where the text is HTML, otherwise plain text. It is stored beside the text, as "
        "it is sent, unless the text begins with a headline. Default: the text's first heading.",
    )
    standfirst: str | None = Field(
        None,
        description="The introduction between headline and text, written and stored as the title is. If empty, the "
        "article has none.",
    )
    url: WholeText | None = Field(
        None, max_length=config.URL_LIMIT, description="The canonical web address of the article."
    )
    language: WholeText | None = Field(None, description="A BCP 47 tag such as en, uk or ar.")
    published: WholeText | None = Field(
        None, description="The publication date, such as 2026-11-24. Default: the date in the ID."
    )
    authors: list[str] | None = None
    clashes: Literal["theirs", "ours"] | None = Field(
        None,
        description="How to resolve text that both you and a correction changed: theirs uses your version, ours the "
        "published one. If omitted, the answer is 409 with the clashes, and nothing is written.",
    )


class PartsOut(BaseModel):
    """Headline and standfirst that are stored beside the text, as they were sent; empty where the text holds them."""

    headline: str = ""
    headline_format: Format | None = None
    standfirst: str = ""
    standfirst_format: Format | None = None


class ArticleOut(PartsOut):
    id: str
    title: str
    language: str
    url: str
    published: str
    revision: str
    updated_at: str
    revisions: int
    format: Format
    page: str
    notices: list[dict[str, Any]] = []
    warnings: list[str] = Field(
        [], description="On import: characters in the text that readers do not see (control characters)."
    )


class ClashOut(BaseModel):
    """What you and corrections changed differently, in three versions; of the text, whole paragraphs."""

    field: str = Field(
        description="text, or the affected field: title, standfirst, url, language, published or authors."
    )
    corrections: list[int] = Field(description="The numbers of the corrections, as far as known.")
    published: str
    sent_before: str
    sent_now: str


class PublishedOut(ArticleOut):
    outcome: Literal["new", "revised", "merged", "unchanged"] = Field(
        description="merged: published together with corrections that your version does not contain."
    )
    kept: list[int] = Field(description="Published corrections that your version does not contain.")
    taken_over: list[int] = Field(description="Corrections that your version contains for the first time.")
    decided: list[ClashOut] = Field(description="The clashes that `clashes` resolved.")


class TextOut(PartsOut):
    id: str
    revision: str
    text: str
    format: Format


class RevisionOut(BaseModel):
    revision: str
    at: str
    kind: str
    number: int | None
    by: str


class HistoryOut(BaseModel):
    id: str
    revisions: list[RevisionOut]
