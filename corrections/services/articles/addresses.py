"""Articles by their addresses on the publisher's site."""

from corrections.i18n import LazyString
from corrections.index import queries
from corrections.services.errors import AmbiguousAddress, Invalid
from corrections.services.publication import Publication
from corrections.urls import normalize_url, page_variants


def article_at(publication: Publication, address: str) -> queries.Article | None:
    """The article with that address, or None. Raises `AmbiguousAddress` where several have it."""
    normalized = normalize_url(address)
    if normalized is None:
        return None
    same = queries.articles_at(publication.index, (normalized,))
    if len(same) > 1:
        names = ", ".join(article.id for article in same)
        raise AmbiguousAddress(
            LazyString(
                "Several articles have the web address of this page (%(articles)s), so it is not clear which one you "
                "mean. What you typed is kept. Please tell the newsroom.",
                articles=names,
            ),
            articles=[article.id for article in same],
        )
    return same[0] if same else None


def article_near(publication: Publication, address: str) -> queries.Article | None:
    """The article of whose address `address` is a variant (its second page, its light page, without `www.`): the only
    one at the nearest variant that any article has; None where there is none, or several."""
    normalized = normalize_url(address)
    for variant in page_variants(normalized) if normalized else ():
        near = queries.articles_at(publication.index, variant.addresses)
        if near:
            counts_articles = any(queries.has_numbered(publication.index, each) for each in variant.numbered)
            return near[0] if len(near) == 1 and not counts_articles else None
    return None


def check_free(publication: Publication, article_id: str, url: str, old_url: str) -> None:
    """Raises `Invalid` where another article has the address `url`; one that the article has already stays."""
    normalized = normalize_url(url)
    if normalized is None or normalized == normalize_url(old_url):
        return
    for other in queries.articles_at(publication.index, (normalized,)):
        if other.id != article_id:
            raise Invalid(
                {
                    "url": f"The article {other.id} already has the web address {url}, so {article_id} was not "
                    f"imported. Nothing was changed. Import it with the ID {other.id} if it is the same article, "
                    "or give it a web address of its own."
                }
            )
