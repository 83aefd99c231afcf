"""An article's text with what stands beside it."""

from dataclasses import dataclass

from corrections.services.publication import Publication
from repo_store import ArticleMeta, Format, Source


@dataclass(frozen=True)
class Version:
    """An article as it was published, or as its publisher sent it."""

    text: str
    format: Format
    meta: ArticleMeta

    @property
    def source(self) -> Source:
        return Source(self.text, self.format)


def version_at(publication: Publication, article_id: str, commit: str) -> Version:
    """An article as a commit holds it. Raises as `Store.text` does."""
    source = publication.store.source(article_id, commit)
    return Version(source.text, source.format, publication.store.meta(article_id, commit))
