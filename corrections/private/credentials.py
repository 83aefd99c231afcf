"""Keyed values that tie a browser to an account's present password: none of them is stored, all are computed."""

import base64
import hmac
import secrets
import time

from corrections.private.private import Private

DEVICE_DAYS = 365  # that a browser is known after signing in, unless the password changes
LONGEST_DEVICE = 200  # characters of a device's cookie


class Credentials:
    """Of one publication."""

    def __init__(self, private: Private) -> None:
        self._settings, self._databases = private.settings, private.databases

    def stamp(self, account: int) -> str:
        """Changes whenever the account's password or second factor does, and with the account itself."""
        row = self._row(account)
        return self._keyed("stamp", account, *row) if row else ""

    def enrolment_secret(self, account: int, session: str, nonce: str) -> str:
        """The secret (base32) that one page offers for a second factor: without our key it follows from nothing.

        `session` is the session's identifier, `nonce` what the page left in the cookie.
        """
        digest = self._keyed("totp", account, session, nonce)
        return base64.b32encode(bytes.fromhex(digest)[:20]).decode()

    def new_device(self, account: int) -> str:
        """The value of a cookie by which a browser that signed in is known; it signs nobody in."""
        row = self._row(account)
        assert row is not None
        expires, nonce = int(time.time()) + DEVICE_DAYS * 86400, secrets.token_hex(8)
        return f"{expires}.{nonce}.{self._keyed('device', account, expires, nonce, row[0])}"

    def known_device(self, account: int, value: str) -> str:
        """What names the browser that has this cookie, if it is the account's; else empty."""
        expires, _, signed = value[:LONGEST_DEVICE].partition(".")
        nonce, _, proof = signed.partition(".")
        row = self._row(account)
        if row is None or not hmac.compare_digest(
            self._keyed("device", account, expires, nonce, row[0]).encode(), proof.encode("utf-8", "surrogatepass")
        ):
            return ""
        return nonce if int(expires) > time.time() else ""

    def _row(self, account: int) -> tuple[str, str] | None:
        row = (
            self._databases.get()
            .execute("SELECT coalesce(password, ''), coalesce(totp, '') FROM accounts WHERE id=?", (account,))
            .fetchone()
        )
        return None if row is None else (str(row[0]), str(row[1]))

    def _keyed(self, purpose: str, *values: object) -> str:
        return self._settings.keyed("\n".join([purpose, *map(str, values)]))
