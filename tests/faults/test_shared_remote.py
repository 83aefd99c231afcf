"""kill -9 of a node that shares its publication through a git server: what was acknowledged is there once.

`CORRECTIONS_FAULT_ROUNDS` says how often (3 by default; `make faults` takes 20).
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from repo_store import Remote, Store
from repo_store.git.maintenance import PENDING
from repo_store.ssh_signatures import Key
from tests.repo_store.shared_server import Nodes, SharedServer, check_all_agree, submitted
from tests.repo_store.test_remote_redaction import NAME, REDACTION, objects, write_story
from tests.repo_store.test_store import importing, submitting

pytestmark = pytest.mark.faults
ROUNDS = int(os.environ.get("CORRECTIONS_FAULT_ROUNDS", "3"))


@pytest.fixture
def server(tmp_path: Path) -> SharedServer:
    return SharedServer(tmp_path / "server.git")


def start_node(clone: Path, server: SharedServer, first: int, count: int) -> "subprocess.Popen[bytes]":
    arguments = [str(clone), server.url, str(first), str(count)]
    command = [sys.executable, "-m", "tests.repo_store.node", *arguments]
    # unbuffered: `communicate` passes over what a line that was read before has brought into a buffer
    return subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=0, start_new_session=True)


def acknowledged(process: "subprocess.Popen[bytes]") -> list[int]:
    """What a node that has ended had acknowledged."""
    output, _ = process.communicate(timeout=120)
    lines = output.decode().splitlines(keepends=True)
    return [int(line) for line in lines if line.strip().isdigit() and line.endswith("\n")]


def await_pushes(server: SharedServer) -> None:
    """Wait for gits on the server whose node was killed."""
    deadline = time.monotonic() + 60
    while list(server.path.glob("objects/tmp_objdir-*")):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_node_killed_between_the_server_and_its_own_references_has_written(tmp_path: Path, server: SharedServer):
    nodes = Nodes(tmp_path, server.url)
    north = nodes.add("north")
    north.write(importing())
    before = north.heads()
    pid = tmp_path / "pid"
    server.add_hook("post-receive", f"kill -9 $(cat {pid})")
    process = start_node(north.path, server, 1, 0)
    process.wait()
    process = start_node(north.path, server, 1, 3)
    pid.write_text(str(process.pid))
    assert acknowledged(process) == []
    assert process.returncode == -signal.SIGKILL
    server.remove_hook("post-receive")
    await_pushes(server)
    assert north.heads() == before, "the node's own references are as they were"
    assert server.heads() != before
    south = nodes.add("south")
    imported = next(north.entries())
    assert north.write(submitting(2, imported.main, imported.id))[0].entry.corrections == 2
    check_all_agree(server, north, south)
    assert submitted(north) == [1, 2]
    nodes.close()


def test_nodes_that_are_killed_while_they_write_lose_nothing_and_write_nothing_twice(
    tmp_path: Path, server: SharedServer
):
    first = Nodes(tmp_path, server.url)
    first.add("north").write(importing())
    first.close()
    chance, sent = random.Random(5), []
    for round_number in range(ROUNDS):
        starts = [1000 * (2 * round_number + at) + 1 for at in range(2)]
        processes = [
            start_node(tmp_path / name / "articles.git", server, start, 500)
            for name, start in zip(("north", "south"), starts, strict=True)
        ]
        for process in processes:
            assert process.stdout is not None
            process.stdout.readline()
        for process in processes:
            time.sleep(chance.uniform(0.1, 0.6))
            process.kill()
        sent += [number for process in processes for number in acknowledged(process)]
        await_pushes(server)
    nodes = Nodes(tmp_path, server.url)
    north, south = nodes.add("north"), nodes.add("south")
    check_all_agree(server, north, south)
    stored = submitted(north)
    assert len(set(stored)) == len(stored)
    assert set(sent) <= set(stored)
    assert len(stored) - len(set(sent)) <= 2 * ROUNDS, "at most the one that each was at was not acknowledged"
    assert len(sent) >= ROUNDS, "too little was acknowledged before the kills: the test proved nothing"
    nodes.close()


def test_a_node_killed_while_it_fetches_its_first_clone_goes_on(tmp_path: Path, server: SharedServer):
    nodes = Nodes(tmp_path, server.url)
    north = nodes.add("north")
    imported = north.write(importing())[0].entry
    for first in range(1, 1001, 200):
        north.write(*(submitting(number, imported.main, imported.id) for number in range(first, first + 200)))
    chance = random.Random(6)
    clone = tmp_path / "new" / "articles.git"
    for _ in range(2 * ROUNDS):
        shutil.rmtree(clone.parent, ignore_errors=True)
        process = start_node(clone, server, 1, 0)
        deadline = time.monotonic() + 60
        while not (clone / "HEAD").exists():
            assert time.monotonic() < deadline
        time.sleep(chance.uniform(0, 0.2))
        os.killpg(process.pid, signal.SIGKILL)  # with its git, which would go on and keep its pack a moment longer
        acknowledged(process)
        opened = Store.open(clone, remote=Remote(server.url))
        assert opened.heads() == north.heads()
        assert not list(clone.glob("objects/pack/*.keep"))
        opened.close()
    check_all_agree(server, north, nodes.add("new"))
    nodes.close()


def test_a_node_killed_while_it_takes_over_a_redaction_throws_the_words_away_at_its_next_start(
    tmp_path: Path, server: SharedServer
):
    nodes = Nodes(tmp_path, server.url)
    north, south = nodes.add("north"), nodes.add("south")
    key = Key.generate(tmp_path / "key")
    write_story(north, key)
    south.fetch()
    south.close()
    north.redact(REDACTION, key)
    chance, seen = random.Random(7), set()
    for round_number in range(2 * ROUNDS):
        clone = tmp_path / str(round_number) / "articles.git"
        shutil.copytree(south.path, clone)
        process = start_node(clone, server, 1, 0)
        deadline = time.monotonic() + 60
        while not (clone / PENDING).exists() and process.poll() is None:
            assert time.monotonic() < deadline
        time.sleep(chance.uniform(0, 0.05))
        process.kill()
        acknowledged(process)
        seen.add((clone / PENDING).exists())
        opened = Store.open(clone, remote=Remote(server.url))
        assert opened.heads() == north.heads()
        assert NAME not in objects(clone)
        assert not (clone / PENDING).exists()
        opened.close()
    assert True in seen, "none was killed half way: the test proved nothing"
    nodes.close()
