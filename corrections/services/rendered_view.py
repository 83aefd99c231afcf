"""A correction's change as readers would see it: beside the published text, and against both sides of a conflict."""

from dataclasses import dataclass

from corrections.index import queries
from corrections.services.publication import Publication
from corrections.services.review.rebasing import edit_of
from corrections.services.review.review_view import ReviewView
from corrections.text.comparison.rebase import Conflict
from corrections.text.formats.registry import format_named
from corrections.text.rendered_diff.marks import quoted_rows, warned_rows
from corrections.text.rendered_diff.rendered_diff import rendered_diff
from corrections.text.rendered_diff.rows import RenderedRow


@dataclass(frozen=True)
class ConflictRows:
    """What the reader saw against what is published there now, and against what the reader suggests."""

    theirs: list[RenderedRow]
    ours: list[RenderedRow]


def rendered_rows(
    publication: Publication, view: ReviewView, format_name: str = "markdown", warned: bool = True
) -> list[RenderedRow]:
    """The rows that `view.rows` has of the sources; where no words are suggested, those that were pointed at.

    With `warned`, each warning is at its words.
    """
    old, new = view.compared
    if old == new:
        return _quoted(publication, view.correction, format_name)
    rows = rendered_diff(old, new, format_name)
    if not (warned and view.warnings):
        return rows
    article_format = format_named(format_name)
    return warned_rows(rows, view.warnings, article_format.render(old), article_format.render(new))


def sent_rows(
    publication: Publication, correction: queries.Correction, format_name: str = "markdown"
) -> list[RenderedRow]:
    """What the reader sent, against the revision that the reader saw."""
    base = publication.store.text(correction.article, correction.revision)
    edit = edit_of(correction)
    if edit is None:
        return _quoted(publication, correction, format_name)
    return rendered_diff(base, edit.apply(base), format_name)


def _quoted(publication: Publication, correction: queries.Correction, format_name: str) -> list[RenderedRow]:
    rendered = format_named(format_name).render(publication.store.text(correction.article, correction.revision))
    return quoted_rows(rendered, correction.start, correction.end)


def conflict_rows(view: ReviewView, format_name: str = "markdown") -> ConflictRows | None:
    """Of a conflict, the passage as readers saw it, see it and would see it."""
    if not isinstance(view.rebased, Conflict):
        return None
    base = view.rebased.base
    return ConflictRows(
        rendered_diff(base, view.rebased.theirs, format_name), rendered_diff(base, view.rebased.ours, format_name)
    )
