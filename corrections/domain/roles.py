"""Who may do what."""

from enum import StrEnum
from typing import Literal


class Role(StrEnum):
    """What somebody is here. The values are stored, and part of the API and the command line."""

    VIEWER = "viewer"
    EDITOR = "editor"
    CHIEF_EDITOR = "chief-editor"
    ADMIN = "admin"
    READER = "reader"  # anyone with the key of a correction's page; no account has it
    UNKNOWN = "unknown"  # one that a newer version gave; it has no right here

    @classmethod
    def _missing_(cls, value: object) -> "Role":
        return cls.UNKNOWN


Right = Literal["read", "decide", "judge", "staff", "import"]

STAFF = (Role.VIEWER, Role.EDITOR, Role.CHIEF_EDITOR, Role.ADMIN)  # the roles of accounts and tokens
RIGHTS: dict[Right, frozenset[Role]] = {
    "read": frozenset(STAFF),
    "decide": frozenset({Role.EDITOR, Role.CHIEF_EDITOR, Role.ADMIN}),
    "judge": frozenset({Role.CHIEF_EDITOR, Role.ADMIN}),  # decide on an appeal
    "staff": frozenset({Role.ADMIN}),  # accounts and settings
    "import": frozenset({Role.EDITOR, Role.CHIEF_EDITOR, Role.ADMIN}),
}
