"""The picture an editor decides on: the change in its place on today's text, and what to look at twice."""

from dataclasses import dataclass
from typing import Literal

from corrections.desk.carrying import carried, edit_of
from corrections.desk.look_alikes import LookAlikes, Point, look_alikes
from corrections.desk.publication import Publication
from corrections.index import queries
from corrections.text.diff import Row, Segment, diff, noted
from corrections.text.rebase import AlreadyApplied, Clean, Conflict, Edit
from corrections.text.render import render
from corrections.text.warnings import Warning, warnings

WORDS_SHOWN = 6  # on each side of a change, in the queue


@dataclass(frozen=True)
class Picture:
    """`rebased` is None where the reader proposed no words; `rows` compare the published text with the accepted one."""

    correction: queries.Correction
    article: queries.Article
    current: str
    rebased: Clean | AlreadyApplied | Conflict | None
    rows: list[Row]
    warnings: list[Warning]
    alike: LookAlikes
    events: list[queries.Event]

    @property
    def badge(self) -> str:
        """`conflict`, `already_applied`, `no_words` or nothing."""
        match self.rebased:
            case Conflict():
                return "conflict"
            case AlreadyApplied():
                return "already_applied"
            case None:
                return "no_words"
        return ""

    @property
    def versions(self) -> dict[str, tuple[Segment, ...]]:
        """Of a conflict, the three versions: what the reader saw, and what each of the others makes of it."""
        if not isinstance(self.rebased, Conflict):
            return {}
        theirs, ours = (diff(self.rebased.base, text) for text in (self.rebased.theirs, self.rebased.ours))
        return {
            "base": tuple(part for row in ours for part in row.left),
            "theirs": tuple(part for row in theirs for part in row.right),
            "ours": tuple(part for row in ours for part in row.right),
        }


def _alike(publication: Publication, correction: queries.Correction, article: queries.Article) -> LookAlikes:
    if correction.state != "open":
        return LookAlikes((), ())
    return look_alikes(publication, article, Point.of(correction), correction.replacement, but=correction.number)


@dataclass(frozen=True)
class Line:
    """One line of the queue: the change in a few words of context, and what an editor should know before opening it."""

    correction: queries.Correction
    before: str
    removed: str
    added: str
    after: str
    warnings: list[Warning]
    badge: str


def picture(publication: Publication, number: int, plain: bool = False) -> Picture:
    """Everything about one correction as of now; with `plain`, rows of the text as readers see it, not of the Markdown.

    Raises `UnknownCorrection`.
    """
    correction = publication.correction(number)
    article = publication.article(correction.article)
    current = publication.store.text(article.id, article.revision)
    if correction.state in ("accepted", "reverted") and correction.published_revision:
        rows, about = _as_published(publication, correction, article, plain)
        return Picture(
            correction,
            article,
            current,
            None,
            rows,
            about,
            LookAlikes((), ()),
            queries.events(publication.index, number),
        )
    rebased = carried(publication, correction, article)
    old, new = _compared(publication, correction, current, rebased)
    about = warnings(old, new, article.language) if old != new else []
    return Picture(
        correction,
        article,
        current,
        rebased,
        _rows(old, new, about, plain) if old != new else _quoted_rows(publication, correction),
        about,
        _alike(publication, correction, article),
        queries.events(publication.index, number),
    )


def sent_as(publication: Publication, correction: queries.Correction) -> list[Row]:
    """What the reader sent, against the revision that the reader saw, as text."""
    base = publication.store.text(correction.article, correction.revision)
    edit = edit_of(correction)
    return _rows(base, edit.apply(base), [], True) if edit else _quoted_rows(publication, correction)


def _rows(old: str, new: str, about: list[Warning], plain: bool) -> list[Row]:
    """Two texts side by side. What only the Markdown tells, such as a link's target, is shown in Markdown always."""
    if plain:
        before, after = render(old).text, render(new).text
        if before != after:
            return diff(before, after, by="line")
    return noted(diff(old, new), about)


def queue_line(publication: Publication, correction: queries.Correction) -> Line:
    """A correction for the queue."""
    base = publication.store.text(correction.article, correction.revision)
    rendered = render(base)
    before = _last_words(rendered.text[max(0, correction.start - 200) : correction.start])
    after = _first_words(rendered.text[correction.end : correction.end + 200])
    removed, added, lead, trail = _trim(correction.exact, correction.replacement)
    badge, about = "", []
    if correction.edit_text is not None and correction.state == "open":
        article = publication.article(correction.article)
        match carried(publication, correction, article):
            case Conflict():
                badge = "conflict"
            case AlreadyApplied():
                badge = "already_applied"
        edit = edit_of(correction)
        assert edit is not None
        old, new = _paragraph_of(base, edit)
        about = warnings(old, new)
    elif correction.edit_text is None:
        badge = "no_words"
    before, after = _last_words(before + lead), _first_words(trail + after)
    return Line(correction, before, removed, added, after, about, badge)


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


def _paragraph_of(base: str, edit: Edit) -> tuple[str, str]:
    """The paragraph that an edit touches, before and after."""
    start = base.rfind("\n\n", 0, edit.start) + 1
    end = base.find("\n\n", edit.end)
    end = len(base) if end < 0 else end
    return base[start:end], base[start : edit.start] + edit.text + base[edit.end : end]


def _compared(
    publication: Publication,
    correction: queries.Correction,
    current: str,
    rebased: Clean | AlreadyApplied | Conflict | None,
) -> tuple[str, str]:
    """The two texts to set side by side."""
    match rebased:
        case Clean():
            return current, rebased.edit.apply(current)
        case None:
            return current, current
    base = publication.store.text(correction.article, correction.revision)
    edit = edit_of(correction)
    return base, edit.apply(base) if edit else base


def _as_published(
    publication: Publication, correction: queries.Correction, article: queries.Article, plain: bool
) -> tuple[list[Row], list[Warning]]:
    """An accepted correction as it changed the article."""
    revision = correction.published_revision or ""
    before = queries.revision_before(publication.index, correction.article, revision)
    new = publication.store.text(correction.article, revision)
    old = publication.store.text(correction.article, before)
    about = warnings(old, new, article.language)
    return _rows(old, new, about, plain), about


def _quoted_rows(publication: Publication, correction: queries.Correction) -> list[Row]:
    """Where the reader proposed no words: the paragraph, with the words pointed at marked."""
    rendered = render(publication.store.text(correction.article, correction.revision))
    starts = [at for at in rendered.starts[correction.start : correction.end] if at >= 0]
    ends = [at for at in rendered.ends[correction.start : correction.end] if at >= 0]
    if not starts:
        return []
    start = rendered.source.rfind("\n\n", 0, starts[0]) + 1
    end = rendered.source.find("\n\n", ends[-1])
    end = len(rendered.source) if end < 0 else end
    parts: tuple[tuple[Literal["same", "quoted"], int, int], ...] = (
        ("same", start, starts[0]),
        ("quoted", starts[0], ends[-1]),
        ("same", ends[-1], end),
    )
    left = tuple(Segment(kind, rendered.source[first:last].lstrip("\n")) for kind, first, last in parts)
    return [Row("changed", left, ())]
