"""The private stores of these tests are in a real PostgreSQL: fixtures of the same names as elsewhere put them there."""

from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from corrections.cluster import Cluster
from corrections.config import Settings
from corrections.services.operations.database_move import MOVED, move_to_database
from corrections.services.publication import Publication, Publications
from tests import postgres
from tests.conftest import copy_publication
from tests.web.conftest import *  # noqa: F403


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    with postgres.running() as server:
        yield server


@pytest.fixture
def cluster(postgres_server: postgres.Server) -> Iterator[Cluster]:
    """An empty database, as its administrator reaches it."""
    made = Cluster(postgres_server.url)
    yield made
    made.close()
    postgres_server.drop_publications()


@pytest.fixture
def everything_in_postgres(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """Every publication that a test opens or creates has its private store there."""
    for function in (Publication.__init__, Publication.create.__func__, Publications.__init__):
        monkeypatch.setitem(function.__kwdefaults__, "cluster", cluster)
    monkeypatch.setattr(Settings.__init__, "__defaults__", _defaults(cluster))
    monkeypatch.setenv("CORRECTIONS_DATABASE", cluster.database)  # for commands, which are processes
    if cluster.git_remote:
        monkeypatch.setenv("CORRECTIONS_GIT_REMOTE", cluster.git_remote)
    return cluster


@pytest.fixture
def publication(tmp_path: Path, template: Path, everything_in_postgres: Cluster) -> Iterator[Publication]:
    folder = copy_publication(template, tmp_path / "data")
    move_to_database(folder, everything_in_postgres)
    (folder / MOVED).unlink()
    opened = Publication(folder)
    yield opened
    opened.close()
    assert list(folder.parent.rglob("private.db*")) == []  # nothing of a private store was written to a file


def _defaults(cluster: Cluster) -> tuple[object, ...]:
    """Those of `Settings`, with this cluster."""
    with_default = [field for field in fields(Settings) if field.default is not MISSING]
    return tuple(cluster if field.name == "cluster" else field.default for field in with_default)
