"""The publisher's git server: where git may connect to, and what happens while the server is down."""

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from corrections.connectors import connections
from corrections.connectors.connections import NewConnection
from corrections.connectors.git.state import load_state
from corrections.services.errors import Invalid
from corrections.services.publication import Publication
from corrections.subscribers.connectors import ConnectionRuns
from tests.connectors.git_server import GitServer, git_server
from tests.connectors.test_git_connector import ADMIN, PATH, TALKS, Site, decide_on, synchronise
from tests.connectors.test_git_connector import site as site  # a fixture
from tests.newsroom import a_correction

LOOPBACK = "127.0.0.0/8"
PRIVATE_HOSTS = "CORRECTIONS_PRIVATE_HOSTS"


@pytest.fixture
def server(site: Site) -> Iterator[GitServer]:
    with git_server(site.bare.parent) as server:
        yield server


def connect_on_page(publication: Publication, url: str) -> None:
    """As an admin does it who is not the operator of the server."""
    options = {"url": url, "path": "content"}
    connections.connect(publication, ADMIN, NewConnection("git", options, "docs", is_remote_only=True))


def run_in_background(publication: Publication) -> None:
    runs = ConnectionRuns()
    runs.start_due(publication, threading.Event())
    runs.wait()


def resolve_to(monkeypatch: pytest.MonkeyPatch, host: str, address: str) -> None:
    """Have this process alone resolve a name, which nobody else knows."""
    look_up = socket.getaddrinfo

    def resolved(name: Any, port: Any, *more: Any, **named: Any) -> Any:
        return look_up(address if name == host else name, port, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)


def test_a_server_on_a_listed_network_is_pulled_from_and_pushed_to(
    publication: Publication, site: Site, server: GitServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(PRIVATE_HOSTS, LOOPBACK)
    connect_on_page(publication, f"http://127.0.0.1:{server.port}/site.git")
    assert synchronise(publication).last_error is None
    a_correction(publication, "Tusday", "Tuesday", TALKS)
    decide_on(publication, 1)
    assert synchronise(publication).last_error is None
    assert b"Tuesday" in site.read(PATH)


@pytest.mark.parametrize("scheme", ["http", "git"])
def test_a_host_that_moves_to_a_private_network_is_not_asked_any_more(
    publication: Publication, server: GitServer, monkeypatch: pytest.MonkeyPatch, scheme: str
):
    host = "git.publisher.example"
    resolve_to(monkeypatch, host, "192.0.2.1")
    with monkeypatch.context() as patch:
        patch.setenv(PRIVATE_HOSTS, "192.0.2.0/24")
        connect_on_page(publication, f"{scheme}://{host}:{server.port}/site.git")
    resolve_to(monkeypatch, host, "127.0.0.1")
    monkeypatch.delenv(PRIVATE_HOSTS, raising=False)
    error = synchronise(publication).last_error
    assert error is not None
    assert error.startswith(f"{host} is on a private network, so git does not connect to it. The operator")
    assert "CORRECTIONS_PRIVATE_HOSTS" in error
    assert server.requests == []


def test_git_connects_to_the_address_that_was_checked_whatever_the_name_is_by_then(
    publication: Publication, server: GitServer, monkeypatch: pytest.MonkeyPatch
):
    """Git's own look-up of this name fails: it never makes one."""
    host = "git.publisher.example"
    resolve_to(monkeypatch, host, "127.0.0.1")
    monkeypatch.setenv(PRIVATE_HOSTS, LOOPBACK)
    connect_on_page(publication, f"http://{host}:{server.port}/site.git")
    assert synchronise(publication).last_error is None
    assert set(server.hosts) == {f"{host}:{server.port}"}
    assert "Tusday" in publication.current_text(TALKS)


@pytest.mark.parametrize("url", ["http://git.publisher.example@127.0.0.1:{}/site.git", "http://2130706433:{}/site.git"])
def test_an_address_that_hides_its_host_is_refused(
    publication: Publication, server: GitServer, monkeypatch: pytest.MonkeyPatch, url: str
):
    monkeypatch.delenv(PRIVATE_HOSTS, raising=False)
    with pytest.raises(Invalid):
        connect_on_page(publication, url.format(server.port))
    assert server.requests == []


def test_the_operator_reaches_private_hosts_from_the_command_line(
    publication: Publication, server: GitServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv(PRIVATE_HOSTS, raising=False)
    options = {"url": f"http://127.0.0.1:{server.port}/site.git", "path": "content"}
    connections.connect(publication, ADMIN, NewConnection("git", options, "docs"))
    assert synchronise(publication).last_error is None


def test_pauses_grow_while_the_server_is_down_and_end_when_it_is_back(
    publication: Publication, server: GitServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(PRIVATE_HOSTS, LOOPBACK)
    connect_on_page(publication, f"http://127.0.0.1:{server.port}/site.git")
    server.status = 503
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now)
    pauses = []
    for _ in range(10):
        status = synchronise(publication)
        pauses.append(round(load_state(publication, "docs").not_before - now))
    assert pauses == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]
    assert status.last_error is not None
    assert "503" in status.last_error
    assert "Nothing is lost; the next attempt is at" in status.last_error
    asked = len(server.requests)
    now += 600  # due by its interval, not yet by its pause
    run_in_background(publication)
    assert len(server.requests) == asked, "the server is left alone"
    assert connections.status_of(publication, "docs").last_error == status.last_error
    now += 901
    server.status = 0
    run_in_background(publication)
    assert connections.status_of(publication, "docs").last_error is None
    server.status = 503
    synchronise(publication)
    assert round(load_state(publication, "docs").not_before - now) == 5
