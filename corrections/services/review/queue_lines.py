"""Each correction placed on the current text, as the queue shows it: computed once per revision, then stored.

What is kept stands in the index, as it can be made again at any time; a line of an older revision is never shown.
"""

import json
from dataclasses import dataclass

from corrections.domain.states import WAITING, State
from corrections.index import caches, queries
from corrections.services.articles.sources import source_warnings
from corrections.services.publication import Publication
from corrections.services.review.rebasing import carried, edit_of
from corrections.text.comparison.edits import Edit
from corrections.text.comparison.rebase import AlreadyApplied, Clean, Conflict
from corrections.text.formats.registry import format_named
from corrections.text.formats.rendered import Rendered
from repo_store import Format, Source

WORDS_SHOWN = 6  # on each side of a change, in the queue
PLACED_AT_ONCE = 200  # corrections of one article after a revision of it; more are placed when they are looked at
DECIDED = "decided"


@dataclass(frozen=True)
class Line:
    """One line of the queue: the change in a few words of context, and what an editor should know before opening it.

    `placement` is clean, moved, conflict, already_applied, no_words, or decided; `warnings` are codes.
    """

    correction: queries.Correction
    placement: str
    warnings: tuple[str, ...]
    before: str
    removed: str
    added: str
    after: str

    @property
    def badge(self) -> str:
        return "" if self.placement in ("clean", DECIDED) else self.placement


def lines(publication: Publication, corrections: list[queries.Correction]) -> list[Line]:
    """The lines of these corrections, in their order."""
    index = publication.index
    revisions = queries.revisions_of(index, {correction.article for correction in corrections})
    cached = caches.queue_lines(index, [correction.number for correction in corrections])
    queue_lines: list[Line] = []
    missing: list[Line] = []
    for correction in corrections:
        revision = _placed_on(correction, revisions[correction.article])
        line = cached.get(correction.number)
        if line is not None and line.revision == revision:
            queue_lines.append(_line(correction, line))
        else:
            missing.append(_compute_line(publication, correction))
            queue_lines.append(missing[-1])
    if missing:
        caches.store_queue_lines(
            index, [_row(line, _placed_on(line.correction, revisions[line.correction.article])) for line in missing]
        )
    return queue_lines


def place_open(publication: Publication, article_id: str) -> dict[str, int]:
    """Place the open corrections of an article again after a revision; how many are clean, moved, ..."""
    criteria = queries.Filter(state=State.OPEN, article=article_id)
    queue_lines = lines(publication, queries.corrections(publication.index, criteria, limit=PLACED_AT_ONCE))
    counted: dict[str, int] = {}
    for line in queue_lines:
        counted[line.placement] = counted.get(line.placement, 0) + 1
    return counted


def place_all(publication: Publication, most: int = PLACED_AT_ONCE) -> int:
    """Place what waits and is not placed on its article's present revision; returns how many."""
    waiting = queries.unplaced(publication.index, most)
    return len(lines(publication, waiting))


def _placed_on(correction: queries.Correction, current: str) -> str:
    """A decided correction stays as it was decided."""
    return current if correction.state in WAITING else DECIDED


def _compute_line(publication: Publication, correction: queries.Correction) -> Line:
    base = publication.rendered(correction.article, correction.revision, correction.part)
    text = base.text
    before = _last_words(text[max(0, correction.start - 200) : correction.start])
    after = _first_words(text[correction.end : correction.end + 200])
    removed, added, lead, trail = _trim(correction.exact, correction.replacement)
    placement = DECIDED
    about: tuple[str, ...] = ()
    edit = edit_of(correction)
    if edit is None:
        placement = "no_words"
    elif correction.state in WAITING:
        article = publication.article(correction.article)
        match carried(publication, correction, article):
            case Conflict():
                placement = "conflict"
            case AlreadyApplied():
                placement = "already_applied"
            case Clean() as clean:
                placement = "moved" if clean.moved else "clean"
        about = tuple(warning.code for warning in source_warnings(*_paragraph_of(base, edit), article.language))
    return Line(correction, placement, about, _last_words(before + lead), removed, added, _first_words(trail + after))


def _row(line: Line, revision: str) -> caches.CachedLine:
    return caches.CachedLine(
        number=line.correction.number,
        revision=revision,
        placement=line.placement,
        warnings=json.dumps(line.warnings),
        before=line.before,
        removed=line.removed,
        added=line.added,
        after=line.after,
    )


def _line(correction: queries.Correction, row: caches.CachedLine) -> Line:
    codes = tuple(json.loads(row.warnings))
    return Line(correction, row.placement, codes, row.before, row.removed, row.added, row.after)


def _trim(exact: str, replacement: str | None) -> tuple[str, str, str, str]:
    """What differs, word by word, with what the two have in common before and after."""
    if replacement is None:
        return exact, "", "", ""
    old, new = exact.split(" "), replacement.split(" ")
    lead = 0
    while lead < min(len(old), len(new)) - 1 and old[lead] == new[lead]:
        lead += 1
    trail = 0
    while trail < min(len(old), len(new)) - lead - 1 and old[-1 - trail] == new[-1 - trail]:
        trail += 1
    before = "".join(word + " " for word in old[:lead])
    after = "".join(" " + word for word in old[len(old) - trail :])
    removed, added = " ".join(old[lead : len(old) - trail]), " ".join(new[lead : len(new) - trail])
    return removed, added, before, after


def _last_words(text: str) -> str:
    """The last few words of the line that `text` ends in."""
    line = text.rpartition("\n")[2]
    return line if line.count(" ") <= WORDS_SHOWN else " ".join(line.split(" ")[-WORDS_SHOWN - 1 :])


def _first_words(text: str) -> str:
    line = text.partition("\n")[0]
    return line if line.count(" ") <= WORDS_SHOWN else " ".join(line.split(" ")[: WORDS_SHOWN + 1])


def _paragraph_of(rendered: Rendered, edit: Edit) -> tuple[Source, Source]:
    """The source of the paragraph that an edit touches, before and after."""
    base = rendered.source
    start, end = format_named(rendered.format).paragraph_bounds(base, edit.start, edit.end)
    before, after = base[start:end], base[start : edit.start] + edit.text + base[edit.end : end]
    return Source(before, Format(rendered.format)), Source(after, Format(rendered.format))
