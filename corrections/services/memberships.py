"""One account for several publications: its home, where it signs in, and the others that it is a member of."""

import secrets
from dataclasses import dataclass

from corrections.domain.roles import Role
from corrections.errors import CorrectionsError
from corrections.private.account import Account, BadAccount
from corrections.private.invitations import Invitation
from corrections.private.staff.memberships import Home
from corrections.services.publication import Publication, Publications


@dataclass(frozen=True)
class Membership:
    """An account of one publication, as its staff knows it there."""

    publication: Publication
    account: Account


def account_in(publications: Publications, publication: Publication, home: Home) -> Account | None:
    """The account in `publication` of who signs in at `home`; None where that person is not on its staff."""
    if home.publication == publication.name:
        return publication.private.accounts.get(home.account)
    key = publications.get(home.publication).private.memberships.elsewhere(home.account).get(publication.name)
    account = publication.private.memberships.member(home, key) if key else None
    return publication.private.accounts.get(account) if account is not None else None


def listed(publications: Publications, home: Home) -> list[Membership]:
    """Where somebody is on the staff, the home first, the others by title; what cannot be opened is left out."""
    opened = publications.get(home.publication)
    names = [opened.name, *opened.private.memberships.elsewhere(home.account)]
    memberships = []
    for name in names:
        try:
            publication = publications.get(name)
        except CorrectionsError:  # it was moved away, or cannot be read
            continue
        account = account_in(publications, publication, home)
        if account is not None:
            memberships.append(Membership(publication, account))
    return sorted(memberships, key=lambda found: (found.publication is not opened, found.publication.title.casefold()))


def join(publications: Publications, publication: Publication, invitation: Invitation, home: Home) -> Account:
    """Make who was invited a member with the account that they have at another publication; uses the invitation up.

    Raises `BadAccount`.
    """
    member = Account(invitation.name, Role(invitation.role), email=invitation.email)
    return _add(publications, publication, home, member, invitation.id)


def add(publications: Publications, publication: Publication, account: Account, home: str, home_name: str) -> Account:
    """Make `home_name` of the publication `home` a member, under the name and with the role and address of `account`.

    Raises `BadAccount`, `BadName`, `UnknownPublication`.
    """
    private = publications.get(home).private
    known = next((each for each in private.accounts.all() if each.name == home_name), None)
    if known is None or known.id is None or known.id in private.memberships.homes():
        raise BadAccount(f"{home} has no account {home_name[:60]} with a password of its own.")
    email = account.email or known.email
    member = Account(account.name, account.role, email=email)
    return _add(publications, publication, Home(home, known.id), member)


def _add(
    publications: Publications, publication: Publication, home: Home, member: Account, invitation: str = ""
) -> Account:
    """The home's side is written first: alone, it gives nobody a right."""
    if account_in(publications, publication, home) is not None:
        raise BadAccount(f"This account is already on the staff of {publication.title}.")
    key = secrets.token_hex(16)
    publications.get(home.publication).private.memberships.note_elsewhere(home.account, publication.name, key)
    return publication.private.accounts.add_member(member, home, key, invitation)
