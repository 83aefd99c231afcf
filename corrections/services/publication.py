"""A publication opened for work: its store, its index, its private store."""

import logging
import os
import re
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path

from corrections.cluster import Cluster, DatabaseUnavailable
from corrections.config import TITLE_LIMIT
from corrections.errors import CorrectionsError, ReadOnly
from corrections.i18n import LazyString
from corrections.index import Index, Unprojectable, queries
from corrections.private import Private
from corrections.services.articles.sources import ArticleSources, rendered
from corrections.services.errors import (
    AlreadyDecided,
    Invalid,
    NotYetHere,
    SharedArchiveAway,
    UnknownArticle,
    UnknownCorrection,
    UnknownPublication,
)
from corrections.services.node_folders import check_folder, claim_name, mark_folder, prepare_folder, share_key
from corrections.services.operations.file_permissions import private_folder, restrict
from corrections.services.shared_history import SharedHistory
from corrections.services.validation import Fields
from corrections.text.formats.format import Format
from corrections.text.formats.registry import format_named
from corrections.text.formats.rendered import Rendered
from corrections.text.text_cache import forget_all
from corrections.urls import serialize_url
from repo_store import Entry, Intent, Part, Receipt, Store
from repo_store.errors import BadEvent, BadKey, IntentRefused, RemoteFailure, RepoStoreError, Stale
from repo_store.files import sync_folders
from repo_store.model.head import Head
from repo_store.ssh_signatures import Key

_log = logging.getLogger("corrections")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
RESERVED = frozenset({"api", "static", "healthz", "readyz", "favicon-ico", "robots-txt"})
TOO_BUSY = LazyString(
    "Someone else is changing this article at the moment. Your change was not saved; please try again."
)
KEY = "signing.key"
SHARED_KEY = "signing-key"  # its place in the private store, where several nodes sign
_LACKING = (
    "The shared git server lacks events that were written (the last is {event}): an older copy was restored, or it is "
    "another server. Run `corrections move-to-database {name}` on the node that has the most events; what no node has "
    "is lost."
)
PROBE = 64 * 1024  # bytes, about what a submission writes
OPENING_SECONDS = 5.0  # to wait for another thread that opens a publication
NAMES_SECONDS = 5.0  # that a list of the publications in the database is used again
ATTEMPTS = 20  # at a decision whose article is changed by others at the same moment


class Publication:
    """One title. Safe to share between threads; close it when done."""

    def __init__(self, folder: Path, *, cluster: Cluster | None = None) -> None:
        """Open it; the index is caught up, as far as this version can read the ledger.

        With `cluster` its private store is in the database there, and a publication of another node gets a folder here.
        Raises `UnknownPublication`, `NotInDatabase`, `NotOnGitServer`, `DatabaseUnavailable` or what the store raises.
        """
        if cluster is not None:
            prepare_folder(folder, cluster)
        else:
            check_folder(folder)
        if not (folder / "articles.git").is_dir():
            raise UnknownPublication(
                LazyString("There is no such publication."),
                operator=f"There is no publication {folder.name} in {folder.parent}. Create it with "
                f"`corrections --data {folder.parent} init {folder.name}`.",
            )
        restrict(folder)
        self.folder, self.cluster = folder, cluster
        self.name = folder.name
        with ExitStack() as opened:  # closed again where something further is not as it should be
            self.store = Store.open(folder / "articles.git", remote=cluster.remote(self.name) if cluster else None)
            opened.callback(self.store.close)
            self.private = Private(folder / "private.db", cluster, may_create=self.store.ledger() is None)
            opened.callback(self.private.close)
            self._shared = SharedHistory(self.store, cluster, self.name) if cluster and cluster.git_remote else None
            self.store.on_rewrite(forget_all)
            self.index = Index(folder / "index.db")
            opened.callback(self.index.close)
            self._unread: ReadOnly | None = None
            self._lacking: ReadOnly | None = None
            self._is_complete = self._shared is None
            self.refresh()
            self._check_complete()
            self.store.check_with(partial(self.index.check, self.store))
            self._key: tuple[int, Key] | None = None
            self._share_key()
            self.store.sign_with(self._signer)
            self.title = self.private.settings.get("title") or self.name
            self.url = self.private.settings.get("url") or ""
            opened.pop_all()

    @classmethod
    def create(
        cls, data: Path, name: str, title: str = "", url: str = "", *, cluster: Cluster | None = None
    ) -> "Publication":
        """Make an empty publication. Raises `Invalid` (a bad or taken name), `DatabaseUnavailable`, `RemoteFailure`."""
        name = publication_name(name)
        fields = Fields()
        title = fields.text("title", "Title", title, TITLE_LIMIT, lines=False)
        fields.check()
        if url and serialize_url(url) is None:
            raise Invalid(
                {"url": f"{url[:200]} is not a web address such as https://example.org; nothing was created."}
            )
        folder = data / name
        if (folder / "articles.git").exists():
            raise Invalid({"publication": f"There is already a publication {name} in {data}; nothing was changed."})
        if cluster is not None:
            claim_name(name, cluster)
        private_folder(folder)
        if cluster is not None:
            mark_folder(folder, cluster)
        Store.create(folder / "articles.git", remote=None if cluster is None else cluster.remote(name)).close()
        private = Private(folder / "private.db", cluster)
        private.settings.put("title", title or name)
        private.settings.put("url", url)
        private.close()
        Key.generate(folder / KEY)
        return cls(folder, cluster=cluster)

    @property
    def key(self) -> Key:
        """What signs checkpoints and, where the setting asks for it, commits. Raises `BadKey` where it was lost."""
        path = self.folder / KEY
        self._share_key()
        if not path.exists():
            if queries.signing_keys(self.index):
                raise BadKey(
                    f"{path} is missing: restore it from a backup, or run `corrections key {self.name} --new`."
                )
            Key.generate(path)
            self._share_key()
        changed = path.stat().st_mtime_ns
        if self._key is None or self._key[0] != changed:
            self._key = (changed, Key.read(path))
        return self._key[1]

    def _share_key(self) -> None:
        """Where several nodes sign, all sign with the key that is in the private store."""
        if self._shared is not None and self.private.newer is None:
            share_key(self.folder / KEY, self.private.settings, SHARED_KEY)

    def _signer(self) -> Key | None:
        """The key for commits, where they are to be signed. A lost key stops nobody's work: the audit names it."""
        is_signing = self.private.settings.get("sign-commits") == "on" and (self.folder / KEY).exists()
        return self.key if is_signing else None

    def take_key(self, path: Path) -> None:
        """Sign with the key at `path` from here on; it takes the old one's place."""
        if self._shared is not None:
            self.private.settings.put(SHARED_KEY, path.read_text())
        path.replace(self.folder / KEY)
        sync_folders(self.folder)

    def close(self) -> None:
        self.store.close()
        self.index.close()
        self.private.close()

    @property
    def obstacle(self) -> ReadOnly | None:
        """Why nothing is written here, as of the last `refresh`; None where all is well."""
        return self.private.newer or self._unread or self._lacking

    def refresh(self) -> None:
        """Catch the index up, for reading: as far as this version can read the ledger, and with what other nodes wrote,
        as far as that can be fetched in some seconds.

        Raises `IndexAhead`.
        """
        if self._shared is not None:
            self._shared.follow()
        self._catch_up()

    def fetch_news(self, is_awaited: Callable[[], bool] | None = None) -> None:
        """Fetch what other nodes wrote, however long that takes, as long as `is_awaited`."""
        if self._shared is not None:
            self._shared.catch_up(is_awaited)

    @property
    def is_behind(self) -> bool:
        """Whether another node announced something that could not be fetched yet."""
        return self._shared is not None and self._shared.is_behind()

    @property
    def is_cut_off(self) -> bool:
        """Whether the shared git server did not answer when it was last asked."""
        return self._shared is not None and self._shared.is_cut_off

    def check_shared(self) -> None:
        """Raises `RemoteFailure` where there is a shared git server, and it does not answer or has another history."""
        if self._shared is not None:
            self._shared.check()

    def _has_news(self, seen: str | None) -> bool:
        """Ask for what other nodes wrote, at once, and take it in; whether the index has more than at the head `seen`,
        whoever brought it: another request may have been quicker."""
        if self._shared is None:
            return False
        self._shared.ask()
        self._catch_up()
        return self.index.head != seen

    def _catch_up(self) -> None:
        try:
            self.index.catch_up(self.store)
        except ReadOnly as error:
            self._unread = error.copy()
        else:
            self._unread = None

    def head(self) -> Head:
        """Where the ledger stands; where its last event cannot be read, as far as the index knows it (with no time)."""
        with suppress(BadEvent):
            return self.store.head()
        state = self.index.state
        seq, corrections = int(state("seq") or 0), int(state("corrections") or 0)
        return Head(self.index.head, state("main"), seq, corrections, None)

    def check_writable(self) -> None:
        """Catch up, before anything is written. Raises `ReadOnly`, `IndexAhead`."""
        self.refresh()
        self._check_complete()
        if (obstacle := self.obstacle) is not None:
            raise obstacle.copy()

    def _check_complete(self) -> None:
        """See, until it is so, whether the shared git server has all that was written: the events of one that was
        restored from an older copy would be written a second time, with the same numbers."""
        if self._is_complete or self._shared is None:
            return
        missing = self._shared.missing()
        if missing is None:
            return  # a server is away, without which nothing is written
        self._catch_up()
        self._is_complete = not missing or queries.moved_to(self.index, missing) is not None
        self._lacking = None if self._is_complete else ReadOnly(_LACKING.format(event=missing[:12], name=self.name))

    def article(self, article_id: str) -> queries.Article:
        """Raises `UnknownArticle`, or `NotYetHere` where another node may have made it."""
        seen, article = self.index.head, queries.article(self.index, article_id)
        if article is None and self._has_news(seen):
            article = queries.article(self.index, article_id)
        if article is None:
            self._check_followed()
            raise UnknownArticle(LazyString("There is no article with the ID %(id)s.", id=article_id[:160]))
        return article

    def correction(self, number: int) -> queries.Correction:
        """Raises `UnknownCorrection`, or `NotYetHere` where another node may have written it."""
        seen, correction = self.index.head, queries.correction(self.index, number)
        if correction is None and self._has_news(seen):
            correction = queries.correction(self.index, number)
        if correction is None:
            self._check_followed()
            raise UnknownCorrection(LazyString("There is no correction number %(number)s.", number=number))
        return correction

    def _check_followed(self) -> None:
        """Raises `NotYetHere` where something that another node announced cannot be fetched."""
        if self.is_behind:
            raise NotYetHere

    def has_event(self, event_id: str) -> bool:
        """Whether the ledger has an event, by its id; of other nodes' events, those that can be fetched too."""
        seen = self.index.head
        is_known = queries.event(self.index, event_id) is not None
        return is_known or (self._has_news(seen) and queries.event(self.index, event_id) is not None)

    def rendered(self, article_id: str, revision: str, part: Part = Part.BODY) -> Rendered:
        """A part of an article at a revision as its reader sees it. Raises as `Store.text` does."""
        return rendered(self.store.source(article_id, revision, part))

    def sources(self, article_id: str, revision: str) -> ArticleSources:
        """All parts of an article at a revision. Raises as `Store.text` does."""
        body = self.store.source(article_id, revision)
        return ArticleSources(body, self.store.parts(article_id, revision))

    def format_of(self, article_id: str, revision: str) -> Format:
        """How an article is written at a revision. Raises as `Store.text` does."""
        return format_named(self.store.source(article_id, revision).format)

    def current_text(self, article_id: str) -> str:
        return self.store.text(article_id, self.article(article_id).revision)

    def write_together(self, decide: Callable[[str | None], list[Intent]]) -> list[Receipt]:
        """Catch up, let `decide` look at the picture as of the ledger's head and say what to write; write all of it or
        none, each intent on what the one before leaves, and catch up with that.

        Where somebody else changed the same thing at that moment, look and decide again. Empty where `decide` found
        nothing to write. Raises what `decide` raises, `Unprojectable` where the index could not take it in, and what
        `check_writable` raises; nothing is written then. Raises `SharedArchiveAway` where it may be written.
        """
        has_asked = False
        for _ in range(ATTEMPTS):
            self.check_writable()
            seen = self.index.head
            try:
                intents = decide(seen)
            except CorrectionsError:
                if has_asked or not self._has_news(seen):
                    raise
                has_asked = True
                continue  # it was about what this node did not have yet
            if not intents:
                return []
            try:
                receipts = self._written(intents)
            except Stale:
                continue
            self.index.catch_up(self.store)
            self._check_is_here(receipts[-1].entry)
            return receipts
        raise AlreadyDecided(TOO_BUSY)

    def write(self, decide: Callable[[str | None], Intent | None]) -> Receipt | None:
        """As `write_together`, for one intent; None where `decide` found nothing to write."""

        def decide_one(head: str | None) -> list[Intent]:
            intent = decide(head)
            return [] if intent is None else [intent]

        return next(iter(self.write_together(decide_one)), None)

    def _check_is_here(self, entry: Entry) -> None:
        """Raises `SharedArchiveAway` where the git server has taken the entry, but the clone here has not."""
        if int(self.index.state("seq") or 0) < entry.seq:
            raise SharedArchiveAway("It is on the shared git server, and not yet here.")

    def _written(self, intents: list[Intent]) -> list[Receipt]:
        """The receipts of these intents, written all or none; what the store refuses is raised as an error of ours."""
        try:
            return self.store.write_together(intents)
        except BadEvent as error:  # a newer version has written meanwhile
            raise ReadOnly(error.message) from error
        except RemoteFailure as error:
            _log.error("%s: %s", self.name, error.message)
            raise SharedArchiveAway(error.message) from error
        except IntentRefused as error:
            _log.error("%s: %s", self.name, error)
            raise Unprojectable(error.message) from error
        except Unprojectable as error:
            _log.error("%s: %s", self.name, error)
            raise


def probe(folder: Path) -> None:
    """Write something there durably and take it away again. Raises `OSError` where the disk is full or read-only."""
    path = folder / f"probe.{os.getpid()}.{threading.get_ident()}"
    try:
        with path.open("wb") as file:
            file.write(b"\0" * PROBE)
            file.flush()
            os.fsync(file.fileno())
    finally:
        path.unlink(missing_ok=True)


class Publications:
    """All publications of a data folder, and of the cluster if there is one, opened when first asked for."""

    def __init__(self, data: Path, *, cluster: Cluster | None = None) -> None:
        self._data, self._cluster = data, cluster
        self._shared_names: list[str] = []
        self._listed = 0.0
        self._open: dict[str, Publication] = {}
        self._opening: dict[str, threading.Event] = {}
        self._guard = threading.Lock()
        self._is_closed = False
        self._written: Callable[[str, int, float], None] = lambda name, events, seconds: None

    def observe_batches(self, observe: Callable[[str, int, float], None]) -> None:
        """Tell `observe` of each batch its publication, how many events it had and how many seconds it took."""
        self._written = observe

    def names(self) -> list[str]:
        """Sorted; with a cluster, as its database listed them at most some seconds ago."""
        names = {path.parent.name for path in self._data.glob("*/articles.git")}
        if self._cluster is not None and time.monotonic() - self._listed > NAMES_SECONDS:
            with suppress(DatabaseUnavailable):  # `check` says so; those that are known go on
                self._shared_names = self._cluster.publications.names()
            self._listed = time.monotonic()
        return sorted(names.union(self._shared_names))

    def available(self) -> list[Publication]:
        """Those that can be opened, sorted by name. Where none can be, raises what opening the last one raised."""
        found: list[Publication] = []
        failure: CorrectionsError | RepoStoreError | None = None
        for name in self.names():
            try:
                found.append(self.get(name))
            except (CorrectionsError, RepoStoreError) as error:
                failure = error
        if failure is not None and not found:
            raise failure
        return found

    def missing(self) -> list[str]:
        """Those that this process has open and whose folders are gone, sorted."""
        return sorted(set(self._open).difference(self.names()))

    def check(self) -> None:
        """Raises `DatabaseUnavailable` where there is a cluster, and its database does not take writes."""
        if self._cluster is not None:
            self._cluster.check()

    def leads(self, name: str) -> bool:
        """Whether this process does the background work of a publication, and no other node does."""
        return self._cluster is None or not self._cluster.git_remote or self._cluster.leadership.leads(name)

    def pass_lead(self, name: str) -> None:
        """Let another node do the background work of a publication, if there is one that can."""
        if self._cluster is not None and self._cluster.git_remote:
            self._cluster.leadership.pass_on(name)

    def give_up_lead(self) -> None:
        """Let another node do the background work."""
        if self._cluster is not None and self._cluster.git_remote:
            self._cluster.leadership.give_up()

    def news(self, publication: Publication) -> object:
        """A value that changes whenever there may be new background work; None where there may be some at any time."""
        if self._cluster is None or not self._cluster.git_remote:
            return None
        heard, name = self._cluster.announcements, publication.name
        if not heard.is_listening or publication.is_behind:
            return None
        return publication.store.ledger(), heard.head(name), heard.work_count(name), heard.connections

    def get(self, name: str) -> Publication:
        """Raises `UnknownPublication`, and what opening it raises; `NotYetHere` where another thread takes long to."""
        publication = self._open.get(name)
        if publication is not None:
            return publication
        if not _NAME.fullmatch(name):
            raise UnknownPublication(LazyString("There is no such publication."))
        while True:  # one that is slow to open holds up no other
            with self._guard:
                if name in self._open:
                    return self._open[name]
                opening = self._opening.get(name)
                if opening is None:
                    opened = self._opening[name] = threading.Event()
                    break
            if not opening.wait(OPENING_SECONDS):
                raise NotYetHere
        try:
            publication = Publication(self._data / name, cluster=self._cluster)
            publication.store.observe_batches(lambda events, seconds: self._written(name, events, seconds))
            with self._guard:
                if self._is_closed:  # by another thread, while this one opened it
                    publication.close()
                    raise NotYetHere
                self._open[name] = publication
            return publication
        finally:
            with self._guard:
                del self._opening[name]
            opened.set()

    def close(self) -> None:
        """Close those that are open; one that is being opened is closed by whoever opens it."""
        with self._guard:
            self._is_closed = True
            for publication in self._open.values():
                publication.close()
            self._open.clear()
        if self._cluster is not None:
            self._cluster.close()


def publication_name(name: str) -> str:
    """`name` if it can be a publication's; raises `Invalid`."""
    if name in RESERVED:
        raise Invalid({"publication": f"The name {name} is reserved. Choose another one."})
    if not _NAME.fullmatch(name):
        raise Invalid({"publication": "A publication’s name must have 1 to 40 lower-case letters, digits and hyphens."})
    return name
