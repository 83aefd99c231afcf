"""A real OpenSSH server for tests, and the key with which git signs in to it."""

import getpass
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.newsroom import free_port
from tests.test_workers import wait_until


def program(name: str) -> str:
    """Where a server of the system is; skips the test where there is none, or fails where it has to be there."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None and os.environ.get("REQUIRE_SERVERS") == "1":
        pytest.fail(f"no {name}, and REQUIRE_SERVERS=1")
    return found or pytest.skip(f"no {name} here")


class SshServer:
    """On loopback; `folder` has its host key, the key `key` of a node, and the keys that may sign in."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.sockets = Path(tempfile.mkdtemp(prefix="ssh-"))  # whose paths must be short
        folder.mkdir()
        for name in ("host", "key"):
            self.make_key(name)
        self.allow()
        self._process: subprocess.Popen[bytes] | None = None

    def make_key(self, name: str) -> None:
        for path in self.folder.glob(f"{name}*"):
            path.unlink()
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.folder / name], check=True)

    def allow(self) -> None:
        """Let the node's key sign in."""
        (self.folder / "authorized").write_text((self.folder / "key.pub").read_text())

    def url(self, path: Path) -> str:
        return f"ssh://{getpass.getuser()}@127.0.0.1:{self.port}{path}"

    @property
    def command(self) -> str:
        """For `GIT_SSH_COMMAND`: the server's host key is noted at the first connection."""
        known = f"-oStrictHostKeyChecking=accept-new -oUserKnownHostsFile={self.folder}/known_hosts"
        return f"ssh -F /dev/null -i {self.folder}/key {known} -oLogLevel=ERROR"

    @property
    def shared_command(self) -> str:
        """As docs/scaling.md sets it up: the first connection signs in, the next ones use it."""
        return f"{self.command} -oControlMaster=auto -oControlPath={self.sockets}/%C -oControlPersist=10"

    def start(self) -> None:
        options = {
            "Port": self.port, "ListenAddress": "127.0.0.1", "HostKey": self.folder / "host", "PidFile": "none",
            "AuthorizedKeysFile": self.folder / "authorized", "StrictModes": "no", "PermitRootLogin": "yes",
            "UsePAM": "no",
        }  # fmt: skip
        arguments = [f"-o{name}={value}" for name, value in options.items()]
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)  # sshd does not start without it
        self._process = subprocess.Popen(
            [program("sshd"), "-D", "-E", self.folder / "log", "-f", "/dev/null", *arguments]
        )
        wait_until(self._listens)

    def stop(self) -> None:
        """End it; the connections that it has go on."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait()

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@contextmanager
def ssh_server(folder: Path) -> Iterator[SshServer]:
    """A running one; `folder` does not exist yet."""
    server = SshServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(server.sockets)
