"""How a shared git server is reached: over ssh and http, with a key or a password, and never with a question."""

from pathlib import Path

import pytest

from repo_store.errors import RemoteFailure, RemoteUnavailable
from tests.repo_store.shared_server import Nodes, SharedServer, check_all_agree, serving, submitted
from tests.repo_store.test_store import importing, submitting


def program(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def write_in_turn(nodes: Nodes, server: SharedServer) -> None:
    north, south = nodes.add("north"), nodes.add("south")
    imported = north.write(importing())[0].entry
    south.write(submitting(1, imported.main, imported.id))
    north.write(submitting(2, imported.main, imported.id))
    assert submitted(north) == [1, 2]
    check_all_agree(server, north, south)
    nodes.close()


def test_over_ssh_without_a_prompt(tmp_path: Path, server: SharedServer, monkeypatch: pytest.MonkeyPatch):
    """The last argument of ssh is the command for the other end, which here is the same machine."""
    record = tmp_path / "arguments"
    ssh = program(tmp_path / "ssh", f'echo "$@" >> {record}; for command; do :; done; exec sh -c "$command"')
    monkeypatch.setenv("GIT_SSH_COMMAND", f"{ssh} -i {tmp_path}/key")
    write_in_turn(Nodes(tmp_path, f"ssh://git@server.example.org:2222{server.path}"), server)
    for line in record.read_text().splitlines():
        assert f"-i {tmp_path}/key" in line
        assert "-oBatchMode=yes" in line
        assert "git@server.example.org" in line


def test_over_http_with_the_answer_of_askpass(tmp_path: Path, server: SharedServer, monkeypatch: pytest.MonkeyPatch):
    server.git("config", "http.receivepack", "true")
    monkeypatch.setenv("GIT_ASKPASS", str(program(tmp_path / "askpass", "echo s3cret")))
    with serving(tmp_path, "s3cret") as http:
        write_in_turn(Nodes(tmp_path, http.url("server.git", "node@")), server)


def test_a_wrong_password_is_refused_at_once_and_asked_for_nowhere(
    tmp_path: Path, server: SharedServer, monkeypatch: pytest.MonkeyPatch
):
    server.git("config", "http.receivepack", "true")
    monkeypatch.delenv("GIT_ASKPASS", raising=False)
    with serving(tmp_path, "s3cret") as http:
        for user in ("", "node@", "node:wr0ng@"):
            nodes = Nodes(tmp_path, http.url("server.git", user))
            with pytest.raises(RemoteUnavailable) as caught:
                nodes.add("north")
            assert "wr0ng" not in caught.value.message


def test_a_write_alone_takes_one_connection(tmp_path: Path, server: SharedServer):
    """Each push asks for the references and sends what is new; a node that others write past fetches once more."""
    server.git("config", "http.receivepack", "true")
    with serving(tmp_path) as http:
        nodes = Nodes(tmp_path, http.url("server.git"))
        north, south = nodes.add("north"), nodes.add("south")
        imported = north.write(importing())[0].entry
        south.fetch()
        http.requests.clear()
        north.write(*(submitting(number, imported.main, imported.id) for number in range(1, 50)))
        assert [request.split("?")[0] for request in http.requests] == [
            "GET /server.git/info/refs",
            "POST /server.git/git-receive-pack",
        ]
        south.write(submitting(50, imported.main, imported.id))
        http.requests.clear()
        south.write(submitting(51, imported.main, imported.id))
        pushes = [request for request in http.requests if request.endswith("git-receive-pack")]
        assert len(pushes) == 2, "it fetches before it pushes, since others were writing"
        nodes.close()


def test_what_ssh_complains_of_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    ssh = program(tmp_path / "ssh", "echo 'git@server.example.org: Permission denied (publickey).' >&2; exit 255")
    monkeypatch.setenv("GIT_SSH_COMMAND", str(ssh))
    with pytest.raises(RemoteUnavailable, match=r"Permission denied \(publickey\)"):
        Nodes(tmp_path, "ssh://git@server.example.org/daily.git").add("north")


def test_a_folder_that_is_no_repository_is_no_server(tmp_path: Path):
    nodes = Nodes(tmp_path, str(tmp_path / "nothing"))
    with pytest.raises(RemoteFailure, match="does not appear to be a git repository"):
        nodes.add("north")
