"""Waitress, with limits on what slow clients hold, and a stop that lets the requests in hand finish.

Waitress reads a request whole before a thread works on it, and sends the answer without one; so clients that send or
listen slowly hold a connection, and no thread. What it lacks is here: a time by which a request has to be there, a
share of the connections for each network, and the graceful stop.
"""

import logging
import resource
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from corrections.config import (
    ARTICLE_BODY_LIMIT,
    CONNECTIONS,
    CONNECTIONS_PER_NETWORK,
    HEAD_LIMIT,
    HEAD_SECONDS,
    IDLE_SECONDS,
    REQUEST_SECONDS,
    STALLED_SECONDS,
    STOP_SECONDS,
)
from corrections.web.client_network import network_key
from corrections.workers.connections import WorkerConnections

_ARRIVAL_SECONDS = 2.0  # in which the request of a new connection comes; a server that stops waits for it
_POLL_SECONDS = 1.0  # between looks for connections whose time is over
_DEFER_SECONDS = 0.01  # that a new connection is left to a worker with fewer; one that waits longer is accepted
_FILES = 4 * CONNECTIONS  # open at once: a connection has up to three
_TOO_SLOW = b"The request did not arrive in time. Send it again.\n"
_TOO_MANY = b"Too many connections from your network are open. Close some, and try again.\n"
_log = logging.getLogger("corrections.server")

Application = Callable[..., Any]


@dataclass(frozen=True)
class Shares:
    """What this worker has of the connections: one of `workers` equal shares; `connections` tells the others' too.

    With `counts_networks` each network has a share as well. Where a proxy is in front, all connections are its own.
    """

    workers: int
    connections: WorkerConnections
    counts_networks: bool


class Server:
    """Serves an application at a socket until `stop`, or a signal to end."""

    def __init__(self, application: Application, listener: socket.socket, threads: int, shares: "Shares") -> None:
        """`listener` is a socket of `listening`; other workers may listen at it too."""
        _allow_files()
        self._map: dict[int, Any] = {}
        self._stopping = False
        self._server = _Waitress(application, self._map, listener, threads, shares)

    def run(self, should_run: Callable[[], bool] = lambda: True) -> None:
        """Serve while `should_run`, which is asked every second at least.

        Returns when the requests in hand are answered, or `STOP_SECONDS` after being told to stop.
        """
        before = {number: signal.signal(number, self._handle_signal) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            while not self._stopping and should_run():
                self._poll()
            self._finish()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def stop(self) -> None:
        self._stopping = True
        self._server.pull_trigger()

    def _handle_signal(self, _signal: int, _frame: FrameType | None) -> None:
        self.stop()

    def _poll(self) -> None:
        wasyncore.loop(timeout=self._server.deferral.poll_seconds, map=self._map, use_poll=True, count=1)

    def _finish(self) -> None:
        self._server.accept_no_more()
        self._map.pop(self._server._fileno, None)
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline and self._server.close_idle():
            self._poll()
        self._server.task_dispatcher.shutdown(timeout=1)


class _Channel(HTTPChannel):  # type: ignore[misc]
    """A connection, and since when the request is awaited that it has begun to send."""

    request_started: float | None = None  # of `time.time`, as all times of waitress
    has_sent = False

    def handle_read(self) -> None:
        super().handle_read()
        self.has_sent = self.has_sent or self.request is not None or bool(self.requests)
        if self.request is None:
            self.request_started = None
        elif self.request_started is None:
            self.request_started = time.time()

    def received(self, data: bytes) -> bool:
        before = self.request
        going_on = bool(super().received(data))
        if self.request is not before:
            self.request_started = None  # another request than the one that began then
        return going_on

    def is_busy(self) -> bool:
        """Whether a request is in hand, or an answer is being sent."""
        return bool(self.requests or self.total_outbufs_len)

    def is_expected(self, now: float) -> bool:
        """Whether a request is on its way: the connection is new, or has just begun to send one."""
        if self.request is not None:
            return now - (self.request_started or now) < _ARRIVAL_SECONDS
        return not self.has_sent and now - self.creation_time < _ARRIVAL_SECONDS

    def is_late(self, now: float) -> bool:
        """Whether the request that is being sent should be here by now, or its head."""
        if self.request is None or self.request_started is None:
            return False
        allowed = REQUEST_SECONDS if self.request.headers_finished else HEAD_SECONDS
        return now - self.request_started > allowed

    def is_stalled(self, now: float) -> bool:
        """Whether the client takes nothing of what is being sent."""
        return bool(self.total_outbufs_len) and now - self.last_activity > STALLED_SECONDS

    def is_idle(self, now: float) -> bool:
        """Whether nothing is happening, and nothing has for a while."""
        return not self.is_busy() and self.request is None and now - self.last_activity > IDLE_SECONDS

    def refuse(self, status: str, words: bytes) -> None:
        """Answer at once, as far as the connection takes it, and close."""
        head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {len(words)}\r\n"
        with suppress(OSError):
            self.socket.send(f"{head}Connection: close\r\n\r\n".encode() + words)
        self.will_close = True


class _Deferral:
    """A new connection is left for a moment to workers with fewer, as each computes on one core; but only once.

    They may be busy, or hang: what is still there at the first poll after that moment is accepted.
    """

    def __init__(self) -> None:
        self._until: float | None = None  # by `time.monotonic`
        self._polls_after = 0

    @property
    def poll_seconds(self) -> float:
        """How long the next poll may wait: that after the moment only looks whether the connection is still there."""
        return _POLL_SECONDS if self._until is None else max(0.0, self._until - time.monotonic())

    def begin(self) -> None:
        self._until, self._polls_after = time.monotonic() + _DEFER_SECONDS, 0

    def note_poll(self) -> bool:
        """Before each poll: whether connections are left to others in it."""
        if self._until is None:
            return False
        if time.monotonic() < self._until:
            return True
        self._polls_after += 1
        if self._polls_after > 1:  # nothing was there at the last one: another worker has taken it
            self._until = None
        return False

    def take(self) -> bool:
        """Whether the connection that a poll found was left to others before; the next one is a new one."""
        was_left, self._until = self._until is not None, None
        return was_left


class _LatestFirst:
    """A condition variable that wakes the thread which began to wait last.

    It has those methods of `threading.Condition` that waitress calls. `threading.Condition` wakes threads in turn: then
    each comes back to database connections whose cached pages others have made stale, and starts git processes of its
    own.
    """

    def __init__(self, lock: threading.Lock) -> None:
        self._lock = lock
        self._waiting: list[threading.Lock] = []

    def wait(self) -> None:
        """Release the lock, which has to be held, until woken."""
        gate = threading.Lock()
        gate.acquire()
        self._waiting.append(gate)
        self._lock.release()
        try:
            gate.acquire()
        finally:
            self._lock.acquire()

    def notify(self) -> None:
        if self._waiting:
            self._waiting.pop().release()

    def notify_all(self) -> None:
        while self._waiting:
            self.notify()


class _Dispatcher(ThreadedTaskDispatcher):  # type: ignore[misc]
    def __init__(self, threads: int) -> None:
        super().__init__()
        self.queue_cv = _LatestFirst(self.lock)
        self.set_thread_count(threads)


class _Waitress(TcpWSGIServer):  # type: ignore[misc]
    channel_class = _Channel
    active_channels: dict[int, _Channel]

    def __init__(
        self, application: Application, map: dict[int, Any], listener: socket.socket, threads: int, shares: Shares
    ) -> None:
        settings = Adjustments(
            threads=threads,
            ident=None,
            sockets=[listener],
            connection_limit=-(-CONNECTIONS // shares.workers),
            cleanup_interval=int(_POLL_SECONDS),
            channel_request_lookahead=1,  # or a client that has gone would not be noticed before its answer
            max_request_header_size=HEAD_LIMIT,
            max_request_body_size=ARTICLE_BODY_LIMIT,
            clear_untrusted_proxy_headers=False,  # which proxies' headers count is said in one place: web/proxy.py
            log_socket_errors=False,
        )
        self._connections = shares.connections
        self._counts_networks = shares.counts_networks
        self.deferral = _Deferral()
        socket_info = (listener.family, listener.type, listener.proto, listener.getsockname())
        super().__init__(
            application,
            map=map,
            _sock=listener,
            dispatcher=_Dispatcher(threads),
            adj=settings,
            sockinfo=socket_info,
            bind_socket=False,
        )

    def readable(self) -> bool:
        self._connections.publish_load(len(self.active_channels))
        is_left = self.deferral.note_poll()
        return bool(super().readable()) and not is_left

    def accept_no_more(self) -> None:
        self._accept_waiting()
        self.accepting = False
        self._connections.publish_load(None)
        self.socket.close()

    def _accept_waiting(self) -> None:
        """Take the connections that wait to be accepted: their clients believe that they are connected."""
        for _ in range(self.adj.backlog):
            before = len(self.active_channels)
            super().handle_accept()
            if len(self.active_channels) == before:
                return

    def handle_accept(self) -> None:
        if not self.deferral.take() and self._connections.has_more_than_another(len(self.active_channels)):
            self.deferral.begin()
            return
        before = set(self.active_channels.values())
        super().handle_accept()
        accepted = set(self.active_channels.values()) - before
        if not self._counts_networks or not accepted:
            return
        self._count_networks()
        for channel in accepted:
            if self._connections.total(network_key(channel.addr[0])) > CONNECTIONS_PER_NETWORK:
                channel.refuse("503 Service Unavailable", _TOO_MANY)

    def maintenance(self, now: float) -> None:
        """Close the connections whose time is over."""
        for channel in list(self.active_channels.values()):
            if channel.is_late(now):
                channel.refuse("408 Request Timeout", _TOO_SLOW)
            elif channel.is_stalled(now) or channel.is_idle(now):
                channel.will_close = True
        if self._counts_networks:
            self._count_networks()

    def close_idle(self) -> int:
        """Close the connections on which nothing is in hand or on its way; how many are left."""
        now = time.time()
        for channel in list(self.active_channels.values()):
            if not channel.is_busy() and not channel.is_expected(now):
                channel.will_close = True
        return len(self.active_channels)

    def _count_networks(self) -> None:
        self._connections.update(Counter(network_key(channel.addr[0]) for channel in self.active_channels.values()))


def listening(host: str, port: int) -> socket.socket:
    """A bound socket at the host's first address; at `::`, for IPv4 as well. Raises `OSError`."""
    plain = host.strip("[]")
    family = socket.AF_INET6 if ":" in plain else socket.AF_INET
    address = socket.getaddrinfo(plain, port, family, socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][4]
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family is socket.AF_INET6:
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    listener.bind(address)
    return listener


def _allow_files() -> None:
    """Let the process have as many files open as its connections may need, where the system allows it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
