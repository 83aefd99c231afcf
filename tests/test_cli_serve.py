"""Where the service listens, and what stops it at its start."""

import errno
import json
import socket
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from corrections.cli import main
from tests.newsroom import free_port, kill, logged, start
from tests.service import run_command
from tests.test_cli import run


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"CORRECTIONS_SMTP": "mail.example.org"}, "CORRECTIONS_SMTP"),
        ({"CORRECTIONS_SMTP": "smtp://mail.example.org:99999"}, "CORRECTIONS_SMTP must be an address such as"),
        ({"CORRECTIONS_SMTP": "smtp://mail.example.org"}, "CORRECTIONS_URL"),
        ({"CORRECTIONS_SMTP": "smtp://h", "CORRECTIONS_URL": "https://c.example.org"}, "CORRECTIONS_MAIL_FROM"),
        ({"CORRECTIONS_LIMITS": "somewhere"}, "CORRECTIONS_LIMITS"),
        ({"CORRECTIONS_CONNECT_KEY": "short"}, "CORRECTIONS_CONNECT_KEY must have at least 20 characters"),
        ({"CORRECTIONS_PRIVATE_HOSTS": "10.0.0.0/8, 10.1.0.0/99"}, "10.1.0.0/99"),
    ],
)
def test_settings_of_the_service_that_cannot_be_stop_it_at_start(
    data: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], named: str
):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    result = run_command("--data", data, "serve", "--port", "1")
    assert result.returncode == 2
    assert named in result.stderr


def test_a_variable_that_is_no_setting_is_remarked_on(data: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CORRECTIONS_DATABSE", "postgresql://db.example.org/corrections")
    shown = run_command("--data", data, "config")
    assert shown.returncode == 0
    assert "no setting CORRECTIONS_DATABSE. Did you mean CORRECTIONS_DATABASE?" in shown.stderr
    assert "Did you mean CORRECTIONS_DATABASE?" in run_command("--data", data, "serve", "--port", "0").stderr


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--port", "99999"], "from 1 to 65535"),
        (["--port", "0"], "from 1 to 65535"),
        (["--port", "-1"], "from 1 to 65535"),
        (["--port", "many"], "not a valid integer"),
        (["--host", "nowhere.invalid"], "the host name nowhere.invalid cannot be resolved"),
        (["--host", "192.0.2.7"], "does not have that address"),
        (["--host", "::1::2"], "the host name ::1::2 cannot be resolved"),
        (["--host", "2001:db8::7"], "Cannot listen at [2001:db8::7]:8000"),
    ],
)
def test_where_nothing_can_listen_is_told_in_one_line(data: Path, options: list[str], expected: str):
    assert expected in run(data, "serve", *options, status=2)


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_a_port_in_use_is_told_in_one_line(data: Path, family: socket.AddressFamily):
    host = "127.0.0.1" if family == socket.AF_INET else "::1"
    with socket.socket(family) as listener:
        listener.bind((host, 0))
        listener.listen()
        answer = run(data, "serve", "--host", host, "--port", str(listener.getsockname()[1]), status=2)
    assert "in use" in answer


def test_a_port_of_the_system_is_told_in_one_line(data: Path, monkeypatch: pytest.MonkeyPatch):
    class Forbidden(socket.socket):
        def bind(self, address: object) -> None:
            raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket, "socket", Forbidden)
    result = CliRunner().invoke(main, ["--data", str(data), "serve", "--port", "80"])
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert "below 1024" in result.stderr


@pytest.mark.parametrize(
    ("host", "base"),
    [
        ("::1", "http://[::1]:8123"),
        ("[::1]", "http://[::1]:8123"),
        ("::", "http://[::]:8123"),
        ("127.0.0.1", "http://127.0.0.1:8123"),
        ("localhost", "http://localhost:8123"),
    ],
)
def test_the_demo_names_addresses_that_can_be_opened(data: Path, host: str, base: str):
    assert f"{base}/demo/review/\n" in run(data, "demo", "--host", host, "--port", "8123")


@pytest.mark.parametrize("host", ["::1", "[::1]", "::", "127.0.0.1"])
def test_the_service_answers_on_either_kind_of_address(data: Path, host: str):
    port = free_port()
    reached = "127.0.0.1" if "." in host else "[::1]"
    process = start(data, port, host=host, reached=reached, SCRIPT_NAME="/fix")
    try:
        for prefix in ("", "/fix"):  # a proxy may leave the prefix in the path or take it off
            with urllib.request.urlopen(f"http://{reached}:{port}{prefix}/daily/corrections.json") as answer:
                feed = json.load(answer)
            assert feed["feed_url"] == f"http://{reached}:{port}/fix/daily/corrections.json"
    finally:
        kill(process)


@pytest.mark.parametrize("prefix", ["/a b", '/"x"', "/a?b"])
def test_a_prefix_that_is_no_path_stops_the_service_at_start(data: Path, monkeypatch: pytest.MonkeyPatch, prefix: str):
    monkeypatch.setenv("SCRIPT_NAME", prefix)
    assert "SCRIPT_NAME" in run(data, "serve", status=2)


def test_a_prefix_that_is_a_publications_name_is_remarked_on(data: Path):
    process = start(data, free_port(), SCRIPT_NAME="/daily")
    try:
        assert "SCRIPT_NAME is /daily, the name of a publication" in logged(process)
    finally:
        kill(process)


def test_without_a_git_the_service_does_not_start(data: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GIT_PYTHON_GIT_EXECUTABLE", "/nowhere/git")
    result = run_command("--data", data, "serve", "--port", str(free_port()))
    assert result.returncode == 2
    assert "git cannot be run: /nowhere/git was not found" in result.stderr
