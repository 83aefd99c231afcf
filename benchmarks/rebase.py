"""Corrections carried onto other revisions of their text, beside two merges and diff-match-patch's patches.

    python -m benchmarks.rebase CORPUS-corrections.jsonl.gz [--limit N] [--html]

A case is a correction and a revision of the same path. Where the quoted words stand with 64 characters around them
exactly once, what is right is known: that place, corrected, and nothing else. Where the words are gone altogether, to
decline is right; likewise where the corrected words stand there already ("published"). Cases between the two are
counted as told by each method, without a verdict. With `--html`, the texts are HTML as a content management system
stores it, and the corrections those that change words and no markup.
"""

import argparse
import gzip
import json
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from diff_match_patch import diff_match_patch

from benchmarks.html_format import cms_html
from corrections.text.comparison.edits import Edit, trim
from corrections.text.comparison.paragraphs import align
from corrections.text.comparison.rebase import Clean, over, rebase
from corrections.text.comparison.words import tokens
from repo_store.git.command import run_git

CONTEXT = 64
_MARKUP = set("<>&")
_MARK = "\ue000"  # a private character, in no text
REVISIONS = 8  # of each path, evenly over its history
Case = tuple[str, Edit, str, str, str | None]  # what `cases` yields
Method = Callable[[Edit, str, str], str | None]


def ours(edit: Edit, base: str, current: str) -> str | None:
    rebased = rebase(edit, base, current)
    return rebased.edit.apply(current) if isinstance(rebased, Clean) else None


def line_merge(edit: Edit, base: str, current: str) -> str | None:
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for name, text in (("current", current), ("base", base), ("edited", edit.apply(base))):
            path = Path(folder) / name
            path.write_text(text)
            names.append(str(path))
        status, merged = run_git(Path(folder), "merge-file", "-p", "-q", *names)
        return merged.decode() if status == 0 else None


def word_merge(edit: Edit, base: str, current: str) -> str | None:
    """git's three-way merge with a word on each line."""
    packed = {name: "\n".join(map(_packed, tokens(text))) for name, text in (("base", base), ("current", current))}
    packed["edited"] = "\n".join(map(_packed, tokens(edit.apply(base))))
    with tempfile.TemporaryDirectory() as folder:
        for name, text in packed.items():
            Path(folder, name).write_text(text + "\n")
        names = [str(Path(folder, name)) for name in ("current", "base", "edited")]
        status, merged = run_git(Path(folder), "merge-file", "-p", "-q", *names)
    return "".join(map(_unpacked, merged.decode().split("\n")[:-1])) if status == 0 else None


def _packed(token: str) -> str:
    return token.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")


def _unpacked(token: str) -> str:
    return re.sub(r"\\(.)", lambda match: {"n": "\n", "r": "\r"}.get(match[1], match[1]), token)


def patch_apply(edit: Edit, base: str, current: str) -> str | None:
    engine = diff_match_patch()
    text, applied = engine.patch_apply(engine.patch_make(base, edit.apply(base)), current)
    return text if all(applied) else None


METHODS: tuple[tuple[str, Method], ...] = (
    ("word-level rebase (ours)", ours),
    ("git merge-file, lines", line_merge),
    ("git merge-file, words", word_merge),
    ("diff-match-patch", patch_apply),
)


def cases(path: Path, limit: int) -> Iterator[Case]:
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


def in_html(corpus: list[Case]) -> Iterator[Case]:
    """The cases as HTML, the edit of the words that it has as Markdown; without those whose edit changes markup."""
    rendered = cache(cms_html)
    for kind, edit, base, current, right in corpus:
        old, new = rendered(base), rendered(edit.apply(base))
        quoted = trim(Edit(0, len(old), rendered(Edit(edit.start, edit.end, _MARK).apply(base))), old)
        words = new[quoted.start : len(new) - (len(old) - quoted.end)]
        html_edit = Edit(quoted.start, quoted.end, words)
        if (
            quoted.text == _MARK
            and html_edit.apply(old) == new != old
            and not _MARKUP & set(old[quoted.start : quoted.end] + words)
        ):
            yield kind, html_edit, old, rendered(current), None if right is None else rendered(right)


def two_in_one_paragraph(path: Path, limit: int) -> None:
    """Pairs of corrections of the same paragraph: do both apply, in either order, to the same text?"""
    with gzip.open(str(path).replace("-corrections", "-texts"), "rt") as lines:
        texts = {row["id"]: row["text"] for row in map(json.loads, lines)}
    with gzip.open(path, "rt") as lines:
        rows = list(map(json.loads, lines))[:limit]
    pairs = list(_pairs(rows, texts))
    print(f"two corrections of one paragraph, different words, both orders: {len(pairs)} pairs")
    print(f"{'':28}{'equal':>8}{'other':>8}{'declined':>10}")
    for name, method in (*METHODS, ("ours, the first edit known", None)):
        equal = different = declined = 0
        for base, one, other in pairs:
            results = {_second(method, base, one, other), _second(method, base, other, one)}
            if None in results:
                declined += 1
            elif results == {_both(base, one, other)}:
                equal += 1
            else:
                different += 1
        print(f"  {name:26}{equal:8}{different:8}{declined:10}")


def _second(method: Method | None, base: str, first: Edit, edit: Edit) -> str | None:
    """The text with both, where `edit` comes second."""
    current = first.apply(base)
    if method is not None:
        return method(edit, base, current)
    carried = over(edit, first, base)
    return None if carried is None else carried.apply(current)


def _pairs(rows: list[dict[str, Any]], texts: dict[str, str]) -> Iterator[tuple[str, Edit, Edit]]:
    """Each real correction with a made one of the first longer word in its paragraph that it does not touch."""
    for row in rows:
        base, edit = texts[row["base"]], Edit(row["start"], row["end"], row["replacement"])
        for pair in align(base, base):
            if pair.old_start <= edit.start and edit.end <= pair.old_end:
                word = _other_word(base[pair.old_start : pair.old_end], pair.old_start, edit)
                if word is not None:
                    yield base, edit, Edit(*word, base[slice(*word)].upper() + "X")
                break


def _other_word(paragraph: str, start: int, edit: Edit) -> tuple[int, int] | None:
    for token in tokens(paragraph):
        end = start + len(token)
        if token.isalpha() and len(token) >= 4 and (end < edit.start or start > edit.end):
            return start, end
        start = end
    return None


def _both(base: str, one: Edit, other: Edit) -> str:
    first, second = sorted((one, other), key=lambda edit: edit.start)
    return first.apply(second.apply(base))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--limit", type=int, default=10_000)
    parser.add_argument("--show", action="store_true", help="print our wrong answers")
    parser.add_argument("--html", action="store_true", help="the texts as HTML")
    options = parser.parse_args()
    corpus = list(cases(options.corpus, options.limit))
    if options.html:
        corpus = list(in_html(corpus))
    print(f"{'':28}{'right':>8}{'wrong':>8}{'declined':>10}{'ms each':>10}")
    for kind in ("stands", "changed", "gone", "published"):
        these = [case for case in corpus if case[0] == kind]
        print(f"{kind}: {len(these)} cases")
        for name, method in METHODS:
            score: Counter[str] = Counter()
            begin = time.process_time()
            for _, edit, base, current, right in these:
                got = method(edit, base, current)
                if got is None:
                    score["right" if kind in ("gone", "published") else "declined"] += 1
                elif kind == "changed":
                    score["applied"] += 1
                else:
                    verdict = "right" if got == (current if right is None else right) else "wrong"
                    score[verdict] += 1
                    if options.show and verdict == "wrong" and method is ours:
                        print(repr(base[edit.start - 30 : edit.end + 30]), "→", repr(edit.text))
            milliseconds = (time.process_time() - begin) / max(1, len(these)) * 1000
            right_or_applied = score["right"] or score["applied"]
            print(f"  {name:26}{right_or_applied:8}{score['wrong']:8}{score['declined']:10}{milliseconds:10.1f}")
    print("(changed: the first column counts what was applied, right or wrong)")
    if not options.html:
        two_in_one_paragraph(options.corpus, options.limit)


if __name__ == "__main__":
    main()
