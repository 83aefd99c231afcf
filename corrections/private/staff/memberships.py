"""`Memberships`: accounts that work for several publications, with a role in each.

An account has one home, the publication where it has its password, passkeys and sessions. In every other publication
it is a member: a row of `accounts` there, without a password. Both stores keep the same random key, because ids of
accounts are used again and stores are restored from backups: a membership counts only while both sides have it.
"""

from dataclasses import dataclass

from corrections.database import Databases, Statements


@dataclass(frozen=True)
class Home:
    """Where an account of another publication has its password: the publication's name and its id there."""

    publication: str
    account: int


class Memberships:
    """Of one publication: of its own accounts elsewhere, and of others' accounts here."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    def elsewhere(self, account: int) -> dict[str, str]:
        """The publications that an account of this one is a member of, with the keys."""
        rows = self._databases.get().execute("SELECT publication, key FROM memberships WHERE account=?", (account,))
        return {str(publication): str(key) for publication, key in rows}

    def note_elsewhere(self, account: int, publication: str, key: str) -> None:
        """Note that an account of this publication becomes a member of another one; a later key replaces this one."""
        with self._databases.write() as database:
            database.execute(
                "INSERT INTO memberships (account, publication, key) VALUES (?,?,?) "
                "ON CONFLICT (account, publication) DO UPDATE SET key=excluded.key",
                (account, publication, key),
            )

    def member(self, home: Home, key: str) -> int | None:
        """The id of the account that is here for an account of another publication; None without the same key."""
        row = (
            self._databases.get()
            .execute(
                "SELECT account FROM members WHERE home=? AND home_account=? AND key=?",
                (home.publication, home.account, key),
            )
            .fetchone()
        )
        return None if row is None else int(row[0])

    def homes(self) -> dict[int, Home]:
        """The homes of the accounts that are members here, by their ids here."""
        rows = self._databases.get().execute("SELECT account, home, home_account FROM members")
        return {int(account): Home(str(home), int(home_account)) for account, home, home_account in rows}


def insert_member(database: Statements, account: int, home: Home, key: str) -> None:
    """Inside a transaction."""
    database.execute(
        "INSERT INTO members (account, home, home_account, key) VALUES (?,?,?,?)",
        (account, home.publication, home.account, key),
    )


def delete_memberships(database: Statements, account: int) -> None:
    """End the memberships of an account, here and elsewhere, inside a transaction."""
    database.execute("DELETE FROM members WHERE account=?", (account,))
    database.execute("DELETE FROM memberships WHERE account=?", (account,))
