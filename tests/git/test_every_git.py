"""Every git that is started: in the code by one function, and in a whole story with nothing of its surroundings."""

import ast
import json
import os
import re
import shutil
import subprocess
import urllib.request
from pathlib import Path

import pytest

from tests.git.story import run_story
from tests.newsroom import TALKS, TEXT, free_port, kill, start
from tests.service import run_command, run_verifier

ROOT = Path(__file__).parent.parent.parent
ONLY = ROOT / "repo_store" / "git" / "command.py"
STARTERS = {
    "subprocess": {"Popen", "run", "call", "check_call", "check_output", "getoutput", "getstatusoutput"},
    "os": {"system", "popen", "posix_spawn", "posix_spawnp"},
    "asyncio": {"create_subprocess_exec", "create_subprocess_shell"},
}
GITPYTHON = {"Repo", "Git"}


def starts(path: Path) -> list[str]:
    """The places in a file where a process or a GitPython of its own is started."""
    tree = ast.parse(path.read_text())
    starting = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in STARTERS:
            starting += [(node, name.name) for name in node.names if name.name in STARTERS[node.module]]
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        if isinstance(function, ast.Name) and function.id in GITPYTHON:
            starting.append((node, function.id))
        elif isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
            owner, name = function.value.id, function.attr
            spawns = owner == "os" and name.startswith(("exec", "spawn"))
            if (
                spawns
                or name in STARTERS.get(owner, ())
                or owner in GITPYTHON
                or (owner == "git" and name in GITPYTHON)
            ):
                starting.append((node, f"{owner}.{name}"))
    return [f"{path.relative_to(ROOT)}:{node.lineno} {name}" for node, name in starting]


def test_git_is_started_in_one_place() -> None:
    places = [
        place for package in ("corrections", "repo_store") for path in sorted((ROOT / package).rglob("*.py"))
        if path != ONLY for place in starts(path)
    ]  # fmt: skip
    assert places == []
    assert starts(ONLY)


def test_benchmarks_start_git_there_too() -> None:
    for path in sorted((ROOT / "benchmarks").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.List) and node.args[0].elts:
                first = node.args[0].elts[0]
                assert not (isinstance(first, ast.Constant) and first.value == "git"), f"{path}:{node.lineno}"


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which every git on PATH writes its arguments and environment."""
    recorder, folder = tmp_path / "bin" / "git", tmp_path / "record"
    recorder.parent.mkdir()
    folder.mkdir()
    recorder.write_text(
        f'#!/bin/sh\nfile=$(mktemp {folder}/XXXXXXXXXX)\nprintf "%s\\0" "$#" "$@" > $file\nenv -0 >> $file\n'
        f'exec {shutil.which("git")} "$@"\n'
    )
    recorder.chmod(0o755)
    monkeypatch.setenv("PATH", f"{recorder.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_TRACE2_EVENT", str(tmp_path / "trace"))
    return folder


def recorded(record: Path) -> list[tuple[list[str], dict[str, str]]]:
    """What every git was started with: its arguments, its environment."""
    starts = []
    for file in record.iterdir():
        count, *rest = file.read_text().rstrip("\0").split("\0")
        environment = dict(line.partition("=")[::2] for line in rest[int(count) :])
        starts.append((rest[: int(count)], environment))
    return starts


def settings_of(environment: dict[str, str]) -> dict[str, str]:
    return {
        environment[f"GIT_CONFIG_KEY_{number}"]: environment[f"GIT_CONFIG_VALUE_{number}"]
        for number in range(int(environment["GIT_CONFIG_COUNT"]))
    }


def corrections(data: Path, *arguments: str) -> str:
    done = run_command("--data", data, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_git_of_a_whole_story_is_told_where_it_works_and_nothing_else(record: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    article = tmp_path / "talks.md"
    article.write_text(TEXT)
    corrections(data, "init", "daily")
    corrections(data, "import", "daily", str(article), "--id", TALKS)
    token = corrections(data, "token", "daily", "--role", "editor", "--name", "Mira").strip()
    port = free_port()
    service = start(data, port)
    try:
        target = {"source": TALKS, "selector": {"type": "TextQuoteSelector", "exact": "Tusday"}}
        body = {"type": "TextualBody", "value": "Tuesday", "purpose": "editing"}
        correction = request_api(port, "corrections", {"target": target, "body": body, "category": "typo"}, token)
        decision = {
            "decision": "accept",
            "based_on": request_api(port, f"corrections/{correction['number']}", None, token)["last_event"],
        }
        request_api(port, f"corrections/{correction['number']}/decisions", decision, token)
        for name, address in (("articles", ""), ("ledger", f"anything:{token}@")):
            plain = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
            command = [shutil.which("git", path=os.defpath) or "/usr/bin/git", "clone", "-q",
                       f"http://{address}127.0.0.1:{port}/daily/{name}.git", str(tmp_path / name)]  # fmt: skip
            subprocess.run(command, check=True, env=plain)
        assert "Tuesday" in (tmp_path / "articles" / "articles" / TALKS / "text.md").read_text()
    finally:
        kill(service)
    corrections(data, "checkpoint", "daily")
    corrections(data, "audit", "daily")
    corrections(data, "backup", "daily", str(tmp_path / "backup"))
    corrections(tmp_path / "again", "restore", "daily", str(tmp_path / "backup"))
    corrections(data, "redact", "daily", "--article", TALKS, "--words", "1893", "--reason", "Privacy.", "--yes")
    corrections(data, "maintain", "daily")
    assert run_verifier(tmp_path / "ledger").returncode == 3, "no key was named"
    key = corrections(data, "key", "daily").strip()
    assert run_verifier(data / "daily" / "articles.git", "--key", key).returncode == 0
    starts = recorded(record)
    commands = {arguments[0] for arguments, _ in starts}
    assert {"init", "update-ref", "cat-file", "http-backend", "fetch", "fsck", "log", "bundle", "repack",
            "commit-graph", "prune", "diff-tree"} <= commands  # fmt: skip
    for arguments, environment in starts:
        check(arguments, environment)
    assert not (tmp_path / "trace").exists()


def check(arguments: list[str], environment: dict[str, str]) -> None:
    assert os.path.isabs(environment["GIT_DIR"]), arguments
    is_asked_at_start = arguments == ["version"] and environment["GIT_DIR"].endswith("/data")
    assert is_asked_at_start or re.search(r"/(articles|public|ledger)(\.git|/\.git)$", environment["GIT_DIR"]), (
        arguments,
        environment["GIT_DIR"],
    )
    assert environment["GIT_CONFIG_NOSYSTEM"] == "1"
    assert environment["GIT_CONFIG_GLOBAL"] == "/dev/null"
    assert environment["GIT_NO_REPLACE_OBJECTS"] == "1"
    assert environment["GIT_GRAFT_FILE"] == "/dev/null"
    assert environment["GIT_SHALLOW_FILE"] == ""
    assert environment["GIT_TERMINAL_PROMPT"] == "0"
    assert environment["LC_ALL"] == "C"
    assert settings_of(environment)["core.hooksPath"] == "/dev/null"
    assert not {"GIT_TRACE2_EVENT", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_CONFIG_PARAMETERS"} & set(
        environment
    )
    assert arguments[0] != "init" or "--template=" in arguments


def request_api(port: int, path: str, body: object, token: str) -> dict[str, object]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/daily/{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", ["data", "we$HOME ~x", "link"])
def test_a_folder_is_named_from_where_the_service_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    run_story(Path(name), Path())


def test_a_write_starts_no_git(record: Path, tmp_path: Path) -> None:
    from corrections.services.publication import Publication
    from tests.newsroom import a_correction, an_article

    publication = Publication.create(tmp_path / "data", "daily")
    an_article(publication)
    a_correction(publication, "1893", "year 0")
    before = len(recorded(record))
    for number in range(1, 4):
        a_correction(publication, "1893", f"year {number}")
    started = [arguments[0] for arguments, _ in recorded(record)]
    publication.close()
    assert len(started) == before, started[before:]
