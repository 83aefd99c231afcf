"""Commands to serve, and to review corrections from the command line."""

import json
import sys
from dataclasses import asdict, replace
from pathlib import Path

import click

from corrections import demo as demonstration
from corrections.cli.group import main, one_line_errors, open_for_reading, open_publication
from corrections.config import WORKERS_LIMIT, Settings, cluster_from_environment, unknown_variables
from corrections.document_diff import compare
from corrections.domain.decisions import DecisionKind
from corrections.domain.roles import Role
from corrections.domain.states import STATES, State
from corrections.errors import CorrectionsError
from corrections.index import queries
from corrections.listener import answering_address, base_address, check_listening
from corrections.services.actors import Actor
from corrections.services.operations.file_permissions import private_folder
from corrections.services.review.decisions import Decision, decide
from corrections.services.review.edited_text import EditorWords
from corrections.services.review.review_view import build_review_view


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=int)
@click.option("--workers", type=click.IntRange(1, WORKERS_LIMIT),
              show_default="CORRECTIONS_WORKERS, or one for each core",
              help="Worker processes. SIGHUP replaces them one by one.")  # fmt: skip
@click.pass_context
@one_line_errors
def serve(context: click.Context, host: str, port: int, workers: int | None) -> None:
    """Serve all publications in the data folder."""
    from corrections.server import serve as run

    settings = Settings.from_environment(context.obj)
    for remark in unknown_variables():
        click.echo(remark, err=True)
    if workers is not None:
        settings = replace(settings, workers=workers)
    check_listening(host, port)
    private_folder(context.obj)
    address = f"{answering_address(host, port)}{settings.prefix}/"
    sys.exit(run(settings, host, port, f"Serving {context.obj} at {address} (press Ctrl+C to stop)"))


@main.command()
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
@one_line_errors
def config(context: click.Context, as_json: bool) -> None:
    """Print the settings of the service, without secrets."""
    settings = Settings.from_environment(context.obj).shown()
    for remark in unknown_variables():
        click.echo(remark, err=True)
    if as_json:
        click.echo(json.dumps(settings))
        return
    for name, value in settings.items():
        click.echo(f"{name} = {value}")


@main.command()
@click.option("--host", default="127.0.0.1")
@click.option("--port", default=8000, type=click.IntRange(1, 65535))
@click.pass_context
@one_line_errors
def demo(context: click.Context, host: str, port: int) -> None:
    """Create a demo publication if there is none; print its addresses and the editor's sign-in."""
    password = demonstration.prepare(context.obj, cluster_from_environment())
    base = f"{base_address(host, port)}/{demonstration.NAME}"
    click.echo(f"\n  Articles      {base}/\n  Review queue  {base}/review/")
    click.echo(f"  Sign in as    {demonstration.EDITOR}   password  {password}\n")


@main.command("diff")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--html", "form", flag_value="html", help="A self-contained page.")
@click.option("--unified", "form", flag_value="unified", help="In the format of diff -u.")
@click.option("--critic", "form", flag_value="critic", help="CriticMarkup.")
@click.option("--json", "form", flag_value="json")
@click.option("--source", is_flag=True, help="Side by side with the markup, not as readers see it.")
@one_line_errors
def diff_documents(old: Path, new: Path, form: str | None, source: bool) -> None:
    """Compare two documents (Markdown, text, HTML) side by side. Exit status 0: equal, 1: different, 2: error."""
    is_same, text = compare(old, new, form or "terminal", source)
    if text:
        click.echo(text, nl=not text.endswith("\n"))
    sys.exit(0 if is_same else 1)


@main.command("list")
@click.argument("publication")
@click.option("--state", default=State.OPEN.value, show_default=True)
@click.option("--after", type=int, default=0, help="Continue after this number.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
@one_line_errors
def list_corrections(context: click.Context, publication: str, state: str, after: int, as_json: bool) -> None:
    """List corrections, oldest first."""
    opened = open_for_reading(context, publication)
    if state not in (*STATES, "all"):
        raise CorrectionsError(f"--state must be one of {', '.join(STATES)}, or all.")
    criteria = queries.Filter(state="" if state == "all" else State(state), after=after)
    while page := queries.corrections(opened.index, criteria):
        for correction in page:
            if as_json:
                click.echo(json.dumps(asdict(correction), ensure_ascii=False))
            else:
                click.echo(_line(correction))
        criteria = queries.Filter(state=criteria.state, after=page[-1].number)


@main.command()
@click.argument("publication")
@click.argument("number", type=int)
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
@one_line_errors
def show(context: click.Context, publication: str, number: int, as_json: bool) -> None:
    """Show one correction with its warnings and history."""
    view = build_review_view(open_for_reading(context, publication), number)
    if as_json:
        warnings = [asdict(warning) for warning in view.warnings]
        row = {**asdict(view.correction), "placement": view.badge or "clean", "warnings": warnings}
        click.echo(json.dumps(row, ensure_ascii=False))
        return
    correction = view.correction
    click.echo(f"Correction {number}: {correction.state}, {correction.category}, {correction.article}")
    click.echo(f"  {_change(correction)}")
    if correction.comment:
        click.echo(f"  Reader: {correction.comment}")
    for warning in view.warnings:
        click.echo(f"  ! {warning.message}")
    for event in view.events:
        click.echo(f"  {event.at[:19]}Z  {event.type}  {event.by or ''}  {event.id[:12]}")


@main.command()
@click.argument("publication")
@click.argument("number", type=int)
@click.option("--by", "name", required=True, help="Who accepts.")
@click.option("--text", help="Publish this text instead of the reader's.")
@click.pass_context
@one_line_errors
def accept(context: click.Context, publication: str, number: int, name: str, text: str | None) -> None:
    """Accept a correction."""
    opened = open_publication(context, publication)
    based_on = opened.correction(number).last_event
    decision = Decision(DecisionKind.ACCEPT, based_on, words=EditorWords(text))
    result = decide(opened, Actor(name, Role.ADMIN), number, decision)
    click.echo(f"Correction {number} is {result.state}: {result.published_revision}")


@main.command()
@click.argument("publication")
@click.argument("number", type=int)
@click.option("--by", "name", required=True, help="Who rejects.")
@click.option("--reason", required=True, help="Reason shown to the reader.")
@click.pass_context
@one_line_errors
def reject(context: click.Context, publication: str, number: int, name: str, reason: str) -> None:
    """Reject a correction."""
    opened = open_publication(context, publication)
    decision = Decision(DecisionKind.REJECT, opened.correction(number).last_event, reason)
    decide(opened, Actor(name, Role.ADMIN), number, decision)
    click.echo(f"Correction {number} was rejected.")


def _line(correction: queries.Correction) -> str:
    change = _change(correction)
    return f"{correction.number:>6}  {correction.state:<9}  {correction.category:<13}  {change}  ({correction.article})"


def _change(correction: queries.Correction) -> str:
    if correction.replacement is None:
        return f"“{correction.exact[:60]}”: {correction.comment[:60]}"
    return f"“{correction.exact[:60]}” → “{correction.replacement[:60]}”"
