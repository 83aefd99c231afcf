"""A history that somebody made up is not taken for the publication's, whatever it says of itself."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from corrections.services.actors import Actor
from corrections.services.operations import checkpoints as checkpoint_service
from corrections.services.operations import redaction
from corrections.services.operations.public_copy import public_copy
from corrections.services.publication import Publication
from corrections.services.review import decisions
from repo_store.audit.checkpoints import NAMESPACE, Checkpoint
from repo_store.ssh_signatures import Key
from tests.newsroom import EDITOR, TALKS, a_correction, an_article
from tests.service import run_verifier

CHIEF = Actor("Ines", "admin")


@pytest.fixture
def genuine(tmp_path: Path) -> Iterator[Publication]:
    """A publication with an accepted correction and a checkpoint."""
    publication = Publication.create(tmp_path / "genuine", "daily")
    an_article(publication)
    first = a_correction(publication, "Tusday", "Tuesday")
    decisions.accept(publication, EDITOR, 1, first.last_event)
    checkpoint_service.checkpoint(publication)
    yield publication
    publication.close()


@pytest.fixture
def checkpoint_file(genuine: Publication, tmp_path: Path) -> Path:
    """What somebody kept of the genuine publication, as it is published."""
    return keep(genuine, tmp_path / "kept.json")


def keep(publication: Publication, path: Path, *more: Checkpoint) -> Path:
    checkpoints = [*more, *publication.store.checkpoints()]
    keys = checkpoint_service.published_keys(publication)
    path.write_text(
        json.dumps(
            {
                "keys": [vars(key) for key in keys],
                "checkpoints": [
                    {"statement": checkpoint.text, "signature": checkpoint.signature} for checkpoint in checkpoints
                ],
            }
        )
    )
    return path


def verify(repository: Path, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    return run_verifier(repository, *arguments)


def git(repository: Path, *arguments: str, stdin: str = "") -> str:
    return subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-C", repository, *arguments],
        capture_output=True, text=True, check=True, input=stdin,
    ).stdout.strip()  # fmt: skip


def forge_clone(folder: Path, checkpoint_file: Path) -> Path:
    """A public clone of one commit that says it was rewritten for each kept checkpoint."""
    subprocess.run(["git", "init", "-q", "-b", "main", folder], check=True)
    mains = [
        json.loads(checkpoint["statement"])["main"]
        for checkpoint in json.loads(checkpoint_file.read_text())["checkpoints"]
    ]
    (folder / "text.md").write_text("All of it is made up.\n")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "Import\n\n" + "".join(f"Rewritten-from: {main}\n" for main in mains))
    return folder


def forged_file(path: Path, checkpoint_file: Path, clone: Path, key: Key, redactions: tuple[int, ...]) -> Path:
    """A later checkpoint of the made-up history, by a key made a minute ago, in a file with this key's list."""
    last = json.loads(json.loads(checkpoint_file.read_text())["checkpoints"][0]["statement"])
    statement = {**last, "number": last["number"] + 1, "events": last["events"] + 5,
                 "main": git(clone, "rev-parse", "main"), "redactions": redactions}  # fmt: skip
    text = json.dumps(statement)
    genuine_keys = json.loads(checkpoint_file.read_text()).get("keys", [])
    keys = [*genuine_keys, {"from_event": last["events"] + 1, "key": key.public, "signature": ""}]
    content = {"keys": keys, "checkpoints": [{"statement": text, "signature": key.sign(text.encode(), NAMESPACE)}]}
    path.write_text(json.dumps(content))
    return path


def test_a_trailer_that_says_a_commit_was_written_anew_proves_nothing(checkpoint_file: Path, tmp_path: Path) -> None:
    verdict = verify(forge_clone(tmp_path / "clone", checkpoint_file), "--against", checkpoint_file)
    assert verdict.returncode == 1, verdict.stdout
    assert "no later checkpoint lists a redaction" in verdict.stdout


@pytest.mark.parametrize("backwards", [False, True], ids=["appended", "the new key signs for the old one"])
def test_a_checkpoint_by_a_key_that_no_known_one_signed_for_covers_nothing(
    genuine: Publication, checkpoint_file: Path, tmp_path: Path, backwards: bool
) -> None:
    clone = forge_clone(tmp_path / "clone", checkpoint_file)
    key = Key.generate(tmp_path / "new.key")
    forged = forged_file(tmp_path / "forged.json", checkpoint_file, clone, key, (4,))
    if backwards:
        content = json.loads(forged.read_text())
        signature = key.sign(genuine.key.public.encode(), NAMESPACE)
        content["keys"] = [{"from_event": 1, "key": key.public}, {"from_event": 2, "key": genuine.key.public, "signature": signature}]  # fmt: skip
        forged.write_text(json.dumps(content))
    for arguments in (
        ("--against", checkpoint_file, "--against", forged),
        ("--key", genuine.key.public, "--against", forged),
    ):
        verdict = verify(clone, *arguments)
        assert verdict.returncode == 1, verdict.stdout
        assert "not signed by a key that was known beforehand" in verdict.stdout


def test_a_whole_publication_made_up_is_not_authenticated_by_its_own_key(genuine: Publication, tmp_path: Path) -> None:
    other = Publication.create(tmp_path / "other", "daily")
    an_article(other)
    checkpoint_service.checkpoint(other)
    other.close()
    repository = other.folder / "articles.git"
    verdict = verify(repository)
    assert verdict.returncode == 3
    assert "Consistent in itself, not authenticated" in verdict.stdout
    assert json.loads(verify(repository, "--json").stdout) == {"clean": True, "authenticated": False, "findings": []}
    assert verify(repository, "--key", genuine.key.public).returncode == 1
    assert verify(repository, "--key", other.key.public).returncode == 0


def test_what_came_after_the_newest_checkpoint_is_said_to_be_unsigned(
    genuine: Publication, checkpoint_file: Path
) -> None:
    repository = genuine.folder / "articles.git"
    assert "not signed yet" not in verify(repository, "--against", checkpoint_file).stdout
    more = a_correction(genuine, "1893", "1839")
    decisions.accept(genuine, EDITOR, more.number, more.last_event)
    for clone in (repository, public_copy(genuine)):
        verdict = verify(clone, "--against", checkpoint_file)
        assert verdict.returncode == 0
        assert "What came after event 4 is not signed yet." in verdict.stdout


def test_the_key_is_named_by_itself_or_by_a_file(genuine: Publication, checkpoint_file: Path, tmp_path: Path) -> None:
    repository = genuine.folder / "articles.git"
    (tmp_path / "keys").write_text(f"daily {genuine.key.public} the newsroom\n")
    assert verify(repository, "--key", genuine.key.public).returncode == 0
    assert verify(repository, "--key", tmp_path / "keys").returncode == 0
    assert verify(public_copy(genuine), "--key", genuine.key.public, "--against", checkpoint_file).returncode == 0
    assert verify(public_copy(genuine), "--key", genuine.key.public).returncode == 3, "no checkpoint was given"
    for wrong in (str(checkpoint_file), "nonsense", "ssh-ed25519"):
        refused = verify(repository, "--key", wrong)
        assert refused.returncode == 2
        assert refused.stderr.count("\n") == 1


def test_events_that_say_what_they_were_before_prove_nothing(
    genuine: Publication, checkpoint_file: Path, tmp_path: Path
) -> None:
    """The whole history redacted by somebody who has a copy of it and no key."""
    stolen = tmp_path / "stolen"
    shutil.copytree(genuine.folder, stolen / "daily")
    copy = Publication(stolen / "daily")
    redaction.redact(copy, CHIEF, redaction.Removal("x", article=TALKS, words=("Tuesday",)))
    last = copy.store.checkpoints(limit=1)[0].commit
    repository = copy.folder / "articles.git"
    copy.close()
    git(repository, "update-ref", "refs/heads/checkpoints", f"{last}~1")  # the later checkpoint takes the key
    for arguments in (("--against", checkpoint_file), ("--key", genuine.key.public)):
        verdict = verify(repository, *arguments)
        assert verdict.returncode == 1, verdict.stdout
        assert "no later checkpoint lists" in verdict.stdout
    git(repository, "update-ref", "refs/heads/checkpoints", last)
    assert verify(repository, "--against", checkpoint_file).returncode == 0


def test_a_redaction_is_accepted_with_a_later_checkpoint_that_lists_it_after_a_new_key_too(
    genuine: Publication, checkpoint_file: Path, tmp_path: Path
) -> None:
    old = genuine.key.public
    checkpoint_service.rotate(genuine, CHIEF, "A laptop was lost.")
    redaction.redact(genuine, CHIEF, redaction.Removal("Privacy.", article=TALKS, words=("Tuesday",)))
    since = keep(genuine, tmp_path / "since.json")
    clone = public_copy(genuine)
    assert verify(clone, "--against", checkpoint_file).returncode == 1, "the kept checkpoint alone does not know of it"
    for arguments in (("--against", checkpoint_file, "--against", since), ("--key", old, "--against", since)):
        verdict = verify(clone, *arguments)
        assert verdict.returncode == 0, verdict.stdout
        verdict = verify(genuine.folder / "articles.git", *arguments)
        assert verdict.returncode == 0, verdict.stdout


def test_a_key_that_was_replaced_signs_no_later_checkpoint(
    genuine: Publication, checkpoint_file: Path, tmp_path: Path
) -> None:
    lost = Key.read(genuine.folder / "signing.key")
    checkpoint_service.rotate(genuine, CHIEF, "A laptop was lost.")
    a_correction(genuine, "1893", "1839")
    checkpoint_service.checkpoint(genuine)
    since = keep(genuine, tmp_path / "since.json")
    clone = forge_clone(tmp_path / "clone", since)
    forged = forged_file(tmp_path / "forged.json", since, clone, lost, (4,))
    verdict = verify(clone, "--against", since, "--against", forged)
    assert verdict.returncode == 1, verdict.stdout
    assert "not signed by a key that was known beforehand" in verdict.stdout
