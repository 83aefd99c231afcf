"""Which of a server's threads answers."""

import http.client
import socket
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from corrections.workers.connections import ConnectionCounts
from corrections.wsgi_server import Server, Shares, listening

THREADS = 8
Result = TypeVar("Result")


class Application:
    """Answers with the number of its thread, on `/together` when as many requests are there as there are threads."""

    def __init__(self) -> None:
        self._all_are_there = threading.Barrier(THREADS)

    def __call__(self, environ: dict[str, str], start_response) -> list[bytes]:  # type: ignore[no-untyped-def]
        if environ["PATH_INFO"] == "/together":
            self._all_are_there.wait(30)
        start_response("200 OK", [])
        return [str(threading.get_ident()).encode()]


def serve_while(work: Callable[[int], Result]) -> Result:
    """What `work` returns, in another thread and given a port, while a server answers there."""
    with listening("127.0.0.1", 0) as listener, ThreadPoolExecutor(1) as worker:
        port = listener.getsockname()[1]
        server = Server(Application(), listener, THREADS, Shares(1, ConnectionCounts(1).row(0), counts_networks=False))
        working = worker.submit(work, port)
        server.run(lambda: not working.done())
        return working.result()


def get(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    answer = connection.getresponse().read()
    connection.close()
    return answer


def get_together(port: int) -> list[bytes]:
    with ThreadPoolExecutor(THREADS) as clients:
        return list(clients.map(lambda _: get(port, "/together"), range(THREADS)))


def test_requests_one_after_another_are_answered_by_few_threads():
    answers = serve_while(lambda port: [get(port, "/") for _ in range(100)])
    # one that has answered is not always back before the next request; in turn, two would answer 25
    assert sum(count for _, count in Counter(answers).most_common(2)) > 50


def test_requests_at_one_moment_are_answered_by_all_threads():
    for answers in serve_while(lambda port: [get_together(port) for _ in range(3)]):
        assert len(set(answers)) == THREADS


def test_who_had_just_connected_when_the_server_stops_is_answered():
    with listening("127.0.0.1", 0) as listener, ThreadPoolExecutor(5) as clients:
        port = listener.getsockname()[1]
        server = Server(Application(), listener, THREADS, Shares(1, ConnectionCounts(1).row(0), counts_networks=False))
        connections = [socket.create_connection(("127.0.0.1", port), timeout=60) for _ in range(5)]
        server.stop()

        def ask(connection: socket.socket) -> bytes:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return connection.makefile("rb").readline()

        answers = [clients.submit(ask, connection) for connection in connections]
        server.run()
        assert [answer.result() for answer in answers] == [b"HTTP/1.1 200 OK\r\n"] * 5
        for connection in connections:
            connection.close()
