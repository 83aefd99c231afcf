"""Headline and standfirst as a publisher sends them: which of them are stored beside the body, and what they may be."""

from corrections.config import STANDFIRST_LIMIT, TITLE_LIMIT
from corrections.services.articles.sources import on_one_line, rendered
from corrections.services.articles.versions import Version
from corrections.services.validation import Fields
from corrections.text.anchoring.fold import fold
from corrections.text.control_characters import unstorable
from repo_store import Parts, Source

MARKUP = 4  # times as long as what is read of a part its source may be
_FIRST_LINES = 4  # of a body, in which a standfirst may be


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
    return Parts(
        None if headline is None or holds_headline(body) else headline,
        None
        if standfirst is None or not on_one_line(standfirst) or _holds_standfirst(body, standfirst)
        else standfirst,
    )


def holds_headline(body: Source) -> bool:
    """Does a body begin with the article's headline?"""
    return rendered(body).unsafe_html.lstrip().startswith("<h1")


def _holds_standfirst(body: Source, standfirst: Source) -> bool:
    lines = [line for line in rendered(body).text.split("\n") if line.strip()][:_FIRST_LINES]
    words = fold(on_one_line(standfirst)).text.strip()
    return any(fold(" ".join(line.split())).text.strip() == words for line in lines)


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
