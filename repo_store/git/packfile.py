"""Objects made here, byte by byte, and put into the repository as one durable pack.

The formats: gitformat-pack(5) and, of a signed commit, gitformat-signature(5).
"""

import hashlib
import os
import struct
import uuid
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import takewhile
from pathlib import Path

from git import Repo

from repo_store.files import sync_folders
from repo_store.git.refusals import write_refusal
from repo_store.model.intents import Person
from repo_store.ssh_signatures import COMMITS, Key

EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_KINDS = {"commit": 1, "tree": 2, "blob": 3}
KEEP = b"corrections: a batch whose references are about to be moved\n"  # in the file that keeps its pack
KEEP_FILE = "batch.keep"  # in the repository; the files that keep packs are links to it, as making a file takes longer
_HEADER_BYTES = 12
_FAR = 1 << 31  # an offset from here on does not fit the index's four bytes
_READ_ONLY = 0o444  # as git writes packs; the umask takes away what others may not have
_FASTEST = 1  # of zlib: packs of a batch are few and soon folded together, where git compresses them again


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


def commit_tree(header: str) -> str:
    """The id of the tree that a commit's header names, in its first line."""
    return header[5:45]


def commit_parents(header: str) -> list[str]:
    """The parents in a commit's header, as git reads them: the lines right after `tree`, and no later ones."""
    _, *lines = header.split("\n")
    return [line.removeprefix("parent ") for line in takewhile(lambda line: line.startswith("parent "), lines)]


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
    """Put objects (kind, bytes) into the repository, durably, as a pack with its index. Raises `RefusedWrite`."""
    pack = Pack()
    for kind, data in objects:
        pack.add(kind, data)
    pack.write(repo)


class Pack:
    """Objects on their way into a repository, each once, whole and compressed (gitformat-pack(5), version 2)."""

    def __init__(self) -> None:
        self._body = bytearray()
        self._entries: dict[bytes, tuple[int, int]] = {}  # by id: the CRC-32 of what is packed, and where

    def add(self, kind: str, data: bytes) -> str:
        """Add an object; returns its id."""
        identifier = object_id(kind, data)
        key = bytes.fromhex(identifier)
        if key not in self._entries:
            packed = _encode_entry(kind, data)
            self._entries[key] = (zlib.crc32(packed), _HEADER_BYTES + len(self._body))
            self._body += packed
        return identifier

    @contextmanager
    def kept(self, repo: Repo) -> Iterator[None]:
        """Make the objects durable as `write` does; within, git does not throw the pack away (git-repack(1), `.keep`).

        Raises `RefusedWrite`.
        """
        header, checksum = self._header_and_checksum()
        keep = _pack_file(repo, checksum, "keep")
        try:
            try:
                _write_keep(keep, Path(repo.git_dir) / KEEP_FILE)
            except OSError as error:
                raise write_refusal(error, repo.git_dir) from error
            self._write(repo, header, checksum)
            yield
        finally:
            keep.unlink(missing_ok=True)

    def write(self, repo: Repo) -> None:
        """Make the objects durable, with the folder that names them. Raises `RefusedWrite`; nothing is then left."""
        self._write(repo, *self._header_and_checksum())

    def _write(self, repo: Repo, header: bytes, checksum: bytes) -> None:
        pack, index = _pack_file(repo, checksum, "pack"), _pack_file(repo, checksum, "idx")
        try:
            with (
                _synced_temporary(pack.parent, "tmp_pack_", header, self._body, checksum) as new_pack,
                _synced_temporary(pack.parent, "tmp_idx_", self._index(checksum)) as new_index,
            ):
                _rename_durably(new_pack, pack, new_index, index)
        except OSError as error:
            raise write_refusal(error, repo.git_dir) from error

    def _header_and_checksum(self) -> tuple[bytes, bytes]:
        """What precedes the objects in the pack, and what follows them."""
        header = b"PACK" + struct.pack(">II", 2, len(self._entries))
        digest = hashlib.sha1(header, usedforsecurity=False)
        digest.update(self._body)
        return header, digest.digest()

    def _index(self, checksum: bytes) -> bytes:
        """The index, version 2: how many ids begin with each byte or a lower one, ids, CRCs, offsets, checksums."""
        ids = sorted(self._entries)
        first_bytes = [identifier[0] for identifier in ids]
        counts = [bisect_right(first_bytes, byte) for byte in range(256)]
        entries = [self._entries[identifier] for identifier in ids]
        far = [offset for _, offset in entries if offset >= _FAR]  # these need eight bytes
        places = iter(range(len(far)))
        near = [offset if offset < _FAR else _FAR | next(places) for _, offset in entries]
        index = b"".join(
            (
                b"\xfftOc" + struct.pack(">I", 2),
                struct.pack(">256I", *counts),
                *ids,
                struct.pack(f">{len(ids)}I", *(crc for crc, _ in entries)),
                struct.pack(f">{len(ids)}I", *near),
                struct.pack(f">{len(far)}Q", *far),
                checksum,
            )
        )
        return index + hashlib.sha1(index, usedforsecurity=False).digest()


def _pack_file(repo: Repo, checksum: bytes, suffix: str) -> Path:
    return Path(repo.git_dir) / "objects" / "pack" / f"pack-{checksum.hex()}.{suffix}"


def _write_keep(keep: Path, shared: Path) -> None:
    """Make the file that keeps a pack; the first one, and each where there are no hard links, has bytes of its own."""
    try:
        keep.hardlink_to(shared)
    except OSError:
        keep.write_bytes(KEEP)
        with suppress(OSError):
            shared.hardlink_to(keep)


@contextmanager
def _synced_temporary(folder: Path, prefix: str, *chunks: bytes | bytearray) -> Iterator[Path]:
    """A file with these bytes, synced, under a name that git takes for an unfinished one; removed if it keeps it."""
    temporary = folder / f"{prefix}{uuid.uuid4().hex}"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _READ_ONLY)
    try:
        with open(descriptor, "wb") as file:
            file.writelines(chunks)
            file.flush()
            os.fsync(file.fileno())
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _rename_durably(new_pack: Path, pack: Path, new_index: Path, index: Path) -> None:
    """Give both files their own names and sync their folder. Where this fails, neither is left.

    The index is last: without one, git does not see the pack. A pack that was there before, with the same objects, is
    left: references may already lead to it.
    """
    is_there = index.exists()
    try:
        new_pack.rename(pack)
        new_index.rename(index)
        sync_folders(pack.parent)
    except BaseException:
        if not is_there:
            index.unlink(missing_ok=True)
            pack.unlink(missing_ok=True)
        raise


def _encode_entry(kind: str, data: bytes) -> bytes:
    size = len(data)
    byte, size = _KINDS[kind] << 4 | size & 15, size >> 4
    head = bytearray()
    while size:
        head.append(byte | 0x80)
        byte, size = size & 0x7F, size >> 7
    head.append(byte)
    return bytes(head) + zlib.compress(data, _FASTEST)
