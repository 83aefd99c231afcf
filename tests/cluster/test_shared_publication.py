"""Two nodes, each a process with a folder of its own, serve one publication: one PostgreSQL, one shared git server."""

import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from corrections.cluster import Cluster
from corrections.services.publication import Publication
from tests.newsroom import TALKS, an_article, free_port, kill, start
from tests.service import Service, run_command
from tests.test_workers import wait_until

ROUNDS = 10
CLIENTS = 4


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
            return error.code, {**json.load(error), "retry_after": error.headers["Retry-After"]}

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
    wait_until(lambda: second.correction(sent["number"])["state"] == "reverted", 10)
    status, sent = second.submit("teh", "the")
    assert status == 201, sent
    wait_until(lambda: first.queue() == [sent["number"]], 10)
