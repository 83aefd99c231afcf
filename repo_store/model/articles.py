"""Where an article lives in the tree, and what stands beside its text."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from repo_store.errors import BadArticleId, BadEvent, NewerFormat
from repo_store.model.kinds import Format, NoticeKind
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
    """`meta.json`, beside the article's text."""

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
            f"{text[:120]!r} is no article id: it is YYYY/MM/DD/slug, the slug up to 100 lower-case letters "
            "(a to z), digits, hyphens and underscores, beginning with a letter or digit."
        )
    try:
        date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError as error:
        raise BadArticleId(f"{text!r} is no article id: {match[1]}-{match[2]}-{match[3]} is no date.") from error
    return text


@dataclass(frozen=True)
class Source:
    """An article's text as it is stored, and the format it is written in."""

    text: str
    format: Format = Format.MARKDOWN


def article_paths(article: str, format: Format = Format.MARKDOWN) -> tuple[str, str]:
    """The paths in the tree of an article's text in a format, and of its `meta.json`."""
    folder = f"articles/{article_id(article)}"
    return f"{folder}/{format.file}", f"{folder}/meta.json"


def text_paths(article: str) -> tuple[str, ...]:
    """The paths of which one holds an article's text at a revision, one for each format."""
    return tuple(article_paths(article, format)[0] for format in Format)
