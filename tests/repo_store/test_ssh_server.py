"""A shared git server over a real ssh: nodes write in turn, and what stands in the way is named."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from repo_store.errors import RemoteUnavailable
from tests.repo_store.shared_server import Nodes, SharedServer, check_all_agree, submitted
from tests.repo_store.test_store import ARTICLE, importing, submitting
from tests.ssh_server import SshServer, ssh_server


@pytest.fixture
def ssh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SshServer]:
    with ssh_server(tmp_path / "ssh") as running:
        monkeypatch.setenv("GIT_SSH_COMMAND", running.command)
        yield running


@pytest.fixture
def nodes(tmp_path: Path, server: SharedServer, ssh: SshServer) -> Iterator[Nodes]:
    new_nodes = Nodes(tmp_path, ssh.url(server.path))
    yield new_nodes
    new_nodes.close()


@pytest.mark.parametrize("connections", ["one for each push", "one for all"])
def test_nodes_write_in_turn_and_go_on_after_a_restart_of_the_server(
    server: SharedServer, ssh: SshServer, nodes: Nodes, monkeypatch: pytest.MonkeyPatch, connections: str
):
    if connections == "one for all":
        monkeypatch.setenv("GIT_SSH_COMMAND", ssh.shared_command)
    north, south = nodes.add("north"), nodes.add("south")
    imported = north.write(importing())[0].entry
    south.write(submitting(1, imported.main, imported.id))
    ssh.stop()
    if connections == "one for each push":
        with pytest.raises(RemoteUnavailable, match="Connection refused"):
            north.write(submitting(2, imported.main, imported.id))
    assert north.text(ARTICLE, imported.main) == "Ministers met on Tusday.\n"
    ssh.start()
    north.write(submitting(2, imported.main, imported.id))
    assert submitted(north) == [1, 2]
    check_all_agree(server, north, south)


def test_a_key_that_may_not_sign_in_is_named(ssh: SshServer, nodes: Nodes):
    north = nodes.add("north")
    imported = north.write(importing())[0].entry
    (ssh.folder / "authorized").write_text("")
    with pytest.raises(RemoteUnavailable, match="Permission denied"):
        north.write(submitting(1, imported.main, imported.id))
    ssh.allow()
    assert north.write(submitting(1, imported.main, imported.id))[0].entry.corrections == 1


def test_a_host_key_that_has_changed_is_named_with_the_file_that_has_the_old_one(ssh: SshServer, nodes: Nodes):
    north = nodes.add("north")
    imported = north.write(importing())[0].entry
    ssh.stop()
    ssh.make_key("host")
    ssh.start()
    with pytest.raises(RemoteUnavailable) as raised:
        north.write(submitting(1, imported.main, imported.id))
    assert f"Offending ED25519 key in {ssh.folder}/known_hosts:1" in raised.value.message
    assert "Host key verification failed" in raised.value.message
    (ssh.folder / "known_hosts").unlink()
    assert north.write(submitting(1, imported.main, imported.id))[0].entry.corrections == 1
