"""An editor's words have a commit of their own, in the reader's name: it is signed, checked and redacted like others."""

import subprocess
from pathlib import Path

import pytest

from corrections.services import settings
from corrections.services.actors import Actor
from corrections.services.operations import redaction
from corrections.services.operations.audit import audit_publication
from corrections.services.operations.public_copy import public_copy
from corrections.services.publication import Publication
from corrections.services.review import decisions
from tests.newsroom import EDITOR, TALKS, a_correction, an_article

ADMIN = Actor("Ada", "admin")


@pytest.fixture(params=["off", "on"], ids=["unsigned", "signed"])
def edited(tmp_path: Path, request: pytest.FixtureRequest) -> Publication:
    """A publication in which an editor changed a reader's words before accepting them."""
    publication = Publication.create(tmp_path / "data", "daily")
    settings.put(publication, "sign-commits", request.param)
    an_article(publication)
    correction = a_correction(publication, "capital", "scandalous capital")
    decisions.accept(publication, EDITOR, correction.number, correction.last_event, text="town of Quillfeather")
    return publication


def git(repository: Path, *command: str, stdin: str = "") -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-C", str(repository), *command],
        capture_output=True, text=True, check=True, input=stdin,
    )  # fmt: skip
    return done.stdout.strip()


def test_an_audit_accepts_it_and_names_it_when_it_holds_other_words(edited: Publication) -> None:
    assert audit_publication(edited.folder) == []
    repository = edited.store.path
    main = git(repository, "rev-parse", "main")
    merge = git(repository, "cat-file", "commit", "main")
    before, words = git(repository, "rev-parse", "main^1", "main^2").split()
    forged = git(repository, "commit-tree", "main~1^{tree}", "-p", before, stdin="Other words\n")
    other = git(repository, "hash-object", "-t", "commit", "-w", "--stdin", stdin=merge.replace(words, forged) + "\n")
    ledger = git(repository, "cat-file", "commit", "ledger")
    event = git(repository, "hash-object", "-t", "commit", "-w", "--stdin", stdin=ledger.replace(main, other) + "\n")
    git(repository, "update-ref", "refs/heads/main", other)
    git(repository, "update-ref", "refs/heads/ledger", event)
    findings = audit_publication(edited.folder)
    assert f"{forged} contains another text" in "".join(
        finding.message for finding in findings if finding.code == "text"
    )


def test_an_audit_names_a_merge_of_words_that_no_editor_wrote(edited: Publication) -> None:
    """An acceptance without changes merges the reader's own commit and no other."""
    repository = edited.store.path
    plain = a_correction(edited, "Tusday", "Tuesday")
    decisions.accept(edited, EDITOR, plain.number, plain.last_event)
    main = git(repository, "rev-parse", "main")
    before, proposal = git(repository, "rev-parse", "main^1", "main^2").split()
    words = git(repository, "commit-tree", "main^{tree}", "-p", before, stdin="Not the reader's commit\n")
    merge = git(repository, "cat-file", "commit", "main").replace(proposal, words) + "\n"
    other = git(repository, "hash-object", "-t", "commit", "-w", "--stdin", stdin=merge)
    ledger = git(repository, "cat-file", "commit", "ledger").replace(main, other) + "\n"
    event = git(repository, "hash-object", "-t", "commit", "-w", "--stdin", stdin=ledger)
    git(repository, "update-ref", "refs/heads/main", other)
    git(repository, "update-ref", "refs/heads/ledger", event)
    assert any(
        finding.code == "main" and "does not follow" in finding.message for finding in audit_publication(edited.folder)
    )


def test_a_redaction_takes_words_out_of_it_and_out_of_every_clone(edited: Publication) -> None:
    public_copy(edited)
    redaction.redact(edited, ADMIN, redaction.Removal("A court's order.", article=TALKS, words=("Quillfeather",)))
    assert audit_publication(edited.folder) == []
    for repository in (edited.store.path, public_copy(edited)):
        names = git(repository, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)").split()
        assert "Quillfeather" not in "".join(git(repository, "cat-file", "-p", name) for name in names)


def test_a_redaction_of_a_whole_revision_takes_it_out_too(edited: Publication) -> None:
    revision = edited.article(TALKS).revision
    an_article(edited, edited.current_text(TALKS).replace("town of Quillfeather", "town"), side="theirs")
    redaction.redact(edited, ADMIN, redaction.Removal("A court's order.", article=TALKS, revision=revision))
    assert audit_publication(edited.folder) == []
    names = git(edited.store.path, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)").split()
    texts = "".join(git(edited.store.path, "cat-file", "-p", name) for name in names)
    assert "Quillfeather" not in texts
