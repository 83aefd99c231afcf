"""Imports files into a publication, with an outcome and its reason for each file."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from corrections.article_files.discovery import ArticleFile, article_files
from corrections.article_files.documents import as_text, read_manuscript
from corrections.article_files.identity import Claim, Identity, identify, read_claim
from corrections.errors import CorrectionsError
from corrections.index import queries
from corrections.services.actors import Actor
from corrections.services.articles import updates
from corrections.services.errors import Clash, Clashing
from corrections.services.publication import Publication
from corrections.text.comparison.merge import Side
from repo_store import RepoStoreError

Progress = Callable[[str, int, int], None]  # step, files done, files in all


class Outcome(StrEnum):
    NEW = "new"
    REVISED = "revised"
    MERGED = "merged"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    CLASHES = "clashes"
    REFUSED = "refused"


@dataclass(frozen=True)
class ImportOptions:
    """What the caller sets; `id`, `url` and `title` apply to a single file."""

    id: str | None = None
    language: str | None = None
    url: str | None = None
    title: str | None = None
    dry_run: bool = False  # say what would happen, and write nothing
    side: Side | None = None  # where publisher and corrections changed the same words


@dataclass(frozen=True)
class ImportResult:
    """The outcome of one file: the article, if there is one; `error` says why it was refused or skipped.

    `kept` and `taken_over` are numbers of corrections, as in `updates.Outcome`; `clashes` are those that prevent it.
    """

    path: Path
    outcome: Outcome
    article: queries.Article | None = None  # as it is now; of a new article None in a dry run
    id: str = ""
    title: str = ""
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    error: str = ""
    kept: tuple[int, ...] = ()
    taken_over: tuple[int, ...] = ()
    clashes: tuple[Clash, ...] = ()


def import_files(
    publication: Publication, actor: Actor, paths: Iterable[Path], options: ImportOptions, progress: Progress
) -> Iterator[ImportResult]:
    """Import files, and all articles in folders; yields a result for each file, in order.

    Everything is read before anything is written, so that clashes are found first. Raises `NothingToImport`, `Clash`
    and `CorrectionsError` where `options` name one article and there are several files.
    """
    files = article_files(paths)
    if len(files) != 1 and (options.id or options.url or options.title):
        raise CorrectionsError("--id, --url and --title can only be used with a single file.")
    claims: list[Claim] = []
    errors: dict[Path, str] = {file.path: file.skipped for file in files if file.skipped}
    for number, file in enumerate(files):
        progress("Reading", number, len(files))
        try:
            if not file.skipped:
                claims.append(read_claim(publication, file, read_manuscript(file.path, publication.url), options.id))
        except (CorrectionsError, RepoStoreError) as error:
            errors[file.path] = error.message
    identities = {identity.file.path: identity for identity in identify(claims, datetime.now(UTC).date())}
    return _publish(publication, actor, files, identities, errors, options, progress)


def _publish(
    publication: Publication,
    actor: Actor,
    files: list[ArticleFile],
    identities: dict[Path, Identity],
    errors: dict[Path, str],
    options: ImportOptions,
    progress: Progress,
) -> Iterator[ImportResult]:
    for number, file in enumerate(files):
        progress("Importing", number, len(files))
        if file.path in errors:
            outcome = Outcome.SKIPPED if file.skipped else Outcome.REFUSED
            yield ImportResult(file.path, outcome, error=errors[file.path])
            continue
        yield _import_file(publication, actor, identities[file.path], options)
    progress("Importing", len(files), len(files))


def _import_file(publication: Publication, actor: Actor, identity: Identity, options: ImportOptions) -> ImportResult:
    path = identity.file.path
    if identity.error:
        return ImportResult(path, Outcome.REFUSED, error=identity.error)
    try:
        # read again: the texts of a whole archive do not fit in memory
        manuscript = read_manuscript(path, publication.url)
        incoming = as_text(manuscript, identity.id, options.language, options.url, options.title)
        remarks = (*manuscript.remarks, *identity.remarks)
        result = _write(publication, actor, path, incoming, options)
    except Clashing as error:
        article = queries.article(publication.index, identity.id)
        return ImportResult(path, Outcome.CLASHES, article, error=error.message, clashes=error.clashes)
    except (CorrectionsError, RepoStoreError) as error:
        return ImportResult(path, Outcome.REFUSED, error=error.message)
    return replace(result, warnings=remarks, notes=manuscript.notes)


def _write(
    publication: Publication, actor: Actor, path: Path, incoming: updates.ArticleText, options: ImportOptions
) -> ImportResult:
    """Publish the article, or in a dry run find out what publishing it would do."""
    if options.dry_run:
        expected = updates.preview(publication, actor, incoming, options.side)
        article = queries.article(publication.index, incoming.id)
        title, kept, taken_over = expected.title, expected.kept, expected.taken_over
        return ImportResult(
            path, Outcome(expected.outcome), article, incoming.id, title, kept=kept, taken_over=taken_over
        )
    result = updates.publish(publication, actor, incoming, options.side)
    article = result.article
    return ImportResult(
        path,
        Outcome(result.outcome),
        article,
        article.id,
        article.title,
        kept=result.kept,
        taken_over=result.taken_over,
    )
