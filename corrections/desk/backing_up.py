"""Backup and restore: one file with a git bundle, the private store, the policy, and nothing that can be made again."""

import sqlite3
import tarfile
import tempfile
from pathlib import Path

from git import Repo
from git.exc import GitCommandError

from corrections.desk.auditing import audit_publication
from corrections.desk.errors import Invalid
from corrections.desk.policy import FILE as POLICY
from corrections.desk.publication import Publication, publication_name
from corrections.errors import CorrectionsError
from corrections.private.outbox import Outbox
from repo_store import Finding, Store

_BUNDLE, _PRIVATE = "articles.bundle", "private.db"
RESTORED = "restored from a backup: it may have been sent since that was made"


class BadBackup(CorrectionsError):
    code = "bad_backup"


def back_up(publication: Publication, target: Path) -> None:
    """Write a backup to `target`, consistent while the service runs. Raises `BadBackup` where the file exists."""
    if target.exists():
        raise BadBackup(f"{target} exists already; nothing was written.")
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        private = Path(folder) / _PRIVATE
        # the private store first: a contact too many harms nobody, one too few does
        with publication.store.exclusive():
            source, copy = publication.private.databases.get().conn, sqlite3.connect(private)
            source.backup(copy)
            copy.close()
            publication.store.bundle(Path(folder) / _BUNDLE)
        partial = Path(folder) / "backup.tar"
        with tarfile.open(partial, "w") as archive:
            for name in (_BUNDLE, _PRIVATE):
                archive.add(Path(folder) / name, name)
            if (publication.folder / POLICY).exists():
                archive.add(publication.folder / POLICY, POLICY)
        partial.chmod(0o600)
        partial.rename(target)


def restore(data: Path, name: str, source: Path) -> list[Finding]:
    """Make the publication `name` in `data` from a backup and audit it. Raises `BadBackup` or `Invalid`."""
    folder = data / publication_name(name)
    if (folder / "articles.git").exists():
        raise Invalid({"publication": f"There is a publication {name!r} in {data} already; nothing was changed."})
    with tempfile.TemporaryDirectory() as scratch:
        try:
            with tarfile.open(source) as archive:
                archive.extractall(scratch, filter="data")
            bundle, private = Path(scratch) / _BUNDLE, (Path(scratch) / _PRIVATE).read_bytes()
            folder.mkdir(parents=True, exist_ok=True)
            Store.create(folder / "articles.git").close()
            with Repo(folder / "articles.git") as repo:
                repo.git.fetch(str(bundle), "refs/heads/*:refs/heads/*")
        except (tarfile.TarError, OSError, GitCommandError) as error:
            raise BadBackup(f"{source} is no backup of ours, or is damaged: {error}") from error
        target = folder / _PRIVATE
        target.touch(mode=0o600)
        target.write_bytes(private)
        if (Path(scratch) / POLICY).exists():
            (folder / POLICY).write_bytes((Path(scratch) / POLICY).read_bytes())
    restored = Publication(folder)
    Outbox(restored.private).doubt(RESTORED)
    restored.close()
    return audit_publication(folder)
