"""Nobody else on the machine reads held words, contacts or keys, whatever umask a command is started with."""

import json
import os
import signal
import stat
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from corrections.services.publication import Publication
from tests.newsroom import TALKS, TEXT, a_correction, an_article, free_port, start
from tests.service import run_command

pytestmark = pytest.mark.usefixtures("open_umask")


@pytest.fixture
def open_umask():
    before = os.umask(0)
    yield
    os.umask(before)


def run(data: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    result = run_command("--data", data, *command)
    assert "Traceback" not in result.stderr
    return result


def readable_by_others(folder: Path) -> list[str]:
    paths = [path for path in (folder, *folder.rglob("*")) if not path.is_symlink()]
    return [f"{path} {stat.filemode(path.stat().st_mode)}" for path in paths if path.stat().st_mode & 0o077]


def test_every_command_writes_for_its_owner_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    article = tmp_path / "talks.md"
    article.write_text(TEXT)
    run(data, "init", "daily")
    assert run(data, "import", "daily", str(article), "--id", TALKS).returncode == 0
    run(data, "user", "daily", "Mira", "--role", "admin", "--email", "mira@example.org")
    run(data, "token", "daily", "--role", "editor", "--name", "Mira")
    port = free_port()
    service = start(data, port)
    body = {
        "target": {"article": TALKS, "selector": {"type": "TextQuoteSelector", "exact": "Tusday"}},
        "body": {"type": "TextualBody", "value": "Tuesday"},
    }
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/daily/corrections",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 201
    subprocess.run(
        ["git", "clone", "--quiet", f"http://127.0.0.1:{port}/daily/articles.git", str(tmp_path / "clone")], check=True
    )
    os.killpg(service.pid, signal.SIGTERM)
    service.wait(timeout=30)
    run(data, "checkpoint", "daily")
    run(data, "reindex", "daily")
    run(data, "maintain", "daily")
    run(data, "audit", "daily")
    run(data, "backup", "daily", str(tmp_path / "backup"))
    run(data, "demo")
    run(tmp_path / "restored", "restore", "daily", str(tmp_path / "backup"))
    assert (tmp_path / "restored" / "daily" / "private.db").exists()
    assert readable_by_others(data) == []
    assert readable_by_others(tmp_path / "restored") == []
    assert not (tmp_path / "backup").stat().st_mode & 0o077


def loose(publication: Publication) -> Path:
    an_article(publication)
    a_correction(publication, "Tusday", "Tuesday")
    publication.close()
    for path in (publication.folder, *publication.folder.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)
    return publication.folder


def test_a_folder_that_others_could_read_is_closed_when_it_is_opened(publication: Publication) -> None:
    folder = loose(publication)
    result = run(folder.parent, "list", "daily")
    assert result.returncode == 0
    assert "could be read by other users" in result.stderr
    assert folder.stat().st_mode & 0o077 == 0, "so nothing in it can be reached"
    assert [path for path in folder.iterdir() if path.is_file() and path.stat().st_mode & 0o077] == []
    assert "other users" not in run(folder.parent, "list", "daily").stderr, "it is said once"


def test_a_folder_shared_with_a_group_on_purpose_stays_so(publication: Publication) -> None:
    folder = loose(publication)
    folder.chmod(0o2777)
    run(folder.parent, "list", "daily")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o2770


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives a folder to another user")
def test_a_folder_of_somebody_else_is_warned_of(publication: Publication) -> None:
    folder = loose(publication)
    folder.parent.chmod(0o777)
    for parent in folder.parents:
        if parent != Path("/") and parent != Path("/tmp"):
            parent.chmod(parent.stat().st_mode | 0o055)
    command = (
        "import os, sys; os.setgroups([]); os.setgid(65534); os.setuid(65534); "
        "from corrections.services.operations.file_permissions import restrict; from pathlib import Path; restrict(Path(sys.argv[1]))"
    )
    result = subprocess.run([sys.executable, "-c", command, str(folder)], capture_output=True, text=True, cwd="/")
    if "ModuleNotFoundError" in result.stderr or "PermissionError" in result.stderr:
        pytest.skip("the program itself cannot be read by another user here")
    assert "Run as its owner: chmod -R go-rwx" in result.stderr
