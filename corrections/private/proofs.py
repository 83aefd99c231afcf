"""`Proofs`: proofs of work that were used, so that none is used twice."""

import time

from corrections.database import Databases
from corrections.private.digests import digest


class Proofs:
    """Of one publication."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    def use(self, challenge: str, expires: float) -> bool:
        """Note a proof of work as used; False where it was used before. Expired ones (in seconds) are cleared."""
        with self._databases.write() as database:
            database.execute("DELETE FROM proofs WHERE expires < ?", (time.time(),))
            inserted = database.execute(
                "INSERT INTO proofs (challenge, expires) VALUES (?,?) ON CONFLICT DO NOTHING",
                (digest(challenge), expires),
            )
            return bool(inserted.rowcount)
