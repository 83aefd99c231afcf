"""Five tamperings, and more, are each named."""

import sqlite3
import subprocess
import threading
from itertools import count
from pathlib import Path

import pytest

from corrections.services import settings
from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from corrections.services.review import decisions
from repo_store import Intent
from repo_store.model.events import ArticleRevised
from tests.newsroom import EDITOR, TALKS, TEXT, a_correction, an_article


@pytest.fixture
def folder(publication: Publication) -> Path:
    an_article(publication)
    first = a_correction(publication, "Tusday", "Tuesday", category="typo")
    a_correction(publication, "1893", "1839", category="factual")
    decisions.accept(publication, EDITOR, 1, first.last_event)
    decisions.reject(publication, EDITOR, 2, publication.correction(2).last_event, "No.")
    assert audit_publication(publication.folder) == []
    return publication.folder


def git(folder: Path, *arguments: str, stdin: str = "") -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x", "-C", folder / "articles.git", *arguments],
        capture_output=True, text=True, check=True, input=stdin,
    )  # fmt: skip
    return done.stdout.strip()


def codes(folder: Path) -> set[str]:
    return {finding.code for finding in audit_publication(folder)}


def rewritten(folder: Path, commit: str, parents: list[str], message: str) -> str:
    tree = git(folder, "rev-parse", f"{commit}^{{tree}}")
    arguments = [word for parent in parents for word in ("-p", parent)]
    return git(folder, "commit-tree", tree, *arguments, stdin=message)


def test_an_event_dropped_from_the_ledger(folder: Path):
    last, message = git(folder, "rev-parse", "ledger"), git(folder, "log", "-1", "--format=%B", "ledger")
    without = rewritten(folder, last, ["ledger~2", "ledger^2"], message)
    git(folder, "update-ref", "refs/heads/ledger", without)
    assert "gap" in codes(folder)


def test_the_last_event_cut_off(folder: Path):
    git(folder, "update-ref", "refs/heads/ledger", git(folder, "rev-parse", "ledger~1"))
    assert "index" in codes(folder)


def test_main_moved_by_hand(folder: Path):
    git(folder, "update-ref", "refs/heads/main", git(folder, "rev-parse", "main~1"))
    assert "main" in codes(folder)


def test_a_commit_put_on_main_by_hand(folder: Path):
    git(folder, "update-ref", "refs/heads/main", rewritten(folder, "main", ["main"], "by hand"))
    assert "main" in codes(folder)


def test_an_object_altered(folder: Path):
    for pack in (folder / "articles.git/objects/pack").glob("*.pack"):
        data = bytearray(pack.read_bytes())
        data[len(data) // 2] ^= 0xFF
        pack.chmod(0o644)
        pack.write_bytes(data)
    assert codes(folder) & {"object", "unreadable"}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE corrections SET replacement='Wednesday' WHERE number=1",
        "UPDATE corrections SET reason=NULL WHERE number=2",
        "DELETE FROM corrections WHERE number=1",
        "INSERT INTO state VALUES ('another', 'x')",
    ],
)
def test_an_index_row_changed(folder: Path, change: str):
    with sqlite3.connect(folder / "index.db") as database:
        database.execute(change)
    findings = audit_publication(folder)
    assert [finding.code for finding in findings] == ["index"]


def test_an_audit_beside_a_service_that_goes_on_writing_finds_nothing(folder: Path, publication: Publication):
    settings.put(publication, "queue-ceiling", "100000")
    over = threading.Event()

    def write() -> None:
        numbers = count(1900)
        while not over.is_set():
            a_correction(publication, "1893", str(next(numbers)))

    writer = threading.Thread(target=write)
    writer.start()
    findings = [audit_publication(folder) for _ in range(5)]
    over.set()
    writer.join()
    assert findings == [[]] * 5


def test_an_event_edited_and_the_history_rewritten_after_it(folder: Path):
    message = git(folder, "log", "-1", "--format=%B", "ledger").replace('"No."', '"Yes."')
    changed = rewritten(folder, "ledger", ["ledger~1", "ledger^2"], message)
    git(folder, "update-ref", "refs/heads/ledger", changed)
    findings = audit_publication(folder)
    assert any("rewritten" in finding.message for finding in findings)


def test_main_rewritten(folder: Path):
    other = rewritten(folder, "main", ["main~1", "main^2"], "Another story")
    git(folder, "update-ref", "refs/heads/main", other)
    assert "main" in codes(folder)


def test_the_whole_story_is_told_by_plain_git(folder: Path, tmp_path: Path):
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", folder / "articles.git", clone], check=True)

    def plain(*arguments: str) -> str:
        return subprocess.run(["git", "-C", clone, *arguments], capture_output=True, text=True, check=True).stdout

    assert plain("log", "--first-parent", "--format=%s", "main").splitlines() == [
        "Accept correction 1: typo in 2026/11/24/talks",
        "Import 2026/11/24/talks",
    ]
    assert "Accepted-by: an editor" in plain("show", "-s", "main")
    assert "Tuesday" in plain("show", "main:articles/2026/11/24/talks/text.md")
    assert plain("log", "--first-parent", "--format=%s", "origin/ledger").splitlines() == [
        "Correction 2 rejected",
        "Correction 1 accepted",
        "Correction 2 submitted: factual in 2026/11/24/talks",
        "Correction 1 submitted: typo in 2026/11/24/talks",
        "Article 2026/11/24/talks imported",
    ]
    blamed = plain("blame", "--porcelain", "main", "--", "articles/2026/11/24/talks/text.md")
    assert "Correction 1: typo in talks" in blamed
    assert plain("fsck", "--strict") == ""


def test_what_a_publisher_sent_is_a_commit_of_that_moment_and_of_that_article(publication: Publication):
    an_article(publication)
    an_article(publication, "# Other\n", "2026/11/25/other")
    first = publication.store.entry(str(publication.store.entry(str(publication.store.ledger())).previous)).main
    decisions.accept(publication, EDITOR, 1, a_correction(publication, "Tusday", "Tuesday").last_event)
    an_article(publication, TEXT.replace("teh", "the"))
    assert audit_publication(publication.folder) == []
    ledger = git(publication.folder, "rev-parse", "ledger")
    message = git(publication.folder, "log", "-1", "--format=%B", "ledger")
    stranger = git(publication.folder, "commit-tree", "ledger^{tree}", "-p", "ledger~1^2", stdin="x")
    for sent in (
        stranger,
        git(publication.folder, "rev-parse", "main"),
        git(publication.folder, "rev-parse", "ledger~1^2"),
    ):
        tampered = rewritten(publication.folder, ledger, ["ledger~1", sent], message)
        git(publication.folder, "update-ref", "refs/heads/ledger", tampered)
        assert "sending" in codes(publication.folder), sent
        git(publication.folder, "update-ref", "refs/heads/ledger", ledger)
    other = git(
        publication.folder, "commit-tree", f"{first}^{{tree}}", "-p", "main^", stdin="without the other article"
    )
    tampered = rewritten(publication.folder, ledger, ["ledger~1", other], message)
    git(publication.folder, "update-ref", "refs/heads/ledger", tampered)
    assert "text" in codes(publication.folder)


def test_a_revision_that_moves_nothing_is_told_by_what_was_sent_alone(publication: Publication):
    an_article(publication)
    event = ArticleRevised(article=TALKS, by="Mira", title="The talks", url="", language="en", published="2026-11-24")
    publication.store.write(Intent(event, publication.store.ledger()))
    assert "main" in codes(publication.folder)
