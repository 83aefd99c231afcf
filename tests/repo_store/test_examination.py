"""Nothing in a folder that is examined is obeyed, and what should not be in it is named."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from corrections.services.operations import checkpoints
from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from corrections.services.review import decisions
from repo_store.audit import content, examination
from repo_store.audit.examined_files import CONFIG_BYTES, OBJECT_BYTES
from repo_store.audit.repository_audit import audit
from repo_store.errors import GitRefused
from repo_store.git.process_limits import ProcessLimits
from repo_store.git.stored_references import REFERENCES
from tests.newsroom import EDITOR, a_correction, an_article
from tests.service import run_command, run_verifier


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a publication; beside it a checkpoint as somebody kept it."""
    data = tmp_path_factory.mktemp("original")
    publication = Publication.create(data, "daily", "The Daily")
    an_article(publication)
    first = a_correction(publication, "Tusday", "Tuesday", category="typo", comment="It was a Tuesday.")
    decisions.accept(publication, EDITOR, 1, first.last_event)
    checkpoint = checkpoints.checkpoint(publication)
    assert checkpoint is not None
    (data / "kept.json").write_text(json.dumps({"statement": checkpoint.text, "signature": checkpoint.signature}))
    publication.close()
    return data


@pytest.fixture
def repository(original: Path, tmp_path: Path) -> Path:
    shutil.copytree(original, tmp_path / "data")
    return tmp_path / "data" / "daily" / "articles.git"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A program that leaves a trace beside itself, `ran`, where anybody starts it."""
    path = tmp_path / "program"
    path.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\nexit 1\n")
    path.chmod(0o755)
    return path


def git(repository: Path, *arguments: str, stdin: str = "") -> str:
    return subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-C", repository, *arguments],
        capture_output=True, text=True, check=True, input=stdin,
    ).stdout.strip()  # fmt: skip


def verify(repository: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return run_verifier(repository, *arguments, timeout=60)


def corrections(repository: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return run_command("--data", repository.parent.parent, *arguments, timeout=60)


def forged_event(repository: Path) -> None:
    """The event with the reader's comment replaced by one with other words."""
    submitted = git(repository, "log", "--first-parent", "-1", "--format=%H", "--grep=Correction 1 submitted", "ledger")
    forged = git(repository, "cat-file", "commit", submitted).replace("It was a Tuesday.", "Forged words.")
    git(
        repository,
        "replace",
        submitted,
        git(repository, "hash-object", "-t", "commit", "-w", "--stdin", stdin=forged + "\n"),
    )


def grafted(repository: Path) -> None:
    ledger = git(repository, "rev-parse", "ledger")
    (repository / "info" / "grafts").write_text(f"{ledger}\n")


def shallow(repository: Path) -> None:
    (repository / "shallow").write_text(git(repository, "rev-parse", "ledger") + "\n")


def objects_borrowed(repository: Path) -> None:
    elsewhere = repository.parent / "elsewhere"
    shutil.move(repository / "objects", elsewhere)
    (repository / "objects" / "pack").mkdir(parents=True)
    (repository / "objects" / "info").mkdir(exist_ok=True)
    (repository / "objects" / "info" / "alternates").write_text(f"{elsewhere}\n")


def objects_linked(repository: Path) -> None:
    elsewhere = repository.parent / "elsewhere"
    shutil.move(repository / "objects" / "pack", elsewhere)
    (repository / "objects" / "pack").symlink_to(elsewhere)


def reference_of_no_kind(repository: Path) -> None:
    git(repository, "update-ref", "refs/notes/commits", "main")


def tag(repository: Path) -> None:
    git(repository, "tag", "v1", "main")


def reference_linked(repository: Path) -> None:
    main = repository / "refs" / "heads" / "main"
    elsewhere = repository.parent / "elsewhere"
    shutil.move(main, elsewhere)
    main.symlink_to(elsewhere)


def reference_in_no_form(repository: Path) -> None:
    (repository / "refs" / "heads" / "odd").write_text("nothing\n")


STRANGE = [
    *(forged_event, grafted, shallow, objects_borrowed, objects_linked),
    *(reference_of_no_kind, tag, reference_linked, reference_in_no_form),
]


@pytest.mark.parametrize("change", STRANGE, ids=lambda change: change.__name__)
def test_what_should_not_be_in_a_repository_is_named(repository: Path, change: Callable[[Path], None]) -> None:
    change(repository)
    checked = verify(repository, "--against", str(repository.parent.parent / "kept.json"))
    assert checked.returncode == 1, checked.stdout + checked.stderr
    audited = corrections(repository, "audit", "daily")
    assert audited.returncode == 1, audited.stdout + audited.stderr


def test_a_replacement_reaches_no_export_and_no_page(repository: Path) -> None:
    before = corrections(repository, "export", "daily").stdout
    forged_event(repository)
    grafted(repository)
    (repository.parent / "index.db").unlink()
    assert corrections(repository, "export", "daily").stdout == before
    assert "It was a Tuesday." in before


def signature_program(repository: Path, program: Path) -> str:
    return (
        f'[log]\n showSignature = true\n[gpg]\n format = ssh\n program = {program}\n[gpg "ssh"]\n program = {program}\n'
    )


def included(repository: Path, program: Path) -> str:
    (repository / "more").write_text(f"[core]\n fsmonitor = {program}\n hooksPath = {repository}/hooks\n")
    return f"[include]\n path = {repository}/more\n"


def lazy_fetch(repository: Path, program: Path) -> str:
    """A missing object is asked of a "promisor", and `uploadpack` is the program that is asked."""
    lost = git(repository, "rev-parse", "main:articles/2026/11/24/talks/text.md")
    unpacked(repository)
    (repository / "objects" / lost[:2] / lost[2:]).unlink()
    return (
        f"[core]\n repositoryformatversion = 1\n[extensions]\n partialClone = away\n"
        f'[remote "away"]\n url = {repository}\n promisor = true\n uploadpack = {program}\n'
    )


def unpacked(repository: Path) -> None:
    packs = sorted((repository / "objects" / "pack").glob("*.pack"))
    moved = [path.rename(repository.parent / path.name) for path in packs]
    for path in (repository / "objects" / "pack").iterdir():
        path.unlink()
    for path in moved:
        with path.open("rb") as file:
            subprocess.run(["git", "-C", repository, "unpack-objects", "-q"], stdin=file, check=True)


@pytest.mark.parametrize("setting", [signature_program, included, lazy_fetch], ids=lambda setting: setting.__name__)
def test_no_program_named_in_the_examined_folder_is_run(
    repository: Path, program: Path, setting: Callable[[Path, Path], str]
) -> None:
    for hook in ("reference-transaction", "post-index-change", "pre-auto-gc"):
        shutil.copy(program, repository / "hooks" / hook)
    (repository / "info" / "attributes").write_text("* diff=x filter=x text\n")
    text = setting(repository, program) + f'[diff "x"]\n textconv = {program}\n[filter "x"]\n smudge = {program}\n'
    with (repository / "config").open("a") as file:
        file.write(text)
    verify(repository)
    assert not (program.parent / "ran").exists()
    audit_publication(repository.parent)
    assert not (program.parent / "ran").exists()


def test_git_says_what_is_in_the_examined_folder_and_not_what_another_folder_holds(
    repository: Path, tmp_path: Path
) -> None:
    """A folder that only points to a healthy repository is not called clean."""
    pointing = tmp_path / "pointing"
    pointing.mkdir()
    (pointing / ".git").write_text(f"gitdir: {repository}\n")
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / ".git").symlink_to(repository)
    for folder in (pointing, linked):
        checked = verify(folder, "--against", str(repository.parent.parent / "kept.json"))
        assert checked.returncode == 1, checked.stdout + checked.stderr
        assert "keeps its history in another folder" in checked.stdout


def test_a_clone_that_was_cut_off_or_borrows_objects_is_told_so(repository: Path, tmp_path: Path) -> None:
    checkpoint_file = str(repository.parent.parent / "kept.json")
    subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{repository}", tmp_path / "shallow"], check=True)
    subprocess.run(["git", "clone", "-q", "--shared", repository, tmp_path / "shared"], check=True)
    subprocess.run(["git", "clone", "-q", repository, tmp_path / "whole"], check=True)
    assert "shallow: " in verify(tmp_path / "shallow", "--against", checkpoint_file).stdout
    assert "alternates: " in verify(tmp_path / "shared", "--against", checkpoint_file).stdout
    assert verify(tmp_path / "whole", "--against", checkpoint_file).returncode == 0


def test_two_histories_in_one_clone_are_told(repository: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", repository, clone], check=True)
    tree = git(clone, "rev-parse", "HEAD^{tree}")
    git(clone, "update-ref", "refs/remotes/origin/main", git(clone, "commit-tree", tree, stdin="made up"))
    checked = verify(clone, "--against", str(repository.parent.parent / "kept.json"))
    assert checked.returncode == 1
    assert "two different histories" in checked.stdout


def long_object(repository: Path) -> None:
    with open("/dev/zero", "rb") as zeros:
        data = zeros.read(OBJECT_BYTES + 1)
    subprocess.run(
        ["git", "-C", repository, "hash-object", "-w", "--stdin"], input=data, check=True, capture_output=True
    )


def many_references(repository: Path) -> None:
    main = git(repository, "rev-parse", "main")
    lines = [f"{main} refs/tags/{number}\n" for number in range(REFERENCES + 1)]
    (repository / "packed-refs").write_text("".join(lines))


def long_config(repository: Path) -> None:
    (repository / "config").write_text("# nothing\n" * (CONFIG_BYTES // 10 + 1))


def endless_reference(repository: Path) -> None:
    os.mkfifo(repository / "refs" / "heads" / "endless")


@pytest.mark.parametrize(
    "change", [long_object, many_references, long_config, endless_reference], ids=lambda change: change.__name__
)
def test_what_is_too_much_is_refused_in_one_line(repository: Path, change: Callable[[Path], None]) -> None:
    change(repository)
    checked = verify(repository)
    assert checked.returncode == 2, checked.stdout
    assert checked.stderr.count("\n") == 1, checked.stderr
    assert "not examined" in checked.stderr or "not read" in checked.stderr


def test_a_file_of_objects_that_is_none_is_named_and_not_waited_for(repository: Path) -> None:
    os.mkfifo(repository / "objects" / "pack" / f"pack-{'0' * 40}.idx")
    assert verify(repository).returncode == 1


def test_what_a_folder_has_for_a_terminal_is_not_printed_as_it_is(repository: Path) -> None:
    main = git(repository, "rev-parse", "main")
    (repository / "refs" / "heads" / "\x1b[2Jclean").write_text(main + "\n")
    (repository / "packed-refs").write_bytes(f"{main} refs/heads/".encode() + b"\x9b2J\xff\n")
    checked = verify(repository)
    assert checked.returncode == 1, checked.stderr
    assert "\x1b" not in checked.stdout
    assert "\x9b" not in checked.stdout


def folders_in_folders(repository: Path) -> None:
    """Main's last commit with a tree of a few objects and ten to the tenth power of paths."""
    tree = git(repository, "mktree", stdin=f"100644 blob {git(repository, 'hash-object', '-w', '--stdin')}\tf\n")
    for _ in range(9):
        tree = git(repository, "mktree", stdin="".join(f"040000 tree {tree}\t{name}\n" for name in range(10)))
    top = git(repository, "ls-tree", "main")
    tree = git(repository, "mktree", stdin=f"{top}\n040000 tree {tree}\tmore\n")
    before = git(repository, "rev-parse", "main")
    data = git(repository, "cat-file", "commit", "main") + "\n"
    data = data.replace(git(repository, "rev-parse", "main^{tree}"), tree)
    after = git(repository, "hash-object", "-t", "commit", "-w", "--stdin", stdin=data)
    ledger = git(repository, "cat-file", "commit", "ledger").replace(before, after) + "\n"
    git(repository, "update-ref", "refs/heads/main", after)
    git(
        repository, "update-ref", "refs/heads/ledger",
        git(repository, "hash-object", "-t", "commit", "-w", "--stdin", stdin=ledger),
    )  # fmt: skip


def test_more_paths_than_memory_holds_are_not_listed(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "LISTED_BYTES", 10)
    with pytest.raises(GitRefused, match="not examined"):
        audit(repository)
    monkeypatch.undo()
    folders_in_folders(repository)
    monkeypatch.setattr(examination, "LIMITS", ProcessLimits(memory=200 << 20, seconds=60))
    with pytest.raises(GitRefused, match="memory"):
        audit(repository)


def test_a_redaction_that_names_events_that_are_not_there_is_a_finding(repository: Path) -> None:
    ledger = git(repository, "rev-parse", "ledger")
    data = git(repository, "cat-file", "commit", ledger) + "\n"
    head, _, body = data.partition("\n\n")
    subject, _, record = body.partition("\n\n")
    event = {"type": "history.redacted", "article": "2026/11/24/talks", "by": "x", "reason": "x", "first": 1,
             "touched": [1], "ledger": ledger, "main": json.loads(record)["main"]}  # fmt: skip
    for seq in (1, 4, 9000):
        text = json.dumps({**json.loads(record), "seq": seq, "event": event})
        forged = git(
            repository, "hash-object", "-t", "commit", "-w", "--stdin", stdin=f"{head}\n\n{subject}\n\n{text}\n"
        )
        git(repository, "update-ref", "refs/heads/ledger", forged)
        checked = verify(repository)
        assert checked.returncode == 1
        assert checked.stderr == ""
