"""Articles in a git repository of Markdown or HTML, as static site generators have them: both ways.

*Pull*: files of the branch that are new or changed become articles and revisions, as an import does it. *Push*: for
each accepted or reverted correction a commit on the branch, whose author is the reader's pseudonym, by
compare-and-swap: a push onto a branch that somebody has moved is refused, and what they wrote is pulled first. Of
front matter the corrected words of title and standfirst change alone. What was pushed comes back as the publisher's own
text, which changes nothing.
"""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from urllib.parse import SplitResult, urlsplit

from corrections.article_files.discovery import ArticleFile
from corrections.article_files.documents import as_text, read_manuscript
from corrections.article_files.front_matter_edit import with_value
from corrections.article_files.identity import Claim, identify, read_claim
from corrections.article_files.manuscript import Manuscript
from corrections.connectors.connector import ConnectionFailed, Connector, Run, check_host_reach, raise_problems
from corrections.connectors.git_mirror import GitMirror, is_branch, mirror_folder
from corrections.domain.roles import Role
from corrections.domain.states import State
from corrections.errors import CorrectionsError
from corrections.index import queries
from corrections.private.delivery.connections import ConnectedArticle
from corrections.services.actors import Actor
from corrections.services.articles import updates
from corrections.services.articles.source_versions import last_sent, patch_since
from corrections.services.errors import Invalid
from corrections.services.publication import Publication
from corrections.text.comparison.patch import Change, apply
from repo_store import Part, RepoStoreError
from repo_store.model.intents import Person, desk, reader

SUFFIXES = (".md", ".markdown", ".html", ".htm")
ATTEMPTS = 5  # at pushing onto a branch that others move
_MOST_EDITS = 1000  # by corrections, after one sending
_LAST = 1 << 62  # greater than any correction's number
REMOTE = ("https", "http", "git")  # what somebody who is not the operator of this server can connect


def check(options: Mapping[str, str]) -> dict[str, str]:
    """Raises `Invalid`."""
    url, branch = options.get("url", "").strip(), options.get("branch", "").strip() or "main"
    folder = PurePosixPath(options.get("path", "").strip().strip("/") or ".")
    pattern = options.get("url-pattern", "").strip()
    if not url or url.startswith("-"):
        raise Invalid({"url": "Give --url, the address of the repository, as `git clone` takes it."})
    if not is_branch(branch):
        raise Invalid({"branch": f"{branch} is not the name of a branch."})
    if folder.is_absolute() or ".." in folder.parts:
        raise Invalid({"path": "--path must be a folder inside the repository, such as content/posts."})
    try:
        pattern.format(slug="", path="", year="", month="", day="")
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        raise Invalid({"url-pattern": "--url-pattern may have {slug}, {path}, {year}, {month}, {day}."}) from error
    return {"url": url, "branch": branch, "path": "" if str(folder) == "." else str(folder), "url-pattern": pattern}


def create_secret(password: str) -> str:
    """The password for the repository, where its address names a user."""
    return password


def check_reach(options: Mapping[str, str]) -> None:
    """Raises `Invalid` for a repository on this server's disk, on its private network, or behind its own ssh keys."""
    parts = _split(options["url"])
    if parts.scheme not in REMOTE or not parts.hostname:
        raise Invalid(
            {"url": "--url must begin with https:// here. Use the command line for ssh and for a folder on the server."}
        )
    if parts.password is not None:
        raise Invalid({"url": "Leave the password out of --url and enter it below: there it is stored encrypted."})
    check_host_reach("url", parts.hostname)


def _split(url: str) -> SplitResult:
    """Raises `Invalid` for what is no address."""
    try:
        if any(sign in url for sign in "\\ \t\r\n"):
            raise ValueError
        return urlsplit(url)
    except ValueError as error:
        raise Invalid({"url": "Give --url, the address of the repository, as `git clone` takes it."}) from error


def run(turn: Run) -> None:
    """Pull what is new on the branch, then push what corrections changed. Raises `ConnectionFailed`."""
    options = turn.connection.options
    folder = mirror_folder(turn.publication.folder, turn.connection.name)
    mirror = GitMirror(folder, options["url"], options["branch"], turn.secret)
    errors: list[str] = []
    for _ in range(ATTEMPTS):
        tip = mirror.fetch()
        errors = list(_pull(turn, mirror, tip))
        pushed = _push(turn, mirror, tip)
        if pushed == tip:
            break
        if pushed is not None:
            errors = list(_pull(turn, mirror, pushed))  # the publisher has the corrections now
            break
    else:
        raise ConnectionFailed("The branch is moved by others all the time. Corrections are pushed with the next run.")
    _note_position(turn)
    raise_problems(errors)


@dataclass(frozen=True)
class _File:
    """A file of the branch that is new or changed, written out under its path in the repository."""

    path: str
    blob: str
    place: Path
    manuscript: Manuscript


def _pull(turn: Run, mirror: GitMirror, tip: str) -> Iterator[str]:
    """Import the files that are new or changed; yields why a file could not be imported, as a sentence."""
    connections, name = turn.publication.private.connections, turn.connection.name
    known = {article.path: article for article in connections.articles(name)}
    files = mirror.files(tip, turn.connection.options["path"])
    _follow_renames(turn, mirror, tip, known, files)
    changed = {
        path: blob
        for path, blob in files.items()
        if path.lower().endswith(SUFFIXES) and (path not in known or known[path].blob != blob)
    }
    with tempfile.TemporaryDirectory() as folder:
        read: list[_File] = []
        for path, blob in changed.items():
            place = Path(folder) / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(mirror.read(blob))
            try:
                read.append(_File(path, blob, place, read_manuscript(place, turn.publication.url)))
            except CorrectionsError as error:
                yield f"{path}: {error.message}"
        yield from _import(turn, read, known, Path(folder))
    connections.set_pulled(name, tip)


def _follow_renames(
    turn: Run, mirror: GitMirror, tip: str, known: dict[str, ConnectedArticle], files: dict[str, str]
) -> None:
    connections, name = turn.publication.private.connections, turn.connection.name
    before = connections.pulled(name)
    if before is None or before == tip or not mirror.has(before):
        return
    for old, new in mirror.renames(before, tip).items():
        if old in known and old not in files and new in files and new not in known:
            connections.move_article(name, old, new)
            known[new] = replace(known.pop(old), path=new)


def _import(turn: Run, read: list[_File], known: dict[str, ConnectedArticle], root: Path) -> Iterator[str]:
    publication, name = turn.publication, turn.connection.name
    ids = {file.path: known[file.path].article for file in read if file.path in known}
    fresh = [file for file in read if file.path not in known]
    claims: list[Claim] = [
        read_claim(publication, ArticleFile(file.place, root), file.manuscript, None) for file in fresh
    ]
    by_place = {file.place: file.path for file in fresh}
    for identity in identify(claims, datetime.now(UTC).date()):
        if identity.error:
            yield f"{by_place[identity.file.path]}: {identity.error}."
        else:
            ids[by_place[identity.file.path]] = identity.id
    for file in read:
        if file.path not in ids or turn.stop.is_set():
            continue
        article_id = ids[file.path]
        text = as_text(file.manuscript, article_id, None, _address(turn, file, article_id))
        try:
            updates.publish(publication, _actor(turn), text)
        except (CorrectionsError, RepoStoreError) as error:
            yield f"{file.path}: {error.message}"
        else:
            publication.private.connections.put_article(ConnectedArticle(name, article_id, file.path, file.blob))


def _address(turn: Run, file: _File, article_id: str) -> str | None:
    """The address of a file's page, by the connection's pattern; None where there is none, or the file names it."""
    pattern = turn.connection.options["url-pattern"]
    if not pattern or file.manuscript.url:
        return None
    year, month, day, slug = article_id.split("/")
    folder = turn.connection.options["path"]
    path = PurePosixPath(file.path).relative_to(folder or ".").with_suffix("")
    return pattern.format(slug=slug, path=path, year=year, month=month, day=day)


def _push(turn: Run, mirror: GitMirror, tip: str) -> str | None:
    """Push a commit for each change by corrections; the branch's last commit then, None where the push was too late."""
    publication, name = turn.publication, turn.connection.name
    files = mirror.files(tip, turn.connection.options["path"])
    last = tip
    for connected in publication.private.connections.articles(name):
        if files.get(connected.path) != connected.blob:
            continue  # gone there, or changed in a way that could not be imported
        data = mirror.read(connected.blob).decode()
        for part in Part:
            for change in _changes(publication, connected.article, part):
                changed = _with_change(data, part, change)
                if changed is None:
                    break
                data = changed
                last = mirror.commit(last, connected.path, data.encode(), change.author, change.message, change.at)
    if last == tip:
        return tip
    return last if mirror.push(last, tip) else None


def _with_change(data: str, part: Part, change: "_Change") -> str | None:
    """A file with the change made, in its text or in its front matter; None where the file has something else there."""
    if part is not Part.BODY:
        return with_value(data, _KEYS[part], change.before, change.after)
    return data[: len(data) - len(change.before)] + change.after if data.endswith(change.before) else None


_KEYS = {Part.HEADLINE: ("title", "headline"), Part.STANDFIRST: ("standfirst",)}


@dataclass(frozen=True)
class _Change:
    """What one correction, or several that cannot be told apart, made of a part of an article."""

    before: str
    after: str
    author: Person
    message: str
    at: datetime


def _changes(publication: Publication, article_id: str, part: Part) -> Iterator[_Change]:
    """What corrections made of a part that the publisher sent last: correction by correction, in their order."""
    sent = last_sent(publication, article_id)
    article = queries.article(publication.index, article_id)
    if sent is None or article is None:
        return
    source = sent.sources.of(part)
    if publication.store.source(article_id, article.revision, part) == source:
        return
    edits = queries.edits_since(publication.index, article_id, sent.seq, _MOST_EDITS)
    reverted = tuple(event.number for event in edits if event.type == "correction.reverted" and event.number)
    groups: dict[tuple[int, ...], list[Change]] = {}
    for change in patch_since(publication, article, sent, part):
        groups.setdefault(change.numbers or reverted, []).append(change)
    applied: list[Change] = []
    text = source.text
    for numbers in sorted(groups, key=lambda numbers: numbers or (_LAST,)):
        applied = sorted([*applied, *groups[numbers]], key=lambda change: (change.edit.start, change.edit.end))
        after = apply(tuple(applied), source.text)
        yield _described(publication, article_id, numbers, text, after)
        text = after


def _described(publication: Publication, article_id: str, numbers: tuple[int, ...], before: str, after: str) -> _Change:
    """A change with the author and the message of its commit."""
    slug = article_id.rsplit("/", 1)[-1]
    corrections = [
        correction for number in numbers if (correction := queries.correction(publication.index, number)) is not None
    ]
    if len(corrections) != 1:
        which = f" {' and '.join(map(str, numbers))}" if numbers else ""
        return _Change(before, after, desk("Corrections"), f"Apply corrections{which} to {slug}\n", datetime.now(UTC))
    (correction,) = corrections
    verb = "Revert correction" if correction.state is State.REVERTED else "Correction"
    message = (
        f"{verb} {correction.number}: {correction.category} in {slug}\n\n"
        f"Correction: {correction.id}\nCategory: {correction.category}\n"
    )
    at = datetime.fromisoformat(correction.decided_at or correction.submitted_at)
    return _Change(before, after, reader(correction.id), message, at)


def _actor(turn: Run) -> Actor:
    return Actor(f"the connection {turn.connection.name}", Role.ADMIN)


def _note_position(turn: Run) -> None:
    """Note up to which event the branch has what corrections made."""
    publication = turn.publication
    publication.refresh()
    publication.private.connections.add_deliveries(turn.connection.name, (), publication.store.ledger() or "")


CONNECTOR = Connector(
    "git",
    frozenset({"url", "branch", "path", "url-pattern"}),
    check,
    create_secret,
    run,
    takes_password=True,
    pulls=True,
    check_reach=check_reach,
)
