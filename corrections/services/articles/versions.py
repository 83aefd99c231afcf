"""An article's text with what stands beside it."""

from dataclasses import dataclass

from repo_store import ArticleMeta


@dataclass(frozen=True)
class Version:
    """An article as it was published, or as its publisher sent it."""

    text: str
    meta: ArticleMeta
