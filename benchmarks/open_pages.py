"""What an open page of the queue costs while nothing happens: an event stream, and a conditional request every 5 s.

python -m benchmarks.open_pages

Event streams are held open against our WSGI server with its usual threads, beside a plain request; the polls of the
queue page are sent to the real service, and its processor time is read before and after.
"""

import http.client
import multiprocessing
import os
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from corrections.config import Settings
from corrections.services.publication import Publication
from corrections.wsgi_server import Server, listening
from tests.newsroom import a_correction, an_article, free_port, kill, start

STREAMS = (1, 8, 15, 16, 17)
PATIENCE_SECONDS = 3.0  # for the plain request
POLLS = 3000
POLL_SECONDS = 5.0  # between the polls of one page (`queue.js`)
PASSWORD = "long enough for a benchmark"


def stream_or_page(environ: dict[str, object], start_response: Callable[..., object]) -> Iterable[bytes]:
    """An event stream that says something every second, or a plain page."""
    if environ["PATH_INFO"] != "/events":
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
        return [b"ok"]
    start_response("200 OK", [("Content-Type", "text/event-stream")])
    return events()


def events() -> Iterable[bytes]:
    while True:
        yield b": nothing yet\n\n"
        time.sleep(1)


def serve(listener: socket.socket) -> None:
    Server(stream_or_page, listener, Settings(Path()).threads, proxied=True).run()


def streams() -> None:
    listener = listening("127.0.0.1", 0)
    listener.listen()
    port = listener.getsockname()[1]
    server = multiprocessing.get_context("fork").Process(target=serve, args=(listener,))
    server.start()
    opened: list[http.client.HTTPConnection] = []
    for count in STREAMS:
        while len(opened) < count:
            opened.append(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS))
            opened[-1].request("GET", "/events")
        time.sleep(0.5)
        print(f"{count:4} event streams open: a plain request takes {plain_request(port)}")
    os.kill(server.pid or 0, signal.SIGKILL)
    server.join()


def plain_request(port: int) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    began = time.perf_counter()
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except TimeoutError:
        return f"more than {PATIENCE_SECONDS:.0f} s"
    return f"{1000 * (time.perf_counter() - began):.1f} ms"


def polls() -> None:
    with tempfile.TemporaryDirectory() as folder:
        publication = Publication.create(Path(folder) / "data", "daily", "The Daily")
        an_article(publication)
        a_correction(publication, "Tusday", "Tuesday")
        publication.private.accounts.save("Mira", "editor", PASSWORD)
        publication.close()
        port = free_port()
        service = start(Path(folder) / "data", port)
        cookie, etag = signed_in(port)
        threads = [threading.Thread(target=poll, args=(port, cookie, etag, POLLS // 4)) for _ in range(4)]
        worker = worker_of(service.pid)
        before, began = processor_seconds(worker), time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        spent, took = processor_seconds(worker) - before, time.perf_counter() - began
        kill(service)
    each = spent / POLLS
    print(f"{POLLS} polls: {1000 * each:.2f} ms of processor each, {POLLS / took:.0f} a second")
    print(f"so {POLL_SECONDS / each:.0f} open pages keep one processor busy")


def signed_in(port: int) -> tuple[str, str]:
    """The cookie of a session, and the version of the queue."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/daily/sign-in")
    answer = connection.getresponse()
    page, cookie = answer.read().decode(), str(answer.headers["Set-Cookie"]).partition(";")[0]
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    form = f"name=Mira&password={PASSWORD.replace(' ', '+')}&csrf_token={token}"
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/daily/sign-in", form, headers)
    answer = connection.getresponse()
    answer.read()
    cookies = [value.partition(";")[0] for value in answer.headers.get_all("Set-Cookie") or []]
    cookie = next(value for value in cookies if value.startswith("corrections_session="))
    connection.request("GET", "/daily/review/rows", headers={"Cookie": cookie})
    answer = connection.getresponse()
    answer.read()
    return cookie, str(answer.headers["ETag"])


def poll(port: int, cookie: str, etag: str, count: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for _ in range(count):
        connection.request("GET", "/daily/review/rows", headers={"Cookie": cookie, "If-None-Match": etag})
        answer = connection.getresponse()
        answer.read()
        etag = answer.headers["ETag"] or etag  # the first checkpoint is an event of the ledger, too


def worker_of(supervisor: int) -> int:
    return int(Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split()[0])


def processor_seconds(process: int) -> float:
    """User and system time so far (fields 14 and 15 of `/proc/PID/stat`)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    streams()
    polls()
