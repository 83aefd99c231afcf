"""What was tampered with is named, by the audit of a publication and, where it is in git, by the verifier of a clone."""

import errno
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from corrections.private.contacts import Contact
from corrections.services.actors import Actor
from corrections.services.operations import audit, checkpoints
from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from corrections.services.review import decisions
from corrections.services.submission.intents import new_correction_id
from repo_store.audit.checkpoints import read_checkpoints
from repo_store.errors import BadKey
from repo_store.ssh_signatures import Key
from tests.newsroom import EDITOR, a_correction, an_article
from tests.repo_store.tampering import (
    IN_GIT,
    another_article_slipped_in,
    git,
    main_cut_from_its_history,
    notice_of_main_changed,
    put,
    text_of_main_changed,
    text_unreadable_after_an_event_was_dropped,
)
from tests.service import run_command, run_verifier

ROUNDS = int(os.environ.get("CORRECTIONS_TAMPERING_ROUNDS", "25"))
HEADS = ("main", "ledger", "checkpoints")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A publication with history and two checkpoints; beside it the checkpoints as somebody kept them."""
    data = tmp_path_factory.mktemp("original")
    publication = Publication.create(data, "daily", "The Daily")
    publication.private.settings.put("sign-commits", "on")
    an_article(publication)
    first = a_correction(publication, "Tusday", "Tuesday", category="typo")
    checkpoints.checkpoint(publication)
    a_correction(publication, "1893", "1839", category="factual", comment="The plaque says so.")
    notice = decisions.NoticeDraft("correction", "An earlier version had another day.")
    decisions.accept(publication, EDITOR, 1, first.last_event, notice=notice)
    decisions.reject(publication, EDITOR, 2, publication.correction(2).last_event, "No.")
    checkpoint = checkpoints.checkpoint(publication)
    assert checkpoint is not None
    (data / "kept.json").write_text(json.dumps({"statement": checkpoint.text, "signature": checkpoint.signature}))
    folder = publication.folder
    publication.close()
    assert audit_publication(folder, read_checkpoints(data / "kept.json")) == []
    return data


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    shutil.copytree(original, tmp_path / "data")
    return tmp_path / "data" / "daily"


def verify(repository: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return run_verifier(repository, *arguments)


@pytest.mark.parametrize("tamper", IN_GIT, ids=lambda tamper: tamper.__name__)
def test_what_was_tampered_with_in_git_is_named_by_audit_and_verifier(folder: Path, tamper: Callable[[Path], None]):
    tamper(folder)
    checkpoint_file = folder.parent / "kept.json"
    assert audit_publication(folder, read_checkpoints(checkpoint_file))
    verification = verify(folder / "articles.git", "--against", str(checkpoint_file))
    assert verification.returncode == 1, verification.stdout + verification.stderr
    assert re.search(r"[0-9a-f]{40}|no checkpoint|git cannot read", verification.stdout)


@pytest.mark.parametrize("tamper", [text_of_main_changed, notice_of_main_changed, another_article_slipped_in])
def test_what_main_says_is_held_to_the_events_even_where_nobody_kept_a_checkpoint(
    folder: Path, tamper: Callable[[Path], None]
):
    tamper(folder)
    git(folder, "update-ref", "-d", "refs/heads/checkpoints")
    codes = {finding.code for finding in audit_publication(folder)}
    assert codes & {"text", "notice"}, codes


def test_a_commit_whose_parents_git_does_not_follow_is_named(folder: Path):
    main_cut_from_its_history(folder)
    git(folder, "update-ref", "-d", "refs/heads/checkpoints")
    assert git(folder, "rev-list", "--count", "main") == "1"
    main = git(folder, "rev-parse", "main")
    assert ("main", main) in {(finding.code, finding.commit) for finding in audit_publication(folder)}


def test_what_the_chain_shows_is_named_even_where_git_refuses_to_read_texts(folder: Path):
    text_unreadable_after_an_event_was_dropped(folder)
    assert {"gap", "unreadable"} <= {finding.code for finding in audit_publication(folder)}


def test_an_index_row_changed(folder: Path):
    with sqlite3.connect(folder / "index.db") as database:
        database.execute("UPDATE corrections SET comment='' WHERE number=2")
    assert [finding.code for finding in audit_publication(folder)] == ["index"]


def test_a_contact_whose_correction_is_gone(folder: Path):
    with sqlite3.connect(folder / "private.db") as database:
        database.execute(
            "INSERT INTO contacts (correction, name, email, credit) VALUES ('gone', '', 'a@example.org', 0)"
        )
    findings = audit_publication(folder)
    assert [finding.code for finding in findings] == ["orphan"]
    assert "a@example.org" not in findings[0].message


def test_what_is_kept_of_a_reader_whose_correction_is_gone_is_erased_by_hand(folder: Path):
    with sqlite3.connect(folder / "private.db") as database:
        database.execute(
            "INSERT INTO contacts (correction, name, email, credit) VALUES ('gone', '', 'a@example.org', 0)"
        )
    erase = ("--data", folder.parent, "erase-orphan", folder.name)
    assert run_command(*erase, "gone").returncode == 0
    assert audit_publication(folder) == []
    again = run_command(*erase, "gone")
    assert (again.returncode, "Nothing is kept" in again.stderr) == (2, True)
    publication = Publication(folder)
    written = publication.correction(1).id
    publication.close()
    known = run_command(*erase, written)
    assert (known.returncode, "The ledger has it, as number 1" in known.stderr) == (2, True)


def test_what_may_be_on_its_way_is_neither_missed_nor_erased(folder: Path):
    correction = new_correction_id()
    with sqlite3.connect(folder / "private.db") as database:
        database.execute("INSERT INTO contacts (correction, name, email, credit) VALUES (?, '', '', 0)", (correction,))
    assert audit_publication(folder) == []
    refused = run_command("--data", folder.parent, "erase-orphan", folder.name, correction)
    assert (refused.returncode, "may not have been written" in refused.stderr) == (2, True)


def test_a_correction_that_was_written_at_the_second_attempt_is_missed_all_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(audit, "IN_FLIGHT_SECONDS", 0)
    publication = Publication(folder)
    before = publication.store.head()
    contact = Contact("Ada", "ada@example.org", False)

    def fail(_intents: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.MonkeyPatch.context() as full:
        full.setattr(publication.store, "write_together", fail)
        with pytest.raises(OSError, match="No space left"):
            a_correction(publication, "capital", "city", contact=contact, key="once")
    assert audit_publication(folder) == []
    a_correction(publication, "capital", "city", contact=contact, key="once")
    publication.close()
    put(folder, "ledger", str(before.ledger))
    put(folder, "main", str(before.main))
    for file in folder.glob("index.db*"):
        file.unlink()
    assert [finding.code for finding in audit_publication(folder)] == ["orphan"]


def test_random_tampering_with_objects_and_references_never_passes(original: Path, tmp_path: Path):
    for seed in range(ROUNDS):
        choice = random.Random(seed)
        data = tmp_path / str(seed)
        shutil.copytree(original, data)
        repository = data / "daily/articles.git"
        description = f"seed {seed}"
        if choice.random() < 0.6:
            files = sorted((repository / "objects").rglob("*.pack")) + sorted((repository / "objects").rglob("*.idx"))
            path = choice.choice(files)
            damaged = bytearray(path.read_bytes())
            at = choice.randrange(len(damaged))
            damaged[at] ^= 1 << choice.randrange(8)
            path.chmod(0o644)
            path.write_bytes(damaged)
            description += f", {path.name} at {at}"
        else:
            name, commits = choice.choice(HEADS), git(data / "daily", "rev-list", "--all").split()
            other = choice.choice([commit for commit in commits if commit != git(data / "daily", "rev-parse", name)])
            put(data / "daily", name, other)
            description += f", {name} to {other}"
        verification = verify(repository, "--against", str(data / "kept.json"))
        assert verification.returncode == 1, f"{description}: {verification}"
        shutil.rmtree(data)


def test_a_clone_is_verified_with_and_without_the_ledger(folder: Path, tmp_path: Path):
    checkpoint_file = str(folder.parent / "kept.json")
    clone, public = tmp_path / "clone", tmp_path / "public"
    subprocess.run(["git", "clone", "-q", folder / "articles.git", clone], check=True)
    subprocess.run(["git", "clone", "-q", "--single-branch", folder / "articles.git", public], check=True)
    verification = verify(clone, "--against", checkpoint_file)
    assert (verification.returncode, verification.stderr) == (0, "")
    assert verification.stdout.startswith("No problems found: the chain")
    verification = verify(public, "--against", checkpoint_file)
    assert verification.returncode == 0
    assert "its chain was not checked" in verification.stdout
    subprocess.run(["git", "-C", public, "reset", "-q", "--hard", "HEAD~1"], check=True)
    subprocess.run(["git", "-C", public, "update-ref", "-d", "refs/remotes/origin/main"], check=True)
    assert verify(public, "--against", checkpoint_file).returncode == 1
    assert verify(tmp_path / "nothing").returncode == 2


def test_git_and_ssh_keygen_check_the_signatures_with_nothing_of_ours(folder: Path, tmp_path: Path):
    if shutil.which("ssh-keygen") is None:
        pytest.skip("no ssh-keygen here")
    checkpoint = json.loads((folder.parent / "kept.json").read_text())
    publication = Publication(folder)
    allowed = tmp_path / "allowed"
    allowed.write_text(f"daily {publication.key.public}\n")
    publication.close()
    (tmp_path / "signature").write_text(checkpoint["signature"] + "\n")
    command = ["ssh-keygen", "-Y", "verify", "-f", allowed, "-I", "daily", "-n", "corrections-checkpoint", "-s", tmp_path / "signature"]  # fmt: skip
    assert subprocess.run(command, input=checkpoint["statement"].encode(), capture_output=True).returncode == 0
    assert subprocess.run(command, input=checkpoint["statement"].encode()[:-1], capture_output=True).returncode != 0
    for name in HEADS:
        statuses = git(
            folder, "-c", f"gpg.ssh.allowedSignersFile={allowed}", "log", "--format=%G?", "--first-parent", name
        )
        assert set(statuses.split()) == {"G"}, name


def test_the_commands_of_the_document_do_what_it_says(original: Path, tmp_path: Path):
    """docs/verify.md, block by block, with git and ssh-keygen."""
    if shutil.which("ssh-keygen") is None:
        pytest.skip("no ssh-keygen here")
    document = (Path(__file__).parents[2] / "docs" / "verify.md").read_text()
    alone = document.partition("## With git and ssh-keygen alone")[2].partition("## After")[0]
    publication = Publication(original / "daily")
    key, statement = publication.key.public, publication.store.checkpoints(limit=1)[0].statement
    publication.close()
    clone = tmp_path / "ledger"
    subprocess.run(["git", "clone", "-q", original / "daily" / "articles.git", clone], check=True)
    outputs = []
    for block in re.findall(r"```\n(.*?)```", alone, re.DOTALL):
        for placeholder, value in (
            ("Correction 12 ", "Correction 1 "),
            ("COMMIT^2", "origin/ledger^2"),
            ("PUB ssh-ed25519 AAAA…", f"daily {key}"),
            ("-I PUB", "-I daily"),
            ("LEDGER-OF-THE-STATEMENT", statement.ledger),
            ("MAIN-OF-THE-STATEMENT", statement.main),
        ):
            block = block.replace(placeholder, value)
        done = subprocess.run(["bash", "-e", "-c", block], cwd=clone, capture_output=True, text=True)
        assert done.returncode == 0, f"{block}{done.stderr}"
        outputs.append(done.stdout + done.stderr)
    _, chain, mains, became, checkpoint, contained, signed = outputs
    assert (chain, contained) == ("", "")
    assert len(set(mains.split())) == 1
    assert "Correction 1 accepted" in became
    assert 'Good "corrections-checkpoint" signature for daily' in checkpoint
    assert 'Good "git" signature' in signed


def test_a_new_key_is_signed_by_the_old_one_and_checkpoints_go_on(folder: Path):
    publication = Publication(folder)
    old = publication.key.public
    new = checkpoints.rotate(publication, Actor("Ada", "admin"), "A laptop was lost.")
    assert new != old
    assert [key.key for key in checkpoints.keys(publication)] == [old, new]
    checkpoint = checkpoints.checkpoint(publication)
    assert checkpoint is not None
    assert checkpoint.statement.number == 3
    publication.close()
    assert audit_publication(folder) == []


def test_a_key_that_the_old_one_does_not_sign_for_is_named(folder: Path):
    (folder / "signing.key").unlink()
    publication = Publication(folder)
    checkpoints.rotate(publication, Actor("Ada", "admin"), "The old one is lost.")
    publication.close()
    assert [finding.code for finding in audit_publication(folder)] == ["key"]


def test_a_key_that_cannot_be_read_is_named(folder: Path):
    locked = folder / "locked"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-f", locked], check=True)
    whole = (folder / "signing.key").read_bytes()
    for content in (b"foo\n", b"", whole[:-100], locked.read_bytes()):
        (folder / "signing.key").write_bytes(content)
        with pytest.raises(BadKey, match="contains no signing key"):
            Key.read(folder / "signing.key")
        [finding] = audit_publication(folder)
        assert (finding.code, finding.message) == (
            "key", "signing.key cannot be read as a key, so no checkpoint can be signed. Restore it."
        )  # fmt: skip
    (folder / "signing.key").unlink()
    assert [finding.code for finding in audit_publication(folder)] == ["key"]
    (folder / "signing.key").write_bytes(whole)
    assert audit_publication(folder) == []
