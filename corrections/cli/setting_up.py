"""Commands that make a publication and say who may do what."""

import json
import sys
from dataclasses import asdict
from functools import partial
from pathlib import Path

import click
from rich.progress import track

from corrections.cli import clashes
from corrections.cli.base import OPERATOR, PROGRESS, main, one_line_errors, open_publication
from corrections.desk import origins as site_origins
from corrections.desk import publishing
from corrections.desk import reasons as rejecting
from corrections.desk import settings as publication_settings
from corrections.desk.errors import Clashing, TakenDown
from corrections.desk.publication import Publication
from corrections.errors import CorrectionsError
from corrections.importing import read_article
from corrections.private.private import ROLES
from corrections.private.signing_in import SigningIn
from corrections.text.merge import Side


@main.command()
@click.argument("publication")
@click.option("--title", default="", help="What readers call it.")
@click.option("--url", default="", help="The publication's own site.")
@click.pass_context
@one_line_errors
def init(context: click.Context, publication: str, title: str, url: str) -> None:
    """Make an empty publication."""
    made = Publication.create(context.obj, publication, title, url)
    click.echo(f"Made {made.folder}. Next: corrections --data {context.obj} import {publication} FILE…")
    made.close()


@main.command("import")
@click.argument("publication")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--id", "article_id", help="The article's id, YYYY/MM/DD/slug; for one file.")
@click.option("--language", help="A tag such as en, uk or ar.")
@click.option("--url", help="The article's canonical address; for one file.")
@click.option("--theirs", "side", flag_value="theirs", help="Where you and a correction changed the same words: yours.")
@click.option("--ours", "side", flag_value="ours", help="The same: the published words.")
@click.option("--force", is_flag=True, help="Import HTML even where words would change on the way, and tell which.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
@one_line_errors
def import_files(
    context: click.Context,
    publication: str,
    files: tuple[Path, ...],
    article_id: str | None,
    language: str | None,
    url: str | None,
    side: Side | None,
    force: bool,
    as_json: bool,
) -> None:
    """Import articles from files or folders: Markdown, plain text, HTML.

    An HTML fragment is taken word for word, of a whole page the article alone; what was taken and left out is told.

    The same file again changes nothing, whatever was corrected since. A changed one is merged with the corrections that
    were accepted. Where both changed the same words, nothing of that article is written, the clashes are told, and the
    exit status is 1; import it again with --theirs or --ours.
    """
    found = [each for path in files for each in (sorted(path.rglob("*.md")) if path.is_dir() else [path])]
    if (article_id or url) and len(found) != 1:
        raise CorrectionsError("--id and --url go with one file.")
    opened = open_publication(context, publication)
    outcomes: list[publishing.Outcome] = []
    refused: list[Clashing | TakenDown] = []
    for path in track(found, "Importing", console=PROGRESS, disable=not sys.stderr.isatty()):
        incoming = read_article(path, article_id, language, url, force, partial(_remark, path))
        try:
            outcomes.append(publishing.publish(opened, OPERATOR, incoming, side))
        except (Clashing, TakenDown) as error:
            refused.append(error)
    _report(outcomes, refused, as_json)
    if refused:
        sys.exit(1)


def _report(outcomes: list[publishing.Outcome], refused: list[Clashing | TakenDown], as_json: bool) -> None:
    """Each article that was imported, on stdout; each that was not, on stderr."""
    if as_json:
        done = [
            {**asdict(each.article), "outcome": each.outcome, "kept": each.kept, "taken_over": each.taken_over}
            for each in outcomes
        ]
        left = [{"id": each.details["article"], "outcome": each.code, **each.details} for each in refused]
        click.echo(json.dumps([*done, *left], ensure_ascii=False))
    for each in () if as_json else outcomes:
        told = clashes.outcome(each.outcome, each.kept, each.taken_over)
        click.echo(f"{each.article.id}  {each.article.title}  ({told})")
    for error in refused:
        click.echo("\n".join(clashes.lines(error)), err=True)


def _remark(path: Path, line: str) -> None:
    """What is to be told about a file, on stderr and above the progress."""
    PROGRESS.print(f"{path.name}: {line}", markup=False, highlight=False, soft_wrap=True)


@main.command()
@click.argument("publication")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--name", required=True, help="Whose decisions these will be.")
@click.pass_context
@one_line_errors
def token(context: click.Context, publication: str, role: str, name: str) -> None:
    """Print a new token for the API (it is not kept here and cannot be shown again)."""
    click.echo(open_publication(context, publication).private.new_token(name, role))


@main.command()
@click.argument("publication")
@click.option("--add", multiple=True, metavar="ADDRESS", help="A site whose pages may send corrections.")
@click.option("--remove", multiple=True, metavar="ADDRESS", help="One that may no longer.")
@click.pass_context
@one_line_errors
def origins(context: click.Context, publication: str, add: tuple[str, ...], remove: tuple[str, ...]) -> None:
    """List the sites whose pages may send corrections through the widget, or change the list."""
    opened = open_publication(context, publication)
    for address in add:
        site_origins.add(opened, address)
    for address in remove:
        site_origins.remove(opened, address)
    for origin in sorted(site_origins.listed(opened)):
        click.echo(origin)


@main.command()
@click.argument("publication")
@click.argument("changes", nargs=-1, metavar="[NAME=VALUE]…")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
@one_line_errors
def settings(context: click.Context, publication: str, changes: tuple[str, ...], as_json: bool) -> None:
    """List what a publication decides for itself, or change it: settings daily reply-days=5."""
    opened = open_publication(context, publication)
    for change in changes:
        name, _, value = change.partition("=")
        publication_settings.put(opened, name, value)
        SigningIn(opened.private).note(OPERATOR.name, f"set {name} to {value!r}")
    values = {name: publication_settings.text(opened, name) for name in publication_settings.SETTINGS}
    if as_json:
        click.echo(json.dumps(values, ensure_ascii=False))
        return
    for name, value in values.items():
        click.echo(f"{name} = {value}\n    {publication_settings.SETTINGS[name].meaning}")


@main.command()
@click.argument("publication")
@click.option("--add", metavar="CODE", help="A reason to offer, or to change; with --text.")
@click.option("--text", "texts", multiple=True, metavar="LANGUAGE=TEXT", help="What the reader is told.")
@click.option("--remove", metavar="CODE")
@click.pass_context
@one_line_errors
def reasons(
    context: click.Context, publication: str, add: str | None, texts: tuple[str, ...], remove: str | None
) -> None:
    """List the reasons for rejecting that editors choose from, or change the list."""
    opened = open_publication(context, publication)
    if add:
        rejecting.put(opened, add, dict(each.partition("=")[::2] for each in texts))
    if remove:
        rejecting.remove(opened, remove)
    for each in rejecting.listed(opened):
        click.echo(each.code)
        for language, text in each.texts.items():
            click.echo(f"    {language}  {text}")


@main.command()
@click.argument("publication")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="editor", show_default=True)
@click.option("--email", default="", help="Where mentions (@name) reach them.")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
@click.pass_context
@one_line_errors
def user(context: click.Context, publication: str, name: str, role: str, email: str, password: str) -> None:
    """Add a member of the staff, or give one a new role and password."""
    opened = open_publication(context, publication)
    opened.private.set_account(name, role, password, email)
    SigningIn(opened.private).note(OPERATOR.name, f"gave {name} an account as {role}")
    click.echo(f"{name} may sign in as {role}.")
