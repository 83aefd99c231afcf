"""Articles in a real WordPress: they become articles here, and accepted corrections are written back."""

from corrections.connectors import connections
from corrections.connectors.connections import NewConnection
from corrections.domain.decisions import DecisionKind
from corrections.index import queries
from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from repo_store import Format
from tests.connectors.test_git_connector import ADMIN, decide_on
from tests.connectors.wordpress import USER, WordPress
from tests.newsroom import a_correction

BODY = (
    '<!-- wp:paragraph -->\r\n<p>It\'s "Tusday" -- the caf\u00e9 &amp; bar opened at 12" ... &nbsp;</p>\n<!-- /wp:paragraph -->\n\n\n'
    '<!-- wp:image {"id":7} -->\n<figure class="wp-block-image"><img src="/b.jpg" alt=""/></figure>\n<!-- /wp:image -->\n'
    "<!-- wp:paragraph -->\n<p>The <em>bridge</em> opened in 1893 [gallery ids='1,2'].  </p>\n<!-- /wp:paragraph -->"
)


def connect(publication: Publication, wordpress: WordPress, seconds: int = 60, **options: str) -> None:
    given = {"url": wordpress.url, "user": USER, **options}
    connections.connect(publication, ADMIN, NewConnection("wordpress", given, "", seconds, wordpress.password))


def synchronise(publication: Publication) -> connections.ConnectionStatus:
    return connections.synchronise(publication, ADMIN, "wordpress")


def the_article(publication: Publication) -> queries.Article:
    publication.refresh()
    (article,) = queries.articles(publication.index)
    return article


def test_a_post_becomes_an_article_and_an_accepted_correction_changes_just_its_words(
    publication: Publication, wordpress: WordPress
):
    number = wordpress.create(BODY, title="Talks & “more”")
    connect(publication, wordpress)
    assert synchronise(publication).last_error is None
    article = the_article(publication)
    assert (article.title, article.url, article.language) == (
        "Talks & “more”", wordpress.get(f"posts/{number}")["link"], "en-US",
    )  # fmt: skip
    source = publication.store.source(article.id, article.revision)
    assert (source.text, source.format) == (BODY, Format.HTML)
    a_correction(publication, "Tusday", "Tuesday", article.id)
    decide_on(publication, 1)
    assert synchronise(publication).last_error is None
    assert wordpress.content(number) == BODY.replace("Tusday", "Tuesday")
    revisions, events = wordpress.get(f"posts/{number}/revisions"), publication.head().seq
    assert synchronise(publication).last_error is None
    assert (wordpress.get(f"posts/{number}/revisions"), publication.head().seq) == (revisions, events)
    decide_on(publication, 1, DecisionKind.REVERT)
    assert synchronise(publication).last_error is None
    assert wordpress.content(number) == BODY
    assert audit_publication(publication.folder) == []
