"""Commands to connect a publication to the publisher's own systems."""

import json
import os
from dataclasses import asdict

import click

from corrections.cli.group import OPERATOR, main, one_line_errors, open_publication
from corrections.connectors import connections as service
from corrections.connectors.connections import ConnectionStatus, NewConnection
from corrections.connectors.registry import CONNECTORS

PASSWORD = "CORRECTIONS_CONNECT_PASSWORD"  # noqa: S105 - the name of a variable
_PUBLICATION = click.argument("publication")
_NAME = click.argument("name")
_SECONDS = click.IntRange(1, service.LONGEST_SECONDS)


@main.command()
@_PUBLICATION
@click.argument("kind", type=click.Choice(sorted(CONNECTORS)))
@click.option(
    "--url", default="", help="Address of the WordPress site, of the repository, or of the receiver of the events."
)
@click.option("--user", default="", help="wordpress: user that reads and writes the posts.")
@click.option("--types", default="", help="wordpress: types of posts, separated by commas.  [default: posts,pages]")
@click.option("--statuses", default="", help="wordpress: statuses of posts to import.  [default: publish]")
@click.option("--language", default="", help="wordpress: language of the posts.  [default: that of the site’s pages]")
@click.option("--notices", default="", help="wordpress: notices go to: foot, head, field:NAME, none.  [default: foot]")
@click.option("--notice-markup", "notice_markup", default="",
              help="wordpress: HTML of a notice in a post, with {text}, {label}, {date} and {link}.")  # fmt: skip
@click.option("--sitemap", default="", help="site: address of the sitemap that lists the articles’ pages.")
@click.option("--feed", default="", help="site: address of a feed that lists them, if there is no sitemap.")
@click.option("--mail", default="", help="site: e-mail address that each change to make by hand is sent to.")
@click.option("--branch", default="", help="git: branch that has the articles.  [default: main]")
@click.option("--path", default="", help="git: folder that has the articles.  [default: all]")
@click.option("--url-pattern", "url_pattern", default="",
              help="git: web address of an article, such as https://example.org/{slug}/; also {path}, {year}, {month}, "
                   "{day}.")  # fmt: skip
@click.option("--pull-requests", "pull_requests", type=click.Choice(["on", "off"]),
              help="git: push each correction to a branch of its own, corrections/NUMBER, for you to merge.  "
                   "[default: off]")  # fmt: skip
@click.option("--events", default="", help="webhook: types of events to send, separated by commas; without it, all.")
@click.option("--name", default="", help="Name of the connection.  [default: its kind]")
@click.option("--every", "seconds", type=_SECONDS, default=service.DEFAULT_SECONDS, show_default=True,
              help="Seconds between checks for changes.")  # fmt: skip
@click.pass_context
@one_line_errors
def connect(
    context: click.Context, publication: str, kind: str, seconds: int, name: str, **options: str | None
) -> None:
    """Connect a publication to one of the publisher's systems.

    Prints a secret, which cannot be shown again: for a webhook, the one that signs its messages; for other kinds, the
    one that signs requests to the connection's hook. The password is read from CORRECTIONS_CONNECT_PASSWORD. If that is
    not set, the command asks for the password of a WordPress user.
    """
    opened = open_publication(context, publication)
    given = {option.replace("_", "-"): value or "" for option, value in options.items()}
    new = NewConnection(kind, given, name, seconds, _password(kind, given))
    made_name, secret = service.connect(opened, OPERATOR, new, lambda sentence: click.echo(sentence, err=True))
    if not secret:
        click.echo(f"Connected as {made_name}.")
        return
    hook = f"/api/v1/{publication}/hooks/{made_name}"
    of = f"The secret of its hook, {hook}" if CONNECTORS[kind].pulls else "Its secret"
    click.echo(f"Connected as {made_name}. {of}:", err=True)
    click.echo(secret)


@main.command()
@_PUBLICATION
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
@one_line_errors
def connections(context: click.Context, publication: str, as_json: bool) -> None:
    """List the connections of a publication with their state."""
    rows = service.status_of_all(open_publication(context, publication))
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False))
        return
    for row in rows:
        click.echo(_line(row))


@main.command()
@_PUBLICATION
@_NAME
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@click.option("--redeliver", type=int, metavar="ID", help="Send the message with this id again.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
@one_line_errors
def deliveries(
    context: click.Context, publication: str, name: str, limit: int, redeliver: int | None, as_json: bool
) -> None:
    """List the latest messages of a webhook, newest first, or send one of them again."""
    opened = open_publication(context, publication)
    if redeliver is not None:
        service.redeliver(opened, OPERATOR, name, redeliver)
    rows = service.latest_deliveries(opened, name, limit)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row.id}  {row.at}  {row.type}  {row.state}  {row.status or ''}  {row.error or ''}".rstrip())


@main.command()
@_PUBLICATION
@_NAME
@click.pass_context
@one_line_errors
def synchronise(context: click.Context, publication: str, name: str) -> None:
    """Run a connection now, and retry what failed."""
    opened = open_publication(context, publication)
    click.echo(_line(service.synchronise(opened, OPERATOR, name, lambda progress: click.echo(progress, err=True))))


@main.command()
@_PUBLICATION
@_NAME
@click.pass_context
@one_line_errors
def pause(context: click.Context, publication: str, name: str) -> None:
    """Pause a connection; nothing is lost."""
    service.pause(open_publication(context, publication), OPERATOR, name)
    click.echo(f"{name} is paused. Events wait until `corrections resume {publication} {name}`.")


@main.command()
@_PUBLICATION
@_NAME
@click.pass_context
@one_line_errors
def resume(context: click.Context, publication: str, name: str) -> None:
    """Resume a paused connection."""
    service.resume(open_publication(context, publication), OPERATOR, name)
    click.echo(f"{name} is active.")


@main.command()
@_PUBLICATION
@_NAME
@click.pass_context
@one_line_errors
def disconnect(context: click.Context, publication: str, name: str) -> None:
    """Remove a connection; articles and corrections stay."""
    service.disconnect(open_publication(context, publication), OPERATOR, name)
    click.echo(f"{name} is disconnected.")


def _password(kind: str, options: dict[str, str]) -> str:
    password = os.environ.get(PASSWORD, "")
    if password or kind != "wordpress":
        return password
    return str(click.prompt(f"Application password of {options['user']}", hide_input=True, err=True, default="",
                            show_default=False))  # fmt: skip


def _line(row: ConnectionStatus) -> str:
    waiting = f", {row.waiting} waiting" if row.waiting else ""
    dead = f", {row.dead} given up" if row.dead else ""
    error = f"  {row.last_error}" if row.last_error else ""
    progress = f", {row.progress}" if row.progress else ""
    remarks = "".join(f"\n  {remark}" for remark in row.remarks)
    return f"{row.name}  {row.kind}  {row.state}, {row.lag:.0f} s behind{waiting}{dead}{progress}{error}{remarks}"
