"""`corrections …`: the service from the command line. Errors are one line and exit status 2."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress, track

from corrections import demo as demonstration
from corrections.comparing import compare
from corrections.config import Settings
from corrections.desk import backing_up, checkpointing, deciding, exporting, publishing, redacting, reporting
from corrections.desk import origins as site_origins
from corrections.desk import reasons as rejecting
from corrections.desk import settings as publication_settings
from corrections.desk.auditing import audit_publication
from corrections.desk.publication import Publication
from corrections.desk.reviewing import picture
from corrections.desk.workflow import Actor
from corrections.errors import CorrectionsError
from corrections.importing import read_article
from corrections.index import queries
from corrections.private.outbox import TELL_FROM, Outbox
from corrections.private.private import ROLES
from corrections.private.signing_in import SigningIn
from corrections.standalone import standalone
from repo_store import RepoStoreError
from repo_store.audit import Tell
from repo_store.checkpoints import from_file

_CLI_ACTOR = Actor("the command line", "admin")
_progress = Console(stderr=True)


def _told(command: Callable[..., Any]) -> Callable[..., Any]:
    """Our errors as one line on stderr and exit status 2."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except (CorrectionsError, RepoStoreError) as error:
            click.echo(f"corrections: {' '.join(error.message.split())}", err=True)
            sys.exit(2)
        except BrokenPipeError:
            sys.exit(0)  # who reads has read enough
        except OSError as error:
            click.echo(f"corrections: {error.strerror or error}: {error.filename or ''}", err=True)
            sys.exit(2)

    return run


def _open(context: click.Context, name: str) -> Publication:
    publication = Publication(context.obj / name)
    context.call_on_close(publication.close)
    return publication


@contextmanager
def _audit_progress() -> Iterator[Tell]:
    """A bar on stderr, where somebody looks."""
    with Progress(console=_progress, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("Auditing")

        def tell(step: str, done: int, total: int) -> None:
            bar.update(task, description=f"Auditing: {step}", completed=done, total=total or None)

        yield tell


@click.group()
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), envvar="CORRECTIONS_DATA", default="data",
              show_default=True, help="The folder with the publications.")  # fmt: skip
@click.version_option(package_name="corrections")
@click.pass_context
def main(context: click.Context, data: Path) -> None:
    """Readers' corrections to news articles, as git commits."""
    context.obj = data


@main.command()
@click.argument("publication")
@click.option("--title", default="", help="What readers call it.")
@click.option("--url", default="", help="The publication's own site.")
@click.pass_context
@_told
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
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
@_told
def import_files(
    context: click.Context,
    publication: str,
    files: tuple[Path, ...],
    article_id: str | None,
    language: str | None,
    url: str | None,
    as_json: bool,
) -> None:
    """Import articles from files or folders: Markdown, plain text, HTML. The same file again changes nothing."""
    found = [each for path in files for each in (sorted(path.rglob("*.md")) if path.is_dir() else [path])]
    if (article_id or url) and len(found) != 1:
        raise CorrectionsError("--id and --url go with one file.")
    opened = _open(context, publication)
    imported = []
    for path in track(found, "Importing", console=_progress, disable=not sys.stderr.isatty()):
        incoming = read_article(path, article_id, language, url)
        imported.append(publishing.publish(opened, _CLI_ACTOR, incoming))
    if as_json:
        click.echo(json.dumps([asdict(each) for each in imported], ensure_ascii=False))
    else:
        for article in imported:
            click.echo(f"{article.id}  {article.title}")


@main.command()
@click.argument("publication")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--name", required=True, help="Whose decisions these will be.")
@click.pass_context
@_told
def token(context: click.Context, publication: str, role: str, name: str) -> None:
    """Print a new token for the API (it is not kept here and cannot be shown again)."""
    click.echo(_open(context, publication).private.new_token(name, role))


@main.command()
@click.argument("publication")
@click.option("--add", multiple=True, metavar="ADDRESS", help="A site whose pages may send corrections.")
@click.option("--remove", multiple=True, metavar="ADDRESS", help="One that may no longer.")
@click.pass_context
@_told
def origins(context: click.Context, publication: str, add: tuple[str, ...], remove: tuple[str, ...]) -> None:
    """List the sites whose pages may send corrections through the widget, or change the list."""
    opened = _open(context, publication)
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
@_told
def settings(context: click.Context, publication: str, changes: tuple[str, ...], as_json: bool) -> None:
    """List what a publication decides for itself, or change it: settings daily reply-days=5."""
    opened = _open(context, publication)
    for change in changes:
        name, _, value = change.partition("=")
        publication_settings.put(opened, name, value)
        SigningIn(opened.private).note(_CLI_ACTOR.name, f"set {name} to {value!r}")
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
@_told
def reasons(
    context: click.Context, publication: str, add: str | None, texts: tuple[str, ...], remove: str | None
) -> None:
    """List the reasons for rejecting that editors choose from, or change the list."""
    opened = _open(context, publication)
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
@click.option("--retry", is_flag=True, help="Send now what failed, keeps failing, or may not have been sent.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
@_told
def mail(context: click.Context, publication: str, retry: bool, as_json: bool) -> None:
    """Show how mail to readers stands, and what keeps failing (no addresses). Exit status 1 where something does."""
    outbox = Outbox(_open(context, publication).private)
    if retry:
        click.echo(f"To be sent now: {outbox.try_again(time.time())}", err=True)
    counts, troubles = outbox.counts(), outbox.troubles(TELL_FROM)
    if as_json:
        click.echo(json.dumps({"counts": counts, "troubles": [asdict(each) for each in troubles]}))
    else:
        click.echo(", ".join(f"{state} {count}" for state, count in counts.items()) or "No letter yet.")
        for each in troubles:
            click.echo(
                f"{each.id:>6}  {each.state:<8} {each.kind:<10} {each.attempts} attempts  {each.at}  {each.error}"
            )
    sys.exit(1 if troubles else 0)


@main.command()
@click.argument("publication")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="editor", show_default=True)
@click.option("--email", default="", help="Where mentions (@name) reach them.")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
@click.pass_context
@_told
def user(context: click.Context, publication: str, name: str, role: str, email: str, password: str) -> None:
    """Add a member of the staff, or give one a new role and password."""
    opened = _open(context, publication)
    opened.private.set_account(name, role, password, email)
    SigningIn(opened.private).note(_CLI_ACTOR.name, f"gave {name} an account as {role}")
    click.echo(f"{name} may sign in as {role}.")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.pass_context
@_told
def serve(context: click.Context, host: str, port: int) -> None:
    """Serve all publications of the data folder."""
    from corrections.serving import serve as run

    context.obj.mkdir(parents=True, exist_ok=True)
    click.echo(f"Serving {context.obj} at http://{host}:{port}/ (stop with Ctrl+C)", err=True)
    run(Settings.from_environment(context.obj), host, port)


@main.command()
@click.option("--host", default="127.0.0.1")
@click.option("--port", default=8000)
@click.pass_context
@_told
def demo(context: click.Context, host: str, port: int) -> None:
    """Make a demo publication if there is none, and print its addresses and the editor's sign-in."""
    password = demonstration.prepare(context.obj)
    base = f"http://{host}:{port}/{demonstration.NAME}"
    click.echo(f"\n  Articles      {base}/\n  Review queue  {base}/review/")
    click.echo(f"  Sign in as    {demonstration.EDITOR}   password  {password}\n")


@main.command("diff")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--html", "form", flag_value="html", help="A page that stands alone.")
@click.option("--unified", "form", flag_value="unified", help="As diff -u prints it.")
@click.option("--critic", "form", flag_value="critic", help="CriticMarkup.")
@click.option("--json", "form", flag_value="json")
@_told
def diff_documents(old: Path, new: Path, form: str | None) -> None:
    """Compare two documents (Markdown, text, HTML) side by side. Exit status 0: same, 1: different, 2: trouble."""
    same, text = compare(old, new, form or "terminal")
    if text:
        click.echo(text, nl=not text.endswith("\n"))
    sys.exit(0 if same else 1)


@main.command("list")
@click.argument("publication")
@click.option("--state", default="open", show_default=True)
@click.option("--after", type=int, default=0, help="The number to go on from.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
@_told
def list_corrections(context: click.Context, publication: str, state: str, after: int, as_json: bool) -> None:
    """List corrections, oldest first."""
    opened = _open(context, publication)
    wanted = queries.Filter(state="" if state == "all" else state, after=after)
    while found := queries.corrections(opened.index, wanted):
        for each in found:
            if as_json:
                click.echo(json.dumps(asdict(each), ensure_ascii=False))
            else:
                click.echo(f"{each.number:>6}  {each.state:<9}  {each.category:<13}  {_change(each)}  ({each.article})")
        wanted = queries.Filter(state=wanted.state, after=found[-1].number)


@main.command()
@click.argument("publication")
@click.argument("number", type=int)
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
@_told
def show(context: click.Context, publication: str, number: int, as_json: bool) -> None:
    """Show one correction, what to look at twice, and what happened to it."""
    seen = picture(_open(context, publication), number)
    if as_json:
        click.echo(json.dumps({**asdict(seen.correction), "placement": seen.badge or "clean",
                               "warnings": [asdict(each) for each in seen.warnings]}, ensure_ascii=False))  # fmt: skip
        return
    each = seen.correction
    click.echo(f"Correction {each.number}: {each.state}, {each.category}, {each.article}\n  {_change(each)}")
    if each.comment:
        click.echo(f"  Reader: {each.comment}")
    for warning in seen.warnings:
        click.echo(f"  ! {warning.message}")
    for event in seen.events:
        click.echo(f"  {event.at[:19]}Z  {event.type}  {event.by or ''}  {event.id[:12]}")


@main.command()
@click.argument("publication")
@click.argument("number", type=int)
@click.option("--by", "name", required=True, help="Who accepts.")
@click.option("--text", help="Words to publish instead of the reader's.")
@click.pass_context
@_told
def accept(context: click.Context, publication: str, number: int, name: str, text: str | None) -> None:
    """Accept a correction."""
    opened = _open(context, publication)
    based_on = opened.correction(number).last_event
    done = deciding.accept(opened, Actor(name, "admin"), number, based_on, text=text)
    click.echo(f"Correction {number} is {done.state}: {done.published_revision}")


@main.command()
@click.argument("publication")
@click.argument("number", type=int)
@click.option("--by", "name", required=True, help="Who rejects.")
@click.option("--reason", required=True, help="What the reader is told.")
@click.pass_context
@_told
def reject(context: click.Context, publication: str, number: int, name: str, reason: str) -> None:
    """Reject a correction."""
    opened = _open(context, publication)
    deciding.reject(opened, Actor(name, "admin"), number, opened.correction(number).last_event, reason)
    click.echo(f"Correction {number} is rejected.")


@main.command()
@click.argument("publication")
@click.option(
    "--against",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Checkpoints that you have kept, as they are published.",
)
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
@_told
def audit(context: click.Context, publication: str, against: tuple[Path, ...], as_json: bool) -> None:
    """Check chain, objects, main, signatures and index. Exit status 0: clean, 1: findings, 2: could not run."""
    kept = [each for path in against for each in from_file(path)]
    with _audit_progress() as progress:
        findings = audit_publication(context.obj / publication, kept, progress)
    if as_json:
        click.echo(json.dumps({"clean": not findings, "findings": [asdict(each) for each in findings]}))
    else:
        for each in findings:
            click.echo(f"{each.code}: {each.message}{f' [{each.commit}]' if each.commit else ''}")
        if not findings:
            click.echo(
                "Clean: chain intact, every object present, main moved by events alone and as they say, checkpoints "
                "signed and true, index equal to the ledger."
            )
    sys.exit(1 if findings else 0)


@main.command()
@click.argument("publication")
@click.option("--new", is_flag=True, help="Sign with a new key from now on; the old one signs for it.")
@click.option("--reason", default="", help="Why, for the ledger.")
@click.pass_context
@_told
def key(context: click.Context, publication: str, new: bool, reason: str) -> None:
    """Print the public key that signs checkpoints, as `ssh-keygen -Y verify` wants it; or change it."""
    opened = _open(context, publication)
    click.echo(checkpointing.rotate(opened, _CLI_ACTOR, reason) if new else opened.key.public)


@main.command()
@click.argument("publication")
@click.pass_context
@_told
def checkpoint(context: click.Context, publication: str) -> None:
    """Sign where the ledger stands, now (the service does so by itself, each hour while something happens)."""
    made = checkpointing.checkpoint(_open(context, publication))
    click.echo(made.text if made else "Nothing new since the last checkpoint.")


@main.command()
@click.argument("publication")
@click.argument("number", type=int, required=False)
@click.option("--article", default="", metavar="ID", help="The article, where it is not about a correction.")
@click.option("--revision", default="", metavar="COMMIT", help="Take out the whole text of this revision.")
@click.option("--words", multiple=True, help="Take these words out wherever the article's history has them.")
@click.option("--reason", required=True, help="Why; readers see it where something was removed.")
@click.option("--by", "name", default=_CLI_ACTOR.name, show_default=True, help="Who decides it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
@_told
def redact(
    context: click.Context,
    publication: str,
    number: int | None,
    article: str,
    revision: str,
    words: tuple[str, ...],
    reason: str,
    name: str,
    yes: bool,
) -> None:
    """Take down for good what correction NUMBER proposed, or words, or a revision's text. It cannot be undone."""
    opened = _open(context, publication)
    same = redacting.say_the_same(opened, number) if number is not None else []
    if not yes:
        click.confirm("This writes the history anew and throws the old one away. Go on?", abort=True, err=True)
    removal = redacting.Removal(reason, number, article, revision, words)
    done = redacting.redact(opened, Actor(name, _CLI_ACTOR.role), removal)
    click.echo(f"Redacted {done.article}: events from {done.first} on were written anew, {len(done.touched)} say less.")
    if same and not words:
        click.echo(f"These corrections have the same words: {', '.join(map(str, same))}.")
    click.echo("Backups made before still have it: destroy them, and make a new one.")


@main.command()
@click.argument("publication")
@click.pass_context
@_told
def reindex(context: click.Context, publication: str) -> None:
    """Make index.db again from the ledger."""
    from corrections.index import Index
    from repo_store import Store

    folder = context.obj / publication
    store = Store.open(folder / "articles.git")
    index = Index(folder / "index.db")
    click.echo(f"Replayed {index.rebuild(store)} events.")
    index.close()
    store.close()


@main.command()
@click.argument("publication")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--since", type=click.Path(path_type=Path), metavar="EARLIER", help="Hold only what is new since that.")
@click.pass_context
@_told
def backup(context: click.Context, publication: str, file: Path, since: Path | None) -> None:
    """Write a backup to FILE, while the service runs or not. Keep it safe: readers' addresses and the key are in it."""
    backing_up.back_up(_open(context, publication), file, since)
    click.echo(f"Wrote {file} ({file.stat().st_size:,} bytes).")


@main.command()
@click.argument("publication")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.pass_context
@_told
def restore(context: click.Context, publication: str, files: tuple[Path, ...]) -> None:
    """Make PUBLICATION from a whole backup, and those made --since it in their order; audit it."""
    findings = backing_up.restore(context.obj, publication, files)
    for each in findings:
        click.echo(f"{each.code}: {each.message}")
    click.echo("Restored and clean." if not findings else "Restored, with findings.")
    sys.exit(1 if findings else 0)


@main.command()
@click.argument("publication")
@click.option("--format", "form", type=click.Choice(exporting.FORMATS), default="jsonl", show_default=True)
@click.pass_context
@_told
def export(context: click.Context, publication: str, form: str) -> None:
    """Print all corrections, oldest first, as JSON Lines, CSV or W3C annotations (no names or addresses of readers)."""
    for line in exporting.exported(_open(context, publication), form):
        click.echo(line, nl=False)


@main.command()
@click.argument("publication")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--article", default="", metavar="ID", help="On this article alone.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Corrections submitted from this day on (UTC).")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="And up to this one.")
@click.pass_context
@_told
def report(
    context: click.Context, publication: str, file: Path, article: str, since: datetime | None, until: datetime | None
) -> None:
    """Audit, and write an auditor's report to FILE: one page of HTML that stands alone and prints."""
    opened = _open(context, publication)
    scope = reporting.Scope(article, since.date() if since else None, until.date() if until else None)
    with _audit_progress() as progress:
        findings = audit_publication(opened.folder, progress=progress)
    file.write_text(standalone("report.html", **vars(reporting.report(opened, scope, findings))))
    click.echo(f"Wrote {file}.")


@main.command()
@click.argument("publication")
@click.pass_context
@_told
def maintain(context: click.Context, publication: str) -> None:
    """Repack and write the commit-graph now (the service does so by itself every 100 batches)."""
    _open(context, publication).store.maintain()
    click.echo("Done.")


def _change(each: queries.Correction) -> str:
    if each.replacement is None:
        return f"“{each.exact[:60]}”: {each.comment[:60]}"
    return f"“{each.exact[:60]}” → “{each.replacement[:60]}”"
