"""Files of the branch that are new or changed, into the publication."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from corrections.article_files.discovery import ArticleFile
from corrections.article_files.documents import as_text, read_manuscript
from corrections.article_files.identity import Claim, identify, read_claim
from corrections.article_files.manuscript import Manuscript
from corrections.connectors.connector import Run
from corrections.connectors.git.mirror import GitMirror
from corrections.connectors.git.proposals import proposals
from corrections.connectors.git.state import FileClash, GitState
from corrections.domain.roles import Role
from corrections.errors import CorrectionsError
from corrections.private.delivery.connections import ConnectedArticle
from corrections.services.actors import Actor
from corrections.services.articles import updates
from corrections.services.articles.updates import ArticleText
from corrections.services.errors import Clash, Clashing
from corrections.text.comparison.merge import merge
from corrections.text.comparison.patch import apply, difference
from repo_store import Format, RepoStoreError

CLASHING = (
    "was changed both here and by you, in the same words. Nothing was overwritten. Make the file agree, or choose in "
    "the review queue, under “Conflicts with other systems”, which text to keep."
)
SUFFIXES = (".md", ".markdown", ".html", ".htm")


@dataclass(frozen=True)
class _File:
    """A file of the branch that is new or changed, written out under its path in the repository."""

    path: str
    blob: str
    place: Path
    manuscript: Manuscript


def pull(turn: Run, mirror: GitMirror, state: GitState, tip: str) -> Iterator[str]:
    """Import the files that are new or changed; yields why a file could not be imported, as a sentence."""
    rows = turn.publication.private.connections.articles(turn.connection.name)
    work = _Pull(turn, mirror, state, tip, {row.path: row for row in rows})
    files = mirror.files(tip, turn.connection.options["path"])
    work.follow_renames(files)
    changed = {path: blob for path, blob in files.items() if work.is_news(path, blob)}
    state.clashes = {path: clash for path, clash in state.clashes.items() if changed.get(path) == clash.blob}
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
        yield from work.take_all(read, Path(folder))
    state.tip = tip


@dataclass(frozen=True)
class _Pull:
    """`known` are the connection's articles by the paths of their files."""

    turn: Run
    mirror: GitMirror
    state: GitState
    tip: str
    known: dict[str, ConnectedArticle]

    def is_news(self, path: str, blob: str) -> bool:
        return path.lower().endswith(SUFFIXES) and (path not in self.known or self.known[path].blob != blob)

    def follow_renames(self, files: dict[str, str]) -> None:
        connections, before = self.turn.publication.private.connections, self.state.tip
        if before in ("", self.tip) or not self.mirror.has(before):
            return
        for old, new in self.mirror.renames(before, self.tip).items():
            if old in self.known and old not in files and new in files and new not in self.known:
                connections.move_article(self.turn.connection.name, old, new)
                self.known[new] = replace(self.known.pop(old), path=new)

    def take_all(self, read: list[_File], root: Path) -> Iterator[str]:
        publication, name = self.turn.publication, self.turn.connection.name
        ids = {file.path: self.known[file.path].article for file in read if file.path in self.known}
        fresh = [file for file in read if file.path not in self.known]
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
            if file.path not in ids or self.turn.stop.is_set():
                continue
            article_id = ids[file.path]
            try:
                self._publish(file, article_id)
            except Clashing:
                yield f"{file.path}: {article_id} {CLASHING}"
            except (CorrectionsError, RepoStoreError) as error:
                yield f"{file.path}: {error.message}"
            else:
                publication.private.connections.put_article(ConnectedArticle(name, article_id, file.path, file.blob))

    def _publish(self, file: _File, article_id: str) -> None:
        """Raises as `updates.publish` does."""
        publication, actor = self.turn.publication, actor_of(self.turn)
        text = as_text(file.manuscript, article_id, None, self._address(file, article_id))
        text = replace(text, offered=self._offered(file, article_id))
        known = self.state.clashes.get(file.path)
        try:
            updates.publish(publication, actor, text, known.side if known else None)
        except Clashing as error:
            if text.offered or not self._are_merged(error.clashes, file.blob):
                self.state.clashes[file.path] = FileClash(
                    article=article_id,
                    blob=file.blob,
                    versions=tuple((clash.published, clash.sent_now) for clash in error.clashes),
                    format=text.format or Format.MARKDOWN,
                )
                raise
            updates.publish(publication, actor, text, "theirs")
        self.state.clashes.pop(file.path, None)

    def _are_merged(self, clashes: tuple[Clash, ...], blob: str) -> bool:
        """Whether the branch has our commits of all these corrections, or the file that the team made of them: the team
        chose other words in their place, and knew ours."""
        merged = {
            number
            for branch in self.state.branches.values()
            if branch.theirs == blob or self.mirror.is_ancestor(branch.commit, self.tip)
            for number in branch.numbers
        }
        return all(clash.corrections and merged.issuperset(clash.corrections) for clash in clashes)

    def _offered(self, file: _File, article_id: str) -> ArticleText | None:
        """The last version with what the team has merged of our branches since, though it is not published any more: it
        was taken back before anybody here knew. None where there is nothing of it."""
        row = self.known.get(file.path)
        branches = [branch for branch in self.state.branches.values() if branch.article == article_id]
        if row is None or not branches:
            return None
        wanted = {proposal.change for proposal in proposals(self.turn.publication, article_id)}
        last, now = self._text(row.blob), self._text(file.blob)
        offered = last
        for branch in branches:
            if branch.change in wanted or not self.mirror.has(branch.commit):
                continue
            if self.mirror.blob_at(f"{branch.commit}^", file.path) != row.blob:
                continue
            change = difference(last, self._text(self.mirror.blob_at(branch.commit, file.path)))
            merged = merge(last, change, now)
            if not merged.carried and not merged.clashes:
                offered = apply(merge(last, change, offered).carried, offered)
        if offered == last:
            return None
        file.place.write_bytes(offered.encode())
        manuscript = read_manuscript(file.place, self.turn.publication.url)
        return as_text(manuscript, article_id, None, self._address(file, article_id))

    def _text(self, blob: str) -> str:
        return self.mirror.read(blob).decode(errors="replace")

    def _address(self, file: _File, article_id: str) -> str | None:
        """The address of a file's page, by the connection's pattern; None where there is none, or the file names it."""
        pattern = self.turn.connection.options["url-pattern"]
        if not pattern or file.manuscript.url:
            return None
        year, month, day, slug = article_id.split("/")
        folder = self.turn.connection.options["path"]
        path = PurePosixPath(file.path).relative_to(folder or ".").with_suffix("")
        return pattern.format(slug=slug, path=path, year=year, month=month, day=day)


def actor_of(turn: Run) -> Actor:
    return Actor(f"the connection {turn.connection.name}", Role.ADMIN)
