"""Durable submissions a second in the store at batches of 1 to 200: alone, and with a shared git server.

python -m benchmarks.remote_writes [SECONDS]

The server is a bare repository on this machine with `core.fsync=all`, reached by its path, over ssh (a real sshd on
loopback, where Debian's openssh-server is installed), over one ssh connection that all pushes share (`ControlMaster`
of ssh_config(5)), and over https (git's http-backend). The first row is a store without a server, in the same run.
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from benchmarks.commit_cost import importing, submission
from repo_store import Remote, Store
from tests.repo_store.shared_server import SharedServer, serving
from tests.ssh_server import ssh_server
from tests.test_tls import NOW, Authority

SECONDS = 5.0
BATCHES = (1, 8, 50, 200)
_numbers = count(1)


def rates(store: Store, seconds: float) -> list[float]:
    """Submissions a second at each size of a batch."""
    store.write(importing(0))
    revision, article = store.head().main, importing(0).event.article  # type: ignore[union-attr]
    assert revision
    measured = []
    for size in BATCHES:
        written, begin = 0, time.perf_counter()
        while time.perf_counter() - begin < seconds:
            ledger = store.head().ledger
            assert ledger
            store.write(*(submission(next(_numbers), article, revision, ledger) for _ in range(size)))
            written += size
        measured.append(written / (time.perf_counter() - begin))
    store.close()
    return measured


@contextmanager
def shared_server(folder: Path) -> Iterator[SharedServer]:
    folder.mkdir()
    server = SharedServer(folder / "server.git")
    server.git("config", "core.fsync", "all")
    server.git("config", "http.receivepack", "true")
    yield server


@contextmanager
def over_https(folder: Path) -> Iterator[str]:
    """The address of a server of git's over https; git trusts its certificate as long as this lasts."""
    with shared_server(folder):
        authority = Authority()
        trusted = folder / "authority.pem"
        trusted.write_bytes(authority.certificate.public_bytes(Encoding.PEM))
        certificate = authority.issue(folder, "localhost", NOW + timedelta(days=1))
        os.environ["GIT_SSL_CAINFO"] = str(trusted)
        with serving(folder, certificate=certificate) as http:
            yield f"https://localhost:{http.server_port}/server.git"


@contextmanager
def over_ssh(folder: Path) -> Iterator[str]:
    """The address of a server over ssh; git uses a key of this run as long as this lasts."""
    with shared_server(folder) as server, ssh_server(folder / "ssh") as ssh:
        os.environ["GIT_SSH_COMMAND"] = ssh.command
        yield ssh.url(server.path)


@contextmanager
def over_shared_ssh(folder: Path) -> Iterator[str]:
    """As `over_ssh`, set up as in docs/scaling.md: the first push signs in, the next ones use its connection."""
    with shared_server(folder) as server, ssh_server(folder / "ssh") as ssh:
        os.environ["GIT_SSH_COMMAND"] = ssh.shared_command
        yield ssh.url(server.path)


@contextmanager
def by_path(folder: Path) -> Iterator[str]:
    with shared_server(folder) as server:
        yield server.url


_REACHED = (
    ("a path", by_path),
    ("ssh", over_ssh),
    ("one ssh connection", over_shared_ssh),
    ("https", over_https),
)


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    print(f"{'submissions a second, in batches of':38}" + "".join(f"{size:>10}" for size in BATCHES))
    with tempfile.TemporaryDirectory() as folder:
        show("no server", rates(Store.create(Path(folder) / "alone" / "articles.git"), seconds))
        for name, reached in _REACHED:
            if reached in (over_ssh, over_shared_ssh) and not shutil.which("sshd"):
                print(f"{name}: no sshd on this machine")
                continue
            with reached(Path(folder) / name.replace(" ", "-")) as url:
                store = Store.open(Path(folder) / f"node of {name}" / "articles.git", remote=Remote(url))
                show(f"a server, reached by {name}", rates(store, seconds))


def show(name: str, measured: list[float]) -> None:
    print(f"{name:38}" + "".join(f"{rate:>10,.0f}" for rate in measured), flush=True)


if __name__ == "__main__":
    main()
