"""Articles, their revisions, and the events of the ledger."""

from dataclasses import dataclass

from corrections.index.index import Index
from corrections.index.queries.filters import PAGE
from corrections.urls import serialize_url


@dataclass(frozen=True)
class Article:
    id: str
    title: str
    language: str
    url: str
    published: str
    revision: str
    updated_at: str
    revisions: int

    @property
    def address(self) -> str:
        """`url` as browsers write it."""
        return serialize_url(self.url) or self.url


@dataclass(frozen=True)
class Revision:
    """A revision of an article: `kind` is imported, revised, accepted, reverted or notice; times are RFC 3339, UTC.

    `logged` is what an editor said that it was; empty: not yet said; None: there is nothing to say.
    """

    seq: int
    article: str
    revision: str
    at: str
    kind: str
    number: int | None
    by: str
    logged: str | None = None


@dataclass(frozen=True)
class Step:
    """A revision and the id of the event that made it."""

    revision: Revision
    event: str


@dataclass(frozen=True)
class Event:
    seq: int
    id: str
    at: str
    type: str
    number: int | None
    article: str | None
    by: str | None
    reason: str | None
    main: str


@dataclass(frozen=True)
class SigningKey:
    """A key that signs from the event `seq` on, `ssh-ed25519 …`."""

    seq: int
    key: str
    by: str
    at: str
    reason: str


@dataclass(frozen=True)
class Redacted:
    """That something was taken out of an article's history by the event `seq`; `number`: from that correction.

    `public`: of what was published, not of a proposal alone.
    """

    seq: int
    article: str
    number: int | None
    by: str
    at: str
    reason: str
    public: bool


def redactions(
    index: Index, article_id: str | None = None, number: int | None = None, public: bool = False
) -> list[Redacted]:
    """All, or those of an article, or those of a correction, oldest first; `public`: those of what was published."""
    rows = index.database.execute(
        "SELECT * FROM redactions WHERE (?1 IS NULL OR article=?1) AND (?2 IS NULL OR number=?2) AND public>=?3 "
        "ORDER BY seq",
        (article_id, number, int(public)),
    )
    return [Redacted(*row) for row in rows]


def moved_to(index: Index, commit: str) -> str | None:
    """The id now of a commit that had the id `commit` before a redaction; None: it never had another."""
    row = index.database.execute("SELECT new FROM moved WHERE old=?", (commit,)).fetchone()
    return None if row is None else str(row[0])


def signing_keys(index: Index) -> list[SigningKey]:
    """Oldest first."""
    return [SigningKey(*row) for row in index.database.execute("SELECT * FROM keys ORDER BY seq")]


def key_events(index: Index) -> list[str]:
    """The ids of the events that named the keys that sign, oldest first."""
    return [str(row[0]) for row in index.database.execute("SELECT id FROM events JOIN keys USING (seq) ORDER BY seq")]


def article(index: Index, article_id: str) -> Article | None:
    row = index.database.execute("SELECT * FROM articles WHERE id=?", (article_id,)).fetchone()
    return None if row is None else Article(*row)


def articles_with_slugs(index: Index, slugs: set[str], limit: int = PAGE) -> list[Article]:
    """The articles of any day whose ids end with one of these slugs, newest first."""
    marks = ", ".join("?" * len(slugs))
    rows = index.database.execute(
        f"SELECT * FROM articles WHERE substr(id, 12) IN ({marks}) ORDER BY id DESC LIMIT ?",  # noqa: S608 (marks only)
        (*sorted(slugs), limit),
    )
    return [Article(*row) for row in rows]


def articles(index: Index, after: tuple[str, str] | None = None, limit: int = PAGE) -> list[Article]:
    """Newest publication first; `after` is the (published, id) of the last page's end."""
    where, values = ("", ()) if after is None else ("WHERE (published, id) < (?, ?)", after)
    rows = index.database.execute(
        f"SELECT * FROM articles {where} ORDER BY published DESC, id DESC LIMIT ?",  # noqa: S608 (our own words)
        (*values, limit),
    )
    return [Article(*row) for row in rows]


def months(index: Index) -> list[str]:
    """The months of which there are articles, newest first, written 2026/11."""
    return [
        str(row[0]) for row in index.database.execute("SELECT DISTINCT substr(id, 1, 7) FROM articles ORDER BY 1 DESC")
    ]


def articles_of(index: Index, month: str, limit: int) -> list[Article]:
    """The articles of a month, written 2026/11, by their ids."""
    rows = index.database.execute(
        "SELECT * FROM articles WHERE id >= ?1 AND id < ?1 || '~' ORDER BY id LIMIT ?2", (f"{month}/", limit)
    )
    return [Article(*row) for row in rows]


def revisions(index: Index, article_id: str) -> list[Revision]:
    """An article's revisions, newest first."""
    rows = index.database.execute("SELECT * FROM revisions WHERE article=? ORDER BY seq DESC", (article_id,))
    return [Revision(*row) for row in rows]


def revisions_page(index: Index, article_id: str, before: int | None = None, limit: int = PAGE) -> list[Revision]:
    """A page of an article's revisions, newest first; `before` is the place of the last page's end."""
    rows = index.database.execute(
        "SELECT * FROM revisions WHERE article=? AND seq<? ORDER BY seq DESC LIMIT ?",
        (article_id, before or 2**53, limit),
    )
    return [Revision(*row) for row in rows]


def revisions_to(index: Index, article_id: str, commit: str) -> list[Revision]:
    """An article's revisions up to `commit`, oldest first."""
    rows = index.database.execute(
        "SELECT * FROM revisions WHERE article=?1 AND seq <= "
        "(SELECT max(seq) FROM revisions WHERE article=?1 AND revision=?2) ORDER BY seq",
        (article_id, commit),
    )
    return [Revision(*row) for row in rows]


def revision_by(index: Index, article_id: str, seq: int) -> Revision | None:
    """An article's revision by its place on the ledger."""
    row = index.database.execute("SELECT * FROM revisions WHERE seq=? AND article=?", (seq, article_id)).fetchone()
    return None if row is None else Revision(*row)


def revision_on(index: Index, article_id: str, before: str) -> Revision | None:
    """The last revision made before a time (RFC 3339, UTC)."""
    row = index.database.execute(
        "SELECT * FROM revisions WHERE article=? AND at<? ORDER BY seq DESC LIMIT 1", (article_id, before)
    ).fetchone()
    return None if row is None else Revision(*row)


def nth_revision(index: Index, article_id: str, number: int) -> Revision | None:
    """The article's revision `number`, counted from 1."""
    row = index.database.execute(
        "SELECT * FROM revisions WHERE article=? ORDER BY seq LIMIT 1 OFFSET ?", (article_id, max(0, number - 1))
    ).fetchone()
    return None if row is None else Revision(*row)


def revisions_until(index: Index, article_id: str, seq: int) -> int:
    """How many revisions an article has up to the place `seq`."""
    row = index.database.execute(
        "SELECT count(*) FROM revisions WHERE article=? AND seq<=?", (article_id, seq)
    ).fetchone()
    return int(row[0])


def revision(index: Index, article_id: str, commit: str) -> Revision | None:
    row = index.database.execute(
        "SELECT * FROM revisions WHERE article=? AND revision=? ORDER BY seq LIMIT 1", (article_id, commit)
    ).fetchone()
    return None if row is None else Revision(*row)


def revisions_since(index: Index, article_id: str, commit: str, limit: int) -> list[Step]:
    """The article's revisions after `commit`, oldest first, each with the event that made it."""
    rows = index.database.execute(
        "SELECT r.*, e.id FROM revisions r JOIN events e ON e.seq = r.seq WHERE r.article=? AND r.seq > "
        "(SELECT min(seq) FROM revisions WHERE article=? AND revision=?) ORDER BY r.seq LIMIT ?",
        (article_id, article_id, commit, limit),
    )
    return [Step(Revision(*row[:-1]), row[-1]) for row in rows]


def sendings(index: Index, article_id: str, limit: int) -> list[Event]:
    """The last events by which a publisher sent an article, up to `limit`, newest first."""
    rows = index.database.execute(
        "SELECT * FROM events WHERE article=? AND type IN ('article.imported', 'article.revised') "
        "ORDER BY seq DESC LIMIT ?",
        (article_id, limit),
    )
    return [Event(*row) for row in rows]


def edits_since(index: Index, article_id: str, seq: int, limit: int) -> list[Event]:
    """The events after the place `seq` by which corrections changed an article, oldest first."""
    rows = index.database.execute(
        "SELECT * FROM events WHERE article=? AND seq>? AND type IN ('correction.accepted', 'correction.reverted') "
        "ORDER BY seq LIMIT ?",
        (article_id, seq, limit),
    )
    return [Event(*row) for row in rows]


def revision_before(index: Index, article_id: str, commit: str) -> str:
    """The revision before `commit`, or `commit` where it is the first."""
    row = index.database.execute(
        "SELECT revision FROM revisions WHERE article=? AND seq < (SELECT min(seq) FROM revisions WHERE revision=?) "
        "ORDER BY seq DESC LIMIT 1",
        (article_id, commit),
    ).fetchone()
    return commit if row is None else str(row[0])


def revisions_of(index: Index, article_ids: set[str]) -> dict[str, str]:
    """The present revision of each of these articles."""
    marks = ", ".join("?" * len(article_ids))
    rows = index.database.execute(
        f"SELECT id, revision FROM articles WHERE id IN ({marks})",  # noqa: S608 (marks only)
        tuple(article_ids),
    )
    return {str(row[0]): str(row[1]) for row in rows}


def unlogged(index: Index, after: int | None = None, limit: int = PAGE) -> list[Revision]:
    """Revisions with changed words of which nobody has said yet what they were, newest first."""
    rows = index.database.execute(
        "SELECT * FROM revisions WHERE logged='' AND seq < ? ORDER BY seq DESC LIMIT ?", (after or 2**53, limit)
    )
    return [Revision(*row) for row in rows]


def events(index: Index, number: int) -> list[Event]:
    """What happened to a correction, oldest first."""
    rows = index.database.execute("SELECT * FROM events WHERE number=? ORDER BY seq", (number,))
    return [Event(*row) for row in rows]


def event(index: Index, event_id: str) -> Event | None:
    row = index.database.execute("SELECT * FROM events WHERE id=?", (event_id,)).fetchone()
    return None if row is None else Event(*row)
