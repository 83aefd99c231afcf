"""A shared git server for tests, over a path or over http, and the ways in which one can fail."""

import base64
import os
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from repo_store import Intent, Remote, Store
from repo_store.audit.repository_audit import audit
from repo_store.model.events import CorrectionSubmitted, KeyChanged
from repo_store.ssh_signatures import Key


class SharedServer:
    """A bare repository that nobody but git pushes to and fetches from."""

    def __init__(self, path: Path) -> None:
        self.path = path
        subprocess.run(["git", "init", "-q", "--bare", path], check=True)

    @property
    def url(self) -> str:
        return str(self.path)

    def git(self, *arguments: str) -> str:
        done = subprocess.run(["git", "-C", self.path, *arguments], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def heads(self) -> dict[str, str]:
        lines = self.git("for-each-ref", "--format=%(refname) %(objectname)", "refs/heads").splitlines()
        return dict(line.split(" ") for line in lines)  # type: ignore[arg-type]

    def add_hook(self, name: str, script: str) -> Path:
        hook = self.path / "hooks" / name
        hook.write_text(f"#!/bin/sh\n{script}\n")
        hook.chmod(0o755)
        return hook

    def remove_hook(self, name: str) -> None:
        (self.path / "hooks" / name).unlink()


class Nodes:
    """Stores with one shared server, each in a folder of its own."""

    def __init__(self, folder: Path, url: str) -> None:
        self._folder, self._url = folder, url
        self.stores: list[Store] = []

    def add(self, name: str, **options: object) -> Store:
        remote = Remote(self._url, **options)  # type: ignore[arg-type]
        store = Store.open(self._folder / name / "articles.git", remote=remote)
        self.stores.append(store)
        return store

    def close(self) -> None:
        for store in self.stores:
            store.close()


def submitted(store: Store) -> list[int]:
    """The corrections on the ledger, in its order."""
    events = (entry.event for entry in store.entries())
    return [int(event.correction, 16) for event in events if isinstance(event, CorrectionSubmitted)]


def check_all_agree(server: SharedServer, *stores: Store) -> None:
    for store in stores:
        store.fetch()
        assert store.heads() == server.heads()
    found = findings(server.path, *(store.path for store in stores))
    assert found == [], found


def announce(store: Store, key: Key) -> None:
    """Say on the ledger that `key` signs from here on."""
    store.write(Intent(KeyChanged(key=key.public, by="Mira"), store.ledger()))


def findings(*repositories: Path) -> list[str]:
    """What an audit and `git fsck` find wrong with any of these."""
    found = [finding.message for repository in repositories for finding in audit(repository)]
    for repository in repositories:
        done = subprocess.run(
            ["git", "-C", repository, "fsck", "--strict", "--full", "--no-dangling"], capture_output=True, text=True
        )
        found += [done.stdout + done.stderr] if done.returncode else []
    return found


class HttpServer(ThreadingHTTPServer):
    """git's own server, over http, and how it fails.

    `loses_answers` so many times it cuts the connection after git has done what a push asked for, `cuts_pushes` before;
    `fetch_delay` is how many seconds it lets each fetch wait. While `answers` is cleared it takes requests and does
    nothing; later it does all of them, those too that nobody waits for any more.
    """

    daemon_threads = True

    def __init__(self, folder: Path, password: str = "") -> None:
        self.folder = folder
        self.password = password
        self.loses_answers = self.cuts_pushes = 0
        self.fetch_delay = 0.0
        self.answers = threading.Event()
        self.answers.set()
        self.requests: list[str] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    def url(self, name: str, user: str = "") -> str:
        return f"http://{user}127.0.0.1:{self.server_port}/{name}"


class _Handler(BaseHTTPRequestHandler):
    server: HttpServer

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(self._read_body())

    def _read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _serve(self, body: bytes) -> None:
        path, _, query = self.path.partition("?")
        self.server.requests.append(f"{self.command} {self.path}")
        expected = "Basic " + base64.b64encode(f"node:{self.server.password}".encode()).decode()
        if self.server.password and self.headers.get("Authorization") != expected:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="git"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        variables = {
            "GIT_PROJECT_ROOT": str(self.server.folder), "GIT_HTTP_EXPORT_ALL": "1", "REMOTE_USER": "node",
            "REQUEST_METHOD": self.command, "PATH_INFO": path, "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""), "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }  # fmt: skip
        if path.endswith("/git-receive-pack") and self.server.cuts_pushes:
            self.server.cuts_pushes -= 1
            self.close_connection = True
            return
        self.server.answers.wait()
        if path.endswith("/git-upload-pack") or query == "service=git-upload-pack":
            time.sleep(self.server.fetch_delay)
        done = subprocess.run(
            ["git", "http-backend"], input=body, capture_output=True, env={**os.environ, **variables}, check=True
        )
        if path.endswith("/git-receive-pack") and self.server.loses_answers:
            self.server.loses_answers -= 1
            self.close_connection = True
            return
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self.send_response(int(headers.pop("Status", "200").split(" ")[0]))
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving(folder: Path, password: str = "", certificate: Path | None = None) -> Iterator[HttpServer]:
    """git's http-backend for the repositories in `folder`; with a password, for the user `node` alone.

    With a file of a certificate and its key, over https.
    """
    with HttpServer(folder, password) as server:
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
