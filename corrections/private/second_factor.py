"""`SecondFactor`: one-time codes from a device, after the password (RFC 6238)."""

import hmac
import time

import pyotp

from corrections.database import Databases, Statements

TOTP_STEP = 30  # seconds


class SecondFactor:
    """Of the accounts of one publication."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    def is_on(self, account: int) -> bool:
        return bool(self._secret(account))

    def set(self, account: int, secret: str, code: str) -> bool:
        """Turn the second factor on if `code` is right for `secret`; an empty secret turns it off."""
        if secret and not pyotp.TOTP(secret).verify(code, valid_window=1):
            return False
        with self._databases.write() as database:
            database.execute("UPDATE accounts SET totp=?, totp_step=0 WHERE id=?", (secret, account))
        return True

    def check(self, account: int, code: str) -> bool:
        """Whether the code is right, now or half a minute off, and was not used before."""
        secret = self._secret(account)
        if not secret:
            return False
        now = int(time.time())
        with self._databases.write() as database:
            last_step = database.execute("SELECT totp_step FROM accounts WHERE id=?", (account,)).fetchone()[0] or 0
            for step in range(now // TOTP_STEP - 1, now // TOTP_STEP + 2):
                right = pyotp.TOTP(secret).at(step * TOTP_STEP)
                if step > last_step and hmac.compare_digest(right.encode(), code.strip().encode()):
                    database.execute("UPDATE accounts SET totp_step=? WHERE id=?", (step, account))
                    return True
        return False

    def _secret(self, account: int) -> str:
        row = self._databases.get().execute("SELECT totp FROM accounts WHERE id=?", (account,)).fetchone()
        return str(row[0] or "") if row else ""


def turn_off(database: Statements, account: int) -> None:
    """Turn the second factor of an account off, inside a transaction."""
    database.execute("UPDATE accounts SET totp='', totp_step=0 WHERE id=?", (account,))
