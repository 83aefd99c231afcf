"""Ed25519 signatures in OpenSSH's formats, as `ssh-keygen -Y verify` and git check them.

The formats: https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig and, of the keys, RFC 4253 with
RFC 8709. A key is a file that `ssh-keygen` reads.
"""

import base64
import hashlib
import os
import struct
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_ssh_private_key,
    load_ssh_public_key,
)

from repo_store.errors import BadKey

COMMITS = "git"  # the namespace of commits' signatures, which git asks for
_MAGIC, _VERSION, _HASH = b"SSHSIG", 1, "sha512"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_WIDTH = 70


@dataclass(frozen=True)
class Key:
    """A private key; `public` is its public part in one line, as `ssh-keygen` prints it."""

    private: Ed25519PrivateKey
    public: str

    @classmethod
    def generate(cls, path: Path) -> "Key":
        """A new key in a new file at `path`, readable by its owner alone. Raises `BadKey` where there is one."""
        private = Ed25519PrivateKey.generate()
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as error:
            raise BadKey(f"{path} already exists; it was left as it is.") from error
        with os.fdopen(descriptor, "wb") as file:
            file.write(private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
            file.flush()
            os.fsync(descriptor)
        return cls(private, _public_line(private.public_key()))

    @classmethod
    def read(cls, path: Path) -> "Key":
        """Raises `BadKey`."""
        try:
            private = load_ssh_private_key(path.read_bytes(), None)
        except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:  # TypeError: it has a passphrase
            raise BadKey(f"{path} contains no signing key: {error}") from error
        if not isinstance(private, Ed25519PrivateKey):
            raise BadKey(f"{path} contains a key of another type than Ed25519.")
        return cls(private, _public_line(private.public_key()))

    def sign(self, data: bytes, namespace: str) -> str:
        """The signature of `data`, armoured, without a final newline."""
        raw_signature = self.private.sign(_message_to_sign(data, namespace))
        signature_blob = _encode_string(b"ssh-ed25519") + _encode_string(raw_signature)
        fields = (_blob(self.public), namespace.encode(), b"", _HASH.encode(), signature_blob)
        return _armor(_MAGIC + struct.pack(">I", _VERSION) + b"".join(map(_encode_string, fields)))


def is_valid_signature(public: str, data: bytes, namespace: str, signature: str) -> bool:
    """Whether `signature` (armoured) is one of `data` by the key `public`, for this namespace."""
    try:
        body = signature.strip().removeprefix(_BEGIN).removesuffix(_END)
        raw = base64.b64decode("".join(body.split()), validate=True)
        if not raw.startswith(_MAGIC + struct.pack(">I", _VERSION)):
            return False
        key, name, _, algorithm, signature_blob = _decode_strings(raw[len(_MAGIC) + 4 :])
        kind, raw_signature = _decode_strings(signature_blob)
        if (key, name, algorithm, kind) != (_blob(public), namespace.encode(), _HASH.encode(), b"ssh-ed25519"):
            return False
        _load_public_key(public).verify(raw_signature, _message_to_sign(data, namespace))
    except (ValueError, struct.error, InvalidSignature, BadKey):
        return False
    return True


def signer_of(signature: str) -> str:
    """The public key that a signature says it is by, or nothing where it cannot be read; this proves nothing."""
    try:
        body = signature.strip().removeprefix(_BEGIN).removesuffix(_END)
        return "ssh-ed25519 " + base64.b64encode(_decode_strings(base64.b64decode(body)[len(_MAGIC) + 4 :])[0]).decode()
    except (ValueError, struct.error, IndexError):
        return ""


def armored_again(signature: str) -> str:
    """An armoured signature as `Key.sign` writes it, with a final newline: the only way to write it."""
    body = signature.strip().removeprefix(_BEGIN).removesuffix(_END)
    try:
        return f"{_armor(base64.b64decode(''.join(body.split())))}\n"
    except ValueError:
        return ""


def _armor(data: bytes) -> str:
    encoded = base64.b64encode(data).decode()
    lines = [encoded[at : at + _WIDTH] for at in range(0, len(encoded), _WIDTH)]
    return "\n".join((_BEGIN, *lines, _END))


def _message_to_sign(data: bytes, namespace: str) -> bytes:
    digest = hashlib.sha512(data).digest()
    return _MAGIC + b"".join(map(_encode_string, (namespace.encode(), b"", _HASH.encode(), digest)))


def _encode_string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def _decode_strings(data: bytes) -> list[bytes]:
    strings = []
    while data:
        (length,) = struct.unpack(">I", data[:4])
        if len(data) < 4 + length:
            raise ValueError("cut short")
        strings.append(data[4 : 4 + length])
        data = data[4 + length :]
    return strings


def _blob(public: str) -> bytes:
    return base64.b64decode(public.split()[1])


def _public_line(key: Ed25519PublicKey) -> str:
    return key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def _load_public_key(public: str) -> Ed25519PublicKey:
    try:
        key = load_ssh_public_key(public.encode())
    except UnsupportedAlgorithm as error:
        raise BadKey("The type of the key is not known here.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise BadKey("The key is of another type than Ed25519.")
    return key
