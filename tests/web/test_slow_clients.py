"""Clients that send or listen slowly, or never come to an end, hold up nobody: no proxy is in front."""

import json
import os
import signal
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from corrections.config import CONNECTIONS_PER_NETWORK
from corrections.services.articles import updates
from corrections.services.publication import Publication
from tests.newsroom import EDITOR, TALKS, an_article, free_port, kill, logged, serving, start

ARTICLE = f"/daily/a/{TALKS}"
MANY = 40  # more than there are threads


@pytest.fixture
def address(publication: Publication) -> Iterator[tuple[str, int]]:
    an_article(publication)
    with serving(publication.folder.parent) as base:
        yield "127.0.0.1", int(base.rpartition(":")[2])


def get(address: tuple[str, int], path: str = ARTICLE) -> int:
    with urllib.request.urlopen(f"http://{address[0]}:{address[1]}{path}", timeout=30) as answer:
        return int(answer.status)


def answered_soon(address: tuple[str, int]) -> int:
    """The first answer that is no refusal: the service notices one by one that clients have hung up."""
    deadline = time.monotonic() + 60
    while True:
        try:
            return get(address)
        except urllib.error.HTTPError as refusal:
            if refusal.code != 503 or time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def connections(stack: ExitStack, address: tuple[str, int], number: int, sent: bytes) -> list[socket.socket]:
    opened = [stack.enter_context(socket.create_connection(address)) for _ in range(number)]
    for connection in opened:
        connection.settimeout(60)
        connection.sendall(sent)
    return opened


POST = b"POST /api/v1/daily/corrections HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: x\r\n",
        POST + b"Content-Length: 1000\r\n\r\n{",
        POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\n",
    ],
)
def test_unfinished_requests_hold_up_nobody(address: tuple[str, int], sent: bytes):
    with ExitStack() as stack:
        connections(stack, address, MANY, sent)
        time.sleep(1)
        assert get(address) == 200


def test_clients_that_do_not_listen_hold_up_nobody(address: tuple[str, int], publication: Publication):
    updates.publish(publication, EDITOR, updates.ArticleText("2026/11/24/long", "Many long words.\n\n" * 100_000))
    revision = publication.article("2026/11/24/long").revision
    with ExitStack() as stack:
        for _ in range(MANY):
            deaf = stack.enter_context(socket.socket())
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.connect(address)
            path = f"/daily/a/2026/11/24/long/revision/{revision}/text.md"
            deaf.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        time.sleep(1)
        assert get(address) == 200


def test_a_request_that_drips_in_is_answered_408(address: tuple[str, int]):
    with ExitStack() as stack:
        (dripping,) = connections(stack, address, 1, b"GET / HTTP/1.1\r\nHost: x\r\nX: ")
        dripping.settimeout(1)
        answer = b""
        deadline = time.monotonic() + 60
        while not answer and time.monotonic() < deadline:
            dripping.sendall(b"x")
            try:
                answer = dripping.recv(1000)
            except TimeoutError:
                continue
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"did not arrive in time" in answer


def test_one_network_cannot_take_all_connections(address: tuple[str, int]):
    with ExitStack() as stack:
        *_, last = connections(stack, address, CONNECTIONS_PER_NETWORK + 1, b"")
        assert b"503" in last.recv(1000)
    assert answered_soon(address) == 200


def test_a_body_in_chunks_and_one_after_continue_are_taken(address: tuple[str, int]):
    said = json.dumps({"target": {"article": TALKS, "selector": {"type": "TextQuoteSelector", "exact": "Tusday"}},
                       "body": {"value": "Tuesday"}}).encode()  # fmt: skip
    with ExitStack() as stack:
        (chunked,) = connections(stack, address, 1, POST + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunked.sendall(b"%x\r\n%b\r\n0\r\n\r\n" % (len(said), said))
        assert b" 201 " in chunked.recv(100)
        (patient,) = connections(
            stack, address, 1, POST + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(said)
        )
        assert b" 100 " in patient.recv(100)
        patient.sendall(said)
        assert b" 201 " in patient.recv(100)


def test_requests_in_hand_are_finished_when_the_service_is_stopped(publication: Publication):
    an_article(publication)
    port = free_port()
    process = start(publication.folder.parent, port)
    try:
        statuses: list[int] = []
        asking = [
            threading.Thread(target=lambda: statuses.append(get(("127.0.0.1", port)))) for _ in range(8)
        ]  # fmt: skip
        with ExitStack() as stack:
            connections(stack, ("127.0.0.1", port), 3, b"GET / HTTP/1.1\r\n")
            for thread in asking:
                thread.start()
            time.sleep(0.2)
            os.kill(process.pid, signal.SIGTERM)
            assert process.wait(timeout=30) == 0, logged(process)
        for thread in asking:
            thread.join()
        assert statuses == [200] * 8
    finally:
        if process.poll() is None:
            kill(process)


def test_a_comparison_that_nobody_waits_for_is_given_up(publication: Publication):
    old = [f"word{number * 7919 % 10_007}" for number in range(120_000)]
    new = [f"other{word}" if at % 3 else word for at, word in enumerate(old)]
    for words in (old, new):
        an_article(publication, "\n\n".join(" ".join(words[at : at + 80]) for at in range(0, len(words), 80)) + "\n")
    port = free_port()
    process = start(publication.folder.parent, port, CORRECTIONS_LOG="json")
    try:
        with ExitStack() as stack:
            connections(
                stack, ("127.0.0.1", port), 1, f"GET {ARTICLE}/diff?page=all HTTP/1.1\r\nHost: x\r\n\r\n".encode()
            )
            time.sleep(0.5)
        deadline = time.monotonic() + 60
        while "history.diff" not in logged(process) and time.monotonic() < deadline:
            time.sleep(0.2)
        (answered,) = [line for line in logged(process).splitlines() if "history.diff" in line]
        assert json.loads(answered)["status"] == 499
        assert get(("127.0.0.1", port), f"{ARTICLE}/diff?page=all") == 200
    finally:
        kill(process)
