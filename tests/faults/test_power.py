"""The power goes: whatever was answered with a number is on the disk, and the folder opens again.

Needs strace; `CORRECTIONS_FAULT_ROUNDS` says at how many random points besides each answer (ten times as many).
"""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from corrections.services import settings
from corrections.services.operations import checkpoints
from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from tests.faults.power import Call, Disk, calls, tracer
from tests.faults.test_kill import ROUNDS, send
from tests.newsroom import an_article, free_port, submitted

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace, which records what would be lost, is not here"),
]
_NUMBER = re.compile(rb'"number":(\d+)')


def recorded(data: Path, record: Path) -> None:
    """Run the service under the recorder while readers send."""
    port = free_port()
    command = [sys.executable, "-m", "corrections", "--data", str(data), "serve", "--port", str(port)]
    environment = {**os.environ, "CORRECTIONS_SUBMIT_LIMIT": "off", "CORRECTIONS_LOG": "off"}
    process = subprocess.Popen([*tracer(record), *command], env=environment, start_new_session=True)
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5)
                break
            except (urllib.error.URLError, ConnectionError):
                assert time.monotonic() < deadline, "the service did not start"
                time.sleep(0.1)
        for value in range(8):
            assert send(port, value) is not None
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def answered(call: Call) -> int | None:
    """The number of the correction that this call told a reader, if it did."""
    if call.name not in ("sendto", "sendmsg", "write"):
        return None
    match = _NUMBER.search(bytes.fromhex(call.arguments[1].strip(b'"').replace(b"\\x", b"").decode()))
    return int(match[1]) if match else None


def check_after_power_loss(disk: Disk, folder: Path, answers: int, chance: random.Random | None) -> None:
    """The disk after a loss of power, in `folder`: what was answered is there, and everything verifies."""
    folder.mkdir()
    disk.after_power_loss(folder, chance)
    stored = submitted(folder / "daily")
    opened = Publication(folder / "daily")
    for number in range(1, answers + 1):
        assert stored[number] == f"year {number - 1}"
        opened.private.reader_key(opened.correction(number).id)
    if checkpoints.seconds_until_due(opened) <= 0:  # the service's first act when it starts again
        checkpoints.checkpoint(opened)
    opened.close()
    assert audit_publication(folder / "daily") == []
    shutil.rmtree(folder)


def test_whatever_was_answered_outlives_a_loss_of_power(tmp_path: Path) -> None:
    data = tmp_path / "data"
    publication = Publication.create(data, "daily")
    an_article(publication)
    settings.put(publication, "proof-of-work", "off")
    publication.close()
    disk, record = Disk(data), tmp_path / "record"
    recorded(data, record)
    chance = random.Random(5)
    happened = [call for call in calls(record) if call.name != "read" or call.result]
    points = set(chance.sample(range(len(happened)), 10 * ROUNDS))
    answers = 0
    for at, call in enumerate(happened):
        disk.replay(call)
        number = answered(call)
        answers = max(answers, number or 0)
        if number is not None or at in points:
            check_after_power_loss(disk, tmp_path / "strict", answers, None)
            check_after_power_loss(disk, tmp_path / "mixed", answers, chance)
    assert answers == 8
    for path, file in disk.current.items():  # the record is all of it
        assert path.endswith(b"-shm") or Path(os.fsdecode(path)).read_bytes() == bytes(file.current), path
