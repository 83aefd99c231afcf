"""Many files into a publication: what can be imported is, and each file gets its outcome and the reason for it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from corrections.article_files.discovery import ArticleFile, article_files
from corrections.article_files.documents import as_text, read_manuscript
from corrections.article_files.identity import Claim, Identity, claim, identify
from corrections.errors import CorrectionsError
from corrections.index import queries
from corrections.services.actors import Actor
from corrections.services.articles import updates
from corrections.services.errors import Clash, Clashing
from corrections.services.publication import Publication
from corrections.text.comparison.merge import Side
from repo_store import RepoStoreError

Progress = Callable[[str, int, int], None]  # what is done, how many files of how many


class Outcome(StrEnum):
    NEW = "new"
    REVISED = "revised"
    MERGED = "merged"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    CLASHES = "clashes"
    REFUSED = "refused"


@dataclass(frozen=True)
class Given:
    """What the caller says of the article; `id`, `url` and `title` go with a single file."""

    id: str | None = None
    language: str | None = None
    url: str | None = None
    title: str | None = None
    force: bool = False  # take HTML even where words would differ
    side: Side | None = None  # where publisher and corrections changed the same words


@dataclass(frozen=True)
class Imported:
    """What became of a file: the article, where there is one; `error` is why it was refused or skipped.

    `kept` and `taken_over` are numbers of corrections, as `publishing.Outcome` has them; `clashes` stand in its way.
    """

    path: Path
    outcome: Outcome
    article: queries.Article | None = None
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    error: str = ""
    kept: tuple[int, ...] = ()
    taken_over: tuple[int, ...] = ()
    clashes: tuple[Clash, ...] = ()


def import_files(
    publication: Publication, actor: Actor, paths: Iterable[Path], given: Given, progress: Progress
) -> Iterator[Imported]:
    """Import files, and all articles in folders; the files' outcomes come one by one, in order.

    Everything is read before anything is written, so that clashes are found first. Raises `NothingToImport`, `Clash`
    and, where `given` is of a single file and there are several, `CorrectionsError`.
    """
    files = article_files(paths)
    if len(files) != 1 and (given.id or given.url or given.title):
        raise CorrectionsError("--id, --url and --title can only be used with a single file.")
    claims: list[Claim] = []
    refused: dict[Path, str] = {file.path: file.skipped for file in files if file.skipped}
    for number, file in enumerate(files):
        progress("Reading", number, len(files))
        try:
            if not file.skipped:
                claims.append(
                    claim(publication, file, read_manuscript(file.path, publication.url, given.force), given.id)
                )
        except (CorrectionsError, RepoStoreError) as error:
            refused[file.path] = error.message
    identities = {each.file.path: each for each in identify(claims, datetime.now(UTC).date())}
    return _publish(publication, actor, files, identities, refused, given, progress)


def _publish(
    publication: Publication,
    actor: Actor,
    files: list[ArticleFile],
    identities: dict[Path, Identity],
    refused: dict[Path, str],
    given: Given,
    progress: Progress,
) -> Iterator[Imported]:
    for number, file in enumerate(files):
        progress("Importing", number, len(files))
        if file.path in refused:
            outcome = Outcome.SKIPPED if file.skipped else Outcome.REFUSED
            yield Imported(file.path, outcome, error=refused[file.path])
            continue
        yield _imported(publication, actor, identities[file.path], given)
    progress("Importing", len(files), len(files))


def _imported(publication: Publication, actor: Actor, identity: Identity, given: Given) -> Imported:
    path = identity.file.path
    if identity.refused:
        return Imported(path, Outcome.REFUSED, error=identity.refused)
    try:
        # again: the texts of a whole archive are not kept in memory
        read = read_manuscript(path, publication.url, given.force)
        incoming = as_text(read, identity.id, given.language, given.url, given.title)
        done = updates.publish(publication, actor, incoming, given.side)
    except Clashing as error:
        article = queries.article(publication.index, identity.id)
        return Imported(path, Outcome.CLASHES, article, error=error.message, clashes=error.clashes)
    except (CorrectionsError, RepoStoreError) as error:
        return Imported(path, Outcome.REFUSED, error=error.message)
    remarks = (*read.remarks, *identity.remarks)
    outcome = Outcome(done.outcome)
    return Imported(path, outcome, done.article, remarks, read.notes, kept=done.kept, taken_over=done.taken_over)
