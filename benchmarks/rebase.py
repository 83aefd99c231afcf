"""Corrections carried onto other revisions of their text, beside git's line merge and diff-match-patch's patches.

    python -m benchmarks.rebase CORPUS-corrections.jsonl.gz [--limit N]

A case is a correction and a revision of the same path. Where the quoted words stand with 64 characters around them
exactly once, what is right is known: that place, corrected, and nothing else. Where the words are gone altogether, to
decline is right; likewise where the corrected words stand there already ("published"). Cases between the two are
counted as told by each method, without a verdict.
"""

import argparse
import gzip
import json
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from diff_match_patch import diff_match_patch

from corrections.text.rebase import Clean, Edit, rebase

CONTEXT = 64
REVISIONS = 8  # of each path, evenly over its history
Method = Callable[[Edit, str, str], str | None]


def ours(edit: Edit, base: str, current: str) -> str | None:
    found = rebase(edit, base, current)
    return found.edit.apply(current) if isinstance(found, Clean) else None


def line_merge(edit: Edit, base: str, current: str) -> str | None:
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for name, text in (("current", current), ("base", base), ("edited", edit.apply(base))):
            path = Path(folder) / name
            path.write_text(text)
            names.append(str(path))
        done = subprocess.run(["git", "merge-file", "-p", "-q", *names], capture_output=True, check=False)
        return done.stdout.decode() if done.returncode == 0 else None


def patch_apply(edit: Edit, base: str, current: str) -> str | None:
    engine = diff_match_patch()
    text, applied = engine.patch_apply(engine.patch_make(base, edit.apply(base)), current)
    return text if all(applied) else None


def cases(path: Path, limit: int) -> Iterator[tuple[str, Edit, str, str, str | None]]:
    """Kind, edit, base, current, and what is right (None: to decline) where the kind has a verdict."""
    with gzip.open(str(path).replace("-corrections", "-texts"), "rt") as lines:
        texts = {row["id"]: row["text"] for row in map(json.loads, lines)}
    revisions: dict[str, list[str]] = {}
    with gzip.open(str(path).replace("-corrections", "-revisions"), "rt") as lines:
        for row in map(json.loads, lines):
            revisions.setdefault(row["path"], []).append(row["text"])
    with gzip.open(path, "rt") as lines:
        rows = [row for row in map(json.loads, lines) if row["path"] in revisions][:limit]
    for row in rows:
        base, every = texts[row["base"]], revisions[row["path"]]
        edit = Edit(row["start"], row["end"], row["replacement"])
        around = base[max(0, edit.start - CONTEXT) : edit.end + CONTEXT]
        corrected = edit.apply(base)[max(0, edit.start - CONTEXT) : edit.start + len(edit.text) + CONTEXT]
        lead = edit.start - max(0, edit.start - CONTEXT)
        for current in every[:: max(1, len(every) // REVISIONS)]:
            if current == base:
                continue
            if corrected in current:
                yield "published", edit, base, current, None
            elif current.count(around) == 1:
                at = current.index(around) + lead
                yield "stands", edit, base, current, Edit(at, at + len(row["quote"]), edit.text).apply(current)
            elif row["quote"].strip() not in current:
                yield "gone", edit, base, current, None
            else:
                yield "changed", edit, base, current, None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--limit", type=int, default=10_000)
    parser.add_argument("--show", action="store_true", help="print our wrong answers")
    options = parser.parse_args()
    found = list(cases(options.corpus, options.limit))
    print(f"{'':28}{'right':>8}{'wrong':>8}{'declined':>10}{'ms each':>10}")
    methods: tuple[tuple[str, Method], ...] = (
        ("word-level rebase (ours)", ours),
        ("git merge-file", line_merge),
        ("diff-match-patch", patch_apply),
    )
    for kind in ("stands", "changed", "gone", "published"):
        these = [case for case in found if case[0] == kind]
        print(f"{kind}: {len(these)} cases")
        for name, method in methods:
            score: Counter[str] = Counter()
            begin = time.process_time()
            for _, edit, base, current, right in these:
                got = method(edit, base, current)
                if got is None:
                    score["right" if kind in ("gone", "published") else "declined"] += 1
                elif kind == "changed":
                    score["applied"] += 1
                else:
                    verdict = "right" if got == right else "declined" if got == current else "wrong"
                    score[verdict] += 1
                    if options.show and verdict == "wrong" and method is ours:
                        print(repr(base[edit.start - 30 : edit.end + 30]), "→", repr(edit.text))
            each = (time.process_time() - begin) / max(1, len(these)) * 1000
            right_or_applied = score["right"] or score["applied"]
            print(f"  {name:26}{right_or_applied:8}{score['wrong']:8}{score['declined']:10}{each:10.1f}")
    print("(changed: the first column counts what was applied, right or wrong)")


if __name__ == "__main__":
    main()
