"""kill -9 in mid-submission: what was acknowledged is there after the restart.

`CORRECTIONS_FAULT_ROUNDS` says how often (3 by default; `make faults` takes 20): so often the whole service is killed,
and ten times as often its worker alone, beneath readers who go on sending.
"""

import http.client
import itertools
import json
import os
import random
import shutil
import signal
import threading
import time
from pathlib import Path

import pytest
from git import Repo

from corrections.index import queries
from corrections.services import settings
from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from tests.newsroom import TALKS, a_correction, an_article, free_port, kill, logged, start, submitted
from tests.service import Service

ROUNDS = int(os.environ.get("CORRECTIONS_FAULT_ROUNDS", "3"))
SUBMISSIONS = 100
CLIENTS = 8


def submit_value(port: int, value: int) -> tuple[int, int | None]:
    """Status (0: no answer) and number of one submission."""
    selector = [{"type": "TextQuoteSelector", "exact": "1893"}]
    body = {
        "target": {"article": TALKS, "selector": selector},
        "body": {"type": "TextualBody", "value": f"year {value}"},
    }
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("POST", "/api/v1/daily/corrections", json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer_body = json.loads(answer.read())
        return answer.status, int(answer_body["number"]) if answer.status == 201 else None
    except (OSError, http.client.HTTPException, ValueError):
        return 0, None
    finally:
        connection.close()


def send(port: int, value: int) -> int | None:
    """The number that one submission was acknowledged with, or None."""
    return submit_value(port, value)[1]


@pytest.mark.faults
def test_everything_acknowledged_survives_kill_nine(tmp_path: Path):
    publication = Publication.create(tmp_path, "daily")
    an_article(publication)
    publication.close()
    acknowledged: dict[int, str] = {}
    chance = random.Random(1)
    for round_number in range(ROUNDS):
        port = free_port()
        process = start(tmp_path, port)
        values = iter(range(round_number * SUBMISSIONS, (round_number + 1) * SUBMISSIONS))
        turn = threading.Lock()

        def work(port: int = port, values=values, turn: threading.Lock = turn) -> None:
            while True:
                with turn:
                    value = next(values, None)
                if value is None:
                    return
                number = send(port, value)
                if number is not None:
                    acknowledged[number] = f"year {value}"

        threads = [threading.Thread(target=work) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        enough = len(acknowledged) + chance.randint(1, SUBMISSIONS // 2)
        while len(acknowledged) < enough and any(thread.is_alive() for thread in threads):
            time.sleep(chance.uniform(0, 0.02))
        kill(process)
        for thread in threads:
            thread.join()
        opened = Publication(tmp_path / "daily")
        replacements = submitted(tmp_path / "daily")
        for number, words in acknowledged.items():
            assert replacements[number] == words
        assert opened.correction(len(replacements)).number == opened.store.head().corrections
        opened.close()
        assert audit_publication(tmp_path / "daily") == []
    assert len(acknowledged) >= ROUNDS, "too little was acknowledged before the kills: the test proved nothing"


@pytest.mark.faults
def test_a_worker_that_is_killed_under_load_is_replaced_and_nothing_acknowledged_is_lost(tmp_path: Path):
    publication = Publication.create(tmp_path, "daily")
    an_article(publication)
    settings.put(publication, "proof-of-work", "off")
    publication.close()
    port = free_port()
    process = start(tmp_path, port)
    acknowledged: dict[int, str] = {}
    values, stop, chance = itertools.count(), threading.Event(), random.Random(3)

    def work() -> None:
        while not stop.is_set():
            value = next(values)
            number = send(port, value)
            if number is None:
                time.sleep(0.02)
            else:
                acknowledged[number] = f"year {value}"

    threads = [threading.Thread(target=work) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    killed = 0
    try:
        while killed < 10 * ROUNDS:
            before = len(acknowledged)
            deadline = time.monotonic() + 60
            while len(acknowledged) == before:  # it is back by itself
                assert time.monotonic() < deadline, f"not back after kill {killed}: {logged(process)[-2000:]}"
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 0.1))
            for worker in workers(process.pid):
                os.kill(worker, signal.SIGKILL)
                killed += 1
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        process.terminate()
        process.wait(timeout=30)
    stored = submitted(tmp_path / "daily")
    assert len(acknowledged) >= killed
    assert {number: stored.get(number) for number in acknowledged} == acknowledged
    assert audit_publication(tmp_path / "daily") == []


def workers(arbiter: int) -> list[int]:
    """The processes that answer requests, beneath the one that was started."""
    return [int(pid) for pid in Path(f"/proc/{arbiter}/task/{arbiter}/children").read_text().split()]


@pytest.mark.faults
def test_a_redaction_that_is_killed_has_happened_or_has_not(tmp_path: Path):
    """Wherever kill -9 meets it, the next to open the folder leaves the words in all places or in none."""
    words = "Quillfeather"
    original = Publication.create(tmp_path / "whole", "daily")
    an_article(original)
    for number in range(40):
        a_correction(original, "1893", f"year {number} ({words})")
    original.close()
    chance = random.Random(2)
    outcomes = set()
    for round_number in range(4 * ROUNDS):
        data = tmp_path / str(round_number)
        shutil.copytree(tmp_path / "whole", data)
        command = ["--data", str(data), "redact", "daily", "--article", TALKS]
        process = Service([*command, "--words", words, "--reason", "Privacy.", "--yes"], os.environ)
        repository = data / "daily" / "articles.git"
        packs = len(list(repository.glob("objects/pack/*.pack")))
        while len(list(repository.glob("objects/pack/*.pack"))) <= packs and process.poll() is None:
            time.sleep(0.005)  # the checkpoint before it; from there on it is at work
        time.sleep(chance.random() * 0.4)
        kill(process)
        reopened = Publication(data / "daily")
        remaining = sum(
            words in (correction.replacement or "")
            for correction in queries.corrections(reopened.index, queries.Filter())
        )
        assert remaining in (0, 40)
        outcomes.add(remaining)
        assert audit_publication(data / "daily") == []
        with Repo(repository) as repo:
            objects = repo.git.cat_file("--batch-all-objects", "--batch", "--unordered")
        assert (words in objects) == (remaining == 40)
        reopened.close()
    assert outcomes, "how often it was done and how often not depends on the machine"
