"""Commands that keep a publication safe: backup, restore, redaction, repair, mail."""

import json
import sys
import time
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import click

from corrections.cli.group import OPERATOR, main, one_line_errors, open_publication
from corrections.errors import ReadOnly
from corrections.private.outbox import REPORTED_ATTEMPTS, Outbox
from corrections.services.actors import Actor
from corrections.services.operations import backup as backups
from corrections.services.operations import redaction


@main.command()
@click.argument("publication")
@click.option("--retry", is_flag=True, help="Send now what failed, keeps failing, or may not have been sent.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
@one_line_errors
def mail(context: click.Context, publication: str, retry: bool, as_json: bool) -> None:
    """Show how mail to readers stands, and what keeps failing (no addresses). Exit status 1 where something does."""
    outbox = Outbox(open_publication(context, publication).private)
    if retry:
        click.echo(f"To be sent now: {outbox.retry(time.time())}", err=True)
    counts, failures = outbox.counts(), outbox.failures(REPORTED_ATTEMPTS)
    if as_json:
        click.echo(json.dumps({"counts": counts, "troubles": [asdict(letter) for letter in failures]}))
    else:
        click.echo(", ".join(f"{state} {count}" for state, count in counts.items()) or "No letter yet.")
        for letter in failures:
            attempts = f"{letter.attempts} attempts"
            click.echo(f"{letter.id:>6}  {letter.state:<8} {letter.kind:<10} {attempts}  {letter.at}  {letter.error}")
    sys.exit(1 if failures else 0)


@main.command()
@click.argument("publication")
@click.argument("number", type=int, required=False)
@click.option("--article", default="", metavar="ID", help="The article, where it is not about a correction.")
@click.option("--revision", default="", metavar="COMMIT", help="Take out the whole text of this revision.")
@click.option("--words", multiple=True, help="Take these words out wherever the article's history has them.")
@click.option("--reason", required=True, help="Why; readers see it where something was removed.")
@click.option("--by", "name", default=OPERATOR.name, show_default=True, help="Who decides it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
@one_line_errors
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
    opened = open_publication(context, publication)
    same_words = redaction.say_the_same(opened, number) if number is not None else []
    if not yes:
        click.confirm("This writes the history anew and throws the old one away. Go on?", abort=True, err=True)
    removal = redaction.Removal(reason, number, article, revision, words)
    result = redaction.redact(opened, Actor(name, OPERATOR.role), removal)
    click.echo(
        f"Redacted {result.article}: events from {result.first} on were written anew, {len(result.touched)} say less."
    )
    if same_words and not words:
        click.echo(f"These corrections have the same words: {', '.join(map(str, same_words))}.")
    click.echo("Backups made before still have it: destroy them, and make a new one.")


@main.command()
@click.argument("publication")
@click.pass_context
@one_line_errors
def reindex(context: click.Context, publication: str) -> None:
    """Make index.db again from the ledger."""
    from corrections.index import Index
    from repo_store import Store

    folder = context.obj / publication
    with closing(Store.open(folder / "articles.git")) as store, closing(Index(folder / "index.db")) as index:
        try:
            click.echo(f"Replayed {index.rebuild(store)} events.")
        except ReadOnly:
            click.echo(f"Replayed {index.state('seq') or 0} events, and stopped there.")
            raise


@main.command()
@click.argument("publication")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--since", type=click.Path(path_type=Path), metavar="EARLIER", help="Hold only what is new since that.")
@click.pass_context
@one_line_errors
def backup(context: click.Context, publication: str, file: Path, since: Path | None) -> None:
    """Write a backup to FILE, while the service runs or not. Keep it safe: readers' addresses and the key are in it."""
    backups.back_up(open_publication(context, publication), file, since)
    click.echo(f"Wrote {file} ({file.stat().st_size:,} bytes).")


@main.command()
@click.argument("publication")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.pass_context
@one_line_errors
def restore(context: click.Context, publication: str, files: tuple[Path, ...]) -> None:
    """Make PUBLICATION from a whole backup, and those made --since it in their order; audit it."""
    findings = backups.restore(context.obj, publication, files)
    for finding in findings:
        click.echo(f"{finding.code}: {finding.message}")
    click.echo("Restored and clean." if not findings else "Restored, with findings.")
    sys.exit(1 if findings else 0)


@main.command()
@click.argument("publication")
@click.pass_context
@one_line_errors
def maintain(context: click.Context, publication: str) -> None:
    """Repack and write the commit-graph now (the service does so by itself every 100 batches)."""
    open_publication(context, publication).store.maintain()
    click.echo("Done.")
