"""Open corrections at the same place: with the same words a duplicate, with other words an alternative."""

from dataclasses import dataclass

import regex

from corrections.index import queries
from corrections.services.publication import Publication
from corrections.services.review.rebasing import carry, owned_edit
from corrections.text.comparison.edits import Edit, is_same_change
from corrections.text.comparison.rebase import Clean, over
from repo_store import Part

NEIGHBOURS = 100  # open corrections of other revisions looked at, oldest first
BESIDE = 2  # code points between quotes whose readers may insert at the same place: a blank, a comma
_WORD = regex.compile(r"\w+")


@dataclass(frozen=True)
class Point:
    """What a correction points at: a place of the rendered text of a part of `revision`, and its edit of the source
    there.

    The edit owns the words of the place.
    """

    revision: str
    start: int
    end: int
    exact: str
    edit: Edit | None
    part: Part = Part.BODY

    @classmethod
    def of(cls, publication: Publication, correction: queries.Correction) -> "Point":
        edit = owned_edit(publication, correction)
        return cls(correction.revision, correction.start, correction.end, correction.exact, edit, correction.part)


@dataclass(frozen=True)
class Duplicates:
    """`duplicates` make the same change; `alternatives` say something else about some of the same words."""

    duplicates: tuple[queries.Correction, ...]
    alternatives: tuple[queries.Correction, ...]


def find_duplicates(
    publication: Publication,
    article: queries.Article,
    point: Point,
    replacement: str | None,
    but: int | None = None,
    most: int = NEIGHBOURS,
) -> Duplicates:
    """The open corrections of `article` at the same place as `point`, up to `most` on its own revision.

    `but` is the number of the one that asks.
    """
    index = publication.index
    around = queries.Stretch(point.revision, point.part, point.start - BESIDE, point.end + BESIDE)
    candidates = [
        *(queries.open_with_replacement(index, article.id, replacement) if replacement is not None else ()),
        *queries.overlapping(index, article.id, around, most, but),
        *queries.on_other_revisions(index, article.id, point.revision, NEIGHBOURS),
    ]
    by_number = {candidate.number: candidate for candidate in candidates if candidate.number != but}
    related: dict[str, list[queries.Correction]] = {"duplicate": [], "alternative": [], "": []}
    on_current: dict[str, Edit | None] = {}
    for _, other in sorted(by_number.items()):
        related[_relation(publication, article, point, Point.of(publication, other), on_current)].append(other)
    return Duplicates(tuple(related["duplicate"]), tuple(related["alternative"]))


def _relation(
    publication: Publication,
    article: queries.Article,
    one: Point,
    other: Point,
    on_current: dict[str, Edit | None],
) -> str:
    if one.part is not other.part:
        return ""
    if one.revision == other.revision:
        base = publication.store.source(article.id, one.revision, one.part).text
        shared = one.start < other.end and other.start < one.end
        return _relation_of_edits(one.edit, other.edit, base) or ("alternative" if shared else "")
    if one.edit is None or other.edit is None or not _words(one.exact) & _words(other.exact):
        return ""
    if "ours" not in on_current:
        on_current["ours"] = _on_current(publication, article, one)
    ours, theirs = on_current["ours"], _on_current(publication, article, other)
    current = publication.store.source(article.id, article.revision, one.part).text
    shared = ours is not None and theirs is not None and ours.start < theirs.end and theirs.start < ours.end
    return _relation_of_edits(ours, theirs, current) or ("alternative" if shared else "")


def _relation_of_edits(one: Edit | None, other: Edit | None, base: str) -> str:
    """What two edits of one text are to each other; nothing where both can be made."""
    if one is None or other is None:
        return ""
    if is_same_change(one, other, base):
        return "duplicate"
    return "alternative" if over(one, other, base) is None else ""


def _on_current(publication: Publication, article: queries.Article, point: Point) -> Edit | None:
    assert point.edit is not None
    rebased = carry(publication, article, point.edit, point.revision, point.part)
    return rebased.edit if isinstance(rebased, Clean) else None


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))
