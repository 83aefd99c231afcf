"""The folder of a publication on a node: a cache of what the nodes share, made when it is first needed."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from corrections.cluster import Cluster, DatabaseUnavailable
from corrections.cluster.unavailable import UNAVAILABLE
from corrections.errors import CorrectionsError
from corrections.private.stored_settings import StoredSettings
from corrections.services.errors import Invalid
from corrections.services.operations.file_permissions import private_folder
from corrections.workers.file_lock import file_lock
from repo_store import Store
from repo_store.files import sync_folders
from repo_store.shared_server import create_server

MARKER = "private.database"  # in the folder: its private store is in the database that this file names
_LOCK = "articles.lock"  # in the folder, while it is made


class NotInDatabase(CorrectionsError):
    """A publication of this folder whose private store is somewhere else than `CORRECTIONS_DATABASE` says."""

    code = "not_in_database"

    def __init__(self, operator: str) -> None:
        super().__init__(UNAVAILABLE, operator=operator)


def check_folder(folder: Path) -> None:
    """Raises `NotInDatabase` where the private store of a publication is in a database, and none was named."""
    marker = folder / MARKER
    if marker.exists():
        raise NotInDatabase(
            f"The private store of {folder.name} is in the database {marker.read_text().strip()}. "
            "Set CORRECTIONS_DATABASE to its address."
        )


def claim_name(name: str, cluster: Cluster) -> None:
    """Make the name of a new publication known to all nodes, and its repository on the shared git server, if any.

    It is made where the server is a path; any other server has to have an empty one. Raises `Invalid` where the name
    is taken or the repository is not empty, `DatabaseUnavailable`, `RemoteFailure`, `BadRemote`; nothing is claimed
    then.
    """
    remote = cluster.remote(name)
    if remote is not None and not cluster.publications.has(name):
        create_server(remote.url)
        with tempfile.TemporaryDirectory() as scratch:
            store = Store.create(Path(scratch) / "articles.git", remote=remote)
            heads = store.heads()
            store.close()
        if heads:
            message = f"The repository {remote.public_url} is not empty; nothing was created. Use an empty one."
            raise Invalid({"publication": message})
    if not cluster.publications.add(name):
        message = f"There is already a publication {name} in the database {cluster.name}; nothing was changed."
        raise Invalid({"publication": message})


def mark_folder(folder: Path, cluster: Cluster) -> None:
    """Note that the private store of the publication is in the database, so that nobody makes an empty one here."""
    if not (folder / MARKER).exists():
        (folder / MARKER).write_text(f"{cluster.name}\n")
        sync_folders(folder)


class NotOnGitServer(CorrectionsError):
    """A publication whose history is on a git server, which `CORRECTIONS_GIT_REMOTE` does not name."""

    code = "not_on_git_server"

    def __init__(self, operator: str) -> None:
        super().__init__(UNAVAILABLE, operator=operator)


def check_git_server(name: str, cluster: Cluster) -> None:
    """See to it that no node writes a history of its own beside the one that the others share.

    Raises `NotOnGitServer`, `DatabaseUnavailable`.
    """
    remote = cluster.remote(name)
    if remote is not None:
        cluster.publications.share_history(name, remote.public_url)
    elif address := cluster.publications.git_server(name):
        raise NotOnGitServer(
            f"The history of {name} is on the git server {address}, which other nodes write to. Set "
            "CORRECTIONS_GIT_REMOTE to its address, as it is on the other nodes."
        )


def prepare_folder(folder: Path, cluster: Cluster) -> None:
    """Make the folder of a publication that is in the cluster, if there is none on this node yet.

    A folder without a publication is left alone if the cluster does not know it either. Raises `NotInDatabase`,
    `NotOnGitServer`, `DatabaseUnavailable`.
    """
    if not cluster.publications.has(folder.name):
        if (folder / "articles.git").is_dir():
            remedy = (
                f"move its private store there with `corrections --data {folder.parent} move-to-database {folder.name}`"
                if (folder / "private.db").exists()
                else "restore a backup with `corrections restore` if the database was lost"
            )
            raise NotInDatabase(
                f"{folder} contains a publication that is not in the database {cluster.name}. Check "
                f"CORRECTIONS_DATABASE, or {remedy}."
            )
        return
    check_git_server(folder.name, cluster)
    private_folder(folder)
    with file_lock(folder / _LOCK):  # several workers come at once
        if not (folder / "articles.git").is_dir():
            Store.create(folder / "articles.git", remote=cluster.remote(folder.name)).close()
        mark_folder(folder, cluster)


def share_key(path: Path, settings: StoredSettings, name: str) -> None:
    """Make the file at `path` what all nodes have under `name`; the first node that has a file decides what that is.

    While the database is away, what is here stays.
    """
    with suppress(DatabaseUnavailable):
        text = settings.get(name)
        if text is None and path.exists():
            settings.put(name, path.read_text())
        elif text is not None and (not path.exists() or path.read_text() != text):
            with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f"{path.name}.", delete=False) as file:
                file.write(text)  # readable by its owner alone
                file.flush()
                os.fsync(file.fileno())
            os.replace(file.name, path)
            sync_folders(path.parent)
