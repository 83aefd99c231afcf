"""Open corrections at the same place: with the same words a duplicate, with other words an alternative."""

from dataclasses import dataclass

import regex

from corrections.desk.carrying import carry, edit_of
from corrections.desk.publication import Publication
from corrections.index import queries
from corrections.text.rebase import Clean, Edit

NEIGHBOURS = 100  # open corrections of other revisions looked at, oldest first
_WORD = regex.compile(r"\w+")


@dataclass(frozen=True)
class Point:
    """What a correction points at: a place of the rendered text of `revision`, and its edit of the Markdown there."""

    revision: str
    start: int
    end: int
    exact: str
    edit: Edit | None

    @classmethod
    def of(cls, correction: queries.Correction) -> "Point":
        return cls(correction.revision, correction.start, correction.end, correction.exact, edit_of(correction))


@dataclass(frozen=True)
class LookAlikes:
    """`duplicates` make the same change; `alternatives` say something else about some of the same words."""

    duplicates: tuple[queries.Correction, ...]
    alternatives: tuple[queries.Correction, ...]


def look_alikes(
    publication: Publication,
    article: queries.Article,
    point: Point,
    replacement: str | None,
    but: int | None = None,
    most: int = NEIGHBOURS,
) -> LookAlikes:
    """The open corrections of `article` at the same place as `point`, up to `most` on its own revision.

    `but` is the number of the one that asks.
    """
    index = publication.index
    found = [
        *(queries.alike(index, article.id, replacement) if replacement is not None else ()),
        *queries.overlapping(index, article.id, point.revision, point.start, point.end, most, but),
        *queries.on_other_revisions(index, article.id, point.revision, NEIGHBOURS),
    ]
    seen = {each.number: each for each in found if each.number != but}
    related: dict[str, list[queries.Correction]] = {"duplicate": [], "alternative": [], "": []}
    on_current: dict[str, Edit | None] = {}
    for _, other in sorted(seen.items()):
        related[_relation(publication, article, point, Point.of(other), on_current)].append(other)
    return LookAlikes(tuple(related["duplicate"]), tuple(related["alternative"]))


def _relation(
    publication: Publication,
    article: queries.Article,
    one: Point,
    other: Point,
    on_current: dict[str, Edit | None],
) -> str:
    if one.revision == other.revision:
        if one.edit is not None and one.edit == other.edit:
            return "duplicate"
        return "alternative" if one.start < other.end and other.start < one.end else ""
    if one.edit is None or other.edit is None or not _words(one.exact) & _words(other.exact):
        return ""
    if "ours" not in on_current:
        on_current["ours"] = _on_current(publication, article, one.revision, one.edit)
    ours, theirs = on_current["ours"], _on_current(publication, article, other.revision, other.edit)
    if ours is None or theirs is None:
        return ""
    if ours == theirs:
        return "duplicate"
    return "alternative" if ours.start < theirs.end and theirs.start < ours.end else ""


def _on_current(publication: Publication, article: queries.Article, revision: str, edit: Edit) -> Edit | None:
    found = carry(publication, article, edit, revision)
    return found.edit if isinstance(found, Clean) else None


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))
