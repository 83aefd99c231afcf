"""What one node takes out of the history is gone from the shared git server's history and from every clone."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from repo_store import Store
from repo_store.errors import RemoteDiverged, RemoteRefused, RemoteUnavailable, Stale
from repo_store.git.command import GitRepository
from repo_store.git.maintenance import PENDING
from repo_store.git.packfile import object_id, write_pack
from repo_store.history_rewrite import Redaction, mask_text, rewrite
from repo_store.model.entries import message
from repo_store.model.events import HistoryRedacted
from repo_store.queries import read_head
from repo_store.ssh_signatures import Key
from tests.repo_store.shared_server import Nodes, SharedServer, announce, check_all_agree, submitted
from tests.repo_store.test_store import ARTICLE, TEXT, importing, revising, submitting

NAME = "Quillfeather"
REDACTION = Redaction(
    article=ARTICLE,
    by="Ines",
    reason="Privacy.",
    hide=lambda text: text.replace(NAME, mask_text(NAME)),
    hide_text=lambda source: source.text.replace(NAME, mask_text(NAME)),
)


def write_story(store: Store, key: Key) -> None:
    """An article that names somebody for a while, with corrections before and after."""
    imported = store.write(importing())[0].entry
    announce(store, key)
    store.write(importing("2026/11/25/other", "Another text.\n"))
    remark = submitting(1, imported.main, imported.id)
    remark = replace(remark, event=remark.event.model_copy(update={"comment": f"{NAME} was there."}))
    store.write(remark)
    revised = store.write(revising(f"{NAME} met ministers on Tusday.\n", store.ledger()))[0].entry
    store.write(revising(TEXT, revised.id))
    store.write(submitting(2, imported.main, imported.id))
    store.checkpoint(key, "daily")


def objects(repository: Path) -> str:
    command = ["git", "-C", repository, "cat-file", "--batch-all-objects", "--batch", "--unordered"]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode(errors="replace")


def redacted_by_hand(server: SharedServer, **changes: object) -> None:
    """Replace the server's history as a redaction does, with another account of it."""
    with GitRepository(server.path) as repo:
        head = read_head(repo)
        result = rewrite(repo, REDACTION, head, datetime.now(UTC), None, None)
        event = result.event.model_copy(update=changes)
        kind, last = result.objects[-1]
        header, _, _ = last.partition(b"\n\n")
        text = message(head.seq + 1, datetime.now(UTC), result.main, head.corrections, event)
        forged = (kind, header + b"\n\n" + text)
        write_pack(repo, [*result.objects[:-1], forged])
        server.git("update-ref", "refs/heads/ledger", object_id(*forged))
        server.git("update-ref", "refs/heads/main", result.main)


def test_what_one_node_redacts_goes_from_every_clone(server: SharedServer, nodes: Nodes, key: Key):
    north, south, behind = nodes.add("north"), nodes.add("south"), nodes.add("behind")
    north.write(importing("2026/11/23/first", "The first text.\n"))
    write_story(north, key)
    south.fetch()
    rewritten: list[str] = []
    south.on_rewrite(lambda: rewritten.append("south"))
    generation, old_ledger, old_seq = south.generation, south.ledger(), south.head().seq
    assert NAME in objects(south.path)
    north.redact(REDACTION, key)
    assert south.fetch()
    assert south.generation != generation
    south.head()
    assert rewritten == ["south"]
    for store in (north, south, behind, nodes.add("new")):
        store.fetch()
        assert NAME not in objects(store.path)
        assert store.heads() == server.heads()
        assert isinstance(list(store.entries())[-1].event, HistoryRedacted)
    assert south.id_after_redaction(str(old_ledger), old_seq) is not None
    redaction = south.entry(str(south.ledger()))
    for store in (north, south):
        store.write(submitting(3 + (store is south), redaction.main, redaction.id))
        store.checkpoint(key, "daily", redactions=(redaction.seq,))
    check_all_agree(server, north, south, behind)
    assert submitted(behind) == [1, 2, 3, 4]
    assert not (south.path / PENDING).exists()


def test_a_node_that_writes_before_it_has_heard_of_a_redaction_writes_after_it(
    server: SharedServer, nodes: Nodes, key: Key
):
    north, south = nodes.add("north"), nodes.add("south")
    write_story(north, key)
    south.fetch()
    before = south.ledger()
    north.redact(REDACTION, key)
    with pytest.raises(Stale):
        south.write(revising("A decision on what is there no more.\n", before))
    assert NAME not in objects(south.path)
    south.write(revising("A decision on what is there now.\n", south.ledger()))
    north.checkpoint(key, "daily", redactions=(north.head().seq,))
    check_all_agree(server, north, south)


def test_several_redactions_that_a_node_was_away_for_arrive_together(server: SharedServer, nodes: Nodes, key: Key):
    north, south = nodes.add("north"), nodes.add("south")
    write_story(north, key)
    south.fetch()
    north.redact(REDACTION, key)
    again = Redaction(ARTICLE, "Ines", "Privacy.", hide_text=lambda source: source.text.replace("Tusday", "██████"))
    north.write(importing("2026/11/26/between", "Between.\n"))
    north.redact(again, key)
    assert south.fetch()
    assert south.heads() == north.heads() == server.heads()
    assert "met on Tusday" not in objects(south.path)


def test_a_redaction_that_the_server_refuses_has_not_happened(server: SharedServer, nodes: Nodes, key: Key):
    north = nodes.add("north")
    write_story(north, key)
    before = server.heads()
    server.git("config", "receive.denyNonFastForwards", "true")
    with pytest.raises(RemoteRefused, match="non-fast-forward"):
        north.redact(REDACTION, key)
    assert north.heads() == server.heads() == before
    server.git("config", "receive.denyNonFastForwards", "false")
    north.redact(REDACTION, key)
    assert NAME not in objects(north.path)


def test_a_redaction_whose_confirmation_is_lost_has_happened(server: SharedServer, nodes: Nodes, key: Key):
    north, south = nodes.add("north"), nodes.add("south")
    write_story(north, key)
    south.fetch()
    server.add_hook("post-receive", "kill -9 $PPID")
    event = north.redact(REDACTION, key)
    server.remove_hook("post-receive")
    south.fetch()
    assert south.heads() == north.heads() == server.heads()
    assert north.entry(str(north.ledger())).event == event
    assert NAME not in objects(north.path) + objects(south.path)


def test_a_node_that_died_between_its_references_while_it_took_over_a_redaction_goes_on(
    server: SharedServer, nodes: Nodes, key: Key
):
    north, south = nodes.add("north"), nodes.add("south")
    write_story(north, key)
    south.fetch()
    south.close()
    north.redact(REDACTION, key)
    git = ["git", "-C", str(south.path)]
    subprocess.run([*git, "fetch", "-q", server.url, "+refs/heads/*:refs/remotes/origin/*"], check=True)
    subprocess.run([*git, "update-ref", "refs/heads/ledger", "refs/remotes/origin/ledger"], check=True)
    (south.path / PENDING).touch()
    reopened = nodes.add("south")
    assert reopened.heads() == north.heads()
    assert NAME not in objects(south.path)


def test_a_write_whose_confirmation_is_lost_and_that_is_redacted_before_it_is_looked_for_is_not_repeated(
    server: SharedServer, nodes: Nodes, key: Key, tmp_path: Path
):
    """After the redaction it is there under another id."""
    north, south = nodes.add("north"), nodes.add("south")
    write_story(north, key)
    south.fetch()
    south.close()
    script = tmp_path / "redact.py"
    script.write_text(
        "from pathlib import Path\n"
        "from repo_store import Remote, Store\n"
        "from repo_store.ssh_signatures import Key\n"
        "from tests.repo_store.test_remote_redaction import REDACTION\n"
        f"store = Store.open(Path({str(south.path)!r}), remote=Remote({server.url!r}))\n"
        f"store.redact(REDACTION, Key.read(Path({str(tmp_path / 'key')!r})))\n"
    )
    server.add_hook(
        "post-receive",
        f"test -e {tmp_path}/once && exit 0; touch {tmp_path}/once\n"
        f'env -i PATH="$PATH" PYTHONPATH={Path.cwd()} {sys.executable} {script}; kill -9 $PPID',
    )
    article = next(iter(north.entries()))
    with pytest.raises(RemoteUnavailable):
        north.write(submitting(3, article.main, article.id))
    server.remove_hook("post-receive")
    north.fetch()
    assert submitted(north) == [1, 2, 3]
    assert north.heads() == server.heads()
    assert NAME not in objects(north.path)


def test_a_redaction_that_could_not_be_finished_is_finished_by_the_next_fetch(
    server: SharedServer, nodes: Nodes, key: Key
):
    north, south = nodes.add("north"), nodes.add("south")
    write_story(north, key)
    south.fetch()
    generation = south.generation
    north.redact(REDACTION, key)
    obstacle = south.path / "rewritten.new"  # in the place of the file by which every process is told
    obstacle.mkdir()
    with pytest.raises(OSError, match="Is a directory"):
        south.fetch()
    assert south.generation == generation
    obstacle.rmdir()
    assert not south.fetch(), "the references are there already"
    assert south.generation != generation
    assert NAME not in objects(south.path)
    assert south.heads() == north.heads()


def test_without_the_server_nothing_is_redacted(server: SharedServer, nodes: Nodes, key: Key):
    north = nodes.add("north")
    write_story(north, key)
    before = north.heads()
    server.path.rename(f"{server.path}.away")
    with pytest.raises(RemoteUnavailable):
        north.redact(REDACTION, key)
    assert north.heads() == before


@pytest.mark.parametrize("changes", [{"touched": ()}, {"first": 3}, {"ledger": "1" * 40}])
def test_a_rewritten_history_that_does_not_say_what_was_altered_is_not_taken_over(
    server: SharedServer, nodes: Nodes, key: Key, changes: dict[str, object]
):
    north, south = nodes.add("north"), nodes.add("south")
    write_story(north, key)
    south.fetch()
    before = south.heads()
    redacted_by_hand(server, **changes)
    with pytest.raises(RemoteDiverged, match="rewritten in another way"):
        south.fetch()
    assert south.heads() == before
    assert NAME in objects(south.path), "nothing was thrown away"


def test_another_history_without_a_redaction_is_not_taken_over(server: SharedServer, nodes: Nodes, tmp_path: Path):
    north = nodes.add("north")
    north.write(importing())
    before = north.heads()
    forged = Store.create(tmp_path / "forged.git")
    for name in ("one", "two"):
        forged.write(importing(f"2026/11/24/{name}"))
    forged.close()
    subprocess.run(["git", "-C", forged.path, "push", "-q", "--force", server.url, "ledger", "main"], check=True)
    with pytest.raises(RemoteDiverged):
        north.fetch()
    with pytest.raises(RemoteDiverged):
        north.write(importing("2026/11/26/new"))
    assert north.heads() == before
