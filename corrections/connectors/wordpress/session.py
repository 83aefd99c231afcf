"""One turn of a connection with a WordPress: what it works with, and what it notes."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from corrections.connectors.connector import Run
from corrections.connectors.wordpress.notices import Destination, destination_of, wanted_digest
from corrections.connectors.wordpress.posts import Post, author_names
from corrections.connectors.wordpress.rest_api import RestApi
from corrections.connectors.wordpress.state import Seen, seen_of
from corrections.connectors.wordpress.words import Words, is_published, published_words
from corrections.domain.roles import Role
from corrections.index import queries
from corrections.private.delivery.connections import ConnectedArticle
from corrections.services.actors import Actor
from corrections.services.publication import Publication
from corrections.urls import normalize_url


@dataclass
class Session:
    """`known` are the connection's posts by their paths."""

    turn: Run
    api: RestApi
    known: dict[str, ConnectedArticle]
    _names: dict[int, str] = field(default_factory=dict)
    _claimed: set[str] = field(default_factory=set)
    _addresses: dict[str, str] = field(default_factory=dict)
    _paths: dict[str, str] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._paths.update({row.article: path for path, row in self.known.items() if row.article})

    @property
    def publication(self) -> Publication:
        return self.turn.publication

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(self.turn.connection.options["types"].split(","))

    @property
    def statuses(self) -> tuple[str, ...]:
        return tuple(self.turn.connection.options["statuses"].split(","))

    @property
    def language(self) -> str:
        return self.turn.connection.options.get("language", "")

    @property
    def destination(self) -> Destination:
        return destination_of(self.turn.connection.options)

    @property
    def actor(self) -> Actor:
        return Actor(f"the connection {self.turn.connection.name}", Role.ADMIN)

    def seen(self, path: str) -> Seen:
        return seen_of(self.known.get(path))

    def was_public(self, path: str) -> bool:
        """Whether a post was public when it was last seen; a new one was nothing else."""
        status = self.seen(path).status
        return not status or status in self.statuses

    def has_failed(self, path: str) -> bool:
        """Whether a post is to be looked at again, although it may not have changed."""
        seen = self.seen(path)
        return self.was_public(path) and not seen.modified and not seen.clashes

    def problem(self, path: str) -> str:
        return self.known[path].problem if path in self.known else ""

    def waiting_problem(self, path: str) -> str:
        """Why a correction of a post waits; empty where none does."""
        return self.problem(path) if path in self.known and self.is_pending(path) else ""

    def path_of(self, article_id: str) -> str:
        """The path of the post that has an article; empty where none has it."""
        with self._guard:
            return self._paths.get(article_id, "")

    def article(self, path: str) -> str:
        """The id of a post's article; empty where there is none."""
        return self.known[path].article if path in self.known else ""

    def published(self, article_id: str, there: Words) -> Words:
        """What the post of an article is to have that has the words `there`."""
        return published_words(self.publication, article_id, there)

    def author_names(self, numbers: set[int]) -> None:
        """Look up the names of users that are not known yet. Raises `RestFailed`."""
        missing = numbers - self._names.keys()
        self._names |= {**dict.fromkeys(missing, ""), **author_names(self.api, missing)}

    def authors(self, post: Post) -> tuple[str, ...]:
        """Raises `RestFailed`."""
        self.author_names({post.author})
        return tuple(filter(None, (self._names[post.author],)))

    def claim_address(self, post: Post) -> str:
        """The path of another post that has a new post's address; empty where there is none, and no other gets it."""
        with self._guard:
            other = self._addresses.setdefault(normalize_url(post.link) or post.path, post.path)
            return "" if other == post.path else other

    def claim(self, names: Iterable[str]) -> str:
        """The first of these article ids that nothing has; no other post gets it."""
        with self._guard:
            free = (name for name in names if queries.article(self.publication.index, name) is None)
            name = next(name for name in free if name not in self._claimed)
            self._claimed.add(name)
            return name

    def is_public(self, post: Post) -> bool:
        return post.status in self.statuses and not post.password

    def put(self, path: str, seen: Seen, article: str | None = None, problem: str = "") -> None:
        """Note a post as it was seen, and why it is not in step."""
        blob = seen.model_dump_json(exclude_defaults=True)
        row = ConnectedArticle(self.turn.connection.name, article or self.article(path), path, blob, problem)
        if self.known.get(path) != row:
            self.publication.private.connections.put_article(row)
            with self._guard:
                self.known[path] = row
                if row.article:
                    self._paths[row.article] = path

    def put_problem(self, path: str, problem: str) -> None:
        row = self.known[path]
        self.put(path, seen_of(row), row.article, problem)

    def unfinished(self) -> set[str]:
        """The paths of posts to which something is to be written since an earlier turn."""
        return {path for path, row in self.known.items() if row.article and _is_unfinished(seen_of(row))}

    def is_pending(self, path: str) -> bool:
        """Whether something else is published here than WordPress has."""
        row = self.known[path]
        known = queries.article(self.publication.index, row.article) if row.article else None
        if known is None:
            return False
        seen = seen_of(row)
        notices = wanted_digest(self.publication, row.article, self.destination)
        return notices not in (None, seen.notices) or not is_published(self.publication, row.article, seen.digests)


def _is_unfinished(seen: Seen) -> bool:
    return seen.pending or seen.writing


def open_session(turn: Run) -> Session:
    options, connections = turn.connection.options, turn.publication.private.connections
    known = {article.path: article for article in connections.articles(turn.connection.name)}
    return Session(turn, RestApi(options["url"], options["user"], turn.secret), known)
