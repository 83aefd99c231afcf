"""Two nodes, each a process with a folder of its own, serve one publication: one PostgreSQL, one shared git server.

`CORRECTIONS_DECISION_ROUNDS` says how many corrections both decide at the same moment (10 by default).
"""

import os
import re
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from corrections.cluster import Cluster
from corrections.cluster.schema_databases import lock_key
from repo_store.audit.repository_audit import audit
from tests.newsroom import kill
from tests.nodes import Group, group_of_nodes, head, ledger, submitted
from tests.postgres import Server
from tests.test_workers import wait_until

ROUNDS = int(os.environ.get("CORRECTIONS_DECISION_ROUNDS", "10"))
CLIENTS = 4
PASSWORD = "a long enough password"


@pytest.fixture
def group(cluster: Cluster, tmp_path: Path) -> Iterator[Group]:
    shared = Cluster(cluster.database, str(tmp_path / "git" / "{publication}.git"))
    with group_of_nodes(tmp_path, shared) as made:
        yield made


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
    written = submitted(first.clone)
    assert written == submitted(second.clone)
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
