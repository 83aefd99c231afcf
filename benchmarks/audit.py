"""Audits by size of the ledger: processor time for each event, and memory; then one that goes on from a checkpoint.

python -m benchmarks.audit [CORRECTIONS …]

By default 500, 2,000 and 8,000 corrections in as many tenths of articles, written by the real write path, and then a
day of 200 more. Each audit runs in a process of its own: MB is by how much that grew at most, without the git processes
that it runs. What a correction takes on the disk is printed too, with the tenth of an article that comes with it. Needs
Linux.
"""

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.desk import imports
from benchmarks.growth import TOGETHER, Archive
from corrections import logs
from corrections.services.operations import checkpoints
from repo_store import Intent, Store
from repo_store.audit.checkpoints import Checkpoint, read_checkpoint_file
from repo_store.audit.repository_audit import audit

SIZES = (500, 2_000, 8_000)
DAY = 200  # corrections


def grow(archive: Archive, articles: int, corrections: int) -> None:
    store = archive.publication.store
    for first in range(len(archive.revisions), articles, TOGETHER):
        head = store.head().ledger
        intents = [
            Intent(item.event, head, item.content) for item in imports(range(first, min(first + TOGETHER, articles)))
        ]
        archive.revisions += [receipt.entry.main for receipt in store.write(*intents)]
    while archive.corrections < corrections:
        archive.submit(min(TOGETHER, corrections - archive.corrections))
    store.maintain()


def memory(name: str) -> float:
    """A size in this process's /proc/self/status (`VmRSS`, `VmHWM`), in megabytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1024


def measure(repository: Path, since: str) -> None:
    """Audit; print milliseconds of processor time of all processes, and megabytes by which this one grew at most."""
    Path("/proc/self/clear_refs").write_text("5")  # resets VmHWM; ru_maxrss would be the parent's, from before the exec
    size = memory("VmRSS")
    usages = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    before = [resource.getrusage(usage) for usage in usages]
    findings = audit(repository, since=read_checkpoint_file(Path(since)) if since else None)
    assert findings == [], findings[:3]
    after = [resource.getrusage(usage) for usage in usages]
    times = [
        now.ru_utime + now.ru_stime - then.ru_utime - then.ru_stime for then, now in zip(before, after, strict=True)
    ]
    print(json.dumps([1000 * sum(times), memory("VmHWM") - size]))


def size(path: Path) -> int:
    """Bytes of a file, or of all files in a folder."""
    return sum(each.stat().st_size for each in (path.rglob("*") if path.is_dir() else [path]) if each.is_file())


def as_published(archive: Archive, kept: Checkpoint) -> str:
    """A checkpoint with the key that signed it."""
    keys = [{"from_event": key.from_event, "key": key.key} for key in checkpoints.published_keys(archive.publication)]
    return json.dumps({"checkpoints": [{"statement": kept.text, "signature": kept.signature}], "keys": keys})


def audited(repository: Path, since: str = "") -> list[float]:
    command = [sys.executable, "-m", "benchmarks.audit", "--measure", str(repository), since]
    figures: list[float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return figures


def main() -> None:
    logs.install("off")
    if sys.argv[1:2] == ["--measure"]:
        measure(Path(sys.argv[2]), sys.argv[3])
        return
    print("corrections    events  audit, µs an event   MB  a day since, ms  all, ms  bytes a correction: git   index")
    for corrections in [int(word) for word in sys.argv[1:]] or SIZES:
        with tempfile.TemporaryDirectory() as folder:
            archive = Archive(Path(folder) / "data")
            repository = Path(folder) / "data/bench/articles.git"
            grow(archive, max(20, corrections // 10), corrections)
            kept = checkpoints.checkpoint(archive.publication)
            assert kept is not None
            file = Path(folder) / "kept.json"
            file.write_text(as_published(archive, kept))
            archive.submit(DAY)
            checkpoints.checkpoint(archive.publication)
            archive.publication.close()
            store = Store(repository)
            events = store.head().seq
            store.close()
            git, index = (size(path) / corrections for path in (repository, repository.parent / "index.db"))
            (milliseconds, grown), (day, _) = audited(repository), audited(repository, str(file))
            print(
                f"{corrections:>11,}{events:>10,}{1000 * milliseconds / events:>20.0f}{grown:>5.1f}"
                f"{day:>17.0f}{milliseconds:>9.0f}{git:>25,.0f}{index:>8,.0f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
