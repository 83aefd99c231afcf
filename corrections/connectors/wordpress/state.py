"""What a connection with a WordPress remembers: of the site, and of each post that it has seen."""

from dataclasses import replace
from datetime import timedelta

from pydantic import BaseModel, ValidationError

from corrections.connectors.connector import Conflict, Run
from corrections.connectors.pauses import Pauses
from corrections.connectors.wordpress.dates import parse_site_time
from corrections.connectors.wordpress.words import Words
from corrections.private.delivery.connections import ConnectedArticle, Connection
from corrections.services.publication import Publication
from corrections.text.comparison.merge import Side

LOOKED_AT = 20  # revisions of a post that are remembered
STALE = timedelta(hours=1)  # after which a save that lacks a correction of ours is taken for meant
MOST_WRITTEN = 20  # notices of a post that are known again as ours


class Seen(BaseModel):
    """A post as it was last seen there: `digest` of its content, those of its `title` and its `excerpt` (empty: they
    were not looked at yet), its last `revision`, its status.

    `modified` is when it was changed, by the site's clock; empty: look at it again. `pushed` is when a correction was
    last written to it. `writing`: what became of the last writing is not known. `pending`: there is something to write.
    While it `clashes` nothing is taken over, until the post is changed or an admin has decided for a `side`. `disputed`
    are the digests that the post had then; the decision is about no other words. `undone` is the digest of a writing
    that WordPress changed back: it is not tried again. `versions` are the paragraphs that clash, here and there.
    `notices` is the digest of the published notices that it has, `written` are those of the last ones written to it.
    `looked_at` are the last revisions that were looked at, oldest first. `own` are the digests of the words that were
    last written to it, until their revision has been looked at.
    """

    modified: str = ""
    digest: str = ""
    title: str = ""
    excerpt: str = ""
    revision: int = 0
    status: str = ""
    link: str = ""
    pushed: str = ""
    writing: bool = False
    pending: bool = False
    clashes: bool = False
    side: Side | None = None
    disputed: Words | None = None
    undone: str = ""
    notices: str = ""
    written: tuple[str, ...] = ()
    versions: list[tuple[str, str]] = []
    looked_at: list[int] = []
    own: Words | None = None

    @property
    def lacks_parts(self) -> bool:
        """Whether just its content was looked at, as earlier versions did."""
        return bool(self.digest) and not self.title

    @property
    def digests(self) -> Words:
        return Words(self.title, self.excerpt, self.digest)

    def with_written(self, notices: str) -> "Seen":
        """With the digest of notices that are about to be written."""
        others = (other for other in self.written if other != notices)
        return self.model_copy(update={"written": (*others, notices)[-MOST_WRITTEN:]})

    def with_looked_at(self, before: int, revisions: set[int]) -> "Seen":
        """With revisions that have been looked at, where `before` was the last one until now: one between them that
        becomes visible later is new, even if it is the post's first."""
        last = sorted({before, *revisions})[-LOOKED_AT:] if revisions else []
        return self.model_copy(update={"looked_at": last})

    def is_new(self, revision: int) -> bool:
        """Whether a revision was not looked at yet: of two saves at one moment, that with the lower number can become
        visible last."""
        if revision > self.revision:
            return True
        return bool(self.looked_at) and revision > self.looked_at[0] and revision not in self.looked_at

    def side_for(self, words: Words) -> Side | None:
        """What an admin has decided for a post that has these words."""
        return self.side if self.disputed in (None, words.digests()) else None

    def is_recent(self, modified: str) -> bool:
        """Whether a save at that time may come from an editor who had opened the post before our last writing."""
        if self.writing:
            return True
        saved, pushed = parse_site_time(modified), parse_site_time(self.pushed)
        return saved is not None and pushed is not None and saved - pushed <= STALE


def seen_of(article: ConnectedArticle | None) -> Seen:
    try:
        return Seen() if article is None else Seen.model_validate_json(article.blob)
    except ValidationError:
        return Seen()


class SiteState(Pauses):
    """How far the pulls have come. Times of the site are ISO 8601, our own are seconds since the epoch.

    `at` is the site's time of the last pull; `swept` when all posts were last compared, `kind` and `offset` where a
    comparison goes on that has begun.
    """

    at: str = ""
    polled: float = 0
    swept: float = 0
    kind: int = 0
    offset: int = 0
    done: int = 0
    total: int = 0


def load_state(publication: Publication, name: str) -> SiteState:
    try:
        return SiteState.model_validate_json(publication.private.connections.pulled(name) or "{}")
    except ValidationError:
        return SiteState()


def conflicts(publication: Publication, connection: Connection) -> list[Conflict]:
    """The posts whose words were changed on both sides, and that nobody has decided yet."""
    rows = publication.private.connections.articles_with_problems(connection.name)
    found = ((row, seen_of(row)) for row in rows)
    return [
        Conflict(row.path, row.article, row.problem, tuple(seen.versions))
        for row, seen in found
        if seen.clashes and not seen.side
    ]


def resolve(publication: Publication, connection: Connection, path: str, side: Side) -> None:
    """Have the next run decide a conflict."""
    connections = publication.private.connections
    for row in connections.articles(connection.name):
        if row.path == path:
            seen = seen_of(row).model_copy(update={"side": side, "pending": True})
            connections.put_article(replace(row, blob=seen.model_dump_json(exclude_defaults=True)))


def progress(publication: Publication, connection: Connection) -> str:
    """How many posts a comparison of all has seen, while it goes on."""
    state = load_state(publication, connection.name)
    return f"{state.done:,} of {state.total:,} posts compared" if state.kind or state.offset else ""


def save_state(turn: Run, state: SiteState) -> None:
    turn.publication.private.connections.set_pulled(turn.connection.name, state.model_dump_json(exclude_defaults=True))
