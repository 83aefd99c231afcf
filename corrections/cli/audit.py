"""Commands to verify a publication: audit, key, checkpoint, export, report."""

import json
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from corrections.cli.group import (
    OPERATOR,
    audit_progress,
    main,
    one_line_errors,
    open_for_reading,
    open_publication,
    print_findings,
)
from corrections.config import cluster_from_environment
from corrections.html_export import standalone
from corrections.services.operations import checkpoints
from corrections.services.operations.audit import audit_publication, disclosed_words
from corrections.services.reporting import audit_report, exports
from repo_store.audit.checkpoints import read_checkpoint_file, read_checkpoints


@main.command()
@click.argument("publication")
@click.option(
    "--against",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Compare with this file of checkpoints that you kept.",
)
@click.option(
    "--since",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Trust what came before the newest checkpoint in this file, and check what came after it.",
)
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
@one_line_errors
def audit(
    context: click.Context, publication: str, against: tuple[Path, ...], since: Path | None, as_json: bool
) -> None:
    """Verify chain, objects, main, signatures and index. Exit status 0: clean, 1: findings, 2: could not run."""
    trusted_checkpoints = [signed for path in against for signed in read_checkpoints(path)]
    last_audited = read_checkpoint_file(since) if since else None
    with audit_progress() as progress:
        findings = audit_publication(
            context.obj / publication, trusted_checkpoints, progress, last_audited, cluster_from_environment()
        )
        notes = [] if last_audited else disclosed_words(context.obj / publication, findings)
    if as_json:
        listed = {"findings": [asdict(finding) for finding in findings], "notes": [asdict(note) for note in notes]}
        click.echo(json.dumps({"clean": not findings, **listed}))
    else:
        print_findings([*findings, *notes])
        if not findings and last_audited:
            click.echo(
                f"No problems found after checkpoint {last_audited.newest.statement.number}: its signature is valid, "
                "and the events, objects, texts and checkpoints since then are correct."
            )
        elif not findings:
            click.echo(
                "No problems found: the chain is intact, every object is present, the main branch matches the "
                "events, checkpoints are signed and correct, and the index matches the ledger."
            )
    sys.exit(1 if findings else 0)


@main.command()
@click.argument("publication")
@click.option("--new", is_flag=True, help="Create a new key; the old key signs it.")
@click.option("--reason", default="", help="Reason, recorded on the ledger.")
@click.pass_context
@one_line_errors
def key(context: click.Context, publication: str, new: bool, reason: str) -> None:
    """Print the public key that signs checkpoints, in the format of `ssh-keygen -Y verify`; or replace it."""
    opened = open_publication(context, publication)
    click.echo(checkpoints.rotate(opened, OPERATOR, reason) if new else opened.key.public)


@main.command()
@click.argument("publication")
@click.pass_context
@one_line_errors
def checkpoint(context: click.Context, publication: str) -> None:
    """Sign a checkpoint now (the service does so by itself, every hour while events occur)."""
    signed = checkpoints.checkpoint(open_publication(context, publication))
    click.echo(signed.text if signed else "No new events since the last checkpoint.")


@main.command()
@click.argument("publication")
@click.option("--format", "form", type=click.Choice(exports.FORMATS), default="jsonl", show_default=True)
@click.pass_context
@one_line_errors
def export(context: click.Context, publication: str, form: str) -> None:
    """Print all corrections, oldest first, as JSON Lines, CSV or W3C annotations, without readers' contacts."""
    for line in exports.exported(open_for_reading(context, publication), form):
        click.echo(line, nl=False)


@main.command()
@click.argument("publication")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--article", default="", metavar="ID", help="Report on this article only.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Corrections submitted on or after this day (UTC).")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Corrections submitted on or before this day (UTC).")
@click.pass_context
@one_line_errors
def report(
    context: click.Context, publication: str, file: Path, article: str, since: datetime | None, until: datetime | None
) -> None:
    """Audit, and write an auditor's report to FILE (HTML in one file)."""
    opened = open_for_reading(context, publication)
    scope = audit_report.Scope(article, since.date() if since else None, until.date() if until else None)
    with audit_progress() as progress:
        findings = audit_publication(opened.folder, progress=progress, cluster=opened.cluster)
    opened.refresh()
    file.write_text(standalone("report.html", **vars(audit_report.report(opened, scope, findings))))
    click.echo(f"Wrote {file}.")
