"""A correction's change as readers would see it: beside the published text, and against both sides of a conflict."""

from dataclasses import dataclass

from corrections.index import queries
from corrections.services.articles.part_diffs import in_part, rendered_part_rows
from corrections.services.articles.sources import edited
from corrections.services.publication import Publication
from corrections.services.review.rebasing import edit_of
from corrections.services.review.review_view import ReviewView
from corrections.text.comparison.rebase import Conflict
from corrections.text.formats.registry import render
from corrections.text.rendered_diff.marks import quoted_rows, warned_rows
from corrections.text.rendered_diff.rows import RenderedRow
from repo_store import Source


@dataclass(frozen=True)
class ConflictRows:
    """What the reader saw against what is published there now, and against what the reader suggests."""

    theirs: list[RenderedRow]
    ours: list[RenderedRow]


def rendered_rows(publication: Publication, view: ReviewView, warned: bool = True) -> list[RenderedRow]:
    """The rows that `view.rows` has of the sources; where no words are suggested, those that were pointed at.

    With `warned`, each warning is at its words.
    """
    old, new = view.compared
    if old == new:
        return _quoted(publication, view.correction)
    rows = rendered_part_rows(view.correction.part, old, new)
    if not (warned and view.warnings):
        return rows
    return warned_rows(rows, view.warnings, render(old.text, old.format), render(new.text, new.format))


def sent_rows(publication: Publication, correction: queries.Correction) -> list[RenderedRow]:
    """What the reader sent, against the revision that the reader saw."""
    edit = edit_of(correction)
    if edit is None:
        return _quoted(publication, correction)
    base = publication.store.source(correction.article, correction.revision, correction.part)
    return rendered_part_rows(correction.part, base, edited(base, edit))


def _quoted(publication: Publication, correction: queries.Correction) -> list[RenderedRow]:
    rendered = publication.rendered(correction.article, correction.revision, correction.part)
    rows = quoted_rows(rendered, correction.start, correction.end)
    return [in_part(row, correction.part) for row in rows]


def conflict_rows(view: ReviewView) -> ConflictRows | None:
    """Of a conflict, the passage as readers saw it, see it and would see it."""
    if not isinstance(view.rebased, Conflict):
        return None
    base, theirs, ours = (
        Source(text, view.current.format) for text in (view.rebased.base, view.rebased.theirs, view.rebased.ours)
    )
    part = view.correction.part
    return ConflictRows(rendered_part_rows(part, base, theirs), rendered_part_rows(part, base, ours))
