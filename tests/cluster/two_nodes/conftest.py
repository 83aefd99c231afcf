"""The same fixtures again: two nodes with folders of their own serve the publication, and answer requests in turns."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from corrections.app import create_app
from corrections.cluster import Cluster
from corrections.config import Settings
from corrections.services.errors import UnknownCorrection
from corrections.services.operations.database_move import move_to_nodes
from corrections.services.operations.file_permissions import private_folder
from corrections.services.publication import Publication
from tests import postgres
from tests.conftest import copy_publication

NO_NUMBER = 999_999_999


@pytest.fixture
def cluster(postgres_server: postgres.Server, tmp_path: Path) -> Iterator[Cluster]:
    """An empty database and a folder for a git server's repositories."""
    made = Cluster(postgres_server.url, git_remote=f"{tmp_path}/git/{{publication}}.git")
    yield made
    made.close()
    postgres_server.drop_publications()


@pytest.fixture
def publication(
    tmp_path: Path, template: Path, everything_in_postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Publication]:
    """As the first node has it."""
    monkeypatch.setenv("CORRECTIONS_CONNECT_KEY", "the same on every node")
    folder = copy_publication(template, tmp_path / "first")
    move_to_nodes(folder, everything_in_postgres)
    opened = Publication(folder)
    yield opened
    opened.close()


class TakingTurns:
    """A proxy that sends each request to the next node, once each node has what was written before."""

    def __init__(self, *nodes: Flask) -> None:
        self._publications = [node.extensions["publications"] for node in nodes]
        self._turns = cycle([node.wsgi_app for node in nodes])

    def __call__(self, environment: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self._ask_for_news()
        answer = next(self._turns)(environment, start_response)
        self._ask_for_news()
        return answer

    def _ask_for_news(self) -> None:
        for publications in self._publications:
            with suppress(UnknownCorrection):  # a node that does not know what it is asked for asks for news
                publications.get("daily").correction(NO_NUMBER)


@contextmanager
def two_nodes(publication: Publication, submit_limit: str) -> Iterator[Flask]:
    """The first node; every other request that it gets goes to the second."""
    first_folder = publication.folder.parent
    second_folder = first_folder.parent / "second"
    private_folder(second_folder)
    first, second = (
        create_app(Settings(folder, submit_limit=submit_limit)) for folder in (first_folder, second_folder)
    )
    for node in (first, second):
        node.config["WTF_CSRF_ENABLED"] = False
    first.wsgi_app = TakingTurns(first, second)  # type: ignore[method-assign]
    yield first
    for node in (first, second):
        node.extensions["publications"].close()


@pytest.fixture
def app(publication: Publication) -> Iterator[Flask]:
    with two_nodes(publication, "off") as first:
        yield first
