"""Headline and standfirst as a publisher sends them: which of them are stored beside the body, and what they may be."""

import re

from corrections.config import STANDFIRST_LIMIT, TITLE_LIMIT
from corrections.i18n import LazyString
from corrections.services.articles.sources import has_words, on_one_line, rendered
from corrections.services.articles.versions import Version
from corrections.services.errors import Unwritable
from corrections.services.validation import Fields
from corrections.text.anchoring.fold import fold
from corrections.text.control_characters import unstorable
from corrections.text.formats.registry import format_named
from corrections.text.formats.rendered import Rendered
from repo_store import Part, Parts, Source

NO_HEADLINE = LazyString("An article needs a headline. Enter the new one.")
MARKUP = 4  # times as long as what is read of a part its source may be
_FIRST_LINES = 4  # of a body, in which its headline and its standfirst may be
_HEADING = re.compile(r"<h[1-6]\b")


def sent_parts(headline: Source | None, standfirst: Source | None, body: Source, sent: Version | None) -> Parts:
    """What of a headline and a standfirst is to be stored beside the body; None for either: as it was `sent` before.

    Raises `Invalid`.
    """
    fields = Fields()
    before = sent.parts if sent else Parts()
    if headline is None or not _is_allowed(fields, "title", "Title", headline, TITLE_LIMIT):
        headline = before.headline
    if standfirst is None or not _is_allowed(fields, "standfirst", "Standfirst", standfirst, STANDFIRST_LIMIT):
        standfirst = before.standfirst
    fields.check()
    if headline is not None and holds(body, Part.HEADLINE, headline):
        headline = None
    if standfirst is not None and (not has_words(standfirst) or holds(body, Part.STANDFIRST, standfirst)):
        standfirst = None
    return Parts(headline, standfirst)


def check_headline(source: Source) -> None:
    """Raises `Unwritable` where a headline shows nothing."""
    if not has_words(source):
        raise Unwritable(NO_HEADLINE)


def holds(body: Source, part: Part, source: Source) -> bool:
    """Does a body hold a headline or a standfirst, so that it is not stored beside it?"""
    if part is Part.HEADLINE:
        return begins_with_headline(rendered(body)) or has_heading(body, on_one_line(source))
    return _has_line(body, on_one_line(source))


def reads_alike(one: str, other: str) -> bool:
    """Do two lines say the same, however quotation marks and blanks in them are written?"""
    return _words(one) == _words(other)


def begins_with_headline(body: Rendered) -> bool:
    """Does a body begin with a headline, whatever it says?"""
    return body.unsafe_html.lstrip().startswith("<h1")


def has_heading(body: Source, title: str) -> bool:
    """Is a title the first heading of a body, near its beginning?"""
    first_heading = format_named(body.format).title_of(body.text, TITLE_LIMIT)
    is_heading = bool(_HEADING.search(rendered(body).unsafe_html))
    return is_heading and reads_alike(first_heading, title) and _has_line(body, title)


def _has_line(body: Source, words: str) -> bool:
    """Are these words one of the first lines of the body?"""
    lines = [line for line in rendered(body).text.split("\n") if line.strip()][:_FIRST_LINES]
    return _words(words) in map(_words, lines)


def _words(line: str) -> str:
    return " ".join(fold(line).text.split())


def _is_allowed(fields: Fields, name: str, label: str, source: Source, limit: int) -> bool:
    """Whether a part may be stored; notes an error where it may not."""
    bad = unstorable(source.text)
    if bad is not None:
        fields.errors[name] = f"{label}: contains {bad.name}, which is not allowed in text."
    elif len(source.text) > limit * MARKUP:
        fields.errors[name] = f"{label}: {len(source.text)} characters; the limit is {limit * MARKUP}."
    else:
        fields.text(name, label, on_one_line(source), limit, lines=False)
    return name not in fields.errors
