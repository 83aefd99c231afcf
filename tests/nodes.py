"""Nodes that serve one publication: processes with folders of their own, one PostgreSQL, one shared git server."""

import json
import os
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corrections.cluster import Cluster
from corrections.services import settings
from corrections.services.publication import Publication
from repo_store import Store
from tests.newsroom import TALKS, an_article, free_port, kill, start
from tests.service import Service, run_command


@dataclass
class Node:
    """A running node."""

    data: Path
    port: int
    process: Service
    token: str

    @property
    def clone(self) -> Path:
        return self.data / "daily" / "articles.git"

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

    def add(self, name: str, **settings: str) -> Node:
        """A new node, ready; `settings` are variables of its environment alone."""
        data, port = self.folder / name, free_port()
        data.mkdir(exist_ok=True)
        node = Node(data, port, start(data, port, **{**self.environment, **settings}), self.token)
        self.nodes.append(node)
        return node

    def start_again(self, node: Node, **settings: str) -> None:
        """Start a node that has ended, at the port that it had; returns when it is ready."""
        node.process = start(node.data, node.port, **{**self.environment, **settings})

    def command(self, data: Path, *arguments: str) -> str:
        done = run_command("--data", data, *arguments, environment={**os.environ, **self.environment})
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()


@contextmanager
def group_of_nodes(folder: Path, cluster: Cluster) -> Iterator[Group]:
    """A publication with an article in it, made at a machine that serves nothing, and no nodes yet."""
    environment = {"CORRECTIONS_DATABASE": cluster.database, "CORRECTIONS_GIT_REMOTE": cluster.git_remote}
    made = Group(folder, environment, "", [])
    made.command(folder / "desk", "init", "daily", "--title", "The Daily")
    publication = Publication(folder / "desk" / "daily", cluster=cluster)
    an_article(publication)
    settings.put(publication, "proof-of-work", "off")  # the clients here send more than any reader
    publication.close()
    made.token = made.command(folder / "desk", "token", "daily", "--role", "editor", "--name", "Mira")
    try:
        yield made
    finally:
        for node in made.nodes:
            if node.process.poll() is None:
                kill(node.process)


def head(node: Node) -> str:
    """The last event of the ledger, as the node answers."""
    return str(node.ask("GET", "/api/v1/daily/ledger/head")[1]["head"])


def submitted(repository: Path) -> dict[int, str | None]:
    """What was proposed, by the corrections' numbers, as a node's clone or the shared repository has it."""
    store = Store(repository)
    found = {
        entry.corrections: entry.event.replacement
        for entry in store.entries()
        if entry.event.type == "correction.submitted"
    }
    store.close()
    return found


def ledger(node: Node) -> list[str]:
    """The kinds of events, in their order, as the node's clone has them."""
    store = Store(node.clone)
    kinds = [entry.event.type for entry in store.entries()]
    store.close()
    return kinds


@contextmanager
def in_threads(count: int, work: Callable[[int], None], is_over: threading.Event) -> Iterator[None]:
    """`work` in so many threads, each with its number, until `is_over`, which the end of the block sets; raises what
    one of them raised."""
    with ThreadPoolExecutor(count) as pool:
        running = [pool.submit(work, number) for number in range(count)]
        try:
            yield
        finally:
            is_over.set()
    for thread in running:
        thread.result()
