"""Where the article has changed since a reader saw it: the revisions in which a correction may have been used."""

from dataclasses import dataclass

from corrections.index import queries
from corrections.services.actors import Actor
from corrections.services.articles.sources import source_warnings
from corrections.services.errors import Invalid, UnknownRevision
from corrections.services.publication import Publication
from corrections.services.review import acceptance_policy
from corrections.services.review.acceptance import is_in_headline
from corrections.services.review.rebasing import MOST_STEPS
from corrections.text.comparison.edits import Edit
from corrections.text.comparison.rebase import Clean, rebase
from corrections.text.formats.registry import format_named
from corrections.text.formats.rendered import Rendered
from repo_store import Format, Source

_MARK = "\N{OBJECT REPLACEMENT CHARACTER}"  # no change of the article makes the same of the place


@dataclass(frozen=True)
class PlaceChange:
    """A revision that changed the paragraphs that a correction is about: their source before and after it."""

    revision: queries.Revision
    before: str
    after: str
    formats: tuple[Format, Format]
    in_headline: bool = False


def changes_at_place(publication: Publication, correction: queries.Correction) -> list[PlaceChange]:
    """How the paragraphs that a reader quoted from have changed since the reader's revision, oldest first."""
    seen = publication.rendered(correction.article, correction.revision, correction.part)
    text, format = seen.source, format_named(seen.format)
    start, end = _paragraphs(seen, correction)
    changes = []
    revision = correction.revision
    for step in queries.revisions_since(publication.index, correction.article, correction.revision, MOST_STEPS):
        previous, revision = revision, step.revision.revision
        source = publication.store.source(correction.article, revision, correction.part)
        new = source.text
        if new == text:
            continue
        rebased = rebase(Edit(start, end, _MARK), text, new)
        if isinstance(rebased, Clean):
            start, end = rebased.edit.start, rebased.edit.end
        else:
            before = text[start:end]
            sources = publication.sources(correction.article, previous)
            in_headline = is_in_headline(correction.part, sources, Edit(start, end, ""))
            was, format = format.name, format_named(source.format)
            start, end = format.paragraph_bounds(new, rebased.start, rebased.end)
            formats = Format(was), Format(format.name)
            changes.append(PlaceChange(step.revision, before, new[start:end], formats, in_headline))
        text = new
    return changes


def change_used(publication: Publication, correction: queries.Correction, revision: str) -> PlaceChange:
    """The change by which a correction was used: by the article's `revision`, or the last one where it is empty.

    Raises `UnknownRevision`, and `Invalid` where the article has not changed there.
    """
    if revision and queries.revision(publication.index, correction.article, revision) is None:
        raise UnknownRevision("This is not a revision of the article.")
    changes = changes_at_place(publication, correction)
    if not changes:
        raise Invalid(
            {
                "revision": "Nothing has changed here since the reader saw the article. Publish the change first, or "
                "edit the text and accept it."
            }
        )
    if not revision:
        return changes[-1]
    for change in changes:
        if change.revision.revision == revision:
            return change
    raise Invalid({"revision": "This revision changed nothing at this place. Choose one that did."})


def check_policy(
    publication: Publication, actor: Actor, correction: queries.Correction, change: PlaceChange, notice: str
) -> None:
    """Whether the house's policy lets the correction count as used by this change. Raises as for an acceptance."""
    language = publication.article(correction.article).language
    about = source_warnings(Source(change.before, change.formats[0]), Source(change.after, change.formats[1]), language)
    acceptance_policy.check_acceptance(publication, actor, correction, about, change.in_headline, notice)


def _paragraphs(rendered: Rendered, correction: queries.Correction) -> tuple[int, int]:
    """The span of the paragraphs that hold the words quoted, in the source of the reader's revision."""
    text = rendered.source
    starts = [at for at in rendered.starts[correction.start : correction.end] if at >= 0]
    ends = [at for at in rendered.ends[correction.start : correction.end] if at >= 0]
    return format_named(rendered.format).paragraph_bounds(text, min(starts), max(ends)) if starts else (0, len(text))
