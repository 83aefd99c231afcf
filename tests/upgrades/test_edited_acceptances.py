"""Older versions merged a reader's words although an editor had changed them: nobody can clone these any longer."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from corrections.services.operations.audit import audit_publication
from corrections.services.operations.checkpoints import checkpoint
from corrections.services.operations.public_copy import public_copy
from corrections.services.publication import Publication
from corrections.services.review import decisions
from repo_store.git.command import GitRepository
from repo_store.public_history import original_ids
from tests.newsroom import EDITOR, a_correction
from tests.service import run_verifier
from tests.upgrades import first_version
from tests.upgrades.first_version import ARTICLE, STRUCK_OUT
from tests.upgrades.test_upgrades import command_on


def git(repository: Path, *command: str) -> str:
    return subprocess.run(["git", "-C", str(repository), *command], capture_output=True, text=True, check=True).stdout


@pytest.fixture
def old(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "daily"
    first_version.make(folder, edited=True)
    return folder


@pytest.fixture
def publication(old: Path) -> Iterator[Publication]:
    opened = Publication(old)
    yield opened
    opened.close()


def all_objects(repository: Path) -> str:
    ids = git(repository, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)").split()
    return "".join(git(repository, "cat-file", "-p", object_id) for object_id in ids)


def published(repository: Path) -> list[str]:
    """The trees, people, dates and subjects of the first-parent history."""
    return git(repository, "log", "--first-parent", "--format=%T %an %ae %at %cn %ct %s", "main").splitlines()


def test_the_public_copy_has_the_same_history_without_struck_out_words(publication: Publication) -> None:
    copy = public_copy(publication)
    assert STRUCK_OUT in all_objects(publication.store.path)
    assert STRUCK_OUT not in all_objects(copy)
    assert published(copy) == published(publication.store.path)
    git(copy, "fsck", "--strict", "--full")
    assert "1971, at a cost" in git(copy, "show", f"main:articles/{ARTICLE}/text.md")


def test_the_copy_follows_what_is_published_later(publication: Publication) -> None:
    copy = public_copy(publication)
    accepted = a_correction(publication, "Ministers", "The ministers", ARTICLE)
    decisions.accept(publication, EDITOR, accepted.number, accepted.last_event)
    edited = a_correction(publication, "capital", "scandalous capital", ARTICLE)
    decisions.accept(publication, EDITOR, edited.number, edited.last_event, text="old capital")
    assert public_copy(publication) == copy
    assert published(copy) == published(publication.store.path)
    assert STRUCK_OUT not in all_objects(copy)
    assert "scandalous" not in all_objects(copy)
    git(copy, "fsck", "--strict", "--full")


def test_a_copy_that_was_made_before_is_replaced(publication: Publication) -> None:
    stale = publication.folder / "public.git"
    git(publication.folder, "clone", "-q", "--bare", str(publication.store.path), str(stale))
    (stale / "made-of").write_text(str(publication.store.generation))
    assert STRUCK_OUT in all_objects(stale)
    assert STRUCK_OUT not in all_objects(public_copy(publication))


def test_every_rewritten_commit_proves_which_it_was(publication: Publication) -> None:
    copy = public_copy(publication)
    main = git(publication.store.path, "rev-parse", "main").strip()
    public = git(copy, "rev-parse", "main").strip()
    assert public != main
    with GitRepository(copy) as repo:
        originals = original_ids(repo, public)
    assert originals[main] == public
    history = git(publication.store.path, "rev-list", "--first-parent", "main").split()
    shared = set(git(copy, "rev-list", "main").split())
    assert all(commit in originals or commit in shared for commit in history)


@pytest.mark.parametrize("trailer", ["", "\u0141", "0" * 39, "{main}\nLeft-out-parent: x", "{main} {main}", "{main}"])
def test_a_trailer_alone_proves_nothing(publication: Publication, trailer: str) -> None:
    copy = public_copy(publication)
    main = git(publication.store.path, "rev-parse", "main").strip()
    tree = git(copy, "rev-parse", "main^{tree}").strip()
    forged = subprocess.run(
        ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "commit-tree", tree],
        cwd=copy, input="Made up\n\nRewritten-from: " + trailer.format(main=main) + "\n", capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    with GitRepository(copy) as repo:
        assert original_ids(repo, forged) == {}


def test_a_clone_of_the_copy_verifies_against_a_kept_checkpoint(publication: Publication, tmp_path: Path) -> None:
    signed = checkpoint(publication)
    assert signed is not None
    (tmp_path / "kept.json").write_text(json.dumps({"statement": signed.text, "signature": signed.signature}))
    (tmp_path / "key").write_text(publication.key.public)
    correction = a_correction(publication, "Ministers", "The ministers", ARTICLE)
    decisions.accept(publication, EDITOR, correction.number, correction.last_event)
    git(tmp_path, "clone", "-q", str(public_copy(publication)), str(tmp_path / "clone"))
    result = run_verifier(tmp_path / "clone", "--against", tmp_path / "kept.json", "--key", tmp_path / "key")
    assert result.returncode == 0, result.stdout + result.stderr


def test_an_audit_is_clean_and_names_what_was_public(publication: Publication, old: Path) -> None:
    publication.close()
    assert audit_publication(old) == []
    audited = command_on(old, "audit", "daily")
    assert audited.returncode == 0, audited.stdout
    assert "disclosed: Event 15 merged the reader's own words" in audited.stdout
    answer = json.loads(command_on(old, "audit", "daily", "--json").stdout)
    assert answer["clean"] is True
    assert [note["code"] for note in answer["notes"]] == ["disclosed"]
    proposal = answer["notes"][0]["commit"]
    assert command_on(old, "report", "daily", str(old / "report.html")).returncode == 0
    assert proposal in (old / "report.html").read_text()
    assert "Text that was public" in (old / "report.html").read_text()
    assert STRUCK_OUT in git(old / "articles.git", "show", f"{proposal}:articles/{ARTICLE}/text.md")
