"""What disks, files and other people do to a publication: it says what is wrong, and loses nothing acknowledged."""

import contextlib
import http.client
import itertools
import json
import os
import random
import shutil
import sqlite3
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from git.exc import GitCommandError

from corrections.services import settings
from corrections.services.operations.audit import audit_publication
from corrections.services.operations.backup import back_up
from corrections.services.publication import Publication
from repo_store import Store
from tests.faults.test_kill import send, submit_value
from tests.newsroom import TALKS, a_correction, an_article, free_port, serving, start, submitted
from tests.service import run_command

pytestmark = pytest.mark.faults
SMALL = "6m"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few megabytes."""
    folder = tmp_path / "small"
    folder.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", folder]).returncode:
        pytest.skip("a small disk cannot be mounted here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def busy_publication(data: Path) -> None:
    """One in which many may send in a short time without being asked to compute first."""
    publication = Publication.create(data, "daily")
    an_article(publication)
    settings.put(publication, "proof-of-work", "off")
    publication.close()


def fill(folder: Path, leave: int = 0) -> Path:
    """Fill the disk but for `leave` bytes."""
    path = folder / "filler"
    with path.open("wb") as file:
        free = os.statvfs(folder)
        with contextlib.suppress(OSError):
            file.write(b"\0" * max(0, free.f_bavail * free.f_frsize - leave))
    return path


@pytest.mark.parametrize("leave", [0, 4096, 40_000, 120_000])
def test_a_full_disk_refuses_and_loses_nothing(small_disk: Path, leave: int) -> None:
    publication = Publication.create(small_disk, "daily")
    an_article(publication)
    settings.put(publication, "proof-of-work", "off")
    stored = [a_correction(publication, "1893", f"year {number}").replacement for number in range(3)]
    publication.close()
    with serving(small_disk) as site:
        port = int(site.rsplit(":", 1)[1])
        filler = fill(small_disk, leave)
        answers = {number: submit_value(port, number)[0] for number in range(100, 160)}
        stored += [f"year {number}" for number, status in answers.items() if status == 201]
        assert 503 in answers.values(), "the disk was to be full"
        assert set(answers.values()) <= {201, 503}
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(f"{site}/readyz", timeout=30)
        assert caught.value.code == 503
        filler.unlink()
        for _ in range(20):  # locks that a failed git left are looked at again after some seconds
            if (number := send(port, 999)) is not None:
                break
            time.sleep(1)
        assert number is not None, "with room again it goes on by itself"
        assert not list(small_disk.rglob("tmp_pack_*")), "what failed leaves nothing that takes room"
    assert set(stored) | {"year 999"} <= set(submitted(small_disk / "daily").values())
    assert audit_publication(small_disk / "daily") == []


def test_a_full_disk_fails_maintenance_and_backup_and_harms_nothing(small_disk: Path) -> None:
    publication = Publication.create(small_disk, "daily")
    an_article(publication)
    for number in range(20):
        a_correction(publication, "1893", f"year {number}")
    filler = fill(small_disk)
    with pytest.raises((OSError, sqlite3.Error, GitCommandError)):
        back_up(publication, small_disk / "backup")
    assert not (small_disk / "backup").exists()
    with contextlib.suppress(OSError, GitCommandError):  # whatever git says of a full disk
        publication.store.maintain()
    filler.unlink()
    a_correction(publication, "1893", "year 99")
    publication.store.maintain()
    back_up(publication, small_disk / "backup")
    publication.close()
    assert audit_publication(small_disk / "daily") == []


def test_two_services_on_one_folder_write_as_one(tmp_path: Path) -> None:
    busy_publication(tmp_path)
    acknowledged: list[str] = []
    with serving(tmp_path) as first, serving(tmp_path) as second:
        ports = [int(site.rsplit(":", 1)[1]) for site in (first, second)]

        def work(port: int, first: int) -> None:
            acknowledged.extend(f"year {value}" for value in range(first, first + 25) if send(port, value) is not None)

        threads = [threading.Thread(target=work, args=(ports[at % 2], at * 1000)) for at in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for site in (first, second):
            assert urllib.request.urlopen(f"{site}/readyz", timeout=30).status == 200
    assert len(acknowledged) == 150
    assert set(acknowledged) <= set(submitted(tmp_path / "daily").values())
    assert audit_publication(tmp_path / "daily") == []


def test_git_gc_by_hand_under_load_harms_nothing(tmp_path: Path) -> None:
    busy_publication(tmp_path)
    acknowledged: list[str] = []
    with serving(tmp_path) as site:
        port, stop = int(site.rsplit(":", 1)[1]), threading.Event()

        def work(first: int) -> None:
            value = first
            while not stop.is_set():
                value += 1
                if send(port, value) is not None:
                    acknowledged.append(f"year {value}")

        threads = [threading.Thread(target=work, args=(at * 10_000,)) for at in range(3)]
        for thread in threads:
            thread.start()
        commands = ("gc -q", "gc -q --aggressive", "repack -q -adf", "pack-refs --all", "gc -q --prune=now")
        for command in itertools.islice(itertools.cycle(commands), 30):
            # one that meets a batch half way may give up; what it must not do is harm
            subprocess.run(["git", "-C", tmp_path / "daily" / "articles.git", *command.split()], capture_output=True)
        stop.set()
        for thread in threads:
            thread.join()
    assert len(acknowledged) > 20
    assert set(acknowledged) <= set(submitted(tmp_path / "daily").values())
    assert audit_publication(tmp_path / "daily") == []


def test_sigterm_lets_requests_in_hand_finish(tmp_path: Path) -> None:
    publication = Publication.create(tmp_path, "daily")
    an_article(publication)
    publication.close()
    for round_ in range(3):
        port = free_port()
        process = start(tmp_path, port)
        answers: list[int | None] = []
        started = threading.Barrier(7)

        def work(
            value: int, port: int = port, answers: list[int | None] = answers, started: threading.Barrier = started
        ) -> None:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.connect()
            started.wait()
            selector = [{"type": "TextQuoteSelector", "exact": "1893"}]
            body = {
                "target": {"article": TALKS, "selector": selector},
                "body": {"type": "TextualBody", "value": f"year {value}"},
            }
            try:
                connection.request(
                    "POST", "/api/v1/daily/corrections", json.dumps(body), {"Content-Type": "application/json"}
                )
                answers.append(connection.getresponse().status)
            except (OSError, http.client.HTTPException):
                answers.append(None)

        threads = [threading.Thread(target=work, args=(round_ * 100 + at,)) for at in range(6)]
        for thread in threads:
            thread.start()
        started.wait()
        time.sleep(0.05)
        process.terminate()  # as systemd and containers do: the first process alone is told
        for thread in threads:
            thread.join()
        assert process.wait(timeout=30) == 0
        assert answers == [201] * 6
    assert audit_publication(tmp_path / "daily") == []


def broken_index(path: Path, damage: str) -> None:
    if damage == "missing":
        path.unlink()
    elif damage == "not a database":
        path.write_bytes(b"nothing that SQLite would know " * 1000)
    elif damage == "incomplete":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    elif damage == "empty":
        path.write_bytes(b"")
    else:
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE state SET value='1' WHERE key='schema'")
        connection.close()


@pytest.mark.parametrize("damage", ["missing", "not a database", "incomplete", "empty", "of another version"])
def test_an_index_that_is_broken_is_made_anew(tmp_path: Path, damage: str) -> None:
    publication = Publication.create(tmp_path, "daily")
    an_article(publication)
    a_correction(publication, "teh", "the")
    publication.close()
    for name in ("index.db-wal", "index.db-shm"):
        (tmp_path / "daily" / name).unlink(missing_ok=True)
    broken_index(tmp_path / "daily" / "index.db", damage)
    with serving(tmp_path) as site:
        port = int(site.rsplit(":", 1)[1])
        assert send(port, 1) == 2
        assert urllib.request.urlopen(f"{site}/daily/a/{TALKS}/history", timeout=30).status == 200
    assert audit_publication(tmp_path / "daily") == []


def test_an_index_of_an_older_time_is_caught_up(tmp_path: Path) -> None:
    publication = Publication.create(tmp_path, "daily")
    an_article(publication)
    publication.close()
    old = tmp_path / "old.db"
    shutil.copy(tmp_path / "daily" / "index.db", old)
    publication = Publication(tmp_path / "daily")
    a_correction(publication, "teh", "the")
    publication.close()
    for name in ("index.db-wal", "index.db-shm"):
        (tmp_path / "daily" / name).unlink(missing_ok=True)
    shutil.copy(old, tmp_path / "daily" / "index.db")
    reopened = Publication(tmp_path / "daily")
    assert reopened.correction(1).replacement == "the"
    reopened.close()
    assert audit_publication(tmp_path / "daily") == []


def test_a_corrupt_object_is_named_and_everything_else_still_served(tmp_path: Path) -> None:
    publication = Publication.create(tmp_path, "daily")
    an_article(publication)
    for number in range(5):
        a_correction(publication, "1893", f"year {number}")
    publication.close()
    chance = random.Random(4)
    packs = sorted((tmp_path / "daily" / "articles.git" / "objects" / "pack").glob("*.pack"))
    data = bytearray(packs[-1].read_bytes())
    data[len(data) // 2 + chance.randrange(10)] ^= 0xFF
    packs[-1].chmod(0o600)
    packs[-1].write_bytes(bytes(data))
    findings = audit_publication(tmp_path / "daily")
    assert findings, "a torn pack"
    assert any(finding.code in ("object", "unreadable", "event") for finding in findings)
    result = run_command("--data", tmp_path, "audit", "daily")
    assert result.returncode == 1
    assert "Traceback" not in result.stdout + result.stderr


def test_a_clock_that_is_set_back_dates_nothing_before_what_it_follows(tmp_path: Path) -> None:
    publication = Publication.create(tmp_path, "daily")
    an_article(publication)
    a_correction(publication, "teh", "the")
    head = publication.store.head()
    publication.store.close()
    yesterday = datetime.now(UTC) - timedelta(days=1)
    publication.store = Store.open(tmp_path / "daily" / "articles.git", clock=lambda: yesterday)
    a_correction(publication, "1893", "1894")
    assert publication.store.head().at == head.at, "not before the event it follows"
    publication.close()
    assert audit_publication(tmp_path / "daily") == []


def test_nothing_starts_on_a_read_only_disk_and_why_is_said_in_a_line(small_disk: Path) -> None:
    publication = Publication.create(small_disk, "daily")
    an_article(publication)
    publication.close()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    result = run_command("--data", small_disk, "serve", "--port", str(free_port()), timeout=60)
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    assert result.returncode != 0
    assert "read-only" in result.stderr.lower()
    assert "Traceback" not in result.stderr
