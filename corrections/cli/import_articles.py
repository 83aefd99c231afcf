"""`corrections import`: import articles from files and folders, with an outcome for each."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click
from rich.progress import Progress

from corrections.article_files.batch_import import Given, Imported, Outcome, import_files
from corrections.article_files.batch_import import Progress as Tell
from corrections.article_files.discovery import shown
from corrections.cli import clashes
from corrections.cli.group import OPERATOR, PROGRESS, main, one_line_errors, open_publication
from corrections.errors import CorrectionsError
from corrections.text.comparison.merge import Side


@main.command("import")
@click.argument("publication")
@click.argument("files", nargs=-1, required=True, metavar="FILE|FOLDER…", type=click.Path(path_type=Path))
@click.option("--id", "article_id", help="The article's id, YYYY/MM/DD/slug; for one file.")
@click.option("--title", help="The article's title; for one file.")
@click.option("--language", help="A tag such as en, uk or ar.")
@click.option("--url", help="The article's canonical address; for one file.")
@click.option("--theirs", "side", flag_value="theirs", help="On a clash with a correction, publish your words.")
@click.option("--ours", "side", flag_value="ours", help="On a clash with a correction, keep the published words.")
@click.option("--force", is_flag=True, help="Import HTML even if words change in conversion, and list them.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
@one_line_errors
def import_command(
    context: click.Context,
    publication: str,
    files: tuple[Path, ...],
    article_id: str | None,
    title: str | None,
    language: str | None,
    url: str | None,
    side: Side | None,
    force: bool,
    as_json: bool,
) -> None:
    """Import articles from files or folders: Markdown, plain text, HTML.

    The same file again changes nothing, whatever was corrected since. A changed file is merged with the accepted
    corrections. If both changed the same words, nothing of that article is written and the clashes are printed:
    import it again with --theirs or --ours.

    Prints the outcome of each file; exit status 1 if one was refused or clashes. From a folder, all files below it
    are imported except hidden ones. Two files that would become one article are refused before anything is written.
    """
    opened = open_publication(context, publication)
    given = Given(article_id, language, url, title, force, side)
    alone = len(files) == 1 and not files[0].is_dir()
    outcomes: list[Imported] = []
    with _progress() as tell:
        for imported in import_files(opened, OPERATOR, files, given, tell):
            if alone and imported.outcome is Outcome.REFUSED:
                raise CorrectionsError(f"{shown(imported.path)}: {imported.error}")
            outcomes.append(imported)
            if not as_json:
                _print(imported)
    if as_json:
        click.echo(json.dumps([_plain(each) for each in outcomes], ensure_ascii=False))
    else:
        counts = Counter(each.outcome for each in outcomes)
        click.echo(", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome if counts[outcome]))
    if any(each.outcome in (Outcome.REFUSED, Outcome.CLASHES) for each in outcomes):
        sys.exit(1)


def _print(imported: Imported) -> None:
    """Print a line for the file, and one for each warning."""
    if imported.article is None or imported.error:
        click.echo(f"{imported.outcome:<9}  {shown(imported.path)}: {' '.join(imported.error.split())}")
    else:
        click.echo(f"{imported.outcome:<9}  {shown(imported.path)}  {imported.article.id}  {imported.article.title}")
    for line in clashes.lines(imported.clashes):
        click.echo(f"{'':<9}  {line}")
    if imported.kept:
        click.echo(f"{'':<9}  {clashes.corrections(imported.kept)} kept")
    if imported.taken_over:
        click.echo(f"{'':<9}  {clashes.corrections(imported.taken_over)} taken over by you")
    for note in imported.notes:
        click.echo(f"{'':<9}  {' '.join(note.split())}")
    for warning in imported.warnings:
        click.echo(f"{'':<9}  warning: {' '.join(warning.split())}")


def _plain(imported: Imported) -> dict[str, object]:
    article = asdict(imported.article) if imported.article else {"id": None}
    return {
        "file": shown(imported.path),
        "outcome": imported.outcome,
        **article,
        "notes": list(imported.notes),
        "warnings": list(imported.warnings),
        "error": imported.error or None,
        "kept": imported.kept,
        "taken_over": imported.taken_over,
        "clashes": [asdict(clash) for clash in imported.clashes],
    }


@contextmanager
def _progress() -> Iterator[Tell]:
    """A progress bar on stderr, if it is a terminal."""
    with Progress(console=PROGRESS, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("Reading")

        def tell(step: str, done: int, total: int) -> None:
            bar.update(task, description=step, completed=done, total=total)

        yield tell
