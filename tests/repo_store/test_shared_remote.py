"""Several clones, one shared git server: what any of them acknowledges is on the ledger once, and all agree."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from repo_store import Remote, Store
from repo_store.errors import BadRemote, RemoteDiverged, RemoteUnavailable, Stale
from repo_store.git.repository import TRACKING
from repo_store.ssh_signatures import Key
from tests.repo_store.shared_server import Nodes, SharedServer, announce, check_all_agree, submitted
from tests.repo_store.test_store import importing, revising, submitting


def test_two_nodes_write_in_turn_and_have_the_same_ledger(server: SharedServer, nodes: Nodes):
    north, south = nodes.add("north"), nodes.add("south")
    imported = north.write(importing())[0].entry
    numbers = []
    for number in range(1, 6):
        numbers.append(north.write(submitting(number, imported.main, imported.id))[0].entry.corrections)
        numbers.append(south.write(submitting(100 + number, imported.main, imported.id))[0].entry.corrections)
    assert numbers == list(range(1, 11))
    check_all_agree(server, north, south)
    assert submitted(north) == [1, 101, 2, 102, 3, 103, 4, 104, 5, 105]


def test_what_is_acknowledged_is_on_the_server(server: SharedServer, nodes: Nodes, key: Key):
    north = nodes.add("north")
    receipt = north.write(importing())[0]
    assert server.heads() == {"refs/heads/ledger": receipt.entry.id, "refs/heads/main": receipt.entry.main}
    checkpoint = north.checkpoint(key, "daily")
    assert checkpoint is not None
    assert server.heads()["refs/heads/checkpoints"] == checkpoint.commit


def test_a_fetch_says_whether_something_came(nodes: Nodes):
    north, south = nodes.add("north"), nodes.add("south")
    imported = north.write(importing())[0].entry
    assert south.fetch()
    assert not south.fetch()
    assert not north.fetch(), "its own writes are here already"
    assert south.head().ledger == imported.id
    assert south.text("2026/11/24/talks", imported.main) == "Ministers met on Tusday.\n"


def test_an_empty_clone_begins_with_what_the_server_has(server: SharedServer, nodes: Nodes, key: Key):
    north = nodes.add("north")
    imported = north.write(importing())[0].entry
    north.write(*(submitting(number, imported.main, imported.id) for number in range(1, 300)))
    announce(north, key)
    north.checkpoint(key, "daily")
    late = nodes.add("late")
    assert late.heads() == north.heads()
    assert late.write(submitting(300, imported.main, imported.id))[0].entry.corrections == 300
    check_all_agree(server, north, late)


def test_a_store_is_created_with_what_the_server_has(tmp_path: Path, server: SharedServer, nodes: Nodes):
    north = nodes.add("north")
    north.write(importing())
    created = Store.create(tmp_path / "created" / "articles.git", remote=Remote(server.url))
    nodes.stores.append(created)
    assert created.heads() == north.heads()


def test_processes_of_a_node_may_begin_at_once_in_an_empty_folder(server: SharedServer, nodes: Nodes):
    nodes.add("north").write(importing())
    stores: list[Store] = []
    threads = [threading.Thread(target=lambda: stores.append(nodes.add("new"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stores) == 4
    assert [path.name for path in stores[0].path.parent.iterdir()] == ["articles.git"]
    check_all_agree(server, *stores)


def test_a_node_that_is_far_behind_writes_on_what_the_others_wrote(server: SharedServer, nodes: Nodes):
    north, south = nodes.add("north"), nodes.add("south")
    imported = north.write(importing())[0].entry
    south.fetch()
    for first in range(1, 400, 100):
        north.write(*(submitting(number, imported.main, imported.id) for number in range(first, first + 100)))
    assert south.write(submitting(999, imported.main, imported.id))[0].entry.corrections == 401
    check_all_agree(server, north, south)


def test_a_decision_on_what_another_node_has_changed_is_stale(server: SharedServer, nodes: Nodes):
    north, south = nodes.add("north"), nodes.add("south")
    imported = north.write(importing())[0].entry
    south.fetch()
    north.write(revising("New text.\n", imported.id))
    with pytest.raises(Stale):
        south.write(revising("Other text.\n", imported.id))
    assert south.heads() == server.heads(), "what was decided on another node is here for the next decision"
    check_all_agree(server, north, south)


def test_threads_of_several_nodes_write_at_once(server: SharedServer, nodes: Nodes):
    stores = [nodes.add(name) for name in ("north", "south", "east")]
    imported = stores[0].write(importing())[0].entry
    acknowledged: list[int] = []

    def send(store: Store, first: int) -> None:
        for number in range(first, first + 6):
            acknowledged.append(int(_correction(store.write(submitting(number, imported.main, imported.id))[0]), 16))

    done = threading.Event()

    def fetch(store: Store) -> None:
        while not done.is_set():
            store.fetch()

    threads = [threading.Thread(target=send, args=(stores[at % 3], 100 * (at + 1))) for at in range(9)]
    fetching = [threading.Thread(target=fetch, args=(store,)) for store in stores[1:]]
    for thread in threads + fetching:
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    for thread in fetching:
        thread.join()
    assert len(acknowledged) == 54
    check_all_agree(server, *stores)
    assert sorted(submitted(stores[0])) == sorted(acknowledged)
    assert [entry.corrections for entry in stores[1].entries()][1:] == list(range(1, 55))


def _correction(receipt: object) -> str:
    return str(receipt.entry.event.correction)  # type: ignore[attr-defined]


def test_processes_of_several_nodes_write_at_once(tmp_path: Path, server: SharedServer, nodes: Nodes):
    north = nodes.add("north")
    north.write(importing())
    processes = []
    for at, name in enumerate(("north", "north", "south")):
        arguments = [str(tmp_path / name / "articles.git"), server.url, str(1000 * (at + 1)), "10"]
        command = [sys.executable, "-m", "tests.repo_store.node", *arguments]
        processes.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
    outputs = [process.communicate(timeout=120)[0] for process in processes]
    acknowledged = sorted(int(line) for output in outputs for line in output.split() if line != "open")
    assert len(acknowledged) == 30
    check_all_agree(server, north, nodes.add("south"))
    assert sorted(submitted(north)) == acknowledged


def test_the_lock_of_the_cluster_is_held_while_something_is_written(server: SharedServer, nodes: Nodes, key: Key):
    held: list[dict[str, str]] = []

    @contextmanager
    def lock() -> Iterator[None]:
        before = server.heads()
        yield
        held.append({name: commit for name, commit in server.heads().items() if before.get(name) != commit})

    north = nodes.add("north", lock=lock)
    imported = north.write(importing())[0].entry
    north.checkpoint(key, "daily")
    north.fetch()
    assert [sorted(moved) for moved in held] == [["refs/heads/ledger", "refs/heads/main"], ["refs/heads/checkpoints"]]
    assert held[0]["refs/heads/ledger"] == imported.id


def test_where_the_lock_of_the_cluster_cannot_be_had_nothing_is_written(server: SharedServer, nodes: Nodes):
    def lock() -> AbstractContextManager[None]:
        raise ConnectionError("no database")

    north = nodes.add("north", lock=lock)
    with pytest.raises(ConnectionError):
        north.write(importing())
    assert server.heads() == north.heads() == {}


def test_checkpoints_of_two_nodes_are_one_chain(server: SharedServer, nodes: Nodes, key: Key):
    north, south = nodes.add("north"), nodes.add("south")
    imported = north.write(importing())[0].entry
    announce(north, key)
    for number, store in enumerate((north, south, north, south), start=1):
        store.write(submitting(number, imported.main, imported.id))
        checkpoint = store.checkpoint(key, "daily")
        assert checkpoint is not None
        assert checkpoint.statement.number == number
        assert checkpoint.statement.corrections == number
    assert south.checkpoint(key, "daily") is None
    north.fetch()
    assert [checkpoint.statement.number for checkpoint in north.checkpoints()] == [4, 3, 2, 1]
    check_all_agree(server, north, south)


def test_a_node_that_only_reads_folds_the_packs_that_it_fetches(
    server: SharedServer, nodes: Nodes, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("repo_store.store.BATCHES_BETWEEN", 5)
    north, south = nodes.add("north"), nodes.add("south")
    imported = north.write(importing())[0].entry
    deadline = time.monotonic() + 60
    for number in range(1, 13):
        north.write(submitting(number, imported.main, imported.id))
        south.fetch()
    while len(list(south.path.glob("objects/pack/*.pack"))) > 6:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    check_all_agree(server, north, south)


def test_an_existing_publication_is_shared_with_an_empty_server(
    tmp_path: Path, server: SharedServer, nodes: Nodes, key: Key
):
    alone = Store.create(tmp_path / "north" / "articles.git")
    imported = alone.write(importing())[0].entry
    announce(alone, key)
    alone.checkpoint(key, "daily")
    alone.close()
    north = nodes.add("north")
    with pytest.raises(RemoteDiverged, match="lacks events"):
        north.write(submitting(1, imported.main, imported.id))
    assert server.heads() == {}
    north.share()
    north.write(submitting(1, imported.main, imported.id))
    check_all_agree(server, north, nodes.add("south"))


def test_what_another_publication_has_on_its_server_is_never_overwritten(
    tmp_path: Path, server: SharedServer, nodes: Nodes
):
    nodes.add("north").write(importing())
    before = server.heads()
    alone = Store.create(tmp_path / "other" / "articles.git")
    alone.write(importing("2026/11/24/other", "Another text.\n"))
    alone.close()
    other = nodes.add("other")
    for act in (other.share, other.fetch, lambda: other.write(revising("New.\n", None))):
        with pytest.raises(RemoteDiverged):
            act()
    assert server.heads() == before
    assert other.text("2026/11/24/other", str(other.main())) == "Another text.\n", "what is here can be read"


def test_a_store_without_a_server_has_nothing_to_fetch(tmp_path: Path):
    store = Store.create(tmp_path / "articles.git")
    assert not store.fetch()
    with pytest.raises(BadRemote):
        store.share()
    store.write(importing())
    assert not (store.path / TRACKING).exists()
    store.close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "articles.git",
        "../articles.git",
        "-oProxyCommand=sh",
        "--upload-pack=sh",
        "ext::sh -c id",
        "fd::7",
        "ssh://-oProxyCommand=sh/path",
        "ssh://git@-oProxyCommand=sh/path",
        "user@-oProxyCommand=sh:path",
        "user@host:-path",
        "https://host/path\nwith a line",
        "javascript://host/path",
    ],
)
def test_what_is_no_address_is_refused(url: str):
    with pytest.raises(BadRemote):
        Remote(url)


@pytest.mark.parametrize(
    "url",
    [
        "ssh://git@git.example.org:2222/corrections/daily.git",
        "https://node:secret@git.example.org/daily.git",
        "http://[::1]:8080/daily.git",
        "git@git.example.org:corrections/daily.git",
        "file:///srv/git/daily.git",
        "/srv/git/with a space/daily.git",
    ],
)
def test_what_git_push_takes_is_an_address(url: str):
    assert Remote(url).url == url


def test_a_server_that_cannot_move_references_together_is_refused(server: SharedServer, nodes: Nodes):
    server.git("config", "receive.advertiseAtomic", "false")
    with pytest.raises(BadRemote, match="in one step"):
        nodes.add("north")


def test_an_empty_clone_does_not_begin_without_its_server(server: SharedServer, nodes: Nodes):
    os.rename(server.path, f"{server.path}.away")
    with pytest.raises(RemoteUnavailable):
        nodes.add("north")
    os.rename(f"{server.path}.away", server.path)
    nodes.add("north").write(importing())
