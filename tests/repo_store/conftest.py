from collections.abc import Iterator
from pathlib import Path

import pytest

from repo_store.ssh_signatures import Key
from tests.repo_store.shared_server import Nodes, SharedServer


@pytest.fixture
def server(tmp_path: Path) -> SharedServer:
    return SharedServer(tmp_path / "server.git")


@pytest.fixture
def key(tmp_path: Path) -> Key:
    return Key.generate(tmp_path / "key")


@pytest.fixture
def nodes(tmp_path: Path, server: SharedServer) -> Iterator[Nodes]:
    new_nodes = Nodes(tmp_path, server.url)
    yield new_nodes
    new_nodes.close()
