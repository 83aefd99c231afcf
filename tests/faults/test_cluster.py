"""Faults while sixteen clients submit to three nodes without pause: all that was acknowledged is there, once.

`CORRECTIONS_CLUSTER_FAULTS` says how many faults there are; by default three for each of `CORRECTIONS_FAULT_ROUNDS`, and
two more: each kind once.
"""

import http.client
import json
import os
import random
import shutil
import subprocess
import threading
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from corrections.cluster import Cluster
from tests import postgres
from tests.newsroom import TALKS, kill, logged
from tests.nodes import Group, Node, group_of_nodes, head, in_threads, submitted
from tests.repo_store.shared_server import HttpServer, SharedServer, findings, serving
from tests.test_workers import wait_until

pytestmark = pytest.mark.faults
FAULTS = int(
    os.environ.get("CORRECTIONS_CLUSTER_FAULTS") or 3 * int(os.environ.get("CORRECTIONS_FAULT_ROUNDS", "3")) + 2
)
SEED = int(os.environ.get("CORRECTIONS_CLUSTER_SEED", "11"))
CLIENTS = 16
IMPATIENT = 0.1  # of the requests lose their answer on the way to the client
NAMES = ("first", "second", "third")
DISK = "256m"
REFUSING = "refusing"  # a file in the shared repository: while it exists, pushes are refused


@dataclass
class Clients:
    """Threads that submit, each the next correction as soon as the one before is acknowledged."""

    ports: list[int]
    acknowledged: dict[int, str] = field(default_factory=dict)
    unexpected: list[str] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    _is_over: threading.Event = field(default_factory=threading.Event)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def submitting(self) -> AbstractContextManager[None]:
        """Every submission that was begun is repeated until it is acknowledged, after the block too."""
        return in_threads(CLIENTS, self._submit, self._is_over)

    def _submit(self, client: int) -> None:
        chance, at = random.Random(client), 0
        while not self._is_over.is_set():
            at += 1
            self._submit_one(f"Ministers {client} {at} met", chance)

    def _submit_one(self, words: str, chance: random.Random) -> None:
        """With one key at any node, until one of them acknowledges it."""
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            status, answer = send(chance.choice(self.ports), words, waits=chance.random() > IMPATIENT)
            with self._guard:
                self.answers[status] += 1
                if status == 201:
                    self.acknowledged[int(answer["number"])] = words
                    return
                if status not in (0, 503):
                    self.unexpected.append(f"{status} {answer}")
            time.sleep(chance.uniform(0.05, 0.3))
        self.unexpected.append(f"{words} was never acknowledged")


def send(port: int, words: str, waits: bool) -> tuple[int, dict[str, object]]:
    """The status (0: no whole answer) and the body of the answer to one submission, whose key is its words.

    A client that does not wait hangs up, and may come again while the node is at work on it.
    """
    body = {
        "target": {"article": TALKS, "selector": [{"type": "TextQuoteSelector", "exact": "Ministers met"}]},
        "body": {"type": "TextualBody", "value": words},
    }
    headers = {"Content-Type": "application/json", "Idempotency-Key": words}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("POST", "/api/v1/daily/corrections", json.dumps(body), headers)
        if not waits:
            return 0, {}
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError):
        return 0, {}
    finally:
        connection.close()


class Machines:
    """The nodes and what they share, and what can happen to each of them."""

    def __init__(
        self, group: Group, shared: SharedServer, git: HttpServer, database: postgres.Server, disks: bool
    ) -> None:
        self.group, self.shared, self.git, self.database = group, shared, git, database
        self.disks = disks
        self.nodes = {name: group.add(name, **self._own(name)) for name in NAMES}
        self.logs: list[str] = []  # of the processes that were killed
        self._guards = {name: threading.Lock() for name in (*NAMES, "database")}

    def faults(self) -> list[Callable[[random.Random], None]]:
        faults = [
            self.kill_node,
            self.kill_node_and_empty_its_folder,
            self.restart_database,
            self.freeze_database,
            self.end_connections,
            self.refuse_pushes,
            self.cut_pushes,
            self.lose_answers,
            self.delay_fetches,
            self.hang_git_server,
        ]
        return [*faults, self.fill_disk] if self.disks else faults

    def kill_node(self, chance: random.Random) -> None:
        self._restart(chance, is_emptied=False)

    def kill_node_and_empty_its_folder(self, chance: random.Random) -> None:
        self._restart(chance, is_emptied=True)

    def restart_database(self, _chance: random.Random) -> None:
        with self._guards["database"]:
            self.database.restart()

    def freeze_database(self, chance: random.Random) -> None:
        with self._guards["database"], self.database.frozen():
            time.sleep(chance.choice((0.5, 2, 12)))  # the last is longer than a statement may take

    def end_connections(self, chance: random.Random) -> None:
        name = chance.choice(NAMES)
        with self._guards["database"]:
            self.database.execute(
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{name}'"
            )

    def refuse_pushes(self, chance: random.Random) -> None:
        refusing = self.shared.path / REFUSING
        refusing.touch()
        time.sleep(chance.uniform(0.1, 1.5))
        refusing.unlink(missing_ok=True)

    def cut_pushes(self, chance: random.Random) -> None:
        self.git.cuts_pushes = chance.randint(1, 3)

    def lose_answers(self, chance: random.Random) -> None:
        self.git.loses_answers = chance.randint(1, 3)

    def delay_fetches(self, chance: random.Random) -> None:
        self.git.fetch_delay = chance.uniform(0.5, 4)
        time.sleep(chance.uniform(0.5, 3))
        self.git.fetch_delay = 0.0

    def hang_git_server(self, chance: random.Random) -> None:
        self.git.answers.clear()
        time.sleep(chance.choice((1, 8, 30)))  # the last is longer than a push may take
        self.git.answers.set()

    def fill_disk(self, chance: random.Random) -> None:
        name = chance.choice(NAMES)
        with self._guards[name]:
            filler = self.nodes[name].data / "filler"
            with filler.open("wb") as file, suppress(OSError):
                disk = os.statvfs(file.fileno())
                free, leave = disk.f_bavail * disk.f_frsize, chance.choice((0, 4096, 40_000))
                os.posix_fallocate(file.fileno(), 0, max(1, free - leave))
                file.seek(0, os.SEEK_END)
                file.write(b"\0" * (free - leave))
            time.sleep(chance.uniform(0.2, 2))
            filler.unlink()

    def _restart(self, chance: random.Random, is_emptied: bool) -> None:
        name = chance.choice(NAMES)
        with self._guards[name]:
            node = self.nodes[name]
            kill(node.process)
            self.logs.append(f"{name}:\n{logged(node.process)}")
            if is_emptied:
                for path in node.data.iterdir():
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
            time.sleep(chance.uniform(0, 1))
            self.group.start_again(node, **self._own(name))

    def _own(self, name: str) -> dict[str, str]:
        """The variables of one node: its connections to the database can be told from those of the others."""
        return {"CORRECTIONS_DATABASE": f"{self.database.url}&application_name={name}"}


def is_ready(node: Node) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", node.port, timeout=60)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    finally:
        connection.close()


@contextmanager
def small_disks(folders: list[Path]) -> Iterator[bool]:
    """A disk of its own in each folder; yields whether that is possible here."""
    with ExitStack() as mounted:
        for folder in folders:
            folder.mkdir()
            command = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", folder]
            if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode:
                warnings.warn("a small disk cannot be mounted here: no disk is filled", stacklevel=1)
                yield False
                return
            mounted.callback(subprocess.run, ["umount", "-l", folder], check=True)
        yield True


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    """Three nodes, a PostgreSQL and a git server, all running."""
    (tmp_path / "git").mkdir()
    shared = SharedServer(tmp_path / "git" / "daily.git")
    shared.add_hook("pre-receive", f"! test -e {REFUSING}")
    with (
        postgres.running() as database,
        serving(tmp_path / "git") as git,
        small_disks([tmp_path / name for name in NAMES]) as disks,
        group_of_nodes(tmp_path, Cluster(database.url, git.url("{publication}.git"))) as group,
    ):
        yield Machines(group, shared, git, database, disks)


def plan(machines: Machines) -> list[Callable[[random.Random], None]]:
    """Every kind of fault as often as the others, in an order that the seed decides."""
    chance, planned = random.Random(SEED), []
    while len(planned) < FAULTS:
        kinds = machines.faults()
        chance.shuffle(kinds)
        planned += kinds
    return planned[:FAULTS]


def cause(fault: Callable[[random.Random], None], seed: int) -> None:
    chance = random.Random(seed)
    time.sleep(chance.uniform(0, 1))
    fault(chance)


def test_faults_under_load_lose_nothing_and_write_nothing_twice(machines: Machines):
    clients = Clients([node.port for node in machines.nodes.values()])
    with clients.submitting(), ThreadPoolExecutor(2) as pool:  # two at a time
        caused = [pool.submit(cause, fault, at) for at, fault in enumerate(plan(machines))]
        for fault in caused:
            fault.result()
    assert clients.unexpected == [], machines.logs
    nodes = list(machines.nodes.values())
    wait_until(lambda: all(map(is_ready, nodes)))
    wait_until(lambda: {head(node) for node in nodes} == {machines.shared.heads()["refs/heads/ledger"]})
    wait_until(
        lambda: "refs/heads/checkpoints" in machines.shared.heads()
    )  # a fault may have come before the first one
    for node in nodes:
        kill(node.process)
    for node in nodes:
        written = submitted(node.clone)
        assert written == clients.acknowledged
        assert len(set(written.values())) == len(written)  # nothing twice
        machines.group.command(node.data, "audit", "daily")  # fetches first: checkpoints are not announced to nodes
    assert findings(machines.shared.path, *(node.clone for node in nodes)) == []
    assert len(clients.acknowledged) > FAULTS, "too little was acknowledged: the test proved nothing"
    assert clients.answers[503], "no fault was felt: the test proved nothing"
