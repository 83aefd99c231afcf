"""Commands to create, list and revoke API tokens, and to list the journal."""

import json
from dataclasses import asdict

import click

from corrections.cli.group import OPERATOR, main, one_line_errors, open_publication
from corrections.private.account import ROLES
from corrections.private.tokens import LONGEST_TOKEN_DAYS, Token, TokenScope


@main.command()
@click.argument("publication")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--name", required=True, help="Name shown with the program's actions.")
@click.option(
    "--days", type=click.IntRange(1, LONGEST_TOKEN_DAYS), help="Days until it expires; without it, until revoked."
)
@click.option("--read-only", is_flag=True, help="Read access only.")
@click.pass_context
@one_line_errors
def token(context: click.Context, publication: str, role: str, name: str, days: int | None, read_only: bool) -> None:
    """Print a new API token (only a hash of it is stored; it cannot be shown again)."""
    private = open_publication(context, publication).private
    scope = TokenScope(role, read_only, days)
    secret = private.tokens.create(name, scope, OPERATOR.name)
    private.journal.note(OPERATOR.name, scope.describe(name))
    click.echo(secret)


@main.command()
@click.argument("publication")
@click.option("--revoke", "revoked", multiple=True, metavar="ID", help="Revoke the token with this id.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
@one_line_errors
def tokens(context: click.Context, publication: str, revoked: tuple[str, ...], as_json: bool) -> None:
    """List the API tokens of a publication with their last use, or revoke them."""
    private = open_publication(context, publication).private
    for identifier in revoked:
        ended = private.tokens.revoke(identifier)
        private.journal.note(OPERATOR.name, f"revoked a token of {ended.name}")
    listed = private.tokens.listed()
    if as_json:
        rows = [{**asdict(token), "expired": token.expired, "publication": publication} for token in listed]
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in listed:
        click.echo(_line(row))


@main.command()
@click.argument("publication")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
@one_line_errors
def journal(context: click.Context, publication: str, as_json: bool) -> None:
    """List the latest sign-ins and changes to staff, tokens and settings: who did what, when, newest first."""
    entries = open_publication(context, publication).private.journal.latest()
    if as_json:
        rows = [{"at": at, "by": by, "entry": entry} for at, by, entry in entries]
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for at, by, entry in entries:
        click.echo(f"{at}  {by}  {entry}")


def _line(token: Token) -> str:
    scope = f"{token.role}, read-only" if token.read_only else token.role
    last_use = f"last used {token.used_at}" if token.used_at else "never used"
    end = f"{'expired' if token.expired else 'expires'} {token.expires_at}" if token.expires_at else "does not expire"
    creation = f"made {token.created_at}" + (f" by {token.made_by}" if token.made_by else "")
    return f"{token.id}  {token.name} ({scope}), {last_use}, {end}, {creation}"
