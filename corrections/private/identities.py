"""`Identities`: which account belongs to whom the newsroom's own identity provider knows."""

from corrections.database import Databases
from corrections.domain.roles import Role
from corrections.private.account import Account
from corrections.private.digests import lower


class Identities:
    """Of one publication."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    def account_of(self, issuer: str, subject: str, email: str) -> Account | None:
        """The account of who the provider `issuer` calls `subject`; the first time, by the address it vouches for.

        A binding of an earlier version has no issuer: it holds for the account's own address alone, and gets one.
        `email` is empty where the provider does not vouch for it.
        """
        with self._databases.write() as database:
            row = database.execute(
                "SELECT name, role, id FROM accounts WHERE subject=? AND issuer=?", (subject, issuer)
            ).fetchone()
            if row is None and email:
                rows = database.execute(
                    "SELECT name, role, id FROM accounts WHERE lower(email)=? "
                    "AND (coalesce(subject, '')='' OR (subject=? AND coalesce(issuer, '')=''))",
                    (lower(email), subject),
                ).fetchall()
                row = rows[0] if len(rows) == 1 else None
                if row is not None:
                    database.execute("UPDATE accounts SET subject=?, issuer=? WHERE id=?", (subject, issuer, row[2]))
        return None if row is None else Account(row[0], Role(row[1]), row[2])
