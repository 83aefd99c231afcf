"""A shared git server that is away, slow, contrary or set back: what was acknowledged is there once, nothing else is lost."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread, Timer

import pytest

from repo_store import Remote, Store
from repo_store.errors import BadRemote, RemoteBusy, RemoteDiverged, RemoteRefused, RemoteUnavailable, WriteFailed
from repo_store.git.gitpython import EXECUTABLE
from tests.repo_store.shared_server import Nodes, SharedServer, check_all_agree, findings, serving, submitted
from tests.repo_store.test_files import held_elsewhere
from tests.repo_store.test_store import ARTICLE, importing, submitting

REFUSING = 'echo "The desk is closed" >&2; exit 1'


def away(server: SharedServer) -> Path:
    return Path(f"{server.path}.away")


def test_without_the_server_reads_go_on_and_writes_say_why_they_do_not(server: SharedServer, nodes: Nodes):
    north = nodes.add("north")
    imported = north.write(importing())[0].entry
    os.rename(server.path, away(server))
    before = north.heads()
    for _ in range(2):
        with pytest.raises(WriteFailed, match=r"The shared git server does not answer\. Nothing was saved"):
            north.write(submitting(1, imported.main, imported.id))
    with pytest.raises(RemoteUnavailable):
        north.fetch()
    assert north.heads() == before
    assert north.text(ARTICLE, imported.main) == "Ministers met on Tusday.\n"
    reopened = nodes.add("north")
    assert reopened.heads() == before, "a node that starts meanwhile serves what it has"
    os.rename(away(server), server.path)
    assert north.write(submitting(1, imported.main, imported.id))[0].entry.corrections == 1
    check_all_agree(server, north, reopened)


def test_a_refusal_of_the_server_is_passed_on_in_its_words(server: SharedServer, nodes: Nodes):
    north = nodes.add("north")
    imported = north.write(importing())[0].entry
    for name in ("pre-receive", "update"):
        server.add_hook(name, REFUSING)
        before = server.heads()
        with pytest.raises(RemoteRefused, match="The desk is closed"):
            north.write(*(submitting(number, imported.main, imported.id) for number in range(3)))
        assert server.heads() == north.heads() == before
        server.remove_hook(name)
    north.write(submitting(1, imported.main, imported.id))
    assert submitted(north) == [1]
    check_all_agree(server, north)


def test_where_one_reference_is_refused_the_other_does_not_move(server: SharedServer, nodes: Nodes):
    north = nodes.add("north")
    imported = north.write(importing())[0].entry
    server.add_hook("update", 'test "$1" != refs/heads/ledger')
    with pytest.raises(RemoteRefused):
        north.write(importing("2026/11/25/other"))
    assert server.heads()["refs/heads/main"] == imported.main
    server.remove_hook("update")
    check_all_agree(server, north)


def test_a_write_that_the_server_takes_too_late_is_there_once(server: SharedServer, nodes: Nodes, tmp_path: Path):
    north, south = nodes.add("north", seconds=1), nodes.add("south")
    imported = north.write(importing())[0].entry
    going_on = tmp_path / "go"
    server.add_hook("pre-receive", f"while ! test -e {going_on}; do sleep 0.1; done")
    with pytest.raises(RemoteUnavailable, match="if it does not appear in a moment"):
        north.write(*(submitting(number, imported.main, imported.id) for number in (1, 2)))
    assert submitted(north) == []
    going_on.touch()
    deadline = time.monotonic() + 30
    while submitted(south) != [1, 2]:  # the git that the server ran went on
        assert time.monotonic() < deadline
        south.fetch()
        time.sleep(0.05)
    north.write(submitting(3, imported.main, imported.id))
    assert submitted(north) == [1, 2, 3]
    check_all_agree(server, north, south)


def test_a_batch_that_arrives_right_after_the_time_limit_is_not_written_again_one_by_one(
    server: SharedServer, nodes: Nodes, tmp_path: Path
):
    north = nodes.add("north", seconds=1)
    imported = north.write(importing())[0].entry
    server.add_hook(
        "pre-receive",
        f"mkdir {tmp_path}/first 2>/dev/null && {{ sleep 1.5; exit 0; }}\n"
        f"while test $(git rev-parse refs/heads/ledger) = {imported.id}; do sleep 0.1; done",
    )
    with pytest.raises(RemoteUnavailable):
        north.write(*(submitting(number, imported.main, imported.id) for number in (1, 2)))
    _await_end_of_pushes(server)
    server.remove_hook("pre-receive")
    check_all_agree(server, north)
    assert submitted(north) == [1, 2]


def test_of_two_writes_that_the_server_holds_up_each_is_there_once_or_fails(
    server: SharedServer, nodes: Nodes, tmp_path: Path
):
    """The first is still in the server's hook, its writer has given up, and another node writes past it."""
    north, south = nodes.add("north", seconds=1), nodes.add("south")
    imported = north.write(importing())[0].entry
    south.fetch()
    going_on, first = tmp_path / "go", tmp_path / "first"
    server.add_hook(
        "pre-receive", f"mkdir {first} 2>/dev/null || exit 0; while ! test -e {going_on}; do sleep 0.1; done"
    )
    with pytest.raises(RemoteUnavailable):
        north.write(submitting(1, imported.main, imported.id))
    south.write(submitting(2, imported.main, imported.id))
    going_on.touch()
    server.remove_hook("pre-receive")
    north.write(submitting(3, imported.main, imported.id))
    _await_end_of_pushes(server)
    check_all_agree(server, north, south)
    assert submitted(north) == [2, 3]


def _await_end_of_pushes(server: SharedServer) -> None:
    deadline = time.monotonic() + 30
    while list(server.path.glob("objects/tmp_objdir-*")):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_push_whose_answer_is_lost_is_acknowledged_if_it_is_there(server: SharedServer, nodes: Nodes):
    north = nodes.add("north")
    imported = north.write(importing())[0].entry
    server.add_hook("post-receive", "kill -9 $PPID")
    receipts = north.write(*(submitting(number, imported.main, imported.id) for number in range(1, 4)))
    assert [receipt.entry.corrections for receipt in receipts] == [1, 2, 3]
    assert receipts[-1].entry.id == server.heads()["refs/heads/ledger"] == north.ledger()
    server.remove_hook("post-receive")
    north.write(submitting(4, imported.main, imported.id))
    assert submitted(north) == [1, 2, 3, 4]
    check_all_agree(server, north)


def test_a_push_whose_answer_is_lost_is_acknowledged_though_another_node_has_written_since(
    tmp_path: Path, server: SharedServer, nodes: Nodes
):
    north, south = nodes.add("north"), nodes.add("south")
    imported = north.write(importing())[0].entry
    server.add_hook(
        "post-receive",
        # Another node's write, pushed by its own git in the moment before north's push is cut off.
        f"test -e {tmp_path}/once && exit 0; touch {tmp_path}/once; env -i PATH=\"$PATH\" HOME=/nonexistent "
        f"PYTHONPATH={Path.cwd()} {sys.executable} -m tests.repo_store.node {south.path} {server.url} 50 1; kill -9 $PPID",
    )  # fmt: skip
    receipt = north.write(submitting(1, imported.main, imported.id))[0]
    assert receipt.entry.corrections == 1
    assert submitted(north) == [1, 50]
    assert north.write(submitting(2, imported.main, imported.id))[0].entry.corrections == 3
    check_all_agree(server, north, south)


def test_a_server_that_breaks_off_before_it_moved_anything_leaves_nothing_behind(server: SharedServer, nodes: Nodes):
    north = nodes.add("north")
    imported = north.write(importing())[0].entry
    server.add_hook("pre-receive", "kill -9 $PPID")
    with pytest.raises(RemoteUnavailable, match="broke off"):
        north.write(submitting(1, imported.main, imported.id))
    server.remove_hook("pre-receive")
    north.write(submitting(1, imported.main, imported.id))
    assert submitted(north) == [1]
    check_all_agree(server, north)


def with_git(path: Path, monkeypatch: pytest.MonkeyPatch, fetch: str) -> None:
    """Have a git that runs `fetch`, lines of the shell, before it fetches."""
    program = path / "git"
    program.write_text(f'#!/bin/sh\nif [ "$1" = fetch ]; then\n{fetch}\nfi\nexec git "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv(EXECUTABLE, str(program))


def test_a_fetch_takes_as_long_as_it_reports_progress(
    server: SharedServer, nodes: Nodes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    north, south = nodes.add("north"), nodes.add("south")
    north.write(importing())
    monkeypatch.setattr("repo_store.shared_remote.SILENT_SECONDS", 1.5)
    with_git(tmp_path, monkeypatch, "for part in 1 2 3 4 5 6 7 8; do sleep 0.4; echo Receiving >&2; done")
    assert south.fetch()
    assert south.heads() == north.heads()
    with_git(tmp_path, monkeypatch, "sleep 20")
    with pytest.raises(RemoteUnavailable, match=r"no answer within 1\.5 seconds"):
        south.fetch()


def test_a_node_that_starts_while_the_server_hangs_serves_what_it_has(
    server: SharedServer, nodes: Nodes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    north = nodes.add("north")
    imported = north.write(importing())[0].entry
    monkeypatch.setattr("repo_store.shared_remote.OPENING_SECONDS", 0.2)
    with_git(tmp_path, monkeypatch, "sleep 600")
    assert nodes.add("north").text(ARTICLE, imported.main) == "Ministers met on Tusday.\n"


def test_who_writes_while_the_server_holds_up_another_write_is_told_at_once(
    server: SharedServer, nodes: Nodes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("repo_store.writer.BUSY_SECONDS", 0.2)
    north = nodes.add("north")
    imported = north.write(importing())[0].entry
    began, going_on = tmp_path / "began", tmp_path / "go"
    server.add_hook("pre-receive", f"touch {began}; while ! test -e {going_on}; do sleep 0.05; done")
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(north.write, submitting(1, imported.main, imported.id))
        try:
            while not began.exists():
                assert not first.done()
                time.sleep(0.01)
            time.sleep(0.3)
            with pytest.raises(RemoteUnavailable, match=r"is slow, or this node"):
                north.write(submitting(2, imported.main, imported.id))
        finally:
            going_on.touch()
        assert first.result()[0].entry.corrections == 1
    north.write(submitting(2, imported.main, imported.id))
    assert submitted(north) == [1, 2]


def test_a_push_of_which_the_server_speaks_for_ever_is_given_up(server: SharedServer, nodes: Nodes, tmp_path: Path):
    north = nodes.add("north", seconds=1)
    imported = north.write(importing())[0].entry
    going_on = tmp_path / "go"
    server.add_hook("pre-receive", f"while ! test -e {going_on}; do sleep 0.1; echo Checking; done")
    with pytest.raises(RemoteUnavailable, match="if it does not appear in a moment"):
        north.write(submitting(1, imported.main, imported.id))
    going_on.touch()
    _await_end_of_pushes(server)


def test_a_whole_history_is_given_to_a_server_however_long_that_takes(server: SharedServer, nodes: Nodes):
    alone = Store.create(server.path.parent / "alone" / "articles.git")
    alone.write(importing())
    alone.close()
    server.add_hook("pre-receive", "sleep 1")
    moved = Store(alone.path, remote=Remote(server.url, seconds=0.1))
    moved.share()
    moved.close()
    assert server.heads() == alone.heads()


def test_who_waits_for_another_process_of_the_node_is_told_in_time(
    server: SharedServer, nodes: Nodes, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("repo_store.writer.LOCK_SECONDS", 0.3)
    north = nodes.add("north")
    imported = north.write(importing())[0].entry
    with held_elsewhere(north.path / "writer.flock"):
        with pytest.raises(RemoteBusy):
            north.fetch(0.2)
        with pytest.raises(RemoteBusy, match="Nothing was saved"):
            north.write(submitting(1, imported.main, imported.id))
    north.write(submitting(2, imported.main, imported.id))
    north.fetch(60)
    assert submitted(north) == [2]


def test_a_server_that_cannot_move_references_together_is_named_when_a_node_writes(server: SharedServer, nodes: Nodes):
    north = nodes.add("north")
    imported = north.write(importing())[0].entry
    server.git("config", "receive.advertiseAtomic", "false")
    reopened = nodes.add("north")
    with pytest.raises(BadRemote, match=r"git push --atomic"):
        reopened.write(submitting(1, imported.main, imported.id))


@pytest.mark.parametrize(
    "words",
    [
        "Quota exceeded: 100% of 1 GB are used; call 555-0100",
        "Fehler: 507",
        "Ticket required: 4711",
        "Total 0 (pushes are closed until Monday)",
        "From Monday on",
    ],
)
def test_whatever_a_hook_says_is_passed_on_and_gits_progress_is_not(server: SharedServer, nodes: Nodes, words: str):
    north = nodes.add("north")
    imported = north.write(importing())[0].entry
    server.add_hook("pre-receive", f"echo '{words}' >&2; exit 1")
    with pytest.raises(RemoteRefused) as refused:
        north.write(submitting(1, imported.main, imported.id))
    assert refused.value.message.endswith(f"It says: pre-receive hook declined; {words}.")


def test_history_that_was_replaced_by_force_is_not_taken_over(server: SharedServer, nodes: Nodes):
    north, south = nodes.add("north"), nodes.add("south")
    imported = north.write(importing())[0].entry
    north.write(submitting(1, imported.main, imported.id))
    south.fetch()
    server.git("update-ref", "refs/heads/ledger", imported.id)
    with pytest.raises(RemoteDiverged, match="lacks events"):
        south.fetch()
    forged = server.git("-c", "user.name=x", "-c", "user.email=x@example.org", "commit-tree", "-m", "Forged",
                        "-p", imported.id, f"{imported.id}^{{tree}}")  # fmt: skip
    server.git("update-ref", "refs/heads/ledger", forged)
    before = server.heads()
    for act in (north.fetch, lambda: north.write(submitting(2, imported.main, imported.id)), north.share):
        with pytest.raises(RemoteDiverged):
            act()
    assert server.heads() == before
    assert submitted(north) == submitted(south) == [1]
    assert submitted(nodes.add("north")) == [1], "a node that starts serves what it has"


def test_a_server_that_was_restored_from_an_older_backup_gets_the_rest_from_a_node(server: SharedServer, nodes: Nodes):
    north, south = nodes.add("north"), nodes.add("south")
    imported = north.write(importing())[0].entry
    north.write(submitting(1, imported.main, imported.id))
    server.git("update-ref", "refs/heads/ledger", imported.id)
    with pytest.raises(RemoteDiverged):
        north.write(submitting(2, imported.main, imported.id))
    north.share()
    north.write(submitting(2, imported.main, imported.id))
    check_all_agree(server, north, south)
    assert submitted(south) == [1, 2]


def test_main_moved_by_hand_on_the_server_is_named(server: SharedServer, nodes: Nodes):
    north, south = nodes.add("north"), nodes.add("south")
    imported = north.write(importing())[0].entry
    server.git("update-ref", "refs/heads/main", imported.id)
    with pytest.raises(
        RemoteDiverged, match=f"Put it back there with `git update-ref refs/heads/main {imported.main}`"
    ):
        south.fetch()
    assert south.heads() == {}
    server.git("update-ref", "refs/heads/main", imported.main)
    check_all_agree(server, north, south)


def test_a_fetch_that_meets_the_server_between_its_two_references_waits_for_the_second(
    server: SharedServer, nodes: Nodes
):
    north, south = nodes.add("north"), nodes.add("south")
    north.write(importing())
    south.fetch()
    before = server.heads()["refs/heads/main"]
    north.write(importing("2026/11/25/other"))
    after = server.heads()["refs/heads/main"]
    server.git("update-ref", "refs/heads/main", before)
    rest = Timer(0.4, server.git, ("update-ref", "refs/heads/main", after))
    rest.start()
    assert south.fetch()
    rest.join()
    assert south.heads() == north.heads() == server.heads()


def test_locks_that_a_killed_fetch_left_are_cleared(server: SharedServer, nodes: Nodes):
    north, south = nodes.add("north"), nodes.add("south")
    north.write(importing())
    for name in ("refs/remotes/origin/ledger.lock", "refs/heads/checkpoints.lock"):
        lock = south.path / name
        lock.parent.mkdir(parents=True, exist_ok=True)
        lock.touch()
        os.utime(lock, (time.time() - 60, time.time() - 60))
    keep = south.path / "objects" / "pack" / "pack-1234.keep"
    keep.write_text("fetch-pack 4711 on north.example.org")
    assert south.fetch()
    south.close()
    check_all_agree(server, north, nodes.add("south"))
    assert not keep.exists(), "git would never fold that pack"


@pytest.fixture
def small_disk(tmp_path: Path):
    folder = tmp_path / "small"
    folder.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder]).returncode:
        pytest.skip("a small disk cannot be mounted here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_disk_that_is_full_after_the_push_loses_nothing(small_disk: Path, server: SharedServer, nodes: Nodes):
    """The server has the event, and the node's own references cannot be moved until there is room again."""
    north, south = nodes.add("small/north"), nodes.add("south")
    imported = north.write(importing())[0].entry
    filler = small_disk / "filler"
    server.add_hook("post-receive", f"dd if=/dev/zero of={filler} bs=4k >/dev/null 2>&1; exit 0")
    acknowledged = north.write(submitting(1, imported.main, imported.id))[0].entry
    server.remove_hook("post-receive")
    assert server.heads()["refs/heads/ledger"] == acknowledged.id
    with pytest.raises(WriteFailed, match=r"(?i)couldn't write|no space"):
        north.write(submitting(2, imported.main, imported.id))
    filler.unlink()
    north.write(submitting(3, imported.main, imported.id))
    assert submitted(north) == [1, 3]
    check_all_agree(server, north, south)


def test_over_http_with_a_password_that_appears_in_no_message(tmp_path: Path, server: SharedServer):
    server.git("config", "http.receivepack", "true")
    with serving(tmp_path, "s3cret/pass") as http:
        nodes = Nodes(tmp_path, http.url("server.git", "node:s3cret%2Fpass@"))
        north, south = nodes.add("north"), nodes.add("south")
        imported = north.write(importing())[0].entry
        south.write(submitting(1, imported.main, imported.id))
        north.write(submitting(2, imported.main, imported.id))
        assert submitted(north) == [1, 2]
        http.loses_answers = 1
        receipt = north.write(submitting(3, imported.main, imported.id))[0]
        assert receipt.entry.id == server.heads()["refs/heads/ledger"]
        assert submitted(north) == [1, 2, 3]
        check_all_agree(server, north, south)
        http.password = "another"
        with pytest.raises(WriteFailed) as caught:
            north.write(submitting(4, imported.main, imported.id))
        assert "s3cret" not in caught.value.message
        nodes.close()
    assert findings(north.path, south.path) == []


def test_over_http_without_git_behind_it_is_refused(tmp_path: Path, server: SharedServer):
    """A server of plain files could not move references together: it is named when the store is opened."""
    server.git("update-server-info")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(tmp_path))) as http:
        Thread(target=http.serve_forever, daemon=True).start()
        remote = Remote(f"http://127.0.0.1:{http.server_port}/server.git")
        with pytest.raises(BadRemote):
            Store.open(tmp_path / "north" / "articles.git", remote=remote)
        http.shutdown()
