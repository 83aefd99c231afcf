"""`corrections import`: import articles from files, folders and web pages, with an outcome for each."""

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import click
from rich.progress import Progress

from corrections.article_files.batch_import import ImportOptions, ImportResult, Outcome, import_files
from corrections.article_files.batch_import import Progress as ReportProgress
from corrections.article_files.discovery import printable_path
from corrections.article_files.documents import read_manuscript
from corrections.cli import clashes
from corrections.cli.group import OPERATOR, PROGRESS, main, one_line_errors, open_publication
from corrections.connectors.connector import ConnectionFailed
from corrections.connectors.site.fetcher import Fetcher, PageMissing
from corrections.errors import CorrectionsError
from corrections.text.comparison.merge import Side
from corrections.urls import serialize_url


@main.command("import")
@click.argument("publication")
@click.argument("sources", nargs=-1, required=True, metavar="FILE|FOLDER|URL…")
@click.option("--id", "article_id", help="The article's id, YYYY/MM/DD/slug; for one file.")
@click.option("--title", help="The article's title; for one file.")
@click.option("--language", help="A tag such as en, uk or ar.")
@click.option("--url", help="The article's canonical address; for one file.")
@click.option("--theirs", "side", flag_value="theirs", help="On a clash with a correction, publish your version.")
@click.option("--ours", "side", flag_value="ours", help="On a clash with a correction, keep the published version.")
@click.option("--force", is_flag=True, help="No longer needed: HTML is kept as it is.", expose_value=False)
@click.option("--dry-run", is_flag=True, help="Show what would happen to each file, and write nothing.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
@one_line_errors
def import_command(
    context: click.Context,
    publication: str,
    sources: tuple[str, ...],
    article_id: str | None,
    title: str | None,
    language: str | None,
    url: str | None,
    side: Side | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Import articles from files or folders (Markdown, plain text, HTML), or from the web page at a URL.

    The same file again changes nothing, whatever was corrected since. A changed file is merged with the accepted
    corrections. If both changed the same words, nothing of that article is written and the clashes are printed:
    import it again with --theirs or --ours.

    Prints the outcome of each file; exit status 1 if one was refused or clashes. From a folder, all files below it
    are imported except hidden ones. Two files that would become one article are refused before anything is written.
    """
    opened = open_publication(context, publication)
    options = ImportOptions(article_id, language, url, title, dry_run, side)
    alone = len(sources) == 1 and not Path(sources[0]).is_dir()
    results: list[ImportResult] = []
    with tempfile.TemporaryDirectory() as folder, _progress() as report_progress:
        names = _Names(_fetched(sources, Path(folder)))
        for paths, batch_options in _batches(sources, names, options):
            for result in import_files(opened, OPERATOR, paths, batch_options, report_progress):
                if alone and result.outcome is Outcome.REFUSED:
                    raise CorrectionsError(f"{names.of(result.path)}: {result.error}")
                results.append(result)
                if not as_json:
                    _print(result, names.of(result.path))
    if as_json:
        click.echo(json.dumps([_plain(result, names.of(result.path)) for result in results], ensure_ascii=False))
    else:
        click.echo(_summary(results, dry_run))
    if any(result.outcome in (Outcome.REFUSED, Outcome.CLASHES) for result in results):
        sys.exit(1)


def is_address(source: str) -> bool:
    return source.lower().startswith(("http://", "https://"))


def _fetched(sources: tuple[str, ...], folder: Path) -> dict[Path, str]:
    """The pages at the addresses among the sources, as files in `folder`, with the addresses to which they led."""
    files: dict[Path, str] = {}
    fetcher = Fetcher()
    for number, source in enumerate(filter(is_address, sources)):
        try:
            page = fetcher.fetch(serialize_url(source) or source)
        except (PageMissing, ConnectionFailed) as error:
            raise CorrectionsError(f"Nothing was imported. {error}") from error
        assert page is not None  # without validators there is always an answer
        place = folder / str(number) / f"{PurePosixPath(unquote(urlsplit(page.url).path)).stem or 'article'}.html"
        place.parent.mkdir()
        place.write_bytes(page.body)
        files[place] = page.url
    return files


class _Names:
    """What to call the files that are imported: pages by their addresses."""

    def __init__(self, pages: dict[Path, str]) -> None:
        self.pages = pages

    def of(self, path: Path) -> str:
        return self.pages.get(path) or printable_path(path)


def _batches(
    sources: tuple[str, ...], names: _Names, options: ImportOptions
) -> Iterator[tuple[tuple[Path, ...], ImportOptions]]:
    """What is imported together: all files, and each page alone, for it has its address."""
    files = tuple(Path(source) for source in sources if not is_address(source))
    if files:
        yield files, options
    for place, url in names.pages.items():
        yield (place,), replace(options, url=options.url or _canonical(place, url))


def _canonical(place: Path, url: str) -> str:
    """The address that a page gives as its own; `url` where it gives none."""
    try:
        return read_manuscript(place, url).url or url
    except CorrectionsError:  # told when it is imported
        return url


def _summary(results: list[ImportResult], dry_run: bool) -> str:
    """How many files had each outcome."""
    counts = Counter(result.outcome for result in results)
    summary = ", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome if counts[outcome])
    return f"Dry run, nothing was written: {summary}" if dry_run else summary


def _print(result: ImportResult, name: str) -> None:
    """Print a line for the file, and one for each warning."""
    if not result.id or result.error:
        click.echo(f"{result.outcome:<9}  {name}: {' '.join(result.error.split())}")
    else:
        click.echo(f"{result.outcome:<9}  {name}  {result.id}  {result.title}")
    for line in clashes.lines(result.clashes):
        click.echo(f"{'':<9}  {line}")
    if result.kept:
        click.echo(f"{'':<9}  {clashes.corrections(result.kept)} kept")
    if result.taken_over:
        click.echo(f"{'':<9}  {clashes.corrections(result.taken_over)} already in your version")
    for note in result.notes:
        click.echo(f"{'':<9}  {' '.join(note.split())}")
    for warning in result.warnings:
        click.echo(f"{'':<9}  warning: {' '.join(warning.split())}")


def _plain(result: ImportResult, name: str) -> dict[str, object]:
    if result.article is not None:
        article = asdict(result.article)
        if result.title:
            article["title"] = result.title
    else:
        article = {"id": result.id or None, **({"title": result.title} if result.title else {})}
    return {
        "file": name,
        "outcome": result.outcome,
        **article,
        "notes": list(result.notes),
        "warnings": list(result.warnings),
        "error": result.error or None,
        "kept": result.kept,
        "taken_over": result.taken_over,
        "clashes": [asdict(clash) for clash in result.clashes],
    }


@contextmanager
def _progress() -> Iterator[ReportProgress]:
    """A progress bar on stderr, if it is a terminal."""
    with Progress(console=PROGRESS, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("Reading")

        def update(step: str, done: int, total: int) -> None:
            bar.update(task, description=step, completed=done, total=total)

        yield update
