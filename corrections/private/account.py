"""Accounts of the staff as values, and the rules for roles and passwords."""

from dataclasses import dataclass

from corrections.domain.roles import STAFF, Role
from corrections.errors import CorrectionsError

ROLES = tuple(role.value for role in STAFF)
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200


@dataclass(frozen=True)
class Account:
    """Somebody of the staff; `id` is the account's, or None for the holder of a token.

    `read_only`: a token that may read what its role may see and change nothing.
    """

    name: str
    role: Role
    id: int | None = None
    email: str = ""
    read_only: bool = False


class BadAccount(CorrectionsError):
    code = "bad_account"


def check_role(role: str) -> None:
    """Raises `BadAccount`."""
    if role not in ROLES:
        raise BadAccount(f"{role[:40]} is not a role. Choose one of {', '.join(ROLES)}.")


def check_password(password: str) -> None:
    """Raises `BadAccount`."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise BadAccount(f"A password must have {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.")
