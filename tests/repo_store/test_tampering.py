"""What was tampered with is named, by the audit of a publication and, where it is in git, by the verifier of a clone."""

import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from corrections.services.actors import Actor
from corrections.services.operations import checkpoints
from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from corrections.services.review import decisions
from repo_store.audit.checkpoints import from_file
from repo_store.ssh_signatures import Key
from tests.newsroom import EDITOR, a_correction, an_article

ROUNDS = int(os.environ.get("CORRECTIONS_TAMPERING_ROUNDS", "25"))
TEXT_PATH = "articles/2026/11/24/talks/text.md"
META_PATH = "articles/2026/11/24/talks/meta.json"
HEADS = ("main", "ledger", "checkpoints")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A publication with history and two checkpoints; beside it the checkpoints as somebody kept them."""
    data = tmp_path_factory.mktemp("original")
    made = Publication.create(data, "daily", "The Daily")
    made.private.settings.put("sign-commits", "on")
    an_article(made)
    first = a_correction(made, "Tusday", "Tuesday", category="typo")
    checkpoints.checkpoint(made)
    a_correction(made, "1893", "1839", category="factual", comment="The plaque says so.")
    notice = decisions.NoticeDraft("correction", "An earlier version had another day.")
    decisions.accept(made, EDITOR, 1, first.last_event, notice=notice)
    decisions.reject(made, EDITOR, 2, made.correction(2).last_event, "No.")
    kept = checkpoints.checkpoint(made)
    assert kept is not None
    (data / "kept.json").write_text(json.dumps({"statement": kept.text, "signature": kept.signature}))
    folder = made.folder
    made.close()
    assert audit_publication(folder, from_file(data / "kept.json")) == []
    return data


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    shutil.copytree(original, tmp_path / "data")
    return tmp_path / "data" / "daily"


def git(folder: Path, *arguments: str, given: str = "") -> str:
    return subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-C", folder / "articles.git", *arguments],
        capture_output=True, text=True, check=True, input=given,
    ).stdout.strip()  # fmt: skip


def put(folder: Path, name: str, commit: str) -> None:
    git(folder, "update-ref", f"refs/heads/{name}", commit)


def raw(folder: Path, commit: str) -> str:
    return git(folder, "cat-file", "commit", commit) + "\n"


def written(folder: Path, data: str) -> str:
    return git(folder, "hash-object", "-t", "commit", "-w", "--stdin", given=data)


def unsigned(data: str) -> str:
    return re.sub(r"gpgsig .*\n( .*\n)*", "", data)


def on_top(folder: Path, name: str, change: Callable[[str], str]) -> None:
    """The last commit of a reference in another form, the reference on it."""
    put(folder, name, written(folder, change(raw(folder, name))))


def with_tree(folder: Path, path: str, data: str) -> str:
    """A tree like that of main with other bytes at `path`."""
    blob = git(folder, "hash-object", "-w", "--stdin", given=data)
    index = {**os.environ, "GIT_INDEX_FILE": str(folder / "scratch.index")}
    repository = folder / "articles.git"
    subprocess.run(["git", "-C", repository, "read-tree", "main"], env=index, check=True)
    subprocess.run(
        ["git", "-C", repository, "update-index", "--add", "--cacheinfo", f"100644,{blob},{path}"],
        env=index,
        check=True,
    )
    return subprocess.run(
        ["git", "-C", repository, "write-tree"], env=index, check=True, capture_output=True, text=True
    ).stdout.strip()


def whole_rewrite(folder: Path, change: Callable[[int, str], str | None]) -> None:
    """The ledger written anew from its first event, each commit's parents and numbers consistent: None drops one."""
    old = git(folder, "rev-list", "--first-parent", "--reverse", "ledger").split()
    new: dict[str, str] = {}
    last, seq = "", 0
    for at, commit in enumerate(old, start=1):
        data = change(at, unsigned(raw(folder, commit)))
        if data is None:
            continue
        seq += 1
        data = re.sub(r'"seq":\d+', f'"seq":{seq}', data)
        parents = re.findall(r"^parent ([0-9a-f]{40})$", data, re.M)
        if parents and parents[0] in old:
            data = data.replace(f"parent {parents[0]}", f"parent {last}", 1)
        new[commit] = last = written(folder, data)
    put(folder, "ledger", last)


def main_with(folder: Path, path: str, change: Callable[[str], str]) -> None:
    """Main's last commit with other bytes in it, and the last events naming it, so that all ids agree."""
    before = git(folder, "rev-parse", "main")
    tree = with_tree(folder, path, change(git(folder, "show", f"main:{path}") + "\n"))
    on_top(folder, "main", lambda data: re.sub(r"^tree \w+", f"tree {tree}", unsigned(data)))
    after = git(folder, "rev-parse", "main")
    whole_rewrite(folder, lambda at, data: data.replace(before, after))


def pack(folder: Path) -> Path:
    return max((folder / "articles.git/objects/pack").glob("*.pack"), key=lambda path: path.stat().st_size)


def flipped(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at % len(data)] ^= 0x20
    path.chmod(0o644)
    path.write_bytes(data)


def event_dropped(folder: Path) -> None:
    whole_rewrite(folder, lambda at, data: None if '"correction.rejected"' in data else data)


def event_dropped_with_a_gap(folder: Path) -> None:
    on_top(
        folder,
        "ledger",
        lambda data: data.replace(git(folder, "rev-parse", "ledger~1"), git(folder, "rev-parse", "ledger~2"), 1),
    )


def last_events_cut(folder: Path) -> None:
    put(folder, "ledger", git(folder, "rev-parse", "ledger~1"))


def last_events_cut_with_the_checkpoints(folder: Path) -> None:
    put(folder, "ledger", git(folder, "rev-parse", "ledger~1"))
    put(folder, "checkpoints", git(folder, "rev-parse", "checkpoints~1"))


def events_swapped(folder: Path) -> None:
    bodies = {at: git(folder, "log", "-1", "--format=%B", f"ledger~{at}") for at in (0, 1)}

    def swap(data: str) -> str:
        return data.replace(bodies[0], bodies[1])

    on_top(folder, "ledger", swap)


def event_edited(folder: Path) -> None:
    on_top(folder, "ledger", lambda data: data.replace('"No."', '"Yes."'))


def event_edited_and_unsigned(folder: Path) -> None:
    on_top(folder, "ledger", lambda data: unsigned(data).replace('"No."', '"Yes."'))


def event_in_no_form(folder: Path) -> None:
    on_top(folder, "ledger", lambda data: data.replace('"version":1', '"version":9'))


def event_dated_back(folder: Path) -> None:
    on_top(folder, "ledger", lambda data: unsigned(data).replace('"at":"2026', '"at":"2025'))


def commit_dated_back(folder: Path) -> None:
    on_top(
        folder, "ledger", lambda data: re.sub(r"^(committer .*> )\d+", r"\g<1>1000000000", unsigned(data), flags=re.M)
    )


def main_moved_back(folder: Path) -> None:
    put(folder, "main", git(folder, "rev-parse", "main~1"))


def commit_on_main_by_hand(folder: Path) -> None:
    tree = git(folder, "rev-parse", "main^{tree}")
    put(folder, "main", git(folder, "commit-tree", tree, "-p", "main", given="by hand"))


def text_of_main_changed(folder: Path) -> None:
    main_with(folder, TEXT_PATH, lambda text: text.replace("1971", "1972"))


def notice_of_main_changed(folder: Path) -> None:
    main_with(folder, META_PATH, lambda text: text.replace("another day", "a better day"))


def another_article_slipped_in(folder: Path) -> None:
    before = git(folder, "rev-parse", "main")
    tree = with_tree(folder, "articles/2026/11/24/other/text.md", "Another one.\n")
    on_top(folder, "main", lambda data: re.sub(r"^tree \w+", f"tree {tree}", unsigned(data)))
    whole_rewrite(folder, lambda at, data: data.replace(before, git(folder, "rev-parse", "main")))


def object_altered(folder: Path) -> None:
    flipped(pack(folder), pack(folder).stat().st_size // 2)


def object_missing(folder: Path) -> None:
    pack(folder).with_suffix(".idx").unlink()
    pack(folder).unlink()


def checkpoint_edited(folder: Path) -> None:
    on_top(folder, "checkpoints", lambda data: unsigned(data).replace('"corrections":2', '"corrections":1'))


def checkpoint_by_another_key(folder: Path) -> None:
    other = Key.made(folder / "other.key")
    shutil.move(folder / "other.key", folder / "signing.key")
    publication = Publication(folder)
    assert publication.key.public == other.public
    a_correction(publication, "closed", "opened")
    checkpoints.checkpoint(publication)
    publication.close()


def checkpoints_taken_away(folder: Path) -> None:
    git(folder, "update-ref", "-d", "refs/heads/checkpoints")


def commit_by_another_key(folder: Path) -> None:
    other = Key.made(folder / "other.key")
    from repo_store.git.packfile import signed_commit, taken_apart

    data = raw(folder, "ledger").encode()
    header, message, _ = taken_apart(data)
    repository = folder / "articles.git"
    made = subprocess.run(
        ["git", "-C", repository, "hash-object", "-t", "commit", "-w", "--stdin"],
        input=signed_commit(header, message, other), capture_output=True, check=True,
    )  # fmt: skip
    put(folder, "ledger", made.stdout.decode().strip())


IN_GIT = [
    *(event_dropped, event_dropped_with_a_gap, last_events_cut, last_events_cut_with_the_checkpoints, events_swapped),
    *(event_edited, event_edited_and_unsigned, event_in_no_form, event_dated_back, commit_dated_back, main_moved_back),
    *(commit_on_main_by_hand, text_of_main_changed, notice_of_main_changed, another_article_slipped_in),
    *(object_altered, object_missing, checkpoint_edited, checkpoint_by_another_key, checkpoints_taken_away),
    commit_by_another_key,
]


def verify(repository: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "repo_store.verify", str(repository), *arguments], capture_output=True, text=True
    )


@pytest.mark.parametrize("tamper", IN_GIT, ids=lambda tamper: tamper.__name__)
def test_what_was_tampered_with_in_git_is_named_by_audit_and_verifier(folder: Path, tamper: Callable[[Path], None]):
    tamper(folder)
    kept = folder.parent / "kept.json"
    assert audit_publication(folder, from_file(kept))
    told = verify(folder / "articles.git", "--against", str(kept))
    assert told.returncode == 1, told.stdout + told.stderr
    assert re.search(r"[0-9a-f]{40}|no checkpoint|git cannot read", told.stdout)


@pytest.mark.parametrize("tamper", [text_of_main_changed, notice_of_main_changed, another_article_slipped_in])
def test_what_main_says_is_held_to_the_events_even_where_nobody_kept_a_checkpoint(
    folder: Path, tamper: Callable[[Path], None]
):
    tamper(folder)
    git(folder, "update-ref", "-d", "refs/heads/checkpoints")
    codes = {each.code for each in audit_publication(folder)}
    assert codes & {"text", "notice"}, codes


def test_an_index_row_changed(folder: Path):
    with sqlite3.connect(folder / "index.db") as database:
        database.execute("UPDATE corrections SET comment='' WHERE number=2")
    assert [each.code for each in audit_publication(folder)] == ["index"]


def test_a_contact_whose_correction_is_gone(folder: Path):
    with sqlite3.connect(folder / "private.db") as database:
        database.execute(
            "INSERT INTO contacts (correction, name, email, credit) VALUES ('gone', '', 'a@example.org', 0)"
        )
    findings = audit_publication(folder)
    assert [each.code for each in findings] == ["orphan"]
    assert "a@example.org" not in findings[0].message


def test_random_tampering_with_objects_and_references_never_passes(original: Path, tmp_path: Path):
    for seed in range(ROUNDS):
        choice = random.Random(seed)
        data = tmp_path / str(seed)
        shutil.copytree(original, data)
        repository = data / "daily/articles.git"
        told = f"seed {seed}"
        if choice.random() < 0.6:
            files = sorted((repository / "objects").rglob("*.pack")) + sorted((repository / "objects").rglob("*.idx"))
            path = choice.choice(files)
            damaged = bytearray(path.read_bytes())
            at = choice.randrange(len(damaged))
            damaged[at] ^= 1 << choice.randrange(8)
            path.chmod(0o644)
            path.write_bytes(damaged)
            told += f", {path.name} at {at}"
        else:
            name, commits = choice.choice(HEADS), git(data / "daily", "rev-list", "--all").split()
            other = choice.choice([each for each in commits if each != git(data / "daily", "rev-parse", name)])
            put(data / "daily", name, other)
            told += f", {name} to {other}"
        assert verify(repository, "--against", str(data / "kept.json")).returncode == 1, told
        shutil.rmtree(data)


def test_a_clone_is_verified_with_and_without_the_ledger(folder: Path, tmp_path: Path):
    kept = str(folder.parent / "kept.json")
    clone, public = tmp_path / "clone", tmp_path / "public"
    subprocess.run(["git", "clone", "-q", folder / "articles.git", clone], check=True)
    subprocess.run(["git", "clone", "-q", "--single-branch", folder / "articles.git", public], check=True)
    told = verify(clone, "--against", kept)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith("No problems found: the chain")
    told = verify(public, "--against", kept)
    assert told.returncode == 0
    assert "its chain was not checked" in told.stdout
    subprocess.run(["git", "-C", public, "reset", "-q", "--hard", "HEAD~1"], check=True)
    subprocess.run(["git", "-C", public, "update-ref", "-d", "refs/remotes/origin/main"], check=True)
    assert verify(public, "--against", kept).returncode == 1
    assert verify(tmp_path / "nothing").returncode == 2


def test_git_and_ssh_keygen_check_the_signatures_with_nothing_of_ours(folder: Path, tmp_path: Path):
    if shutil.which("ssh-keygen") is None:
        pytest.skip("no ssh-keygen here")
    kept = json.loads((folder.parent / "kept.json").read_text())
    publication = Publication(folder)
    allowed = tmp_path / "allowed"
    allowed.write_text(f"daily {publication.key.public}\n")
    publication.close()
    (tmp_path / "signature").write_text(kept["signature"] + "\n")
    command = ["ssh-keygen", "-Y", "verify", "-f", allowed, "-I", "daily", "-n", "corrections-checkpoint", "-s", tmp_path / "signature"]  # fmt: skip
    assert subprocess.run(command, input=kept["statement"].encode(), capture_output=True).returncode == 0
    assert subprocess.run(command, input=kept["statement"].encode()[:-1], capture_output=True).returncode != 0
    for name in HEADS:
        told = git(folder, "-c", f"gpg.ssh.allowedSignersFile={allowed}", "log", "--format=%G?", "--first-parent", name)
        assert set(told.split()) == {"G"}, name


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
    told = []
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
        told.append(done.stdout + done.stderr)
    _, chain, mains, became, checkpoint, contained, signed = told
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
    assert [each.key for each in checkpoints.keys(publication)] == [old, new]
    made = checkpoints.checkpoint(publication)
    assert made is not None
    assert made.statement.number == 3
    publication.close()
    assert audit_publication(folder) == []


def test_a_key_that_the_old_one_does_not_sign_for_is_named(folder: Path):
    (folder / "signing.key").unlink()
    publication = Publication(folder)
    checkpoints.rotate(publication, Actor("Ada", "admin"), "The old one is lost.")
    publication.close()
    assert [each.code for each in audit_publication(folder)] == ["key"]
