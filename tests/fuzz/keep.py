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
LOOKED_AT = 1500  # of the found, the smallest

Ways = set[tuple[str, int, int]]


def ways(target: Callable[[bytes], None], data: bytes) -> Ways:
    found: Ways = set()

    def trace(frame: FrameType, _event: str, _argument: Any) -> Any:
        name = frame.f_code.co_filename
        if not any(package in name for package in PACKAGES):
            return None
        last = frame.f_lineno

        def line(inner: FrameType, _event: str, _argument: Any) -> Any:
            nonlocal last
            found.add((name, last, inner.f_lineno))
            last = inner.f_lineno
            return line

        return line

    sys.settrace(trace)
    try:
        target(data)
    finally:
        sys.settrace(None)
    return found


def main(name: str) -> None:
    target, kept = TARGETS[name], HERE / "corpus" / name
    known: Ways = set()
    for path in kept.iterdir():
        known |= ways(target, path.read_bytes())
    before = len(known)
    found = sorted((Path("build") / "fuzz" / name).iterdir(), key=lambda path: path.stat().st_size)[:LOOKED_AT]
    news = {path: ways(target, path.read_bytes()) for path in found}
    taken = 0
    while news and taken < MOST:
        best = max(news, key=lambda path: (len(news[path] - known), -path.stat().st_size))
        new = news.pop(best) - known
        if not new:
            break
        known |= new
        shutil.copy(best, kept / best.name[:12])
        taken += 1
    print(f"{name}: {before:,} ways known, {len(known):,} with {taken} more inputs")


if __name__ == "__main__":
    main(sys.argv[1])
