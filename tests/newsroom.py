"""Builders: a publication with an article in it, a reader's correction, an editor."""

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from corrections.index import queries
from corrections.services.actors import Actor
from corrections.services.articles import updates
from corrections.services.publication import Publication
from corrections.services.submission import submissions
from corrections.services.submission.submission import Submission
from corrections.text.anchoring.anchor import Selector
from corrections.text.comparison.merge import Side
from tests.service import Service

EDITOR = Actor("Mira", "editor")
VIEWER = Actor("Vic", "viewer")
TALKS = "2026/11/24/talks"
START_SECONDS = 120  # that a service may take to be ready: what it needs may hang for a while
TEXT = """# The talks

Ministers met on Tusday in teh capital, and **agreed** on [two points](https://example.org/points).

> “We always said so,” the minister said.

- the bridge opened in 1893
- and closed in 1971
"""


def an_article(
    publication: Publication, text: str = TEXT, article: str = TALKS, side: Side | None = None
) -> queries.Article:
    return updates.publish(publication, EDITOR, updates.ArticleText(article, text), side).article


def a_correction(
    publication: Publication, replacing: str, by: str | None, article: str = TALKS, **more: object
) -> queries.Correction:
    selector = Selector(replacing, str(more.pop("prefix", "")), str(more.pop("suffix", "")))
    return submissions.submit(publication, Submission(article, selector, by, **more))  # type: ignore[arg-type]


def made_once(empty: Path, folder: Path, build: Callable[[Publication], object]) -> Path:
    """The folder of a publication, beneath `folder`, in which `build` has put something; to be copied."""
    made = folder / "daily"
    shutil.copytree(empty, made)
    publication = Publication(made)
    build(publication)
    publication.close()
    return made


def submitted(folder: Path) -> dict[int, str | None]:
    """What the ledger of the publication in `folder` says was proposed, by the corrections' numbers."""
    opened = Publication(folder)
    found = {
        entry.corrections: entry.event.replacement
        for entry in opened.store.entries()
        if entry.event.type == "correction.submitted"
    }
    opened.close()
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(data: Path, port: int, host: str = "127.0.0.1", reached: str = "127.0.0.1", **settings: str) -> Service:
    """The real service, in a process group of its own, ready; `settings` are variables of its environment.

    It listens at `host`, and is asked at `reached` whether it is ready.
    It logs warnings alone unless told otherwise, to a file that `logged` reads: a full pipe would stop it.
    """
    defaults = {"CORRECTIONS_SUBMIT_LIMIT": "off", "CORRECTIONS_LOG": "off", "CORRECTIONS_WORKERS": "1"}
    environment = {**os.environ, **defaults, **settings}
    process = Service(["--data", str(data), "serve", "--host", host, "--port", str(port)], environment)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://{reached}:{port}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return process
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            if process.poll() is not None:
                break
            time.sleep(0.02)
    raise AssertionError(f"the service did not start: {logged(process)[-3000:]}")


def logged(process: Service) -> str:
    """What the service has written to stderr so far."""
    return process.stderr.read().decode()


def kill(process: "Service | subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError):  # it has ended by itself
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    deadline = time.monotonic() + 5
    with suppress(ProcessLookupError):  # its workers hold the port until they have ended too
        while time.monotonic() < deadline:
            os.killpg(process.pid, 0)
            time.sleep(0.01)


@contextmanager
def serving(data: Path) -> Iterator[str]:
    port = free_port()
    process = start(data, port)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)
