"""An article's parts as safe HTML, for its page and for the pages of its revisions."""

from collections.abc import Mapping
from dataclasses import dataclass

from corrections.services.articles.sent_parts import begins_with_headline
from corrections.services.articles.sources import RenderedArticle
from repo_store import Part


@dataclass(frozen=True)
class ArticleHtml:
    """Safe HTML; empty where the article has no such part."""

    headline: str
    standfirst: str
    body: str
    body_has_headline: bool


def article_html(seen: RenderedArticle, marks: Mapping[Part, dict[int, str]] | None = None) -> ArticleHtml:
    """The parts of an article; `marks` are pieces of HTML for each, by where in the source they go (`marked`)."""
    html = {
        part: rendered.marked(marks[part]) if marks and part in marks else rendered.html
        for part, rendered in seen.parts
    }
    body_has_headline = begins_with_headline(seen.parts[-1][1])
    return ArticleHtml(html.get(Part.HEADLINE, ""), html.get(Part.STANDFIRST, ""), html[Part.BODY], body_has_headline)
