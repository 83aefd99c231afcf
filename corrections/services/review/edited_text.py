"""An editor's words in place of a reader's: as an edit of the article as it stands now, and how that will look."""

import re
from dataclasses import dataclass

from corrections import config
from corrections.errors import CorrectionsError
from corrections.index import queries
from corrections.services.articles.part_diffs import rendered_part_rows
from corrections.services.articles.sent_parts import check_headline
from corrections.services.articles.sources import edited, rendered, source_warnings
from corrections.services.errors import AlreadyDecided, InConflict, NeedsWords, NothingToApply, Unwritable
from corrections.services.publication import Publication
from corrections.services.review.notice_drafts import WordChange, word_change
from corrections.services.review.rebasing import carry, owned_edit, with_quote
from corrections.services.validation import Fields
from corrections.text.anchoring.anchor import Place
from corrections.text.anchoring.fold import skeleton
from corrections.text.comparison.diff import Row, diff, noted
from corrections.text.comparison.edits import Edit, trim
from corrections.text.comparison.rebase import AlreadyApplied, Conflict
from corrections.text.formats import breaks
from corrections.text.formats.passages import corrected_passage
from corrections.text.formats.registry import format_named, render
from corrections.text.formats.rendered import Rendered
from corrections.text.rendered_diff.marks import warned_rows
from corrections.text.rendered_diff.rows import RenderedRow
from corrections.text.warnings import Warning
from repo_store import Part, Source

_BLOCK = re.compile(r"<(?:p|li|h[1-6]|td|th|dt|dd|pre)\b")


@dataclass(frozen=True)
class Paragraph:
    """An editor's own source for the paragraphs at `start` to `end` of the article's revision `onto`."""

    onto: str
    start: int
    end: int
    markdown: str


@dataclass(frozen=True)
class EditorWords:
    """What an editor wants published in place of a reader's words; by default nothing.

    `text` is source in the article's format with `markdown`, else it is read as it is written; `paragraph` settles a
    conflict by hand.
    """

    text: str | None = None
    markdown: bool = False
    paragraph: Paragraph | None = None


@dataclass(frozen=True)
class Preview:
    """An editor's words in place: against what is published, and the words against those of the reader."""

    published: list[Row]
    reader: list[Row]
    warnings: list[Warning]
    html: str
    language: str
    change: WordChange | None
    rendered: list[RenderedRow]


def preview(
    publication: Publication, number: int, text: str, markdown: bool = False, paragraph: Paragraph | None = None
) -> Preview:
    """What accepting with these words would publish, writing nothing. Raises as `accept` does."""
    correction = publication.correction(number)
    article = publication.article(correction.article)
    current = publication.store.source(article.id, article.revision, correction.part)
    words = EditorWords(text, markdown, paragraph)
    edit, _ = edit_of_editor(publication, correction, article, current.text, words)
    check_result(publication, correction, current, edit, words)
    after = edited(current, edit)
    about = source_warnings(current, after, article.language)
    proposed = correction.replacement if correction.replacement is not None else correction.exact
    format = format_named(after.format)
    start, end = format.paragraph_bounds(after.text, edit.start, edit.start + len(edit.text))
    html = format.render(after.text[start:end]).html
    rows = rendered_part_rows(correction.part, current, after)
    rendered = warned_rows(rows, about, render(current.text, current.format), render(after.text, after.format))
    return Preview(
        noted(diff(current.text, after.text), about),
        diff(proposed, text) if paragraph is None else [],
        about,
        html,
        article.language,
        word_change(current, after),
        rendered,
    )


def change_to_publish(publication: Publication, number: int, words: EditorWords) -> WordChange | None:
    """The words that readers would see changed by accepting with these words; None where that cannot be done."""
    correction = publication.correction(number)
    article = publication.article(correction.article)
    current = publication.store.source(article.id, article.revision, correction.part)
    try:
        edit, _ = edit_of_editor(publication, correction, article, current.text, words)
    except CorrectionsError:
        return None
    return word_change(current, edited(current, edit))


def published_change(publication: Publication, number: int) -> WordChange | None:
    """The words that readers saw changed when a correction was accepted; None where it was not."""
    correction = publication.correction(number)
    if not correction.published_revision:
        return None
    before = queries.revision_before(publication.index, correction.article, correction.published_revision)
    revisions = (before, correction.published_revision)
    old, new = (publication.store.source(correction.article, at, correction.part) for at in revisions)
    return word_change(old, new)


def edit_of_editor(
    publication: Publication,
    correction: queries.Correction,
    article: queries.Article,
    current: str,
    words: EditorWords,
) -> tuple[Edit, bool]:
    """The edit of a part's present source that accepting makes, and whether the words are the editor's.

    Raises `AlreadyDecided`, `InConflict`, `NothingToApply`, `NeedsWords`, `Unwritable` or `Invalid`.
    """
    text, paragraph = words.text, words.paragraph
    if paragraph is not None:
        _check_part(publication, article, correction.part)
        if paragraph.onto != article.revision:
            raise AlreadyDecided(
                "The article has changed while you were editing. Your text was not published. Check the current "
                "version and decide again."
            )
        format = publication.store.source(article.id, article.revision, correction.part).format
        replaced = current[paragraph.start : paragraph.end]
        own = format_named(format).with_line_ends(paragraph.markdown, replaced)
        edit = Edit(paragraph.start, paragraph.end, own)
        if edit.apply(current) == current:
            raise NothingToApply("Your text is already published.")
        return edit, True
    if text is not None and (words.markdown or text != correction.replacement):
        written = _written(publication, correction, text, words.markdown)
        return carried_over(publication, article, written, correction), True
    proposed = owned_edit(publication, correction)
    if proposed is None:
        raise NeedsWords("The reader suggested no text. Enter the text to publish, then accept.")
    return carried_over(publication, article, proposed, correction), False


def check_result(
    publication: Publication,
    correction: queries.Correction,
    current: Source,
    edit: Edit,
    words: EditorWords = EditorWords(),
) -> None:
    """Whether readers would see what was typed after `edit` of the article's present text.

    Raises `NothingToApply` where before and after look the same, `Unwritable` where something else would be seen.
    """
    before, after = rendered(current), rendered(edited(current, edit))
    if correction.part is Part.HEADLINE:
        check_headline(edited(current, edit))
    if " ".join(before.unsafe_html.split()) == " ".join(after.unsafe_html.split()):
        raise NothingToApply(
            "Before and after look the same to readers, so there is nothing to accept. Edit the text, or reject the "
            "correction."
        )
    typed = correction.replacement if words.text is None else words.text
    if typed is None or not typed.strip() or words.markdown or words.paragraph is not None:
        return
    seen = publication.rendered(correction.article, correction.revision, correction.part)
    quoted = breaks.with_breaks(seen, correction.start, correction.end, breaks.LINE_END)
    passage = corrected_passage(quoted, correction.exact, typed) or typed
    was_quoted = " ".join(quoted.split()) == " ".join(correction.exact.split())  # or else the place says little
    joined = _joined(seen, Place(correction.start, correction.end), passage) if was_quoted else 0
    fewer = len(_BLOCK.findall(before.unsafe_html)) - len(_BLOCK.findall(after.unsafe_html))
    if joined * fewer < 0 or (joined and not fewer):
        raise Unwritable(
            "The article would not show the paragraphs as they were typed. Enter the text as Markdown, or change the "
            "article in your own system."
        )
    # a reader's page may have made other signs of the source's, such as curly quotes, which the words were sent with
    as_on_page = words.text is None and skeleton(typed) in skeleton(after.text)
    if not _reads(after, passage) and not _reads(after, typed) and not as_on_page:
        raise Unwritable("The article would not show the text as it was typed. Enter it as Markdown instead.")


def _joined(seen: Rendered, place: Place, passage: str) -> int:
    """How many blocks fewer the passage has as it was typed than as it was seen."""
    is_code = format_named(seen.format).is_code(seen, place)
    were = breaks.with_breaks(seen, place.start, place.end).strip().count("\n")
    return were - breaks.lines(breaks.typed(seen, place, passage, is_code)).count("\n")


def _reads(rendered: Rendered, words: str) -> bool:
    """Whether a reader finds these words, however they are spaced."""
    return " ".join(words.split()) in " ".join(rendered.text.split())


def _written(publication: Publication, correction: queries.Correction, text: str, markdown: bool) -> Edit:
    """The editor's words as an edit of the revision that the reader saw; it owns what the reader quoted."""
    fields = Fields()
    checked = fields.source if markdown else fields.text
    text = checked("text", "Text", text, config.REPLACEMENT_LIMIT)
    fields.check()
    base = publication.rendered(correction.article, correction.revision, correction.part)
    format = format_named(base.format)
    place = Place(correction.start, correction.end)
    if markdown:
        try:
            edit = format.source_edit(base, place, text)
        except ValueError as error:
            raise Unwritable(
                "The marked passage does not match a single place in the Markdown. Edit the paragraph instead."
            ) from error
    else:
        written = format.write(base, place, correction.exact, text)
        if not isinstance(written, Edit):
            raise Unwritable(written.message)
        edit = written
    return with_quote(edit, base, place.start, place.end)


def carried_over(
    publication: Publication, article: queries.Article, edit: Edit, correction: queries.Correction
) -> Edit:
    """An edit of a correction's part at its revision on the part's present source, the change alone.

    Raises `NothingToApply`, `InConflict`, or `Unwritable` where the article no longer has the part.
    """
    _check_part(publication, article, correction.part)
    rebased = carry(publication, article, edit, correction.revision, correction.part)
    match rebased:
        case AlreadyApplied():
            raise NothingToApply("This text is already published. Mark the correction as a duplicate, or reject it.")
        case Conflict():
            raise InConflict(
                "The article has changed at this point. Compare the three versions and enter the text to publish.",
                base=rebased.base,
                published=rebased.theirs,
                proposed=rebased.ours,
            )
    current = publication.store.source(article.id, article.revision, correction.part).text
    if rebased.edit.apply(current) == current:
        raise NothingToApply("This text is already published.")
    return trim(rebased.edit, current)


def _check_part(publication: Publication, article: queries.Article, part: Part) -> None:
    """Raises `Unwritable` where an article no longer has a part of its own; one without words is there."""
    if part is not Part.BODY and publication.store.parts(article.id, article.revision).of(part) is None:
        raise Unwritable(
            f"The article no longer has a {part} of its own, so this correction cannot be applied to it. Reject it, or "
            "mark it as used if the words were corrected elsewhere."
        )
