"""kill -9 in mid-submission: what was acknowledged is there after the restart.

`CORRECTIONS_FAULT_ROUNDS` says how often (3 by default; `make faults` takes 20).
"""

import http.client
import json
import os
import random
import threading
import time
from pathlib import Path

import pytest

from corrections.desk.auditing import audit_publication
from corrections.desk.publication import Publication
from tests.newsroom import TALKS, an_article, free_port, kill, start

ROUNDS = int(os.environ.get("CORRECTIONS_FAULT_ROUNDS", "3"))
SUBMISSIONS = 100
CLIENTS = 8


def send(port: int, value: int) -> int | None:
    """The number that one submission was acknowledged with, or None."""
    selector = [{"type": "TextQuoteSelector", "exact": "1893"}]
    body = {
        "target": {"article": TALKS, "selector": selector},
        "body": {"type": "TextualBody", "value": f"year {value}"},
    }
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("POST", "/api/v1/daily/corrections", json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        found = json.loads(answer.read())
        return int(found["number"]) if answer.status == 201 else None
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()


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
        replacements = {
            entry.corrections: entry.event.replacement
            for entry in opened.store.entries()
            if entry.event.type == "correction.submitted"
        }
        for number, words in acknowledged.items():
            assert replacements[number] == words
        assert opened.correction(len(replacements)).number == opened.store.head().corrections
        opened.close()
        assert audit_publication(tmp_path / "daily") == []
    assert len(acknowledged) >= ROUNDS, "too little was acknowledged before the kills: the test proved nothing"
