"""What git refuses is told in its own words, with what mends it, and is never taken for something that is missing."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from corrections.app import create_app
from corrections.config import Settings
from corrections.services.articles import updates
from corrections.services.operations.audit import audit_publication
from corrections.services.operations.public_copy import public_copy
from corrections.services.publication import Publication
from corrections.services.review import decisions
from repo_store import verify
from repo_store.errors import GitRefused
from tests.newsroom import EDITOR, TALKS, TEXT, a_correction, an_article, made_once
from tests.service import run_command

NOBODY = 65534
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2  # root's right to read everything, which a test takes away
GIT = shutil.which("git") or "git"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to somebody else")


def accept_one(publication: Publication) -> None:
    an_article(publication)
    first = a_correction(publication, "Tusday", "Tuesday")
    decisions.accept(publication, EDITOR, 1, first.last_event)


@pytest.fixture(scope="module")
def template(empty_publication: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_once(empty_publication, tmp_path_factory.mktemp("accepted"), accept_one)


@pytest.fixture
def folder(publication: Publication) -> Path:
    """A publication with an accepted correction; nobody has it open."""
    publication.close()
    return publication.folder


def corrections(
    data: Path, *arguments: str, env: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    """A command of the service, where the variables `env` are set as well."""
    return run_command("--data", data, *arguments, environment={**os.environ, **(env or {})})


def false_git(folder: Path, script: str) -> dict[str, str]:
    """The environment with a git on PATH that does what `script` says, and what the real one does after it."""
    folder.mkdir(exist_ok=True)
    (folder / "git").write_text(f'#!/bin/sh\n{script}\nexec {GIT} "$@"\n')
    (folder / "git").chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}"}


def set_in_config(text: str) -> Callable[[Path], None]:
    def change(repository: Path) -> None:
        with (repository / "config").open("a") as file:
            file.write(text)

    return change


def dies_of(command: str, words: str, status: int = 128) -> str:
    """A git whose `command` says these words and ends."""
    return f'case " $* " in *" {command} "*) echo "{words}" >&2; exit {status};; esac'


def refused(attempt: Callable[[], object]) -> str:
    """What is said where git refuses this."""
    with pytest.raises(GitRefused) as caught:
        attempt()
    assert "missing" not in caught.value.message
    assert "\n" not in caught.value.message
    return caught.value.message


def one_line(done: "subprocess.CompletedProcess[str]") -> str:
    """What the command said, which is to be one line on stderr, with exit status 2."""
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert "missing" not in done.stderr
    assert len(done.stderr) < 900
    return done.stderr


CONFIGS = {
    "a format of the future": ("[core]\n repositoryformatversion = 2\n", "Expected git repo version <= 1, found 2", "upgrade"),
    "an unknown extension": (
        "[core]\n repositoryformatversion = 1\n[extensions]\n unheardOf = true\n", "unknown repository extension", "upgrade",
    ),
    "another hash": (
        "[core]\n repositoryformatversion = 1\n[extensions]\n objectFormat = sha256\n", "sha256", "upgrade",
    ),
    "another way to keep references": (
        "[core]\n repositoryformatversion = 1\n[extensions]\n refStorage = reftable\n", "reftable", "upgrade",
    ),
    "a line that is none": ("[core]\n = nothing\n", "config", "that line"),
    "a value that is none": ("[pack]\n threads = several\n[core]\n compression = much\n", "bad numeric config value", "config"),
}  # fmt: skip


@pytest.mark.parametrize("name", CONFIGS)
def test_a_config_that_git_does_not_take_is_named(folder: Path, name: str) -> None:
    text, words, mending = CONFIGS[name]
    set_in_config(text)(folder / "articles.git")
    for attempt in (Publication, audit_publication):
        message = refused(lambda attempt=attempt: attempt(folder))  # type: ignore[misc]
        assert words in message
        assert mending in message


def test_a_command_says_so_in_one_line(folder: Path) -> None:
    set_in_config("[pack]\n threads = several\n[core]\n compression = much\n")(folder / "articles.git")
    for command in (["audit", "daily"], ["import", "daily", __file__, "--id", "2026/11/24/more"], ["list", "daily"]):
        assert "bad numeric config value" in one_line(corrections(folder.parent, *command))


GITS = {
    "it has no threads": ("fatal: unable to create thread: Resource temporarily unavailable", "ulimit"),
    "it has no memory": ("fatal: Out of memory, malloc failed (tried to allocate 1 bytes)", "MemoryMax"),
    "it cannot fork": ("fatal: cannot fork: Cannot allocate memory", "MemoryMax"),
    "it has no room": ("fatal: write error: No space left on device", "df -h"),
    "it may not": ("fatal: unable to access '/x/config': Permission denied", "chown -R"),
    "it doubts the owner": ("fatal: detected dubious ownership in repository at '/x'", "chown -R"),
    "it takes no bare one": ("fatal: cannot use bare repository '/x' (safe.bareRepository is 'explicit')", "safe.bareRepository"),
    "the disk is read-only": ("error: unable to create temporary file: Read-only file system", "mount"),
    "a hook of the future": ("fatal: ref updates aborted by hook", "Remove that hook"),
    "it has too many files": ("error: cannot open: Too many open files", "ulimit"),
}  # fmt: skip


@pytest.mark.parametrize("name", GITS)
def test_words_of_git_reach_whoever_asked(
    folder: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words, mending = GITS[name]
    spoken = words.replace("'", "")
    path = os.environ["PATH"]
    for command in ("fsck", "log", "cat-file", "for-each-ref", "rev-list", "diff-tree"):
        monkeypatch.setenv("PATH", path)
        monkeypatch.setenv("PATH", false_git(tmp_path / command, dies_of(command, spoken))["PATH"])
        message = refused(lambda: audit_publication(folder))
        assert spoken in message
        assert mending in message


def test_a_batch_that_git_ended_says_why(folder: Path, tmp_path: Path) -> None:
    environment = false_git(tmp_path / "bin", dies_of("update-ref", "fatal: write error: No space left on device"))
    article = tmp_path / "more.md"
    article.write_text("# More\n\nWords.\n")
    message = one_line(
        corrections(folder.parent, "import", "daily", str(article), "--id", "2026/11/24/more", env=environment)
    )
    assert "No space left on device" in message
    assert "df -h" in message
    assert "git update-ref" in message
    assert audit_publication(folder) == []


def test_a_git_that_was_killed_is_told_so(folder: Path, tmp_path: Path) -> None:
    environment = false_git(tmp_path / "bin", 'case " $* " in *" cat-file "*) kill -9 $$;; esac')
    message = one_line(corrections(folder.parent, "audit", "daily", env=environment))
    assert "SIGKILL" in message
    assert "memory" in message


def test_where_there_is_no_git_it_says_which_is_needed(folder: Path, tmp_path: Path) -> None:
    empty = {"PATH": str(tmp_path / "nothing")}
    started = [sys.executable, "-m", "corrections", "--data", str(folder.parent), "audit", "daily"]
    with_imports = subprocess.run(started, capture_output=True, text=True, env={**os.environ, **empty})
    others = [corrections(folder.parent, *command, env=empty) for command in (["init", "weekly"], ["list", "daily"])]
    for done in (with_imports, *others):
        message = one_line(done)
        assert "was not found" in message
        assert "2.36" in message


def test_a_git_that_is_too_old_is_named_with_what_is_needed(folder: Path, tmp_path: Path) -> None:
    environment = false_git(tmp_path / "bin", '[ "$1" = version ] && echo "git version 2.20.1" && exit 0')
    for command in (["audit", "daily"], ["init", "weekly"]):
        message = one_line(corrections(folder.parent, *command, env=environment))
        assert "2.20.1" in message
        assert "2.36" in message


@pytest.mark.parametrize(
    "version", ["2.39.5 (Apple Git-154)", "2.36.0", "3.0", "2.53.GIT", "10.1.windows.1", "unknown"]
)
def test_a_git_that_is_new_enough_is_taken(
    folder: Path, tmp_path: Path, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = f'[ "$1" = version ] && echo "git version {version}" && exit 0'
    monkeypatch.setenv("PATH", false_git(tmp_path / "bin", script)["PATH"])
    assert audit_publication(folder) == []


def test_backup_and_restore_say_it_too(folder: Path, tmp_path: Path) -> None:
    words = "fatal: unable to create thread: Resource temporarily unavailable"
    environment = false_git(tmp_path / "bin", dies_of("bundle", words))
    assert words in one_line(corrections(folder.parent, "backup", "daily", str(tmp_path / "b"), env=environment))
    assert corrections(folder.parent, "backup", "daily", str(tmp_path / "b")).returncode == 0
    for command in ("fetch", "init"):
        environment = false_git(tmp_path / "bin", dies_of(command, words))
        message = one_line(corrections(tmp_path / "again", "restore", "daily", str(tmp_path / "b"), env=environment))
        assert words in message
        assert not (tmp_path / "again" / "daily").exists()


def test_pages_apologize_and_readiness_gives_the_words(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(Settings(folder.parent, submit_limit="off"))
    client = app.test_client()
    set_in_config("[core]\n compression = much\n")(folder / "articles.git")
    for address in ("/daily/", f"/daily/a/{TALKS}", "/daily/c/1"):
        page = client.get(address)
        assert page.status_code == 503
        assert "numeric" not in page.text, "that is for the staff"
        assert "Nothing was lost" in page.text
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert "bad numeric config value" in ready.text
    assert f"{folder}/articles.git/config" in ready.text
    (folder / "articles.git/config").write_text("[core]\n repositoryformatversion = 0\n bare = true\n")
    assert client.get("/readyz").status_code == 200, "mended, it goes on without being started again"
    app.extensions["publications"].close()


def test_a_reader_that_was_killed_between_two_pages_is_started_anew(folder: Path) -> None:
    publication = Publication(folder)
    for _ in range(3):
        assert "Tuesday" in publication.current_text(TALKS)
        for pid in _own_readers():
            os.kill(pid, 9)
    publication.close()


def _own_readers() -> Iterator[int]:
    for children in Path(f"/proc/{os.getpid()}/task").glob("*/children"):
        for pid in children.read_text().split():
            if "cat-file" in Path(f"/proc/{pid}/cmdline").read_text():
                yield int(pid)


@as_root
def test_a_healthy_archive_of_another_owner_is_served(folder: Path, tmp_path: Path) -> None:
    give_to_nobody(folder)
    assert audit_publication(folder) == []
    assert verify.main([str(folder / "articles.git")]) == verify.NOT_AUTHENTICATED
    publication = Publication(folder)
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, TEXT.replace("Tusday", "Tuesday") + "\nMore.\n"))
    publication.store.maintain()
    give_to_nobody(folder)
    assert public_copy(publication).is_dir()
    publication.close()


@as_root
@pytest.mark.parametrize(
    "text",
    [
        "[core]\n fsmonitor = {program}\n",
        "[core]\n sshCommand = {program}\n",
        "[include]\n path = {program}\n",
        '[hook "x"]\n command = {program}\n event = reference-transaction\n',
        '[diff "x"]\n textconv = {program}\n',
        "[gc]\n recentObjectsHook = {program}\n",
        "[Core]\n\tHooksPath = {program}\n",
    ],
)
def test_what_another_owner_could_run_is_refused_with_what_mends_it(folder: Path, tmp_path: Path, text: str) -> None:
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    program.chmod(0o755)
    set_in_config(text.format(program=program))(folder / "articles.git")
    give_to_nobody(folder)
    for attempt in (Publication, audit_publication):
        message = refused(lambda attempt=attempt: attempt(folder))  # type: ignore[misc]
        assert "dubious ownership" in message
        assert "chown -R root" in message
    assert verify.main([str(folder / "articles.git")]) == 2
    assert not (tmp_path / "ran").exists()


def give_to_nobody(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)


@as_root
@pytest.mark.parametrize(
    "pattern",
    ["objects/pack/*.pack", "objects/pack/*.idx", "objects/pack", "objects", "refs/heads/ledger", "refs/heads/main",
     "refs/heads", "refs", "HEAD", "config", "."],
)  # fmt: skip
def test_what_may_not_be_read_is_not_missing(folder: Path, pattern: str) -> None:
    repository = folder / "articles.git"
    for path in [repository] if pattern == "." else repository.glob(pattern):
        path.chmod(0)
    for command in ("audit", "list"):
        done = run_command("--data", folder.parent, command, "daily", without=(CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH))
        assert done.returncode == 2, done.stdout + done.stderr
        assert done.stderr.count("ermission denied") >= 1, done.stderr
        assert done.stderr.count("\n") == 1, done.stderr
        for wrong in ("missing.", "is not a git repository. Run", "Traceback"):
            assert wrong not in done.stderr


def test_what_is_damaged_is_a_finding_and_not_a_refusal(folder: Path) -> None:
    for pack in (folder / "articles.git/objects/pack").glob("*.pack"):
        pack.chmod(0o644)
        pack.write_bytes(pack.read_bytes()[:20] + b"\0" * (pack.stat().st_size - 20))
    done = corrections(folder.parent, "audit", "daily")
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr


def test_settings_that_hide_damage_from_fsck_are_named(folder: Path) -> None:
    set_in_config("[fsck]\n missingEmail = ignore\n skipList = /dev/null\n")(folder / "articles.git")
    assert {finding.code for finding in audit_publication(folder)} == {"configuration"}


def test_lines_are_blamed_on_who_wrote_them_whatever_the_config_ignores(folder: Path, tmp_path: Path) -> None:
    publication = Publication(folder)
    main = str(publication.store.main())
    blamed = publication.store.blame(TALKS, main)
    publication.close()
    (tmp_path / "ignored").write_text(f"{main}\n")
    set_in_config(f"[blame]\n ignoreRevsFile = {tmp_path}/ignored\n")(folder / "articles.git")
    publication = Publication(folder)
    assert publication.store.blame(TALKS, main) == blamed
    publication.close()
