"""The move of a publication's private store from its file into the database that nodes share."""

from pathlib import Path

from corrections.cluster import Cluster
from corrections.private.private import copy_to_cluster
from corrections.services.errors import Invalid, UnknownPublication
from corrections.services.node_folders import mark_folder

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
