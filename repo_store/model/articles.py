"""Where an article lives in the tree, and what stands beside its text."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from repo_store.errors import BadArticleId, BadEvent, NewerFormat
from repo_store.model.kinds import Format, NoticeKind, Part
from repo_store.newer import additions, is_newer

_ID = re.compile(r"([0-9]{4})/([0-9]{2})/([0-9]{2})/([a-z0-9][a-z0-9_-]{0,99})", re.ASCII)


class Notice(BaseModel):
    """The public notice of a change, at the article's foot or, for a serious error, at its head."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: NoticeKind
    text: str
    at: datetime
    number: int | None = None
    place: Literal["foot", "head"] = "foot"


class ArticleMeta(BaseModel):
    """`meta.json`, beside the article's text. `title` is empty where the article has a headline of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    url: str
    language: str
    published: date
    authors: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = Field(default=())

    def encode(self) -> bytes:
        """Its bytes in the tree: indented JSON, UTF-8, final newline."""
        return (self.model_dump_json(indent=2) + "\n").encode()


def decode_meta(data: bytes, commit: str) -> ArticleMeta:
    """The value of a `meta.json`; raises `BadEvent` naming `commit` when it is not one."""
    try:
        return ArticleMeta.model_validate_json(data)
    except ValidationError as error:
        if is_newer(error, None, 1):
            raise NewerFormat(
                f"meta.json at commit {commit} was written by a newer version of Corrections "
                f"({', '.join(additions(error))}). Upgrade Corrections to read it.",
                commit=commit,
            ) from error
        raise BadEvent(f"meta.json at commit {commit} cannot be read: {error}", commit=commit) from error


def article_id(text: str) -> str:
    """`text` if it is an article id, `YYYY/MM/DD/slug`; raises `BadArticleId`."""
    match = _ID.fullmatch(text)
    if match is None:
        raise BadArticleId(
            f"{text[:120]!r} is not an article id. An id is YYYY/MM/DD/slug, the slug up to 100 lower-case letters "
            "(a to z), digits, hyphens and underscores, beginning with a letter or digit."
        )
    try:
        date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError as error:
        raise BadArticleId(f"{text!r} is not an article id: {match[1]}-{match[2]}-{match[3]} is not a date.") from error
    return text


@dataclass(frozen=True)
class Source:
    """A part of an article as it is stored, and the format it is written in."""

    text: str
    format: Format = Format.MARKDOWN


@dataclass(frozen=True)
class Parts:
    """What is stored beside an article's body; None where the body holds it, or the article has none."""

    headline: Source | None = None
    standfirst: Source | None = None

    @property
    def headline_format(self) -> Format | None:
        return self.headline.format if self.headline else None

    @property
    def standfirst_format(self) -> Format | None:
        return self.standfirst.format if self.standfirst else None

    def of(self, part: Part) -> Source | None:
        """The source of a part that is not the body."""
        return self.headline if part is Part.HEADLINE else self.standfirst

    def replaced(self, part: Part, source: Source) -> "Parts":
        """The same with another source of one of them."""
        return replace(self, **{part.value: source})


def article_paths(article: str, format: Format = Format.MARKDOWN) -> tuple[str, str]:
    """The paths in the tree of an article's text in a format, and of its `meta.json`."""
    folder = f"articles/{article_id(article)}"
    return f"{folder}/{format.file}", f"{folder}/meta.json"


def part_path(article: str, part: Part, format: Format) -> str:
    """The path in the tree of a part of an article in a format."""
    return f"articles/{article_id(article)}/{part.file(format)}"


def part_paths(article: str, part: Part = Part.BODY) -> tuple[str, ...]:
    """The paths of which one holds a part of an article at a revision, one for each format."""
    return tuple(part_path(article, part, format) for format in part.formats)


def all_part_paths(article: str) -> tuple[str, ...]:
    """The paths that hold an article's parts, in whatever formats."""
    return tuple(path for part in Part for path in part_paths(article, part))
