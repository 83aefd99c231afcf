"""The move of a publication to what nodes share: its private store into the database, its history to the git server."""

from contextlib import closing
from pathlib import Path

from corrections.cluster import Cluster
from corrections.private.private import copy_to_cluster
from corrections.services.errors import Invalid, UnknownPublication
from corrections.services.node_folders import MARKER, mark_folder
from corrections.services.publication import Publication
from repo_store import Store
from repo_store.errors import RemoteDiverged
from repo_store.shared_server import create_server

MOVED = "private.db.moved"  # what becomes of the file


def check_is_new(name: str, cluster: Cluster) -> None:
    """Raises `Invalid` where the database has a publication of this name."""
    if cluster.publications.has(name):
        message = f"There is already a publication {name} in the database {cluster.name}; nothing was changed."
        raise Invalid({"publication": message})


def move_to_database(folder: Path, cluster: Cluster) -> None:
    """Copy `private.db` of the publication in `folder` into the database, and rename it; the service must be stopped.

    Raises `UnknownPublication`, `Invalid` where the database has a publication of this name, `DatabaseUnavailable`, or
    `NewerStore` where a newer version wrote it; nothing is moved then.
    """
    path, name = folder / "private.db", folder.name
    if not path.exists():
        raise UnknownPublication(f"There is no {path}; nothing was moved.")
    check_is_new(name, cluster)
    copy_to_cluster(path, name, cluster)
    cluster.publications.add(name)
    mark_folder(folder, cluster)
    path.replace(folder / MOVED)
    (folder / "private.db.turn").unlink(missing_ok=True)


def move_to_nodes(folder: Path, cluster: Cluster) -> list[str]:
    """Move what is not yet there: the history to the git server of `cluster`, if it has one, and the private store.

    The service must be stopped. Returns what was done, for the operator. The history goes first, and what it meets is
    never overwritten: after an error this can be repeated. Raises as `move_to_database` and `share_history`.
    """
    done = []
    is_moved = (folder / MARKER).exists() and not (folder / "private.db").exists()
    if not (is_moved and cluster.git_remote):
        if not (folder / "private.db").exists():
            raise UnknownPublication(f"There is no {folder / 'private.db'}; nothing was moved.")
        check_is_new(folder.name, cluster)
    if address := share_history(folder / "articles.git", folder.name, cluster):
        done.append(f"Gave {address} the history of {folder.name}.")
    if not is_moved:
        move_to_database(folder, cluster)
        done.append(
            f"Moved the private store of {folder.name} into the database {cluster.name}. Delete {folder / MOVED} when "
            "all works."
        )
    with closing(Publication(folder, cluster=cluster)) as publication:  # which puts its signing key into the database
        if cluster.git_remote and (head := publication.store.ledger()):
            cluster.publications.announce(folder.name, head)  # what the git server lacks of before is lost
    return done


def share_history(repository: Path, name: str, cluster: Cluster) -> str:
    """Give the shared git server what it lacks of this history, and take what this one lacks of the server's.

    Returns the server's address without a password; empty where the cluster has none. A repository is made where the
    address is a path. Raises `RemoteFailure`, `BadRemote`, `DatabaseUnavailable`; nothing is overwritten.
    """
    remote = cluster.remote(name)
    if remote is None:
        return ""
    create_server(remote.url)
    Store.open(repository).close()  # clear what a dead writer left
    with closing(Store(repository, remote=remote)) as store:
        try:
            store.fetch()
        except RemoteDiverged:  # it is empty, or lacks what is here; anything else `share` refuses
            store.share()
    return remote.public_url
