"""Builders: events on a ledger that this version did not write, made with plain git."""

import json
import subprocess
from pathlib import Path
from typing import Any

MAIL = "x@example.org"


def git(folder: Path, *arguments: str, given: str = "") -> str:
    command = ["git", "-C", str(folder / "articles.git"), "-c", "user.name=x", "-c", f"user.email={MAIL}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, input=given).stdout.strip()


def append(folder: Path, event: dict[str, Any], **record: Any) -> str:
    """Put an event on the ledger after its last one; returns its commit. `record` changes what stands around it."""
    last = json.loads(git(folder, "log", "-1", "--format=%b", "ledger"))
    made = {**last, "seq": last["seq"] + 1, "event": event, **record}
    return append_message(folder, f"Of another version\n\n{json.dumps(made)}\n")


def append_message(folder: Path, message: str) -> str:
    commit = git(folder, "commit-tree", "ledger^{tree}", "-p", "ledger", given=message)
    git(folder, "update-ref", "refs/heads/ledger", commit)
    return commit


def spam(correction: str, number: int, **more: Any) -> dict[str, Any]:
    return {"type": "correction.spam", "correction": correction, "number": number, "by": "Mira", **more}
