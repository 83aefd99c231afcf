"""Readers' selections found in the Markdown, beside simpler means, on real corrections.

    python -m benchmarks.anchor CORPUS-corrections.jsonl.gz [--limit N] [--show]

Each record is a selection as a browser would send it, and the Markdown that its maintainers put there. Right: putting
that Markdown in the place found gives their text, or one that renders to the same words (white space aside) and the
same markup. Declined: ambiguous or not found. Anything else is wrong.

The second table sends the selection to other revisions of the same text without saying which one it was made on.
Where the words stand there once with 64 characters around them, that place is right. Where neither the quote nor its
correction stands there, to decline is right, or to find that nothing is left to do; what ours merges into words that
are only alike is counted as "merged", to be looked at with --show.
"""

import argparse
import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from diff_match_patch import diff_match_patch

from corrections.text.anchoring.anchor import Anchored, Selector, anchor
from corrections.text.comparison.edits import Edit
from corrections.text.formats.markdown.render import render
from corrections.text.formats.markdown.rewrite import write
from corrections.text.formats.markdown.source_spans import source_edit

CONTEXT = 64  # code points of Markdown on each side
REVISIONS = 8  # of each path, evenly over its history
_WHITE = re.compile(r"\s+")
Method = Callable[[Selector, str, str], Edit | None]


@dataclass(frozen=True)
class Record:
    selector: Selector
    source: str
    edit: Edit
    path: str
    quote: str


def ours(selector: Selector, source: str, markdown: str) -> Edit | None:
    rendered = render(source)
    verdict = anchor(selector, rendered.text)
    return source_edit(rendered, verdict.place, markdown) if isinstance(verdict, Anchored) else None


def ours_merged(selector: Selector, source: str, replacement: str) -> Edit | None:
    """As for a reader's plain words: what the reader changed is merged into what stands there."""
    rendered = render(source)
    anchored = anchor(selector, rendered.text)
    if not isinstance(anchored, Anchored):
        return None
    written = write(rendered, anchored.place, selector.exact, replacement)
    return written if isinstance(written, Edit) else None


def words_alone(selector: Selector, source: str, markdown: str) -> Edit | None:
    """Our place, and of the Markdown only its words' own characters, whatever markup stands at the edges."""
    rendered = render(source)
    anchored = anchor(selector, rendered.text)
    if not isinstance(anchored, Anchored):
        return None
    inside = [at for at in range(anchored.place.start, anchored.place.end) if rendered.starts[at] >= 0]
    return Edit(rendered.starts[inside[0]], rendered.ends[inside[-1]], markdown)


def exact_search(selector: Selector, source: str, markdown: str) -> Edit | None:
    at = source.find(selector.exact)
    return None if at < 0 else Edit(at, at + len(selector.exact), markdown)


def exact_with_context(selector: Selector, source: str, markdown: str) -> Edit | None:
    """The hit whose surroundings share most characters with the context; equals are declined."""
    hits = [match.start() for match in re.finditer(f"(?={re.escape(selector.exact)})", source)]
    scored = sorted((-_shared(selector, source, at), at) for at in hits)
    if not scored or (len(scored) > 1 and scored[0][0] == scored[1][0]):
        return None
    at = scored[0][1]
    return Edit(at, at + len(selector.exact), markdown) if len(scored) == 1 or scored[0][0] < 0 else None


def _shared(selector: Selector, source: str, at: int) -> int:
    engine = diff_match_patch()
    left: int = engine.diff_commonSuffix(selector.prefix, source[:at])
    right: int = engine.diff_commonPrefix(selector.suffix, source[at + len(selector.exact) :])
    return left + right


def match_main(selector: Selector, source: str, markdown: str) -> Edit | None:
    engine = diff_match_patch()
    pattern = selector.exact[: engine.Match_MaxBits]
    at = engine.match_main(source, pattern, selector.start or 0)
    return None if at < 0 else Edit(at, at + len(selector.exact), markdown)


METHODS: tuple[tuple[str, Method], ...] = (
    ("ours", ours),
    ("ours, edges not looked at", words_alone),
    ("exact search", exact_search),
    ("exact search with context", exact_with_context),
    ("diff-match-patch match_main", match_main),
)


def _squeezed(text: str) -> str:
    return _WHITE.sub(" ", text).strip()


def is_right(got: str, expected: str) -> bool:
    if got == expected:
        return True
    ours, theirs = render(got), render(expected)
    return _WHITE.sub(" ", ours.text) == _WHITE.sub(" ", theirs.text) and ours.frame == theirs.frame


def records(path: Path, limit: int) -> list[Record]:
    with gzip.open(str(path).replace("-corrections", "-texts"), "rt") as lines:
        texts = {row["id"]: row["text"] for row in map(json.loads, lines)}
    with gzip.open(path, "rt") as lines:
        rows = [row for row in map(json.loads, lines) if row["selector"]][:limit]
    return [
        Record(
            Selector(**row["selector"]),
            texts[row["base"]],
            Edit(row["start"], row["end"], row["replacement"]),
            row["path"],
            row["quote"],
        )
        for row in rows
    ]


def other_revisions(path: Path, corpus: list[Record]) -> Iterator[tuple[str, Record, str, str]]:
    """Kind, record, text, and the text as corrected where the kind has one."""
    revisions: dict[str, list[str]] = {}
    with gzip.open(str(path).replace("-corrections", "-revisions"), "rt") as lines:
        for row in map(json.loads, lines):
            revisions.setdefault(row["path"], []).append(row["text"])
    for record in corpus:
        every, edit = revisions.get(record.path, []), record.edit
        first = max(0, edit.start - CONTEXT)
        around = record.source[first : edit.end + CONTEXT]
        corrected = record.source[first : edit.start] + edit.text + record.source[edit.end : edit.end + CONTEXT]
        for text in every[:: max(1, len(every) // REVISIONS)]:
            if text == record.source:
                continue
            if text.count(around) == 1 and corrected not in text:
                at = text.index(around) + edit.start - first
                yield "stands", record, text, Edit(at, at + len(record.quote), edit.text).apply(text)
            elif _squeezed(record.selector.exact) not in _squeezed(render(text).text) and corrected not in text:
                yield "gone", record, text, ""


def first_table(corpus: list[Record], show: bool) -> None:
    print(f"{'on the revision seen: ' + str(len(corpus)):34}{'right':>8}{'wrong':>8}{'declined':>10}{'ms each':>9}")
    for name, method in METHODS:
        score: Counter[str] = Counter()
        spent = 0.0
        for record in corpus:
            render(record.source)
            begin = time.process_time()
            edit = method(record.selector, record.source, record.edit.text)
            spent += time.process_time() - begin
            verdict = "declined"
            if edit is not None:
                got, expected = edit.apply(record.source), record.edit.apply(record.source)
                verdict = "right" if is_right(got, expected) else "wrong"
            score[verdict] += 1
            if show and method is ours and verdict != "right":
                print("   ", verdict, repr(record.quote), "→", repr(record.edit.text))
        milliseconds = spent / max(1, len(corpus)) * 1000
        print(f"  {name:32}{score['right']:8}{score['wrong']:8}{score['declined']:10}{milliseconds:9.1f}")


def second_table(path: Path, corpus: list[Record], show: bool) -> None:
    cases = list(other_revisions(path, corpus))
    for kind in ("stands", "gone"):
        these = [case for case in cases if case[0] == kind]
        print(
            f"{kind + ' on another revision: ' + str(len(these)):34}"
            f"{'right':>8}{'wrong':>8}{'declined':>10}{'merged':>8}"
        )
        for name, method in METHODS[:1] + METHODS[2:]:
            score: Counter[str] = Counter()
            for _, record, text, expected in these:
                used = ours_merged if method is ours and kind == "gone" else method
                edit = used(record.selector, text, record.edit.text)
                if edit is None or edit.apply(text) == text:
                    verdict = "right" if kind == "gone" else "declined"
                elif kind == "stands":
                    verdict = "right" if is_right(edit.apply(text), expected) else "wrong"
                else:
                    verdict = "merged" if method is ours else "wrong"
                score[verdict] += 1
                if show and edit is not None and (verdict == "merged" or (method is ours and verdict == "wrong")):
                    print("   ", verdict, repr(record.selector.exact), "→", repr(record.edit.text))
                    print("      ", repr(text[edit.start : edit.end]), "→", repr(edit.text))
            print(f"  {name:32}{score['right']:8}{score['wrong']:8}{score['declined']:10}{score['merged']:8}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--limit", type=int, default=10_000)
    parser.add_argument("--show", action="store_true", help="print what ours got wrong, declined or merged")
    options = parser.parse_args()
    corpus = records(options.corpus, options.limit)
    first_table(corpus, options.show)
    if Path(str(options.corpus).replace("-corrections", "-revisions")).exists():
        second_table(options.corpus, corpus, options.show)


if __name__ == "__main__":
    main()
