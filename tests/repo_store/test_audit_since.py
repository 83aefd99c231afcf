"""An audit that goes on from a checkpoint finds what is wrong after it, and says what it cannot go on from."""

import json
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from corrections.cli import main
from corrections.services.actors import Actor
from corrections.services.articles import updates
from corrections.services.operations import checkpoints, redaction
from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from corrections.services.review import decisions
from repo_store.audit import examined_files
from repo_store.audit.checkpoints import Checkpoint, CheckpointFile, read_checkpoint_file, read_checkpoints
from repo_store.audit.repository_audit import audit
from repo_store.errors import BadCheckpoint, GitRefused
from repo_store.model.events import CorrectionRejected
from repo_store.model.intents import Intent
from repo_store.ssh_signatures import Key
from tests.newsroom import EDITOR, TALKS, TEXT, a_correction, an_article
from tests.repo_store.tampering import (
    IN_GIT,
    event_dropped,
    event_edited,
    git,
    last_events_cut_with_the_checkpoints,
    put,
    unpack,
)

TEXT_FILE = f"articles/{TALKS}/text.md"
NOTICE = decisions.NoticeDraft("correction", "An earlier version had another day.")

REFUSED = "refused"
# By tampering: codes of which at least one is found, or that the audit does not go on.
EXPECTED = {
    "event_dropped": {REFUSED},
    "event_dropped_with_a_gap": {"gap"},
    "last_events_cut": {"checkpoint"},
    "last_events_cut_with_the_checkpoints": {"checkpoint"},
    "events_swapped": {"gap"},
    "event_edited": {"signature"},
    "event_edited_and_unsigned": {"checkpoint"},
    "event_in_no_form": {"newer"},
    "event_dated_back": {"time"},
    "commit_dated_back": {"date"},
    "main_moved_back": {"main"},
    "commit_on_main_by_hand": {"main"},
    "text_of_main_changed": {REFUSED},
    "notice_of_main_changed": {REFUSED},
    "another_article_slipped_in": {REFUSED},
    "main_cut_from_its_history": {REFUSED},
    "object_altered": {"object", "unreadable"},  # by what is in the middle of the largest pack
    "object_missing": {"unreadable"},
    "checkpoint_edited": {"checkpoint"},
    "checkpoint_by_another_key": {"signature"},
    "checkpoints_deleted": {"checkpoint"},
    "commit_by_another_key": {"signature"},
}


def kept(checkpoint: Checkpoint | None, file: Path) -> Path:
    assert checkpoint is not None
    file.write_text(json.dumps({"statement": checkpoint.text, "signature": checkpoint.signature}))
    return file


def with_keys(file: Path, keys: list[str]) -> str:
    """A file as it is published: with the keys, each of which signs from the next event on."""
    listed = [{"from_event": number, "key": key, "signature": ""} for number, key in enumerate(keys, 1)]
    return json.dumps({"checkpoints": [json.loads(file.read_text())], "keys": listed})


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A publication audited yesterday (`kept.json`), with decisions on old corrections and new ones since."""
    data = tmp_path_factory.mktemp("original")
    publication = Publication.create(data, "daily", "The Daily")
    publication.private.settings.put("sign-commits", "on")
    an_article(publication)
    an_article(publication, TEXT, "2026/11/24/another")
    first = a_correction(publication, "Tusday", "Tuesday", category="typo")
    file = kept(checkpoints.checkpoint(publication), data / "kept.json")
    (data / "with-keys.json").write_text(with_keys(file, [publication.key.public]))
    a_correction(publication, "1893", "1839", category="factual", comment="The plaque says so.")
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, f"{TEXT}\nMore.\n"))
    decisions.accept(publication, EDITOR, 1, first.last_event, notice=NOTICE)
    decisions.reject(publication, EDITOR, 2, publication.correction(2).last_event, "No.")
    kept(checkpoints.checkpoint(publication), data / "last.json")
    publication.close()
    assert audit_publication(publication.folder) == []
    return data


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    shutil.copytree(original, tmp_path / "data")
    return tmp_path / "data" / "daily"


def since(folder: Path, name: str = "kept.json") -> CheckpointFile:
    return read_checkpoint_file(folder.parent / name)


def test_a_day_without_faults_is_clean(folder: Path):
    assert audit_publication(folder, since=since(folder)) == []
    assert audit_publication(folder, since=since(folder, "last.json")) == [], "nothing happened since"


@pytest.mark.parametrize("file", ["kept.json", "with-keys.json"])
@pytest.mark.parametrize("tamper", IN_GIT, ids=lambda tamper: tamper.__name__)
def test_tampering_is_named_or_the_audit_does_not_go_on(folder: Path, tamper: Callable[[Path], None], file: str):
    tamper(folder)
    expected = EXPECTED[tamper.__name__]
    if tamper is not last_events_cut_with_the_checkpoints:  # what is left is as it was at checkpoint 1
        assert expected & outcome(folder, file, [])
    assert expected & outcome(folder, file, read_checkpoints(folder.parent / "last.json"))


def outcome(folder: Path, file: str, against: list[Checkpoint]) -> set[str]:
    """The codes of the findings, or that the audit does not go on from the checkpoint."""
    try:
        return {finding.code for finding in audit(folder / "articles.git", against, since=since(folder, file))}
    except BadCheckpoint as refused:
        return {REFUSED} if "Run the audit without --since." in refused.message else {refused.message}


@pytest.mark.parametrize("file", ["kept.json", "with-keys.json"])
def test_a_key_that_was_replaced_since_is_followed(folder: Path, file: str):
    publication = Publication(folder)
    checkpoints.rotate(publication, Actor("Ada", "admin"))
    a_correction(publication, "1893", "1839")
    checkpoints.checkpoint(publication)
    publication.close()
    assert audit_publication(folder, since=since(folder, file)) == []


@pytest.mark.parametrize("is_alone", [True, False])
def test_keys_that_did_not_sign_what_was_kept_are_no_keys(folder: Path, is_alone: bool):
    own, other = Key.read(folder / "signing.key"), Key.generate(folder.parent / "another.key")
    file = folder.parent / "wrong-keys.json"
    file.write_text(with_keys(folder.parent / "kept.json", [other.public] if is_alone else [own.public, other.public]))
    assert audit(folder / "articles.git", since=since(folder, file.name)) == [], "the ledger says which keys signed"


def test_only_what_is_new_is_held_to_the_limits(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(examined_files, "OBJECT_BYTES", 3000)
    publication = Publication(folder)
    an_article(publication, "A long article. " * 500, "2026/11/24/long")
    checkpoint = kept(checkpoints.checkpoint(publication), folder.parent / "later.json")
    publication.close()
    assert audit(folder / "articles.git", since=since(folder, checkpoint.name)) == []
    with pytest.raises(GitRefused, match="more than 3000"):
        audit(folder / "articles.git", since=since(folder))


@pytest.mark.parametrize("is_another_missing", [False, True])
def test_an_object_that_was_replaced_by_an_endless_one_is_not_read(folder: Path, is_another_missing: bool):
    revision = git(folder, "rev-parse", "main~1" if is_another_missing else "main^{/^Import .*talks}")
    replaced, missing = (git(folder, "rev-parse", f"{commit}:{TEXT_FILE}") for commit in (revision, "main"))
    assert replaced != missing
    unpack(folder)
    objects = folder / "articles.git" / "objects"
    file = objects / replaced[:2] / replaced[2:]
    file.chmod(0o600)
    data = b"blob %d\0" % (examined_files.OBJECT_BYTES + 1) + bytes(examined_files.OBJECT_BYTES + 1)
    file.write_bytes(zlib.compress(data, 1))
    if is_another_missing:
        (objects / missing[:2] / missing[2:]).unlink()
    with pytest.raises(GitRefused, match=f"more than {examined_files.OBJECT_BYTES}"):
        audit(folder / "articles.git", since=since(folder))


def test_checkpoints_rolled_back_behind_the_trusted_one_are_named(folder: Path):
    put(folder, "checkpoints", git(folder, "rev-parse", "checkpoints~1"))
    findings = audit(folder / "articles.git", since=since(folder, "last.json"))
    assert [(finding.code, finding.message) for finding in findings] == [
        ("checkpoint", "Checkpoint 2, which you kept, is not published here.")
    ]


def test_it_reads_each_event_since_and_none_before(folder: Path):
    seen: list[tuple[str, int, int]] = []
    audit(folder / "articles.git", progress=lambda *step: seen.append(step), since=since(folder, "last.json"))
    assert ("texts", 0, 0) not in seen
    audit(folder / "articles.git", progress=lambda *step: seen.append(step), since=since(folder))
    assert [total for step, _, total in seen if step == "texts"] == [4]


def test_an_old_correction_decided_on_under_the_commit_of_another_is_named(folder: Path):
    publication = Publication(folder)
    about, other = publication.correction(1), publication.correction(2)
    event = CorrectionRejected(correction=about.id, number=1, by="Mira", reason="No.")
    publication.store.write(Intent(event, publication.store.ledger(), about=other.commit))
    publication.close()
    findings = audit(folder / "articles.git", since=since(folder))
    assert [finding.code for finding in findings] == ["proposal"]
    assert findings == audit(folder / "articles.git")


@pytest.mark.parametrize("wrong", ["number", "commit"])
def test_an_old_correction_decided_on_under_another_number_or_its_commit_on_main_is_named(folder: Path, wrong: str):
    publication = Publication(folder)
    about = publication.correction(1)
    number, commit = (2, about.commit) if wrong == "number" else (1, publication.store.main())
    assert len(git(folder, "rev-list", "--parents", "-1", "main").split()) == 3, "the merge of the reader's commit"
    event = CorrectionRejected(correction=about.id, number=number, by="Mira", reason="No.")
    publication.store.write(Intent(event, publication.store.ledger(), about=commit))
    publication.close()
    findings = audit(folder / "articles.git", since=since(folder, "last.json"))
    assert [finding.code for finding in findings] == ["proposal"]
    assert findings == audit(folder / "articles.git")


def test_after_a_redaction_of_older_words_everything_has_to_be_audited(folder: Path):
    publication = Publication(folder)
    redaction.redact(
        publication, Actor("Ada", "admin"), redaction.Removal("A court ordered it.", article=TALKS, words=("capital",))
    )
    publication.close()
    with pytest.raises(BadCheckpoint, match="without --since"):
        audit(folder / "articles.git", since=since(folder))


def test_the_command_goes_on_from_a_file(folder: Path):
    command = ["--data", str(folder.parent), "audit", "daily", "--since"]
    clean = CliRunner().invoke(main, [*command, str(folder.parent / "kept.json")])
    assert (clean.exit_code, "after checkpoint 1" in clean.output) == (0, True), clean.output
    event_edited(folder)
    tampered = CliRunner().invoke(main, [*command, str(folder.parent / "kept.json")])
    assert (tampered.exit_code, "it was rewritten" in tampered.output) == (1, True), tampered.output
    event_dropped(folder)
    refused = CliRunner().invoke(main, [*command, str(folder.parent / "kept.json")])
    assert (refused.exit_code, "without --since" in refused.output) == (2, True), refused.output
    missing = CliRunner().invoke(main, [*command, str(folder.parent / "nothing.json")])
    assert missing.exit_code == 2
