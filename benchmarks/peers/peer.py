"""What is asked of each: to be set up, started, killed; to save, to compare, to tell its history."""

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from http.client import HTTPConnection
from pathlib import Path

from tests.newsroom import free_port


class Unavailable(Exception):
    """It cannot be set up here; the message says what is missing."""


class Peer(ABC):
    """One service on this machine, in a folder of its own."""

    name: str

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True)
        self.set_up()

    @property
    def site(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @abstractmethod
    def set_up(self) -> None:
        """Install and configure. Raises `Unavailable`."""

    @abstractmethod
    def command(self) -> tuple[list[str], dict[str, str]]:
        """What starts the service, and its environment."""

    @abstractmethod
    def save(self, connection: HTTPConnection, page: str, text: str) -> bool:
        """Save a text to a page; was it acknowledged?"""

    def publish(self, page: str, revisions: list[str]) -> None:
        """Make a page of these revisions, as somebody who edits it would."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        for text in revisions:
            assert self.save(connection, page, text)

    @abstractmethod
    def compared(self, page: str, old: str, new: str) -> str:
        """Make a page of two revisions; the address that shows their difference."""

    @abstractmethod
    def told(self, page: str, revisions: list[str]) -> str:
        """Make a page of these revisions; the address that shows its history."""

    @abstractmethod
    def kept(self, pages: list[str]) -> str:
        """All that is kept of these pages, every revision, as one text to look for words in."""

    def revived(self) -> bool:
        """Start it again where it has stopped by itself; had it?"""
        stopped = self.process.poll() is not None
        if stopped:
            self.start()
        return stopped

    def start(self) -> None:
        command, environment = self.command()
        log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(
            command, env={**os.environ, **environment}, start_new_session=True, stdout=log, stderr=log
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(self.site, timeout=10).read()
                return
            except urllib.error.HTTPError:
                return  # it answers
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        raise Unavailable(f"{self.name} did not start: {(self.folder / 'log').read_text()[-500:]}")

    def kill(self, how: int = signal.SIGKILL) -> None:
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, how)
            self.process.wait(timeout=60)
