"""Objects made here, byte by byte, and put into the repository as one durable pack.

The formats: gitformat-pack(5) and, of a signed commit, gitformat-signature(5).
"""

import hashlib
import struct
import subprocess
import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from git import Repo

from repo_store.file_sync import sync_folders
from repo_store.git.refusals import refusal
from repo_store.model.intents import Person
from repo_store.ssh_signatures import COMMITS, Key

EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_KINDS = {"commit": 1, "tree": 2, "blob": 3}
_SECONDS = 600  # that git may take to index a pack


def object_id(kind: str, data: bytes) -> str:
    """The id that git gives an object."""
    return hashlib.sha1(b"%s %d\0" % (kind.encode(), len(data)) + data, usedforsecurity=False).hexdigest()


def commit_object(
    tree: str,
    parents: Sequence[str],
    author: Person,
    committer: Person,
    at: datetime,
    message: bytes,
    key: Key | None = None,
) -> bytes:
    """The bytes of a commit; with a `key`, signed."""
    timestamp = f"{int(at.timestamp())} +0000"
    lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
    lines += [
        f"author {author.name} <{author.email}> {timestamp}",
        f"committer {committer.name} <{committer.email}> {timestamp}",
    ]
    return signed_commit(("\n".join(lines) + "\n").encode(), message, key)


def signed_commit(header: bytes, message: bytes, key: Key | None) -> bytes:
    """A commit of these header lines and this message; with a `key`, signed as `git commit -S` does."""
    if key is None:
        return header + b"\n" + message
    signature = key.sign(header + b"\n" + message, COMMITS).replace("\n", "\n ")
    return header + b"gpgsig " + signature.encode() + b"\n\n" + message


def split_commit(commit: bytes) -> tuple[bytes, bytes, str]:
    """A commit's header without its signature, its message, and the signature (empty: none)."""
    head, _, message = commit.partition(b"\n\n")
    header: list[bytes] = []
    signature: list[bytes] = []
    in_signature = False
    for line in head.split(b"\n"):
        in_signature = line.startswith(b"gpgsig ") or (in_signature and line.startswith(b" "))
        if in_signature:
            signature.append(line.removeprefix(b"gpgsig ").removeprefix(b" "))
        else:
            header.append(line)
    return b"\n".join(header) + b"\n", message, b"\n".join(signature).decode("ascii", "replace")


def write_pack(repo: Repo, objects: Iterable[tuple[str, bytes]]) -> None:
    """Put objects (kind, bytes) into the repository, durably. Raises `WriteFailed`."""
    body, count = bytearray(), 0
    for kind, data in objects:
        body += _encode_entry(kind, data)
        count += 1
    pack = b"PACK" + struct.pack(">II", 2, count) + bytes(body)
    pack += hashlib.sha1(pack, usedforsecurity=False).digest()
    process = repo.git.index_pack("--stdin", as_process=True, istream=subprocess.PIPE)
    _, stderr = process.proc.communicate(pack, timeout=_SECONDS)
    if process.proc.returncode != 0:
        raise refusal(["git", "index-pack"], process.proc.returncode, stderr, repo.git_dir, writing=True)
    sync_folders(Path(repo.git_dir) / "objects" / "pack")


def _encode_entry(kind: str, data: bytes) -> bytes:
    size = len(data)
    byte, size = _KINDS[kind] << 4 | size & 15, size >> 4
    head = bytearray()
    while size:
        head.append(byte | 0x80)
        byte, size = size & 0x7F, size >> 7
    head.append(byte)
    return bytes(head) + zlib.compress(data)
