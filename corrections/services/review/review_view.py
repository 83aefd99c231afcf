"""The picture an editor decides on: the change in its place on today's text, and what to look at twice."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from corrections.domain.roles import RIGHTS
from corrections.domain.states import JUDGED, WAITING, State
from corrections.domain.transitions import TRANSITIONS
from corrections.errors import CorrectionsError
from corrections.index import queries
from corrections.services.actors import Actor
from corrections.services.articles.sources import edited, rendered, source_warnings
from corrections.services.publication import Publication
from corrections.services.review import acceptance_policy
from corrections.services.review.acceptance import is_in_headline
from corrections.services.review.comments import Remark, talk
from corrections.services.review.edited_text import EditorWords, check_result, edit_of_editor
from corrections.services.review.rebasing import carried, edit_of
from corrections.services.review.used_changes import PlaceChange, changes_at_place
from corrections.services.submission.duplicates import Duplicates, Point, find_duplicates
from corrections.text.comparison.diff import Row, Segment, diff, noted
from corrections.text.comparison.edits import Edit, trim
from corrections.text.comparison.rebase import AlreadyApplied, Clean, Conflict
from corrections.text.comparison.words import Hunk, carried_span, changes
from corrections.text.formats.registry import format_named
from corrections.text.warnings import Warning
from repo_store import Part, Source

EARLIER_READ = 200  # decided corrections of the article looked at
EARLIER_SHOWN = 5


@dataclass(frozen=True)
class ReviewView:
    """`rebased` is None where the reader proposed no words; `rows` compare the published text with the accepted one."""

    correction: queries.Correction
    article: queries.Article
    current: Source
    rebased: Clean | AlreadyApplied | Conflict | None
    rows: list[Row]
    warnings: list[Warning]
    alike: Duplicates
    events: list[queries.Event]
    talk: tuple[Remark, ...] = ()
    html: str = ""
    refusal: str = ""  # why the reader's words cannot be accepted as they are
    in_headline: bool = False
    compared: tuple[Source, Source] = (
        Source(""),
        Source(""),
    )  # the sources that `rows` compare; equal where no words are suggested

    @property
    def format_label(self) -> str:
        """How the article is written, for people: `Markdown`, `HTML`."""
        return format_named(self.current.format).label

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


def _alike(publication: Publication, correction: queries.Correction, article: queries.Article) -> Duplicates:
    if correction.state is not State.OPEN:
        return Duplicates((), ())
    point = Point.of(publication, correction)
    return find_duplicates(publication, article, point, correction.replacement, but=correction.number)


def build_review_view(publication: Publication, number: int) -> ReviewView:
    """Everything about one correction as of now. Raises `UnknownCorrection`."""
    correction = publication.correction(number)
    article = publication.article(correction.article)
    sources = publication.sources(article.id, article.revision)
    current = sources.of(correction.part)
    if correction.state in (State.ACCEPTED, State.REVERTED) and correction.published_revision:
        rows, about, compared = _as_published(publication, correction, article)
        return ReviewView(
            correction,
            article,
            current,
            None,
            rows,
            about,
            Duplicates((), ()),
            queries.events(publication.index, number),
            compared=compared,
        )
    events = queries.events(publication.index, number)
    rebased = carried(publication, correction, article)
    old, new = _compared(publication, correction, current, rebased)
    about = source_warnings(old, new, article.language) if old != new else []
    return ReviewView(
        correction,
        article,
        current,
        rebased,
        noted(diff(old.text, new.text), about) if old != new else _quoted_rows(publication, correction),
        about,
        _alike(publication, correction, article),
        events,
        talk(publication, events),
        _in_place(publication, correction, article, rebased.edit) if isinstance(rebased, Clean) else "",
        _refusal(publication, correction, article, current) if correction.state in WAITING else "",
        isinstance(rebased, Clean) and is_in_headline(correction.part, sources, trim(rebased.edit, current.text)),
        (old, new),
    )


@dataclass(frozen=True)
class Choices:
    """What somebody can decide about a correction as it stands; nothing where it is another's to decide.

    `accept` is possible as the reader wrote it; with `write`, an editor's words can be accepted in its place.
    `settle` asks for the paragraph of a conflict; `used_in` are the changes in which it may have been used.
    """

    accept: bool = False
    write: bool = False
    settle: bool = False
    used_in: tuple[PlaceChange, ...] = ()
    second: bool = False
    spam: bool = False
    release: bool = False
    revert: bool = False
    reopen: bool = False
    discuss: bool = False
    chief_only: bool = False

    @property
    def open(self) -> bool:
        """Whether it can be accepted or turned down."""
        return self.write or self.settle


def choices(publication: Publication, actor: Actor | None, view: ReviewView) -> Choices:
    """What `actor` can decide about the correction of `view`."""
    state = view.correction.state
    if actor is None or actor.role not in RIGHTS["decide"]:
        return Choices()
    discuss = state in WAITING
    if state is State.APPEALED and actor.role not in RIGHTS["judge"]:
        return Choices(discuss=discuss, chief_only=True)
    if state not in TRANSITIONS["accept"]:
        return Choices(
            spam=state is State.HELD,
            release=state in TRANSITIONS["release"],
            revert=state in TRANSITIONS["revert"],
            reopen=state in TRANSITIONS["reopen"],
            discuss=discuss,
        )
    settle = view.badge == "conflict"
    return Choices(
        accept=not view.refusal,
        write=not settle,
        settle=settle,
        used_in=tuple(changes_at_place(publication, view.correction)),
        second=bool(acceptance_policy.of(publication).second_person),
        spam=state in TRANSITIONS["spam"],
        discuss=discuss,
    )


def published_words(view: ReviewView) -> str:
    """The words to look for on the published page: those that the correction is about, as they read there now."""
    text = rendered(view.current).text
    candidates = (view.correction.exact, view.correction.replacement or "")
    likeliest_first = reversed(candidates) if view.correction.state is State.ACCEPTED else candidates
    return next((words for words in likeliest_first if words.strip() and words in text), "")


def edited_by(view: ReviewView) -> str:
    """The event that accepted the correction with an editor's words; empty where there is none."""
    accepted = [event.id for event in view.events if event.type == "correction.accepted"]
    return accepted[-1] if accepted and view.correction.edited else ""


def _refusal(
    publication: Publication, correction: queries.Correction, article: queries.Article, current: Source
) -> str:
    """Why the reader's words cannot be accepted as they are; nothing where they can."""
    try:
        edit, _ = edit_of_editor(publication, correction, article, current.text, EditorWords())
        check_result(publication, correction, current, edit)
    except CorrectionsError as error:
        return error.message
    return ""


@dataclass(frozen=True)
class Record:
    """What became of the other corrections that came with the same e-mail address."""

    sent: int
    accepted: int
    decided: int


def record(publication: Publication, correction: queries.Correction) -> Record | None:
    """The same reader's record, where an address tells that it is the same; nothing about who it is."""
    contact = publication.private.contacts.get(correction.id)
    if contact is None or not contact.email:
        return None
    others = [other for other in publication.private.contacts.corrections_of(contact.email) if other != correction.id]
    corrections = [known for known in (queries.correction_by_id(publication.index, other) for other in others) if known]
    decided = [known for known in corrections if known.state in (*JUDGED, State.SPAM)]
    good = [known for known in decided if known.state in (State.ACCEPTED, State.USED)]
    return Record(len(corrections), len(good), len(decided)) if corrections else None


def earlier(publication: Publication, correction: queries.Correction) -> list[queries.Correction]:
    """Decided corrections of the article that were about the same place of its text, newest first.

    A place of another revision is looked up in the text that this correction's reader saw.
    """
    criteria = queries.Filter(states=JUDGED, article=correction.article, order="newest")
    text = _text_of(publication, correction)
    hunks: dict[str, list[Hunk]] = {}
    earlier_decisions: list[queries.Correction] = []
    for other in queries.corrections(publication.index, criteria, limit=EARLIER_READ):
        if other.number == correction.number or other.part is not correction.part:
            continue
        if len(earlier_decisions) == EARLIER_SHOWN:
            break
        if other.revision not in hunks:
            hunks[other.revision] = changes(_text_of(publication, other), text)
        start, end = carried_span(hunks[other.revision], other.start, other.end)
        if start < correction.end and correction.start < end:
            earlier_decisions.append(other)
    return earlier_decisions


def _text_of(publication: Publication, correction: queries.Correction) -> str:
    """The text that a correction's reader saw."""
    return publication.rendered(correction.article, correction.revision, correction.part).text


def placement_changed(
    publication: Publication, correction: queries.Correction, article: queries.Article, shown: str
) -> bool:
    """Whether a correction's paragraph reads otherwise in the article's revision `shown` than in the present one."""
    paragraphs = []
    for revision in (shown, article.revision):
        rebased = carried(publication, correction, replace(article, revision=revision))
        if not isinstance(rebased, Clean):
            return True
        source = publication.store.source(article.id, revision, correction.part)
        format = format_named(source.format)
        start, end = format.paragraph_bounds(source.text, rebased.edit.start, rebased.edit.end)
        paragraphs.append(source.text[start:end])
    return paragraphs[0] != paragraphs[1]


def _in_place(publication: Publication, correction: queries.Correction, article: queries.Article, edit: Edit) -> str:
    """The article as readers would see it, with a place to jump to at the change."""
    sources, part = publication.sources(article.id, article.revision), correction.part
    change = trim(edit, sources.of(part).text)
    sources = sources.replaced(part, edited(sources.of(part), change))
    html = {each: rendered.html for each, rendered in sources.seen.parts}
    html[part] = rendered(sources.of(part)).marked({change.start + len(change.text): '<span id="place"></span>'})
    return "".join(_FRAMES[each].format(html[each]) for each in Part if html.get(each))


_FRAMES = {Part.HEADLINE: "<h1>{}</h1>", Part.STANDFIRST: '<div class="standfirst">{}</div>', Part.BODY: "{}"}


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def _compared(
    publication: Publication,
    correction: queries.Correction,
    current: Source,
    rebased: Clean | AlreadyApplied | Conflict | None,
) -> tuple[Source, Source]:
    """The two texts to set side by side."""
    match rebased:
        case Clean():
            return current, edited(current, rebased.edit)
        case None:
            return current, current
    base = publication.store.source(correction.article, correction.revision, correction.part)
    edit = edit_of(correction)
    return base, edited(base, edit) if edit else base


def _as_published(
    publication: Publication, correction: queries.Correction, article: queries.Article
) -> tuple[list[Row], list[Warning], tuple[Source, Source]]:
    """An accepted correction as it changed the article: rows, warnings and the sources."""
    revision = correction.published_revision or ""
    before = queries.revision_before(publication.index, correction.article, revision)
    new = publication.store.source(correction.article, revision, correction.part)
    old = publication.store.source(correction.article, before, correction.part)
    about = source_warnings(old, new, article.language)
    return noted(diff(old.text, new.text), about), about, (old, new)


def _quoted_rows(publication: Publication, correction: queries.Correction) -> list[Row]:
    """Where the reader proposed no words: the paragraph, with the words pointed at marked."""
    seen = publication.rendered(correction.article, correction.revision, correction.part)
    starts = [at for at in seen.starts[correction.start : correction.end] if at >= 0]
    ends = [at for at in seen.ends[correction.start : correction.end] if at >= 0]
    if not starts:
        return []
    first, last = min(starts), max(ends)  # a footnote is read elsewhere than where it stands
    start, end = format_named(seen.format).paragraph_bounds(seen.source, first, last)
    parts: tuple[tuple[Literal["same", "quoted"], int, int], ...] = (
        ("same", start, first),
        ("quoted", first, last),
        ("same", last, end),
    )
    left = tuple(Segment(kind, seen.source[begin:stop].lstrip("\n")) for kind, begin, stop in parts)
    return [Row("changed", left, ())]
