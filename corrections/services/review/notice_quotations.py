"""Whether what a notice quotes is true: words that it says were published were, and words that now are, are."""

import re
from collections.abc import Iterator
from functools import partial

import regex

from corrections.domain.kinds import NoticeKind
from corrections.i18n import quoted, supported_language, translate
from corrections.index import queries
from corrections.services.articles.sources import ArticleSources
from corrections.services.errors import Invalid
from corrections.services.publication import Publication
from corrections.services.review.notice_drafts import ADDED, REMOVED, NoticeDraft, template_of
from corrections.text.anchoring.fold import fold

QUOTED = 160  # code points of the words that a draft repeats
MOST_REVISIONS = 500  # earlier versions searched for words that a notice says were published
_QUOTATION = regex.compile(r"“([^”]*)”|„([^“”]*)[“”]|«([^»]*)»|\"([^\"]*)\"|”([^“”]*)“")
_ELLIPSIS = "…"


def shortened(words: str) -> str:
    """`words` on one line, cut to what a draft quotes."""
    clean = " ".join(words.split())
    return clean if len(clean) <= QUOTED else clean[: QUOTED - 1].rstrip() + _ELLIPSIS


def check_quotations(
    publication: Publication, article: queries.Article, draft: NoticeDraft, result: ArticleSources
) -> None:
    """Whether a notice quotes what readers could read. `result` is the article as published with it.

    Where the notice follows a template, the words after "now" must be in the result and those after "was" must have
    been published; words that it quotes elsewhere must be one or the other. Raises `Invalid`.
    """
    readable = result.seen.text
    was_published = partial(_was_published, publication, article)
    claims = _claims(publication, article, draft)
    now, was = claims.get("now"), claims.get("was")
    if now and not _holds(readable, now):
        raise _untrue(f"The notice says that the article should read “{now}”, but it will not contain these words.")
    if was and not was_published(was):
        raise _untrue(f"The notice says that the article read “{was}”, but no published version contains these words.")
    for words in () if claims else _quotations(draft.text):
        if not _holds(readable, words) and not was_published(words):
            raise _untrue(f"The notice quotes “{words}”, but these words are in no version of the article.")


def _untrue(message: str) -> Invalid:
    return Invalid({"notice_text": f"{message} Change the notice, or leave out the quotation marks."})


def _claims(publication: Publication, article: queries.Article, draft: NoticeDraft) -> dict[str, str]:
    """The words that a notice gives for `was` and `now`, where it contains a sentence of a template."""
    language = supported_language(article.language) or "en"
    templates = [template_of(publication, kind, language) for kind in NoticeKind]
    for template, is_own in (*templates, (translate(REMOVED, language), False), (translate(ADDED, language), False)):
        pattern = _pattern(template, "" if is_own else language)
        match = pattern.fullmatch(draft.text) if is_own else pattern.search(draft.text)
        if match and match.groupdict():
            return match.groupdict()
    return {}


def _pattern(template: str, language: str) -> "re.Pattern[str]":
    """A template as a pattern with the groups `was` and `now`; in `language`'s quotation marks, where it is given."""
    start, end = (re.escape(mark) for mark in quoted("|", language).split("|")) if language else ("", "")
    pattern = re.escape(template)
    for name in ("was", "now"):
        place = re.escape(f"{{{name}}}")
        pattern = pattern.replace(place, f"{start}(?P<{name}>.+?){end}", 1).replace(place, f"{start}.+?{end}")
    return re.compile(pattern, re.DOTALL)


def _quotations(text: str) -> Iterator[str]:
    for match in _QUOTATION.finditer(text):
        words = next(group for group in match.groups() if group is not None).strip()
        if words:
            yield words


def _was_published(publication: Publication, article: queries.Article, words: str) -> bool:
    """Whether a version of the article that readers could read has these words, the newest first."""
    revisions = queries.revisions_page(publication.index, article.id, limit=MOST_REVISIONS)
    return any(_holds(publication.sources(article.id, revision.revision).seen.text, words) for revision in revisions)


def _holds(text: str, words: str) -> bool:
    """Whether `text` has just these whole words; cut ones, as drafts have them, where it goes on."""
    folded_words, whole = fold(words).text.casefold().strip(), fold(text).text.casefold()
    if regex.search(rf"(?V1w)\b{regex.escape(folded_words)}\b", whole) is not None:
        return True
    return words.endswith(_ELLIPSIS) and fold(words[:-1]).text.casefold().strip() in whole
