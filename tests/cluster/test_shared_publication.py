"""Two nodes, each a process with a folder of its own, serve one publication: one PostgreSQL, one shared git server."""

import json
import os
import re
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from corrections.cluster import Cluster
from corrections.cluster.schema_databases import lock_key
from corrections.services import settings
from corrections.services.publication import Publication
from repo_store import Store
from repo_store.audit.repository_audit import audit
from tests.newsroom import TALKS, an_article, free_port, kill, start
from tests.postgres import Server
from tests.service import Service, run_command
from tests.test_workers import wait_until

ROUNDS = 10
CLIENTS = 4
PASSWORD = "a long enough password"


@dataclass
class Node:
    """A running node."""

    data: Path
    port: int
    process: Service
    token: str

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        """The status and the JSON of an answer; headers only by name."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}", **headers},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            text = error.read().decode()
            problem = json.loads(text) if "json" in error.headers["Content-Type"] else {"detail": text}
            return error.code, {**problem, "retry_after": error.headers["Retry-After"]}

    def submit(self, quote: str, replacement: str) -> tuple[int, Any]:
        body = {
            "target": {
                "source": f"http://127.0.0.1:{self.port}/daily/a/{TALKS}",
                "selector": [{"type": "TextQuoteSelector", "exact": quote}],
            },
            "body": {"type": "TextualBody", "value": replacement, "purpose": "editing"},
        }
        return self.ask("POST", "/api/v1/daily/corrections", body)

    def correction(self, number: int) -> Any:
        status, shown = self.ask("GET", f"/api/v1/daily/corrections/{number}")
        assert status == 200, shown
        return shown

    def decide(self, number: int, based_on: str, decision: str = "accept") -> tuple[int, Any]:
        body = {"decision": decision, "based_on": based_on}
        if decision != "accept":
            body["reason"] = "not an error"
        return self.ask("POST", f"/api/v1/daily/corrections/{number}/decisions", body)

    def queue(self) -> list[int]:
        status, shown = self.ask("GET", "/api/v1/daily/corrections?state=open")
        assert status == 200, shown
        return [correction["number"] for correction in shown["corrections"]]


@dataclass
class Group:
    """What the nodes share, and the nodes."""

    folder: Path
    environment: dict[str, str]
    token: str
    nodes: list[Node]

    @property
    def server(self) -> Path:
        return self.folder / "git" / "daily.git"

    def add(self, name: str) -> Node:
        data, port = self.folder / name, free_port()
        data.mkdir(exist_ok=True)
        node = Node(data, port, start(data, port, **self.environment), self.token)
        self.nodes.append(node)
        return node

    def command(self, data: Path, *arguments: str) -> str:
        done = run_command("--data", data, *arguments, environment={**os.environ, **self.environment})
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()


@pytest.fixture
def group(cluster: Cluster, tmp_path: Path) -> Iterator[Group]:
    """A publication with an article in it, made at a machine that serves nothing."""
    remote = str(tmp_path / "git" / "{publication}.git")
    environment = {"CORRECTIONS_DATABASE": cluster.database, "CORRECTIONS_GIT_REMOTE": remote}
    made = Group(tmp_path, environment, "", [])
    made.command(tmp_path / "desk", "init", "daily", "--title", "The Daily")
    shared = Cluster(cluster.database, remote)
    publication = Publication(tmp_path / "desk" / "daily", cluster=shared)
    an_article(publication)
    settings.put(publication, "proof-of-work", "off")  # the clients here send more than any reader
    publication.close()
    made.token = made.command(tmp_path / "desk", "token", "daily", "--role", "editor", "--name", "Mira")
    yield made
    for node in made.nodes:
        if node.process.poll() is None:
            kill(node.process)


def test_what_one_node_takes_the_other_decides(group: Group):
    first, second = group.add("first"), group.add("second")
    status, sent = first.submit("Tusday", "Tuesday")
    assert status == 201, sent
    shown = second.correction(sent["number"])  # named in the address: it is fetched before anybody says "unknown"
    status, decided = second.decide(sent["number"], shown["last_event"])
    assert status == 201, decided
    assert first.decide(sent["number"], decided["last_event"], "revert")[0] == 201  # based on what it may not have yet
    wait_until(lambda: second.correction(sent["number"])["state"] == "reverted")
    status, sent = second.submit("teh", "the")
    assert status == 201, sent
    wait_until(lambda: first.queue() == [sent["number"]])


def test_one_decision_of_two_nodes_counts_and_the_other_editor_is_told(group: Group):
    first, second = group.add("first"), group.add("second")
    for at in range(ROUNDS):
        number = first.submit("Ministers met", f"Ministers{at} met")[1]["number"]
        last_event = second.correction(number)["last_event"]
        with ThreadPoolExecutor(2) as pool:
            waiting = [pool.submit(node.decide, number, last_event, "reject") for node in (first, second)]
            answers = [answer.result() for answer in waiting]
        assert sorted(status for status, _ in answers) == [201, 409], answers
        assert first.correction(number)["last_event"] == second.correction(number)["last_event"]
    decided = [event for event in ledger(first) if event == "correction.rejected"]
    assert len(decided) == ROUNDS


def test_a_killed_node_loses_nothing_that_was_acknowledged(group: Group):
    first, second = group.add("first"), group.add("second")
    acknowledged: dict[int, str] = {}
    guard, is_over = threading.Lock(), threading.Event()

    def send(client: int) -> None:
        node, at = (first, second)[client % 2], 0
        while not is_over.is_set():
            at += 1
            words = f"Ministers {client} {at} met"
            try:
                status, answer = node.submit("Ministers met", words)
            except (OSError, ValueError):  # its node is no more
                node = second
                continue
            if status == 201:
                with guard:
                    acknowledged[answer["number"]] = words

    clients = [threading.Thread(target=send, args=(client,)) for client in range(CLIENTS)]
    for client in clients:
        client.start()
    wait_until(lambda: len(acknowledged) >= 20)
    kill(first.process)
    at_death = len(acknowledged)
    wait_until(lambda: len(acknowledged) >= at_death + 20)
    is_over.set()
    for client in clients:
        client.join()
    first = group.add("first")
    wait_until(lambda: head(first) == head(second))
    kill(second.process)
    kill(first.process)
    written = in_ledger(group, first)
    assert written == in_ledger(group, second)
    assert {number: written[number] for number in acknowledged} == acknowledged
    assert len(set(written.values())) == len(written)  # nothing twice
    for node in (first, second):
        group.command(node.data, "audit", "daily")
    assert audit(group.server) == []


def test_while_the_git_server_is_away_readers_read_on_and_it_goes_on_by_itself(group: Group):
    node = group.add("first")
    assert node.submit("Tusday", "Tuesday")[0] == 201
    group.server.rename(group.server.with_name("away"))
    status, problem = node.submit("teh", "the")
    assert (status, problem["code"]) == (503, "remote_unavailable")
    assert int(problem["retry_after"]) > 0
    assert "try again" in problem["detail"]
    assert node.queue() == [1]
    status, unready = node.ask("GET", "/readyz")
    assert status == 503
    assert "git server" in unready["detail"]
    group.server.with_name("away").rename(group.server)
    assert node.submit("teh", "the")[0] == 201
    assert node.queue() == [2, 1] or node.queue() == [1, 2]


def test_an_empty_node_joins_and_signs_with_the_same_key(group: Group):
    first = group.add("first")
    number = first.submit("Tusday", "Tuesday")[1]["number"]
    group.command(first.data, "checkpoint", "daily")
    late = group.add("late")
    assert late.queue() == [number]
    assert (late.data / "daily" / "signing.key").read_bytes() == (first.data / "daily" / "signing.key").read_bytes()
    group.command(late.data, "audit", "daily")


def test_who_signs_in_at_one_node_is_signed_in_at_the_others(group: Group):
    group.command(group.folder / "desk", "user", "daily", "Mira", "--password", PASSWORD)
    first, second = group.add("first"), group.add("second")
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())  # cookies are for all ports of a host
    page = browser.open(f"http://127.0.0.1:{first.port}/daily/sign-in").read().decode()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    form = {"csrf_token": token[1], "name": "Mira", "password": PASSWORD}
    browser.open(f"http://127.0.0.1:{first.port}/daily/sign-in", urllib.parse.urlencode(form).encode())
    queue = browser.open(f"http://127.0.0.1:{second.port}/daily/review/").read().decode()
    assert "Sign out" in queue


def test_background_work_moves_when_its_node_dies(group: Group, postgres_server: Server):
    first = group.add("first")
    wait_until(lambda: leader(postgres_server) is not None)
    former = leader(postgres_server)
    second = group.add("second")
    assert second.queue() == []
    assert leader(postgres_server) == former  # one at a time
    kill(first.process)
    wait_until(lambda: leader(postgres_server) not in (None, former))
    kill(second.process)
    wait_until(lambda: leader(postgres_server) is None)


def leader(server: Server) -> int | None:
    """The connection of the node that does the background work."""
    held = server.execute(
        "SELECT pid FROM pg_locks WHERE locktype='advisory' AND granted "
        f"AND (classid::bigint << 32 | objid::bigint) = {lock_key('background:daily')}"
    )
    assert len(held) <= 1
    return held[0][0] if held else None


def head(node: Node) -> str:
    return str(node.ask("GET", "/api/v1/daily/ledger/head")[1]["head"])


def in_ledger(group: Group, node: Node) -> dict[int, str | None]:
    """What was proposed, by number, as the node's clone has it."""
    store = Store(node.data / "daily" / "articles.git")
    found = {
        entry.corrections: entry.event.replacement
        for entry in store.entries()
        if entry.event.type == "correction.submitted"
    }
    store.close()
    return found


def ledger(node: Node) -> list[str]:
    """The kinds of events, in their order, as the node's clone has them."""
    store = Store(node.data / "daily" / "articles.git")
    kinds = [entry.event.type for entry in store.entries()]
    store.close()
    return kinds
