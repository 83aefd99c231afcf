"""Commands to set up a publication: settings, origins, rejection reasons, staff."""

import json

import click

from corrections.cli.group import OPERATOR, main, one_line_errors, open_publication
from corrections.config import cluster_from_environment
from corrections.domain.roles import Role
from corrections.private.account import ROLES, Account
from corrections.services import memberships
from corrections.services import settings as publication_settings
from corrections.services.publication import Publication, Publications
from corrections.services.review import rejection_reasons as rejecting
from corrections.services.submission import origins as site_origins


@main.command()
@click.argument("publication")
@click.option("--title", default="", help="Title shown to readers.")
@click.option("--url", default="", help="Address of the publication's web site.")
@click.pass_context
@one_line_errors
def init(context: click.Context, publication: str, title: str, url: str) -> None:
    """Create an empty publication."""
    created = Publication.create(context.obj, publication, title, url, cluster=cluster_from_environment())
    click.echo(f"Created {created.folder}. Next: corrections --data {context.obj} import {publication} FILE…")
    created.close()


@main.command()
@click.argument("publication")
@click.option("--add", multiple=True, metavar="ADDRESS", help="Allow this site.")
@click.option("--remove", multiple=True, metavar="ADDRESS", help="No longer allow this site.")
@click.pass_context
@one_line_errors
def origins(context: click.Context, publication: str, add: tuple[str, ...], remove: tuple[str, ...]) -> None:
    """List or change the sites whose pages may send corrections through the widget."""
    opened = open_publication(context, publication)
    for address in add:
        site_origins.add(opened, address)
        opened.private.journal.note(OPERATOR.name, f"allowed the site {address}")
    for address in remove:
        site_origins.remove(opened, address)
        opened.private.journal.note(OPERATOR.name, f"no longer allows the site {address}")
    for origin in sorted(site_origins.listed(opened)):
        click.echo(origin)


@main.command()
@click.argument("publication")
@click.argument("changes", nargs=-1, metavar="[NAME=VALUE]…")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
@one_line_errors
def settings(context: click.Context, publication: str, changes: tuple[str, ...], as_json: bool) -> None:
    """List or change the settings of a publication: settings daily reply-days=5."""
    opened = open_publication(context, publication)
    for change in changes:
        name, _, value = change.partition("=")
        publication_settings.change(opened, OPERATOR.name, name, value)
    values = {name: publication_settings.text(opened, name) for name in publication_settings.SETTINGS}
    if as_json:
        click.echo(json.dumps(values, ensure_ascii=False))
        return
    for name, value in values.items():
        click.echo(f"{name} = {value}\n    {publication_settings.SETTINGS[name].meaning}")


@main.command()
@click.argument("publication")
@click.option("--add", metavar="CODE", help="Add or change a reason; requires --text.")
@click.option("--text", "texts", multiple=True, metavar="LANGUAGE=TEXT", help="Reason shown to the reader.")
@click.option("--remove", metavar="CODE")
@click.pass_context
@one_line_errors
def reasons(
    context: click.Context, publication: str, add: str | None, texts: tuple[str, ...], remove: str | None
) -> None:
    """List or change the reasons for rejection that editors choose from."""
    opened = open_publication(context, publication)
    if add:
        rejecting.put(opened, add, dict(text.partition("=")[::2] for text in texts))
    if remove:
        rejecting.remove(opened, remove)
    for reason in rejecting.listed(opened):
        click.echo(reason.code)
        for language, text in reason.texts.items():
            click.echo(f"    {language}  {text}")


@main.command()
@click.argument("publication")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default=Role.EDITOR.value, show_default=True)
@click.option("--email", default="", help="Address for mentions (@name) and single sign-on.")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
@click.pass_context
@one_line_errors
def user(context: click.Context, publication: str, name: str, role: str, email: str, password: str) -> None:
    """Add a member of the staff, or assign a new role and password."""
    opened = open_publication(context, publication)
    opened.private.accounts.save(name, role, password, email)
    opened.private.journal.note(OPERATOR.name, f"gave {name} an account as {role}")
    click.echo(f"{name} may sign in as {role}.")


@main.command()
@click.argument("publication")
@click.argument("account", metavar="HOME/NAME")
@click.option("--role", type=click.Choice(ROLES), default=Role.EDITOR.value, show_default=True)
@click.option("--as", "name", default="", metavar="NAME", help="Name in this publication; by default the same.")
@click.pass_context
@one_line_errors
def member(context: click.Context, publication: str, account: str, role: str, name: str) -> None:
    """Give an account of another publication a role in this one: member weekly daily/mira --role editor."""
    home, _, home_name = account.partition("/")
    opened = open_publication(context, publication)
    publications = Publications(context.obj, cluster=cluster_from_environment())
    context.call_on_close(publications.close)
    added = memberships.add(publications, opened, Account(name or home_name, Role(role)), home, home_name)
    opened.private.journal.note(OPERATOR.name, f"made {account} a member as {role}")
    click.echo(f"{added.name} may work for {publication} as {role}, and signs in at {home}.")
