"""The words of a post that corrections change, as WordPress has them and as it is to have them."""

import hashlib
from typing import NamedTuple

from corrections.index import queries
from corrections.services.articles.source_versions import last_sent
from corrections.services.articles.versions import Version
from corrections.services.publication import Publication
from repo_store import Format, Part

_BLANKS = " \t\n\r\0\x0b"  # that WordPress takes from both ends of a title
_PARTS = {"title": Part.HEADLINE, "excerpt": Part.STANDFIRST, "content": Part.BODY}


class Words(NamedTuple):
    """The sources of a post, as its editor typed them."""

    title: str
    excerpt: str
    content: str

    def digests(self) -> "Words":
        return Words(*map(digest, self))

    def changes_to(self, other: "Words") -> dict[str, str]:
        """What of the other is different, by the names that the REST API has for it."""
        return {name: text for name, text in other._asdict().items() if text != getattr(self, name)}


def digest(text: str) -> str:
    """What tells one source from another."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def published_words(publication: Publication, article_id: str, there: Words) -> Words:
    """What a post is to have that has the words `there`.

    A title or an excerpt that is no part of the article stays as it is.
    """
    published = _published(publication, article_id)
    if not there.title.strip():
        published.pop("title", None)  # a headline that WordPress takes away stays here, and is not put back there
    return there._replace(**published)


def is_published(publication: Publication, article_id: str, digests: Words) -> bool:
    """Whether a post with these digests has what is published."""
    published = _published(publication, article_id)
    return all(digest(text) == getattr(digests, name) for name, text in published.items())


def sent_words(sent: Version) -> Words:
    """What of a post was sent; the title in plain text where it is no part of the article."""
    headline, standfirst = sent.parts.headline, sent.parts.standfirst
    title = headline.text if headline else sent.title
    return Words(title.strip(_BLANKS), standfirst.text if standfirst else "", sent.text)


def headline_of(publication: Publication, article_id: str, title: str) -> str:
    """The headline that a title gives: the article's own where WordPress just took the blanks from its ends."""
    article = queries.article(publication.index, article_id)
    if article is None:
        return title
    headline = publication.sources(article_id, article.revision).of(Part.HEADLINE).text
    return headline if headline.strip(_BLANKS) == title else title


def _published(publication: Publication, article_id: str) -> dict[str, str]:
    """What is published of what was sent, as far as a post can have it."""
    article, sent = publication.article(article_id), last_sent(publication, article_id)
    sources = publication.sources(article_id, article.revision)
    published = {"content": sources.body.text}
    for name, part in _PARTS.items():
        was_sent = sent is not None and part is not Part.BODY and sent.parts.of(part) is not None
        source = sources.of(part)
        if was_sent and (source.format is Format.HTML or not source.text):
            published[name] = source.text.strip(_BLANKS) if part is Part.HEADLINE else source.text
    return published
