"""The publisher's credentials, encrypted with a key that is not in the store.

The key is that of `CORRECTIONS_CONNECT_KEY`, else of the file `connections.key` in the data folder, which is made when
first needed. Nodes that share a publication need the same key: none of them makes one for itself.
Fernet (https://github.com/fernet/spec) encrypts and authenticates.
"""

import base64
import hashlib
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from corrections.config import SHORTEST_KEY
from corrections.errors import CorrectionsError
from repo_store.files import sync_folders

VARIABLE = "CORRECTIONS_CONNECT_KEY"
FILE = "connections.key"
SIGNING_SECRET_BYTES = 32


class BadConnectKey(CorrectionsError):
    code = "bad_connect_key"


def create_signing_secret() -> str:
    """A new secret as Standard Webhooks writes it; other signatures take its characters as they are."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(SIGNING_SECRET_BYTES)).decode()}"


class Credentials:
    """Encrypts and decrypts for all publications of a data folder."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def encrypt(self, text: str) -> bytes:
        """Raises `BadConnectKey`, `OSError`."""
        return self._fernet().encrypt(text.encode())

    def decrypt(self, encrypted: bytes) -> str:
        """Raises `BadConnectKey` where it was encrypted with another key."""
        try:
            return self._fernet().decrypt(encrypted).decode()
        except InvalidToken as error:
            raise BadConnectKey(
                f"The stored credentials cannot be read with this key. Set {VARIABLE} or restore {self._data / FILE} "
                "as they were when the connection was made, or disconnect and connect again."
            ) from error

    def _fernet(self) -> Fernet:
        secret = os.environ.get(VARIABLE, "")
        if secret and len(secret) < SHORTEST_KEY:
            raise BadConnectKey(f"{VARIABLE} must have at least {SHORTEST_KEY} characters.")
        return Fernet(base64.urlsafe_b64encode(hashlib.sha256((secret or self._of_file()).encode()).digest()))

    def _of_file(self) -> str:
        path = self._data / FILE
        if not path.exists():
            if os.environ.get("CORRECTIONS_GIT_REMOTE"):  # another node could not read what this one encrypts
                raise BadConnectKey(
                    f"Several nodes need one key for the credentials of connections: set {VARIABLE} to the same value "
                    f"on each of them, or copy {FILE} from the node that has it to {path}."
                )
            temporary = self._data / f"{FILE}.{os.getpid()}"
            with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(Fernet.generate_key())
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(temporary, path)
            except FileExistsError:  # another process was first
                pass
            finally:
                temporary.unlink()
            sync_folders(self._data)
        return path.read_text().strip()
