"""Taking something down for good: a court's order, a name that must go. The history after it is rewritten."""

import re
from dataclasses import dataclass

from corrections.index import queries
from corrections.private.delivery.outbox import Outbox
from corrections.services.actors import Actor, check_right
from corrections.services.articles.sources import rendered as as_rendered
from corrections.services.errors import Invalid, UnknownRevision
from corrections.services.operations.checkpoints import checkpoint
from corrections.services.operations.public_copy import public_copy
from corrections.services.publication import Publication
from corrections.services.review.transitions import checked_reason
from repo_store import Parts, Source
from repo_store.history_rewrite import Redaction, mask_text
from repo_store.model.events import HistoryRedacted

SHORTEST = 3  # code points of words to take out: shorter ones stand inside too many others


@dataclass(frozen=True)
class Removal:
    """What is to go: what a correction (`number`) contributed, `words` wherever an article's history has them, the text
    of a revision (full commit id)."""

    reason: str
    number: int | None = None
    article: str = ""
    revision: str = ""
    words: tuple[str, ...] = ()


def redact(publication: Publication, actor: Actor, removal: Removal) -> HistoryRedacted:
    """Take it out of the repository, the index, the copy that is cloned, and memory; state a checkpoint after.

    Raises `Forbidden`, `Invalid`, `UnknownArticle`, `UnknownCorrection`, `UnknownRevision`, `NothingToRedact`.
    """
    check_right(actor, "staff")
    publication.check_writable()
    checkpoint(publication)  # what stood until here can be proven up to here
    event = publication.store.redact(_redaction(publication, actor, removal), publication.key)
    publication.index.catch_up(publication.store)
    Outbox(publication.private).rename(lambda event: queries.moved_to(publication.index, event))
    publication.private.connections.rename_events(lambda event: queries.moved_to(publication.index, event))
    publication.private.resolved_remarks.rename(lambda event: queries.moved_to(publication.index, event))
    public_copy(publication)
    checkpoint(publication)
    return event


def say_the_same(publication: Publication, number: int) -> list[int]:
    """Other corrections of the article that propose the words that this one proposes."""
    correction = publication.correction(number)
    if not correction.replacement:
        return []
    proposals = queries.Filter(article=correction.article, q=f'"{correction.replacement}"')
    return [other.number for other in queries.corrections(publication.index, proposals) if other.number != number]


def keeps_parts(publication: Publication, removal: Removal) -> bool:
    """Has the revision whose text is to go a headline or a standfirst beside it? Those stay."""
    if queries.revision(publication.index, removal.article, removal.revision) is None:
        return False
    return publication.store.parts(removal.article, removal.revision) != Parts()


def _redaction(publication: Publication, actor: Actor, removal: Removal) -> Redaction:
    reason = checked_reason(removal.reason)
    if not reason:
        raise Invalid({"reason": "Give a reason: readers see it in place of the removed text."})
    words = tuple(filter(None, (word.strip() for word in removal.words)))
    if any(len(word) < SHORTEST for word in words):
        raise Invalid({"words": f"Text to remove must have at least {SHORTEST} characters."})
    pattern = _pattern(words)
    if pattern and pattern.search(reason):
        raise Invalid({"reason": "The reason repeats the text to be removed, and it will be public. Use other words."})
    article, corrections, revisions = removal.article, frozenset[str](), frozenset[str]()
    if removal.number is not None:
        correction = publication.correction(removal.number)
        article = correction.article
        if correction.published_revision is None:
            corrections = frozenset({correction.id})
        elif not words:
            raise Invalid({"words": "The text of this correction was published: say which words to remove."})
    if removal.revision:
        if queries.revision(publication.index, publication.article(article).id, removal.revision) is None:
            raise UnknownRevision("This is not a revision of the article.")
        revisions = frozenset({removal.revision})
    if not (words or corrections or revisions):
        raise Invalid({"words": "Say what to remove: a correction’s number, a revision, or words."})

    def hide(text: str) -> str:
        return pattern.sub(lambda match: mask_text(match[0]), text) if pattern else text

    def hide_text(source: Source) -> str:
        return _hidden(source, pattern) if pattern else source.text

    return Redaction(
        article=publication.article(article).id,
        by=actor.name,
        reason=reason,
        number=removal.number,
        corrections=corrections,
        revisions=revisions,
        hide=hide,
        hide_text=hide_text,
    )


def _pattern(words: tuple[str, ...]) -> re.Pattern[str] | None:
    """The words in any case, with any white space between them."""
    patterns = (r"\s+".join(map(re.escape, word.split())) for word in sorted(words, key=len, reverse=True))
    return re.compile("|".join(patterns), re.IGNORECASE) if words else None


def _hidden(source: Source, pattern: re.Pattern[str]) -> str:
    """An article's text without the words, those that have markup inside them too."""
    characters = list(source.text)
    rendered = as_rendered(source)
    spans = [match.span() for match in pattern.finditer(source.text)]
    for match in pattern.finditer(rendered.text):
        places = zip(
            rendered.starts[match.start() : match.end()], rendered.ends[match.start() : match.end()], strict=True
        )
        spans += [(start, end) for start, end in places if start >= 0]
    for start, end in spans:
        characters[start:end] = mask_text(source.text[start:end])
    return "".join(characters)
