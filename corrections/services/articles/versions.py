"""An article's sources with what is stored beside them."""

import unicodedata
from dataclasses import dataclass

from corrections.services.articles.sources import ArticleSources, on_one_line
from corrections.services.publication import Publication
from repo_store import ArticleMeta, Format, Part, Parts, Source


@dataclass(frozen=True)
class Version:
    """An article as it was published, or as its publisher sent it."""

    text: str
    format: Format
    meta: ArticleMeta
    parts: Parts

    @property
    def source(self) -> Source:
        """The body."""
        return Source(self.text, self.format)

    @property
    def sources(self) -> ArticleSources:
        return ArticleSources(self.source, self.parts)

    @property
    def title(self) -> str:
        """The title in plain text: what readers see of the headline, where that is stored by itself."""
        return self.meta.title or unicodedata.normalize("NFC", on_one_line(self.sources.of(Part.HEADLINE)))


def version_at(publication: Publication, article_id: str, commit: str) -> Version:
    """An article as a commit holds it. Raises as `Store.text` does."""
    sources = publication.sources(article_id, commit)
    meta = publication.store.meta(article_id, commit)
    return Version(sources.body.text, sources.body.format, meta, sources.parts)
