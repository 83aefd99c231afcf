"""`Passkeys`: the public keys (WebAuthn) by which staff sign in without a password."""

from dataclasses import dataclass

from corrections.database import Databases, Statements

_COLUMNS = "id, account, key, count, label, created_at"


@dataclass(frozen=True)
class Passkey:
    """`id` is the credential's in base64url, `key` its public key (COSE), `count` its last signature counter."""

    id: str
    account: int
    key: bytes
    count: int
    label: str
    created_at: str


class Passkeys:
    """Of one publication."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    def add(self, passkey: Passkey) -> bool:
        """False where the credential is known already, to whomever it belongs."""
        with self._databases.write() as database:
            if database.execute("SELECT 1 FROM passkeys WHERE id=?", (passkey.id,)).fetchone() is not None:
                return False
            database.execute(
                f"INSERT INTO passkeys ({_COLUMNS}) VALUES (?,?,?,?,?,?)",  # noqa: S608 (our own names)
                (passkey.id, passkey.account, passkey.key, passkey.count, passkey.label, passkey.created_at),
            )
            return True

    def of(self, account: int) -> list[Passkey]:
        """Oldest first."""
        query = f"SELECT {_COLUMNS} FROM passkeys WHERE account=? ORDER BY created_at"  # noqa: S608 (our own names)
        rows = self._databases.get().execute(query, (account,))
        return [Passkey(*row) for row in rows]

    def get(self, identifier: str) -> Passkey | None:
        query = f"SELECT {_COLUMNS} FROM passkeys WHERE id=?"  # noqa: S608 (our own names)
        row = self._databases.get().execute(query, (identifier,)).fetchone()
        return None if row is None else Passkey(*row)

    def note_use(self, identifier: str, count: int) -> None:
        """Keep the signature counter that a passkey came with."""
        with self._databases.write() as database:
            database.execute("UPDATE passkeys SET count=? WHERE id=?", (count, identifier))

    def remove(self, identifier: str, account: int) -> None:
        with self._databases.write() as database:
            database.execute("DELETE FROM passkeys WHERE id=? AND account=?", (identifier, account))


def delete_passkeys(database: Statements, account: int) -> None:
    """Remove the passkeys of an account, inside a transaction."""
    database.execute("DELETE FROM passkeys WHERE account=?", (account,))
