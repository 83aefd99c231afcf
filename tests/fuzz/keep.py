"""`python -m tests.fuzz.keep TARGET`: take into the tree the few of the found inputs that go ways the tree's do not.

A way is a step from one line of the program to the next; inputs are taken by how many new ones they go, the smallest
first among equals, and no more than `MOST`.
"""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from tests.fuzz.targets import TARGETS

HERE = Path(__file__).parent
PACKAGES = ("/corrections/", "/repo_store/", "/markdown_it/", "/mdit_py_plugins/")
MOST = 60
CANDIDATES = 1500  # of the found, the smallest

Steps = set[tuple[str, int, int]]


def trace_steps(target: Callable[[bytes], None], data: bytes) -> Steps:
    steps: Steps = set()

    def trace(frame: FrameType, _event: str, _argument: Any) -> Any:
        name = frame.f_code.co_filename
        if not any(package in name for package in PACKAGES):
            return None
        last = frame.f_lineno

        def line(inner: FrameType, _event: str, _argument: Any) -> Any:
            nonlocal last
            steps.add((name, last, inner.f_lineno))
            last = inner.f_lineno
            return line

        return line

    sys.settrace(trace)
    try:
        target(data)
    finally:
        sys.settrace(None)
    return steps


def main(name: str) -> None:
    target, corpus = TARGETS[name], HERE / "corpus" / name
    covered: Steps = set()
    for path in corpus.iterdir():
        covered |= trace_steps(target, path.read_bytes())
    before = len(covered)
    inputs = sorted((Path("build") / "fuzz" / name).iterdir(), key=lambda path: path.stat().st_size)[:CANDIDATES]
    news = {path: trace_steps(target, path.read_bytes()) for path in inputs}
    added = 0
    while news and added < MOST:
        best = max(news, key=lambda path: (len(news[path] - covered), -path.stat().st_size))
        new = news.pop(best) - covered
        if not new:
            break
        covered |= new
        shutil.copy(best, corpus / best.name[:12])
        added += 1
    print(f"{name}: {before:,} ways known, {len(covered):,} with {added} more inputs")


if __name__ == "__main__":
    main(sys.argv[1])
