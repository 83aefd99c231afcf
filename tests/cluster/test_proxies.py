"""Two nodes behind nginx, and behind HAProxy, each configured as `deploy/` has it; one node is killed and started again."""

import json
import os
import re
import socket
import ssl
import subprocess
import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPException, HTTPResponse, IncompleteRead
from pathlib import Path

import pytest

from corrections.cluster import Cluster
from tests.newsroom import TALKS, free_port, kill
from tests.nodes import Group, Node, group_of_nodes, in_threads, submitted
from tests.postgres import Server
from tests.ssh_server import program
from tests.test_tls import NOW, Authority
from tests.test_workers import counted_requests, wait_until

DEPLOY = Path(__file__).parents[2] / "deploy"
HOST = "corrections.example.org"
PASSWORD = "a long enough password"
LIMIT = 5  # submissions of one client
READERS, SUBMITTERS = 2, 3
NGINX = """
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
{user}
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxied;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/corrections.conf;
}}
"""


@dataclass
class Site:
    """The nodes and the port of the proxy in front of them."""

    group: Group
    port: int

    def ask(
        self, method: str, path: str, body: str = "", client: str = "127.0.0.1", **headers: str
    ) -> tuple[HTTPResponse, str]:
        """An answer and its text; raises where it is not whole. `client` is the address that the proxy sees.

        The request is sent in one piece: a proxy that has all of it could send it again.
        """
        lines = {"Host": HOST, "Connection": "close", "Content-Length": str(len(body.encode())), **headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        with (
            socket.create_connection(("127.0.0.1", self.port), 60, (client, 0)) as connection,
            ssl._create_unverified_context().wrap_socket(connection) as encrypted,
        ):
            encrypted.sendall(f"{method} {path} HTTP/1.1\r\n{head}\r\n{body}".encode())
            answer = HTTPResponse(encrypted, method=method)
            answer.begin()
            return answer, answer.read().decode()

    def submit(self, words: str, client: str, **headers: str) -> int:
        """The status of a submission that proposes these words."""
        body = {
            "target": {"article": TALKS, "selector": [{"type": "TextQuoteSelector", "exact": "Ministers met"}]},
            "body": {"type": "TextualBody", "value": words},
        }
        headers = {"Content-Type": "application/json", **headers}
        return self.ask("POST", "/api/v1/daily/corrections", json.dumps(body), client, **headers)[0].status


def configured(name: str, replacements: dict[str, str]) -> str:
    """A file of `deploy/` with the addresses and the certificate of this machine, and nothing else changed."""
    text = (DEPLOY / name).read_text()
    for documented, here in replacements.items():
        assert documented in text, f"deploy/{name} has no {documented}"
        text = text.replace(documented, here)
    return text


def nginx(folder: Path, port: int, replacements: dict[str, str]) -> list[str]:
    """The command that runs it."""
    text = configured("nginx.conf", {**replacements, "listen 443": f"listen 127.0.0.1:{port}"})
    (folder / "corrections.conf").write_text(text)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, user=user))
    return [program("nginx"), "-c", str(folder / "nginx.conf")]


def haproxy(folder: Path, port: int, replacements: dict[str, str]) -> list[str]:
    """The command that runs it."""
    (folder / "haproxy.cfg").write_text(
        configured("haproxy.cfg", {**replacements, "bind :443": f"bind 127.0.0.1:{port}"})
    )
    return [program("haproxy"), "-db", "-f", str(folder / "haproxy.cfg")]


@pytest.fixture(scope="module", params=[nginx, haproxy], ids=["nginx", "haproxy"])
def site(
    request: pytest.FixtureRequest, postgres_server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """One for the tests of this module, in their order: the last one ends with one node."""
    program(request.param.__name__)
    folder = tmp_path_factory.mktemp(request.param.__name__)
    shared = Cluster(postgres_server.url, str(folder / "git" / "{publication}.git"))
    with group_of_nodes(folder, shared) as group:
        group.environment |= {
            "CORRECTIONS_URL": f"https://{HOST}",
            "CORRECTIONS_HTTPS": "1",
            "CORRECTIONS_PROXIES": "1",
            "CORRECTIONS_SUBMIT_LIMIT": f"{LIMIT}/hour",
            "CORRECTIONS_METRICS": "token",
        }
        nodes, port = [group.add("first"), group.add("second")], free_port()
        replacements = {
            f"node-{letter}.internal:8000": f"127.0.0.1:{node.port}" for letter, node in zip("ab", nodes, strict=True)
        }
        replacements["/etc/ssl/corrections.pem"] = str(Authority().issue(folder, HOST, NOW + timedelta(days=1)))
        process = subprocess.Popen(request.param(folder, port, replacements))
        try:
            made = Site(group, port)
            wait_until(lambda: answers(made))
            yield made
        finally:
            process.terminate()
            process.wait()
    shared.close()
    postgres_server.drop_publications()


def answers(site: Site) -> bool:
    try:
        return site.ask("GET", "/healthz")[0].status == 200
    except (OSError, HTTPException):
        return False


def test_clients_are_told_apart_and_who_signs_in_at_one_node_is_signed_in_at_the_other(site: Site):
    forged = {"X-Forwarded-For": "10.0.0.1", "X-Forwarded-Prefix": "/elsewhere"}
    statuses = [site.submit(f"Ministers {at} met", "127.0.0.2", **forged) for at in range(LIMIT + 1)]
    assert statuses == [201] * LIMIT + [429]
    assert site.submit("Ministers met again", "127.0.0.3") == 201
    group = site.group
    group.command(group.folder / "desk", "user", "daily", "Mira", "--password", PASSWORD)
    page, text = site.ask("GET", "/daily/sign-in", **forged)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)
    assert token
    assert "/elsewhere" not in text
    form = urllib.parse.urlencode({"csrf_token": token[1], "name": "Mira", "password": PASSWORD})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"https://{HOST}/daily/sign-in"}
    signed_in, _ = site.ask("POST", "/daily/sign-in", form, Cookie=cookies(page), **headers)
    assert signed_in.status == 303
    assert "Secure" in str(signed_in.headers["Set-Cookie"])
    before = [counted_requests(node.port, "queue.queue") for node in group.nodes]
    for _ in range(6):
        assert "Sign out" in site.ask("GET", "/daily/review/", Cookie=cookies(signed_in))[1]
    after = [counted_requests(node.port, "queue.queue") for node in group.nodes]
    assert all(now > then for then, now in zip(before, after, strict=True)), "one node was not asked"


def cookies(answer: HTTPResponse) -> str:
    """What a browser sends back."""
    return "; ".join(line.partition(";")[0] for line in answer.headers.get_all("Set-Cookie", []))


@dataclass
class Traffic:
    """What readers who read, and readers who submit, have met."""

    site: Site
    failed_reads: list[str] = field(default_factory=list)
    broken_off: int = 0  # answers that had begun when their node was killed: no proxy can send these again
    acknowledged: list[str] = field(default_factory=list)
    unexpected: list[int] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)
    submissions_are_over: threading.Event = field(default_factory=threading.Event)

    def read(self, _reader: int) -> None:
        while not self.is_over.is_set():
            for path in (f"/daily/a/{TALKS}", "/daily/corrections"):
                try:
                    answer, text = self.site.ask("GET", path)
                except IncompleteRead:
                    self.broken_off += 1
                    continue
                except (OSError, HTTPException) as error:
                    self.failed_reads.append(repr(error))
                    continue
                if answer.status != 200 or "</html>" not in text:
                    self.failed_reads.append(f"{answer.status} {text[:300]}")

    def submit(self, client: int) -> None:
        """One submission after the other, each repeated with its key until it is acknowledged."""
        at, status = 0, 201
        while not self.submissions_are_over.is_set() or status != 201:
            at += status == 201
            words = f"Ministers {client} {at} met"
            try:
                status = self.site.submit(words, f"127.1.{client}.{at}", **{"Idempotency-Key": words})
            except IncompleteRead:
                status = 502  # to the client it is the same: it repeats the request
            if status == 201:
                self.acknowledged.append(words)
            elif status not in (502, 503, 504):
                self.unexpected.append(status)
                return

    def reading(self) -> AbstractContextManager[None]:
        return in_threads(READERS, self.read, self.is_over)

    def submitting(self) -> AbstractContextManager[None]:
        return in_threads(SUBMITTERS, self.submit, self.submissions_are_over)

    def await_acknowledgements(self) -> None:
        before = len(self.acknowledged)
        wait_until(lambda: len(self.acknowledged) >= before + 10)


def test_a_node_is_killed_and_started_again_and_no_reader_notices(site: Site):
    traffic, group = Traffic(site), site.group
    before, first = submitted(group.server), group.nodes[0]
    with traffic.reading():
        with traffic.submitting():
            traffic.await_acknowledgements()
            kill(first.process)
            traffic.await_acknowledgements()
            group.start_again(first)
            wait_until(lambda: counted_requests(first.port, "articles.article") > 0)  # the proxy has taken it back
            traffic.await_acknowledgements()
        kill_node_that_pushes_next(group)
        assert site.submit("Ministers met once", "127.0.0.4") == 502  # saved, by a node that did not live to say so
        await_death(group.nodes)
        assert site.submit("Ministers met after that", "127.0.0.4") == 201
    assert (traffic.failed_reads, traffic.unexpected) == ([], [])
    assert traffic.broken_off <= 2 * READERS  # two nodes were killed, and each reader waited for one answer
    proposed = [words for number, words in submitted(group.server).items() if number not in before]
    assert sorted(proposed) == sorted([*traffic.acknowledged, "Ministers met once", "Ministers met after that"])


def kill_node_that_pushes_next(group: Group) -> None:
    """It dies when the server has what it pushed, with its git."""
    hook = group.server / "hooks" / "post-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nrm hooks/post-receive; kill -9 0\n")
    hook.chmod(0o755)


def await_death(nodes: list[Node]) -> None:
    """Return when one of them has ended, with all its processes."""
    wait_until(lambda: any(node.process.poll() is not None for node in nodes))
    for node in nodes:
        if node.process.poll() is not None:
            kill(node.process)
