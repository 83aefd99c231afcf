"""An edit made on one revision of an article, on the article as it stands now.

First through the diff of the two texts. Where that tells a conflict, once more revision by revision: of what accepted
and reverted corrections changed, the ledger knows each character, so that only edits of the same words conflict.
"""

from corrections.desk.publication import Publication
from corrections.index import queries
from corrections.text.rebase import Clean, Conflict, Edit, Rebased, over, rebase
from repo_store.events import CorrectionAccepted, CorrectionReverted

MOST_STEPS = 200  # revisions walked through


def carry(publication: Publication, article: queries.Article, edit: Edit, revision: str) -> Rebased:
    """What becomes of an edit of `revision`'s Markdown on the article's current text."""
    base = publication.store.text(article.id, revision)
    current = publication.store.text(article.id, article.revision)
    found = rebase(edit, base, current)
    if not isinstance(found, Conflict):
        return found
    stepped = _step_by_step(publication, article, edit, revision, base)
    return Clean(stepped) if stepped is not None else found


def carried(publication: Publication, correction: queries.Correction, article: queries.Article) -> Rebased | None:
    """What becomes of the reader's words on the current text; None where the reader proposed none."""
    edit = edit_of(correction)
    return None if edit is None else carry(publication, article, edit, correction.revision)


def edit_of(correction: queries.Correction) -> Edit | None:
    """The reader's edit of the Markdown of the revision that the reader saw."""
    if correction.edit_text is None or correction.edit_start is None or correction.edit_end is None:
        return None
    return Edit(correction.edit_start, correction.edit_end, correction.edit_text)


def _step_by_step(
    publication: Publication, article: queries.Article, edit: Edit, revision: str, text: str
) -> Edit | None:
    steps = queries.revisions_since(publication.index, article.id, revision, MOST_STEPS + 1)
    if len(steps) > MOST_STEPS:
        return None
    for step in steps:
        event = publication.store.entry(step.event).event
        if isinstance(event, CorrectionAccepted | CorrectionReverted):
            made = Edit(event.edit.start, event.edit.end, event.edit.text)
            carried_over = over(edit, made, text)
            text = made.apply(text)
        else:
            new = publication.store.text(article.id, step.revision.revision)
            found = rebase(edit, text, new)
            carried_over = found.edit if isinstance(found, Clean) else None
            text = new
        if carried_over is None:
            return None
        edit = carried_over
    return edit
