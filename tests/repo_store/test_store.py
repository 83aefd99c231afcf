import os
import signal
import subprocess
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from git import Repo

from repo_store import ArticleMeta, Intent, Proposal, Revision, Store
from repo_store.errors import (
    BadArticleId,
    BadEvent,
    BadName,
    IntentRefused,
    NotARepository,
    NotFound,
    Stale,
    WriteFailed,
)
from repo_store.git.maintenance import maintenance_lock
from repo_store.git.packfile import KEEP
from repo_store.git.ref_transaction import ReferenceTransaction, ReferenceUpdate
from repo_store.model.entries import decode
from repo_store.model.events import ArticleImported, ArticleRevised, CorrectionSubmitted, Span
from repo_store.model.intents import Message, desk, reader

ARTICLE = "2026/11/24/talks"
TEXT = "Ministers met on Tusday.\n"
META = ArticleMeta(title="Talks", url="", language="en", published=date(2026, 11, 24))


@pytest.fixture
def store(tmp_path: Path):
    new_store = Store.create(tmp_path / "articles.git")
    yield new_store
    new_store.close()


def importing(article: str = ARTICLE, text: str = TEXT, seen: str | None = None) -> Intent:
    event = ArticleImported(article=article, by="Mira", title="Talks", url="", language="en", published="2026-11-24")
    return Intent(event, seen, Revision(article, text, META, desk("Mira"), Message(f"Import {article}")))


def revising(text: str, seen: str | None) -> Intent:
    event = ArticleRevised(article=ARTICLE, by="Mira", title="Talks", url="", language="en", published="2026-11-24")
    return Intent(event, seen, Revision(ARTICLE, text, META, desk("Mira"), Message("Revise")))


def submitting(number: int, revision: str, seen: str | None) -> Intent:
    correction = f"{number:032x}"
    event = CorrectionSubmitted(
        correction=correction,
        article=ARTICLE,
        revision=revision,
        start=17,
        end=23,
        exact="Tusday",
        prefix="",
        suffix="",
        replacement="Tuesday",
        edit=Span(start=17, end=23, text="Tuesday"),
        category="typo",
        comment="A secret reason",
    )
    message = Message("Correction {number}: typo in talks", (("Correction", correction), ("Category", "typo")))
    return Intent(event, seen, Proposal(revision, ARTICLE, "Ministers met on Tuesday.\n", reader(correction), message))


def git(store: Store, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", store.path, *arguments], capture_output=True, text=True, check=True)
    return done.stdout


def test_a_submission_is_a_commit_on_the_revision_its_reader_saw(store: Store):
    imported = store.write(importing())[0]
    receipt = store.write(submitting(1, imported.entry.main, imported.entry.id))[0]
    assert git(store, "show", f"{receipt.content}:articles/{ARTICLE}/text.md") == "Ministers met on Tuesday.\n"
    assert git(store, "rev-parse", f"{receipt.content}^").strip() == imported.entry.main
    message = git(store, "log", "-1", "--format=%an%n%B", str(receipt.content))
    assert message.startswith(f"reader {1:032x}"[:20])
    assert "Correction 1: typo in talks" in message
    assert "Category: typo" in message
    assert "secret" not in message, "the reader's reason belongs to the ledger alone"
    assert git(store, "rev-parse", "ledger^2").strip() == receipt.content
    assert (
        git(store, "rev-parse", "ledger^{tree}").strip() == git(store, "hash-object", "-t", "tree", "/dev/null").strip()
    )
    assert git(store, "fsck", "--strict") == ""


def test_many_threads_get_one_number_each_and_share_batches(store: Store):
    imported = store.write(importing())[0]
    numbers = []

    def send(first: int) -> None:
        for number in range(first, first + 5):
            numbers.append(store.write(submitting(number, imported.entry.main, imported.entry.id))[0].entry.corrections)

    threads = [threading.Thread(target=send, args=(100 * item + 1,)) for item in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 61))
    assert [entry.seq for entry in store.entries()] == list(range(1, 62))
    assert store._writer.batches < 61


def test_two_processes_take_turns(store: Store):
    imported = store.write(importing())[0]
    other = Store.open(store.path)
    for number in range(1, 6):
        store.write(submitting(number, imported.entry.main, imported.entry.id))
        other.write(submitting(100 + number, imported.entry.main, imported.entry.id))
    other.close()
    assert store.head().corrections == 10


def test_what_changed_meanwhile_is_told_and_nothing_is_written(store: Store):
    imported = store.write(importing())[0]
    revised = store.write(revising("New text.\n", imported.entry.id))[0]
    with pytest.raises(Stale):
        store.write(revising("Other text.\n", imported.entry.id))
    assert store.head().ledger == revised.entry.id
    assert store.text(ARTICLE, revised.entry.main) == "New text.\n"


def test_one_bad_intent_in_a_batch_harms_no_other(store: Store):
    imported = store.write(importing())[0]
    good = submitting(1, imported.entry.main, imported.entry.id)
    bad = submitting(2, "1" * 40, imported.entry.id)
    with pytest.raises(WriteFailed):
        store.write(good, bad)
    assert store.head().corrections == 1
    assert list(store.path.glob("fast_import_crash_*")) == []


@pytest.mark.parametrize("name", ["main", "HEAD", "refs/heads/ledger", "", "abbreviated", "upper case"])
@pytest.mark.parametrize("place", ["revision", "merges", "about"])
def test_a_commit_that_is_not_named_by_its_full_id_is_refused(store: Store, place: str, name: str):
    imported = store.write(importing())[0]
    main = imported.entry.main
    name = {"abbreviated": main[:12], "upper case": main.upper()}.get(name, name)
    if place == "revision":
        intent = submitting(1, name, imported.entry.id)
    else:
        intent = revising("New text.\n", imported.entry.id)
        assert isinstance(intent.content, Revision)
        content = replace(intent.content, merges=name) if place == "merges" else intent.content
        intent = replace(intent, content=content, about=name if place == "about" else None)
    with pytest.raises(IntentRefused):
        store.write(intent)
    assert store.ledger() == imported.entry.id
    assert git(store, "fsck", "--strict") == ""


def test_an_unknown_event_or_version_names_the_commit(store: Store):
    store.write(importing())
    body = store.path / "message"
    for text in (
        '{"version": 9}',
        '{"version":1,"seq":2,"at":"2026-11-24T00:00:00Z","main":"'
        + "0" * 40
        + '","corrections":0,"event":{"type":"x"}}',
        "none",
    ):
        body.write_text(f"Strange\n\n{text}\n")
        tree = git(store, "hash-object", "-t", "tree", "-w", "/dev/null").strip()
        commit = git(
            store, "-c", "user.name=x", "-c", "user.email=x", "commit-tree", tree, "-p", "ledger", "-F", str(body)
        ).strip()
        with pytest.raises(BadEvent, match=commit):
            store.entry(commit)
    with pytest.raises(BadEvent, match="f" * 40):
        decode("f" * 40, [], "no body")


def test_opening_rolls_main_forward_and_clears_what_a_dead_writer_left(store: Store):
    imported = store.write(importing())[0]
    revised = store.write(revising("New text.\n", imported.entry.id))[0]
    git(store, "update-ref", "refs/heads/main", imported.entry.main)
    (store.path / "refs/heads/main.lock").touch()
    (store.path / "objects/pack/tmp_pack_abc").write_text("x")
    (store.path / "fast_import_crash_1").write_text("a reader's words")
    opened = Store.open(store.path)
    assert opened.main() == revised.entry.main
    assert not list(store.path.rglob("*.lock"))
    assert not list(store.path.rglob("tmp_pack_*"))
    assert not list(store.path.glob("fast_import_crash_*"))
    opened.close()


def test_a_batch_is_one_sound_pack_that_git_may_fold_once_it_is_referenced(store: Store):
    store.write(importing())
    packs = list((store.path / "objects/pack").glob("pack-*.pack"))
    assert len(packs) == 1
    git(store, "verify-pack", str(packs[0].with_suffix(".idx")))
    git(store, "fsck", "--strict", "--full")
    assert not list((store.path / "objects/pack").glob("*.keep"))
    died, own = (packs[0].with_suffix(".keep"), store.path / "objects/pack/pack-0.keep")
    own.write_text("kept by hand")
    for written in (KEEP, KEEP[:9], b""):  # a power cut can leave a part of it
        died.write_bytes(written)
        Store.open(store.path).close()
        assert (died.exists(), own.exists()) == (False, True)


@pytest.mark.parametrize("has_links", [True, False])
def test_git_keeps_the_pack_of_a_batch_until_it_is_referenced(
    store: Store, monkeypatch: pytest.MonkeyPatch, has_links: bool
):
    kept: list[list[bytes]] = []
    move = ReferenceTransaction.move

    def watched(self: ReferenceTransaction, repo: Repo, *updates: ReferenceUpdate) -> object:
        kept.append([file.read_bytes() for file in (store.path / "objects/pack").glob("pack-*.keep")])
        return move(self, repo, *updates)

    def refused(self: Path, target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(ReferenceTransaction, "move", watched)
    if not has_links:
        monkeypatch.setattr(Path, "hardlink_to", refused)
    imported = store.write(importing())[0]
    for number in (1, 2):
        store.write(submitting(number, imported.entry.main, imported.entry.id))
    assert kept == [[KEEP]] * 3
    assert not list((store.path / "objects/pack").glob("*.keep"))


def test_maintenance_removes_a_pack_whose_writer_died_before_its_index(store: Store):
    store.write(importing())
    packs = store.path / "objects/pack"
    old, fresh = packs / f"pack-{'1' * 40}.pack", packs / f"pack-{'2' * 40}.pack"
    for orphan in (old, fresh):
        orphan.write_bytes(b"PACK")
    os.utime(old, (0, 0))
    store.maintain()
    assert (old.exists(), fresh.exists()) == (False, True)
    assert store.text(ARTICLE, str(store.main())) == TEXT


def test_settings_are_written_where_they_differ_and_past_a_lock_that_a_dead_process_left(store: Store):
    config = store.path / "config"
    before = config.stat().st_mtime_ns
    Store.open(store.path).close()
    assert config.stat().st_mtime_ns == before
    config.write_text(config.read_text().replace("fsync = all", "fsync = none"))
    (store.path / "config.lock").write_text("half")
    Store.open(store.path).close()
    assert "fsync = all" in config.read_text()
    assert not (store.path / "config.lock").exists()


def test_what_maintenance_is_writing_is_left_alone(store: Store):
    store.write(importing())
    scrap, crash = store.path / "objects/pack/tmp_pack_abc", store.path / "fast_import_crash_1"
    scrap.write_text("x")
    crash.write_text("a reader's words")
    with maintenance_lock(store.path):
        Store.open(store.path).close()
        assert scrap.exists()
        assert not crash.exists()
    Store.open(store.path).close()
    assert not scrap.exists()


def test_a_lock_of_a_git_at_work_is_respected_and_a_dead_ones_is_not(store: Store):
    imported = store.write(importing())[0]
    lock = store.path / "refs/heads/ledger.lock"
    lock.touch()
    with pytest.raises(WriteFailed):
        store.write(revising("New text.\n", imported.entry.id))
    os.utime(lock, (1, 1))
    assert store.write(revising("New text.\n", imported.entry.id))


def test_what_changes_no_article_is_written_while_a_git_holds_main(store: Store):
    imported = store.write(importing())[0]
    for name in ("HEAD.lock", "refs/heads/main.lock"):
        (store.path / name).touch()
    submitted = store.write(submitting(1, imported.entry.main, imported.entry.id))[0]
    with pytest.raises(WriteFailed):
        store.write(revising("New text.\n", submitted.entry.id))


def test_a_git_that_was_killed_between_two_writes_is_started_anew(store: Store):
    imported = store.write(importing())[0]
    children = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    waiting = [int(pid) for item in children for pid in item.read_text().split() if git_of(int(pid)) == "update-ref"]
    assert waiting
    for pid in waiting:
        os.kill(pid, signal.SIGKILL)
    revised = store.write(revising("New text.\n", imported.entry.id))[0]
    assert git(store, "rev-parse", "main", "ledger").split() == [revised.entry.main, revised.entry.id]


def git_of(pid: int) -> str:
    """Which of git's commands a process is; empty for what is none of `git`'s."""
    program, _, rest = Path(f"/proc/{pid}/cmdline").read_text().partition("\0")
    return rest.partition("\0")[0] if Path(program).name == "git" else ""


def test_a_main_moved_by_hand_stops_writing_and_says_how_to_mend_it(store: Store):
    imported = store.write(importing())[0]
    tree = git(store, "rev-parse", "main^{tree}").strip()
    rogue = git(
        store, "-c", "user.name=x", "-c", "user.email=x", "commit-tree", tree, "-p", "main", "-m", "by hand"
    ).strip()
    git(store, "update-ref", "refs/heads/main", rogue)
    with pytest.raises(WriteFailed, match="update-ref refs/heads/main"):
        store.write(revising("x\n", imported.entry.id))


def test_times_never_run_backwards(tmp_path: Path):
    now = [datetime(2026, 11, 24, 12, tzinfo=UTC)]
    store = Store.create(tmp_path / "articles.git")
    store.close()
    store = Store.open(tmp_path / "articles.git", clock=lambda: now[0])
    first = store.write(importing())[0]
    now[0] -= timedelta(hours=2)
    second = store.write(revising("x\n", first.entry.id))[0]
    assert second.entry.at >= first.entry.at
    store.close()


@pytest.mark.parametrize(
    "bad",
    [
        "../../../etc",
        "2026/13/01/x",
        "2026/02/30/x",
        "2026/11/24/-x",
        "2026/11/24/.git",
        "/2026/11/24/x",
        "2026/11/24/x\n",
        "2026/11/24/X",
        "",
    ],
)
def test_what_is_no_article_id_never_reaches_git(store: Store, bad: str):
    with pytest.raises(BadArticleId):
        store.write(importing(bad))
    assert store.head().seq == 0


@pytest.mark.parametrize("bad", ["a\nAccepted-by: x", "a <b>", "", "x" * 101, "a\x00"])
def test_no_trailer_is_smuggled_in_a_name(bad: str):
    with pytest.raises(BadName):
        desk(bad)


def test_a_line_break_in_a_trailer_is_a_space():
    encoded = Message("s\n\nX: y", (("Accepted-by", "a\nNotice: b"),)).encode()
    assert encoded == b"s X: y\n\nAccepted-by: a Notice: b\n"


def test_history_and_blame_are_gits_own(store: Store):
    imported = store.write(importing(text="One.\n\nTwo.\n"))[0]
    revised = store.write(revising("One.\n\nTwo, changed.\n", imported.entry.id))[0]
    assert [item.revision for item in store.history(ARTICLE, revised.entry.main)] == [
        revised.entry.main,
        imported.entry.main,
    ]
    assert [(line.commit, line.line) for line in store.blame(ARTICLE, revised.entry.main)] == [
        (imported.entry.main, "One."),
        (imported.entry.main, ""),
        (revised.entry.main, "Two, changed."),
    ]


def test_maintenance_leaves_one_pack_and_every_object(store: Store):
    imported = store.write(importing())[0]
    for number in range(1, 30):
        store.write(submitting(number, imported.entry.main, imported.entry.id))
    store.maintain()
    assert len(list(store.path.glob("objects/pack/*.pack"))) < 5
    assert git(store, "fsck", "--strict") == ""
    assert store.text(ARTICLE, imported.entry.main) == TEXT


def test_a_folder_that_is_no_repository_is_told_so(tmp_path: Path):
    with pytest.raises(NotARepository, match="corrections init"):
        Store.open(tmp_path)


def test_twenty_thousand_operations_leak_nothing(store: Store):
    imported = store.write(importing())[0]

    def children() -> int:
        process = subprocess.run(["pgrep", "-c", "-P", str(os.getpid())], capture_output=True, text=True, check=False)
        return int(process.stdout or 0)

    def memory() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def work(count: int, first: int) -> None:
        for item in range(count):
            store.text(ARTICLE, imported.entry.main)
            if item % 100 == 0:
                store.head()
                with pytest.raises(NotFound):
                    store.text("2026/11/24/none", imported.entry.main)
            if item % 400 == 0:
                store.write(submitting(first + item, imported.entry.main, imported.entry.id))
            if item % 500 == 0:
                thread = threading.Thread(target=store.text, args=(ARTICLE, imported.entry.main))
                thread.start()
                thread.join()

    work(2_000, 10_000)
    before = (len(os.listdir("/proc/self/fd")), children(), memory())
    work(18_000, 100_000)
    after = (len(os.listdir("/proc/self/fd")), children(), memory())
    assert after[0] <= before[0] + 2
    assert after[1] <= before[1] + 2
    assert after[2] <= before[2] + 20 * 2**20
