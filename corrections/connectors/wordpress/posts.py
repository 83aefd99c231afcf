"""Posts and pages of a WordPress, as its REST API has them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Day
from datetime import datetime
from typing import Self, TypeVar

from pydantic import BaseModel, Field, JsonValue, TypeAdapter, ValidationError, field_validator, model_validator

from corrections.config import STANDFIRST_LIMIT
from corrections.connectors.wordpress.dates import parse_site_time
from corrections.connectors.wordpress.notice_blocks import NoticeBlock, join, split
from corrections.connectors.wordpress.rest_api import AnswerTooLarge, NotThere, Reply, RestApi, RestFailed
from corrections.connectors.wordpress.words import Words
from corrections.services.articles.updates import ArticleText
from corrections.text.control_characters import unstorable
from repo_store import Format, Source

PAGE = 100  # posts in an answer of a list, the most that WordPress gives
CHUNK = 25  # posts fetched with their content at once
REVISIONS = 25  # in an answer
MOST_PAGES = 40  # of revisions that are looked at together
STATUSES = ("publish", "future", "draft", "pending", "private")
_TRASH = "trash"
_ROW_FIELDS = "id,modified_gmt,status,link"
_POST_FIELDS = (
    "id,date,modified_gmt,slug,status,link,password,author,title.raw,excerpt.raw,content.raw,_links.predecessor-version,"
    "_links.wp:action-unfiltered-html"
)
_REVISION_FIELDS = "id,slug,title,excerpt,content"  # of revisions no parts of fields can be asked for


class Raw(BaseModel):
    """What an editor typed; empty where a type of posts does not have the field."""

    raw: str = ""


class Content(Raw):
    """The source of a post, which every one has, without the `blocks` that show the article's notices in it."""

    raw: str
    _blocks: tuple[NoticeBlock, ...] = ()

    @model_validator(mode="after")
    def _take_blocks_off(self) -> Self:
        self.raw, self._blocks = split(self.raw)
        return self

    @property
    def blocks(self) -> tuple[NoticeBlock, ...]:
        return self._blocks

    @property
    def stored(self) -> str:
        """The content as WordPress has it, blocks and all."""
        return join(self.raw, self._blocks)


class Row(BaseModel):
    """A post in a list."""

    id: int
    modified_gmt: str
    status: str
    link: str


class Revision(BaseModel):
    """A saved state of a post."""

    id: int
    slug: str = ""
    title: Raw = Raw()
    excerpt: Raw = Raw()
    content: Content

    @property
    def words(self) -> Words:
        return Words(self.title.raw, self.excerpt.raw, self.content.raw)


class _Link(BaseModel):
    id: int = 0


class _Links(BaseModel):
    predecessor: list[_Link] = Field([], alias="predecessor-version")
    unfiltered: list[_Link] | None = Field(None, alias="wp:action-unfiltered-html")


class Post(BaseModel):
    """A post with its source; `kind` is its type as routes have it, such as `posts`."""

    id: int
    kind: str = "posts"
    date: str
    modified_gmt: str
    slug: str = ""
    status: str
    link: str
    password: str = ""
    author: int = 0
    title: Raw = Raw()
    excerpt: Raw = Raw()
    content: Content
    links: _Links = Field(_Links(), alias="_links")

    @field_validator("links", mode="before")
    @classmethod
    def _no_links(cls, value: JsonValue) -> JsonValue:
        return value or {}  # PHP writes an empty object as a list

    @property
    def words(self) -> Words:
        return Words(self.title.raw, self.excerpt.raw, self.content.raw)

    @property
    def stored(self) -> Words:
        """Its words with the blocks of notices in the content."""
        return self.words._replace(content=self.content.stored)

    @property
    def path(self) -> str:
        return f"{self.kind}/{self.id}"

    @property
    def day(self) -> Day | None:
        """When it was published; None where that is no date."""
        time = parse_site_time(self.date)
        return None if time is None else time.date()

    @property
    def revision(self) -> int:
        """The number of the last saved state; 0 where there is none."""
        return max((link.id for link in self.links.predecessor), default=0)

    @property
    def is_writable(self) -> bool:
        """Whether WordPress stores what the user writes as it is, and does not filter its HTML."""
        return self.links.unfiltered is not None


_Value = TypeVar("_Value")
_ROWS, _POSTS, _REVISIONS = TypeAdapter(list[Row]), TypeAdapter(list[Post]), TypeAdapter(list[Revision])


@dataclass(frozen=True)
class Listing:
    """A page of a list, how many posts the list has, and the time by the site's clock."""

    rows: list[Row]
    total: int
    at: datetime


def list_posts(api: RestApi, kind: str, offset: int = 0, **query: str) -> Listing:
    """The posts of one type in every status, the latest first. Raises `RestFailed`."""
    values = {
        "context": "edit", "_fields": _ROW_FIELDS, "per_page": str(PAGE), "offset": str(offset),
        "status": ",".join((*STATUSES, _TRASH)), "orderby": "date", "order": "desc", **query,
    }  # fmt: skip
    reply = api.get(kind, values)
    rows = _checked(_ROWS, reply)
    if reply.total is None:
        raise RestFailed(
            "The REST API’s answer is not that of a WordPress: the header X-WP-Total is missing. A cache or a "
            "firewall may remove it."
        )
    return Listing(rows, reply.total, reply.at)


def fetch_posts(api: RestApi, kind: str, numbers: Sequence[int]) -> Iterator[tuple[str, Post | RestFailed]]:
    """The paths of these posts with their source, the latest first; an error for one that is too large.

    Raises `RestFailed`.
    """
    for at in range(0, len(numbers), CHUNK):
        chunk = numbers[at : at + CHUNK]
        query = {
            "context": "edit", "_fields": _POST_FIELDS, "per_page": str(CHUNK), "include": ",".join(map(str, chunk)),
            "status": ",".join((*STATUSES, _TRASH)), "orderby": "date", "order": "desc",
        }  # fmt: skip
        try:
            posts = _checked(_POSTS, api.get(kind, query))
        except AnswerTooLarge:
            for number in chunk:
                yield f"{kind}/{number}", _fetch_alone(api, f"{kind}/{number}")
            continue
        for post in posts:
            yield f"{kind}/{post.id}", post.model_copy(update={"kind": kind})


def fetch_post(api: RestApi, path: str) -> Post:
    """The post at a path such as `posts/12`. Raises `NotThere`, `RestFailed`."""
    return _post(path, api.get(path, {"context": "edit", "_fields": _POST_FIELDS}))


def write_post(api: RestApi, path: str, changes: Mapping[str, str]) -> Post:
    """Store what is to change of a post, by the names of its fields; the post as it is then. Raises `RestFailed`."""
    return _post(path, api.post(path, {"context": "edit", "_fields": _POST_FIELDS}, changes))


def list_revisions(api: RestApi, path: str, last: int) -> list[Revision]:
    """The saved states of a post, oldest first, back to the one with the number `last` and some before it; none where
    its type keeps none.

    Raises `RestFailed`.
    """
    found: dict[int, Revision] = {}
    for _ in range(MOST_PAGES):
        page, total = _page_of_revisions(api, path, len(found))
        found |= {revision.id: revision for revision in page}
        if len(found) >= total or not page or min(found) <= last:
            break
    saved = (revision for revision in found.values() if "autosave" not in revision.slug)
    return sorted(saved, key=lambda revision: revision.id)


def _page_of_revisions(api: RestApi, path: str, offset: int) -> tuple[list[Revision], int]:
    """The next revisions, newest first, as many as an answer holds, and how many there are in all."""
    count = REVISIONS
    while count:
        query = {
            "context": "edit", "_fields": _REVISION_FIELDS, "per_page": str(count), "offset": str(offset),
            "orderby": "id",  # by default WordPress orders by date, and a later revision can have an earlier one
        }  # fmt: skip
        try:
            reply = api.get(f"{path}/revisions", query)
            return _checked(_REVISIONS, reply), reply.total or 0
        except AnswerTooLarge:
            count //= 2
        except RestFailed as error:
            if error.status != 404:  # the post is gone, or there is no such route
                raise
            break
    return [], 0


def author_names(api: RestApi, numbers: set[int]) -> dict[int, str]:
    """The public names of users, as far as they can be read. Raises `RestFailed`."""
    names: dict[int, str] = {}
    for number in numbers:
        try:
            reply = api.get(f"users/{number}", {"_fields": "id,name"})
        except RestFailed as error:
            if error.status not in (401, 403, 404):
                raise
        else:
            names[number] = (
                str(reply.value["name"]) if isinstance(reply.value, dict) and reply.value.get("name") else ""
            )
    return names


def as_article(post: Post, article_id: str, authors: tuple[str, ...], language: str) -> ArticleText:
    """A post as its publisher sends it: title, excerpt and content byte for byte, and what else is known of it."""
    return ArticleText(
        article_id,
        post.content.raw,
        url=post.link,
        language=language or None,
        published=None if post.day is None else post.day.isoformat(),
        authors=authors,
        format=Format.HTML,
        headline=Source(post.title.raw, Format.HTML),
        standfirst=_standfirst(post.excerpt.raw),
    )


def _standfirst(excerpt: str) -> Source:
    """An excerpt; empty where it cannot be a part of an article, so that the post becomes one all the same."""
    source = Source(excerpt, Format.HTML)
    is_storable = unstorable(excerpt) is None and len(excerpt) <= STANDFIRST_LIMIT
    return source if is_storable else Source("", Format.HTML)


def _fetch_alone(api: RestApi, path: str) -> Post | RestFailed:
    try:
        return fetch_post(api, path)
    except (AnswerTooLarge, NotThere) as error:
        return error


def _post(path: str, reply: Reply) -> Post:
    kind = path.partition("/")[0]
    return _checked(TypeAdapter(Post), reply).model_copy(update={"kind": kind})


def _checked(adapter: TypeAdapter[_Value], reply: Reply) -> _Value:
    try:
        return adapter.validate_python(reply.value)
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"])) or "all of it"
        raise RestFailed(f"The REST API’s answer is not that of a WordPress: {where} is missing or invalid.") from error
