"""Commands for operations: backup, restore, redaction, reindexing, maintenance, mail."""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from corrections.background import LOCK
from corrections.cli.group import OPERATOR, audit_progress, main, one_line_errors, open_publication, print_findings
from corrections.config import BadSettings, cluster_from_environment
from corrections.errors import ReadOnly
from corrections.private.delivery.outbox import REPORTED_ATTEMPTS, Outbox
from corrections.services.actors import Actor
from corrections.services.errors import Invalid
from corrections.services.operations import backup as backups
from corrections.services.operations import database_move, redaction, retention
from corrections.services.operations.audit import audit_publication
from corrections.services.operations.backup_folder import back_up_to_folder, restorable_files
from corrections.workers.file_lock import try_lock


@main.command()
@click.argument("publication")
@click.option("--retry", is_flag=True, help="Send failed, refused and unsure e-mails again.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
@one_line_errors
def mail(context: click.Context, publication: str, retry: bool, as_json: bool) -> None:
    """Show the state of mail to readers, what keeps failing and why e-mails were refused (no addresses).

    Exit status 1 if something keeps failing. A refused e-mail does not count: its recipient or its text was refused.
    """
    outbox = Outbox(open_publication(context, publication).private)
    if retry:
        click.echo(f"Queued for sending: {outbox.retry(time.time())}", err=True)
    counts, failures, refusals = outbox.counts(), outbox.failures(REPORTED_ATTEMPTS), outbox.refusals()
    if as_json:
        troubles = [asdict(letter) for letter in failures]
        click.echo(json.dumps({"counts": counts, "troubles": troubles, "refusals": refusals}))
    else:
        click.echo(", ".join(f"{state} {count}" for state, count in counts.items()) or "No mail yet.")
        for letter in failures:
            attempts = f"{letter.attempts} attempts"
            click.echo(f"{letter.id:>6}  {letter.state:<8} {letter.kind:<10} {attempts}  {letter.at}  {letter.error}")
        for reason, count in refusals.items():
            click.echo(f"Refused: {count}, {reason}")
    sys.exit(1 if failures else 0)


@main.command()
@click.argument("publication")
@click.argument("number", type=int, required=False)
@click.option("--article", default="", metavar="ID", help="The article, if no correction is given.")
@click.option("--revision", default="", metavar="COMMIT", help="Redact the whole text of this revision.")
@click.option("--words", multiple=True, help="Redact these words wherever the article's history contains them.")
@click.option("--reason", required=True, help="Reason; readers see it where words were removed.")
@click.option("--by", "name", default=OPERATOR.name, show_default=True, help="Who decides.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
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
    """Redact for good what correction NUMBER proposed, or words, or a revision's text. This cannot be undone."""
    opened = open_publication(context, publication)
    same_words = redaction.say_the_same(opened, number) if number is not None else []
    if not yes:
        click.confirm("This rewrites the history and discards the old one. Continue?", abort=True, err=True)
    removal = redaction.Removal(reason, number, article, revision, words)
    keeps_parts = redaction.keeps_parts(opened, removal)
    result = redaction.redact(opened, Actor(name, OPERATOR.role), removal)
    click.echo(
        f"Redacted {result.article}: events from {result.first} on were rewritten; text was removed from "
        f"{len(result.touched)}."
    )
    if keeps_parts:
        click.echo("The headline and standfirst of this revision stay; remove their words with --words.")
    if same_words and not words:
        click.echo(f"These corrections contain the same text: {', '.join(map(str, same_words))}.")
    click.echo("Earlier backups still contain the text: destroy them and make a new backup.")


@main.command()
@click.argument("publication")
@click.pass_context
@one_line_errors
def reindex(context: click.Context, publication: str) -> None:
    """Rebuild index.db from the ledger."""
    from corrections.index import Index
    from repo_store import Store

    folder = context.obj / publication
    with closing(Store.open(folder / "articles.git")) as store, closing(Index(folder / "index.db")) as index:
        try:
            click.echo(f"Replayed {index.rebuild(store)} events.")
        except ReadOnly:
            click.echo(f"Replayed {index.state('seq') or 0} events and stopped there.")
            raise


@main.command("create-private-store")
@click.argument("publication")
@click.pass_context
@one_line_errors
def create_private_store(context: click.Context, publication: str) -> None:
    """Create an empty private.db where it was lost and there is no backup."""
    from corrections.private.private import Private
    from corrections.services.node_folders import MARKER

    path = context.obj / publication / "private.db"
    if not (path.parent / "articles.git").is_dir():
        raise click.UsageError(f"There is no publication {publication} in {context.obj}.")
    if (path.parent / MARKER).exists():
        raise click.UsageError(f"What is private of {publication} is in PostgreSQL. Nothing was changed.")
    if path.exists() and path.stat().st_size:
        raise click.UsageError(f"{path} exists. Nothing was changed.")
    Private(path).close()
    click.echo(f"Created {path}. It has no accounts, settings, contacts or connections.")


@main.command()
@click.argument("publication")
@click.argument("target")
@click.option("--whole", is_flag=True, help="In a folder: write a full backup, and begin a new series with it.")
@click.option(
    "--since", type=click.Path(path_type=Path), metavar="EARLIER", help="To a file: only what is new since that backup."
)
@click.pass_context
@one_line_errors
def backup(context: click.Context, publication: str, target: str, whole: bool, since: Path | None) -> None:
    """Write a backup to TARGET; the service may run. Store it safely: it contains readers' addresses and the key.

    In a folder (it exists, or TARGET ends with /), each backup holds only what is new since the last one there. A file
    holds everything, or what is new since EARLIER.
    """
    opened = open_publication(context, publication)
    if not target.endswith("/") and not Path(target).is_dir():
        if whole:
            raise click.UsageError(
                "--whole is for a folder of backups; a single file is a full backup unless --since is given."
            )
        backups.back_up(opened, Path(target), since)
        click.echo(f"Wrote {target} ({Path(target).stat().st_size:,} bytes).")
        return
    if since is not None:
        raise click.UsageError("--since is for a single file; in a folder a backup continues the last one by itself.")
    new = back_up_to_folder(opened, Path(target), whole)
    what = f"continues {new.continues.name}" if new.continues else "whole"
    click.echo(f"Wrote {new.file} ({new.file.stat().st_size:,} bytes, {what}).")
    if new.reason:
        click.echo(f"This is a full backup because {new.reason}.", err=True)


@main.command()
@click.argument("publication")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.pass_context
@one_line_errors
def restore(context: click.Context, publication: str, files: tuple[Path, ...]) -> None:
    """Restore PUBLICATION from a full backup and those that continue it, in order, or a folder of them; audit it."""
    if len(files) == 1 and files[0].is_dir():
        files = tuple(restorable_files(files[0], publication))
    findings = backups.restore(context.obj, publication, files, cluster_from_environment())
    print_findings(findings)
    click.echo("Restored; the audit found no problems." if not findings else "Restored; the audit found problems.")
    sys.exit(1 if findings else 0)


@main.command("erase-orphan")
@click.argument("publication")
@click.argument("correction", metavar="ID")
@click.pass_context
@one_line_errors
def erase_orphan(context: click.Context, publication: str, correction: str) -> None:
    """Erase what is stored about the reader of a correction that is not in the ledger; `audit` prints its ID."""
    retention.erase_orphan(open_publication(context, publication), correction)
    click.echo(f"Erased what was kept of {correction}.")


@contextmanager
def _service_stopped(data: Path) -> Iterator[None]:
    """See to it that no service of this data folder writes during the block. Raises `Invalid` where one runs."""
    lock = try_lock(data / LOCK)
    if lock is None:
        raise Invalid({"data": f"A service is running on {data}. Stop it first; nothing was changed."})
    try:
        yield
    finally:
        os.close(lock)


@main.command("move-to-database")
@click.argument("publication")
@click.pass_context
@one_line_errors
def move_to_database(context: click.Context, publication: str) -> None:
    """Move the private store into the database of CORRECTIONS_DATABASE, and the history to CORRECTIONS_GIT_REMOTE.

    Stop the service first. A publication that is in the database already gets a git server, if one is set. The
    publication is then audited in its new place. Exit status 1: the audit found problems.
    """
    cluster = cluster_from_environment()
    if cluster is None:
        raise BadSettings("CORRECTIONS_DATABASE must be set to the address of the database to move to.")
    folder = context.obj / publication
    with _service_stopped(context.obj):
        for line in database_move.move_to_nodes(folder, cluster):
            click.echo(line)
    with audit_progress() as progress:
        findings = audit_publication(folder, progress=progress, cluster=cluster)
    print_findings(findings)
    click.echo("The audit found problems." if findings else "The audit found no problems.")
    sys.exit(1 if findings else 0)


@main.command()
@click.argument("publication")
@click.pass_context
@one_line_errors
def maintain(context: click.Context, publication: str) -> None:
    """Repack git and write the commit-graph now (the service does so by itself every 100 batches)."""
    open_publication(context, publication).store.maintain()
    click.echo("Done.")
