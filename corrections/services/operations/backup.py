"""Backup and restore: one file with the git bundle, private store, policy and key, and nothing that can be rebuilt.

The file is a tar with `manifest.json` first, then a last line with the SHA-256 of all before it. A later backup may
hold only what is new in git since an earlier one: it is restored after that one.
"""

import hashlib
import json
import os
import re
import shutil
import tarfile
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import IO, Any

from corrections.cluster import Cluster
from corrections.errors import CorrectionsError
from corrections.private.delivery.outbox import Outbox
from corrections.services.errors import Invalid
from corrections.services.operations.audit import audit_publication
from corrections.services.operations.database_move import MOVED, check_is_new, move_to_database, share_history
from corrections.services.operations.file_permissions import private_folder
from corrections.services.operations.work_folder import BACKING_UP, RESTORING, work_folder
from corrections.services.publication import KEY, Publication, publication_name
from corrections.services.reporting import policy_text
from corrections.services.review.acceptance_policy import FILE as POLICY
from repo_store import Finding, Store
from repo_store.bundle import fetch_bundle
from repo_store.errors import GitRefused
from repo_store.files import sync_folders

FORMAT = "corrections-backup/2"
RESTORED = "restored from a backup: it may have been sent since the backup was made"
_BUNDLE, _PRIVATE, _MANIFEST = "articles.bundle", "private.db", "manifest.json"
_LABEL = b"sha256 "
_TRAILER = len(_LABEL) + 64 + 1  # bytes
_LAST_LINE = re.compile(_LABEL + rb"[0-9a-f]{64}\n")
_CHUNK = 1 << 20
SMALL_LIMIT = 1024 * 1024  # bytes of manifest, policy, key and each policy of the publisher
MEMBER_LIMIT = 100  # files in a backup


class BadBackup(CorrectionsError):
    code = "bad_backup"


@dataclass(frozen=True)
class Manifest:
    """`heads` are ledger, main and checkpoints in the backup, `since` those in the backup that it continues."""

    format: str
    publication: str
    at: str
    heads: dict[str, str]
    since: dict[str, str]


def back_up(publication: Publication, target: Path, since: Path | None = None) -> Manifest:
    """Write a backup to `target`, consistent while the service runs; with `since`, only what git has new after that.

    Raises `BadBackup` where the file exists or `since` is none of this publication's, `NotFound` where the history was
    rewritten after it.
    """
    if target.exists():
        raise BadBackup(f"{target} already exists; nothing was written.")
    publication.fetch_news()
    before = read_manifest(since) if since else None
    if before and before.publication != publication.name:
        raise BadBackup(f"{since} is a backup of {before.publication}.")
    with work_folder(target.parent, BACKING_UP) as folder:
        manifest = _write_parts(publication, folder, before.heads if before else {})
        (folder / _MANIFEST).write_text(json.dumps(asdict(manifest), indent=2))
        whole = folder / "whole"
        with tarfile.open(whole, "w") as archive:
            for name in (_MANIFEST, _BUNDLE, _PRIVATE):
                if (folder / name).exists():
                    archive.add(folder / name, name)
            for path in (
                publication.folder / POLICY,
                publication.folder / KEY,
                *policy_text.files(publication.folder),
            ):
                if path.exists():
                    archive.add(path, path.name)
        trailer = _trailer(whole, whole.stat().st_size)
        with whole.open("ab") as file:
            file.write(trailer)
            file.flush()
            os.fsync(file.fileno())
        whole.chmod(0o600)
        whole.rename(target)
    sync_folders(target.parent)
    return manifest


def read_manifest(source: Path, every_byte: bool = True) -> Manifest:
    """What a backup says of itself, after every byte of it was checked. Raises `BadBackup`.

    Without `every_byte` only its first and its last bytes are read: enough to see that it was cut short, not that a
    byte between was altered.
    """
    try:
        size = source.stat().st_size - _TRAILER
        with source.open("rb") as file:
            file.seek(max(0, size))
            trailer = file.read()
        if not _LAST_LINE.fullmatch(trailer) or (every_byte and trailer != _trailer(source, size)):
            raise BadBackup(f"{source} is not a Corrections backup, is incomplete, or was altered after it was made.")
        with _open_archive(source) as archive:
            first = archive.next()
            if first is None or first.name != _MANIFEST:
                raise BadBackup(f"{source} is not a Corrections backup: it does not begin with a {_MANIFEST}.")
            values: dict[str, Any] = json.loads(_content(archive, first).read())
        if values["format"] != FORMAT or not set(values) <= {field.name for field in fields(Manifest)}:
            raise BadBackup(
                f"{source} was made by another version of Corrections ({values['format']}); this one reads {FORMAT}. "
                "Restore it with the version that made it, or a newer one."
            )
        return Manifest(**values)
    except (tarfile.TarError, OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadBackup(f"{source} is not a Corrections backup, or is damaged: {error}") from error


def restore(data: Path, name: str, sources: Sequence[Path], cluster: Cluster | None = None) -> list[Finding]:
    """Make the publication `name` in `data` from a whole backup and those that continue it, in order; audit it.

    With `cluster` its private store is put into the database there, and its history on the git server, if there is one;
    what that server has beyond the backup is kept. Raises `BadBackup`, `Invalid`, `RemoteFailure` or
    `DatabaseUnavailable`; nothing is made then.
    """
    folder = data / publication_name(name)
    if (folder / "articles.git").exists():
        raise Invalid({"publication": f"There is already a publication {name} in {data}; nothing was changed."})
    if cluster is not None:
        check_is_new(name, cluster)
    manifests = [read_manifest(source) for source in sources]
    heads: dict[str, str] = {}
    for source, manifest in zip(sources, manifests, strict=True):
        if manifest.since != heads:
            raise BadBackup(f"{source} does not continue the previous backup; nothing was changed.")
        heads = manifest.heads
    private_folder(data)
    with work_folder(data, RESTORING) as scratch:
        restored = scratch / "restored"
        private_folder(restored)
        for source in sources:
            _unpack(source, restored)
        _check_heads(restored, heads)
        if cluster is not None:
            share_history(restored / "articles.git", name, cluster)
        restored.rename(folder)
    if cluster is not None:
        try:
            move_to_database(folder, cluster)
        except BaseException:
            shutil.rmtree(folder)  # or the next attempt would find a publication here
            raise
        (folder / MOVED).unlink()
    publication = Publication(folder, cluster=cluster)
    Outbox(publication.private).mark_unsure(RESTORED)
    publication.close()
    return audit_publication(folder, cluster=cluster)


def _write_parts(publication: Publication, folder: Path, since: dict[str, str]) -> Manifest:
    """The parts, as of one moment; the private store first: a contact too many harms nobody, one too few does."""
    with publication.store.exclusive():
        publication.private.copy_to(folder / _PRIVATE)
        publication.store.bundle(folder / _BUNDLE, since)
        heads = publication.store.heads()
    return Manifest(FORMAT, publication.name, datetime.now(UTC).isoformat(timespec="seconds"), heads, since)


def _unpack(source: Path, target: Path) -> None:
    repository = target / "articles.git"
    if not repository.exists():
        Store.create(repository).close()
    with tempfile.TemporaryDirectory(dir=target) as scratch:
        try:
            with _open_archive(source) as archive:
                _extract(archive, Path(scratch))
            if (bundle := Path(scratch) / _BUNDLE).exists():
                fetch_bundle(repository, bundle)
        except (tarfile.TarError, OSError, RecursionError, GitRefused) as error:
            if isinstance(error, GitRefused) and error.environmental:
                raise
            raise BadBackup(f"{source} is not a Corrections backup, or is damaged: {error}") from error
        for path in (Path(scratch) / _PRIVATE, Path(scratch) / KEY):
            if path.exists():
                path.chmod(0o600)
                path.replace(target / path.name)
        for path in (Path(scratch) / POLICY, *policy_text.files(Path(scratch))):
            if path.exists():
                path.replace(target / path.name)


def _extract(archive: tarfile.TarFile, folder: Path) -> None:
    """Write the parts of a backup to `folder`. Raises `BadBackup` for anything that does not belong in a backup."""
    for count, member in enumerate(archive, 1):
        if count > MEMBER_LIMIT:
            raise BadBackup(
                f"It is not a Corrections backup: it contains more than {MEMBER_LIMIT} files; nothing was restored."
            )
        with _content(archive, member) as content, (folder / member.name).open("xb") as file:
            shutil.copyfileobj(content, file, _CHUNK)
            if file.tell() != member.size:
                raise BadBackup(f"It is incomplete: it ends within {member.name}; nothing was restored.")


def _open_archive(source: Path) -> tarfile.TarFile:
    """The tar itself: ours is not compressed, and what is compressed could be of any size."""
    return tarfile.open(source, "r:")


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    """A part's bytes, all of which are in the archive. Raises `BadBackup` for what does not belong in a backup."""
    large = member.name in (_BUNDLE, _PRIVATE)
    small = member.name in (_MANIFEST, POLICY, KEY) or fnmatchcase(member.name, policy_text.PATTERN)
    plain = member.type in (tarfile.REGTYPE, tarfile.AREGTYPE) and not member.issparse() and "/" not in member.name
    content = archive.extractfile(member) if plain and (large or small) else None
    if content is None:
        raise BadBackup(f"It is not a Corrections backup: it contains {member.name[:100]}; nothing was restored.")
    if small and member.size > SMALL_LIMIT:
        raise BadBackup(
            f"It is not a Corrections backup: its {member.name} has more than {SMALL_LIMIT} bytes; nothing was "
            "restored."
        )
    return content


def _check_heads(folder: Path, expected: dict[str, str]) -> None:
    store = Store(folder / "articles.git")
    heads = store.heads()
    store.close()
    if heads != expected:
        raise BadBackup("The Git bundle in the backup does not match its manifest; nothing was changed.")


def _trailer(path: Path, size: int) -> bytes:
    """The last line of a backup: the SHA-256 of a file's first `size` bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while size > 0 and (chunk := file.read(min(_CHUNK, size))):
            digest.update(chunk)
            size -= len(chunk)
    return _LABEL + digest.hexdigest().encode() + b"\n"
