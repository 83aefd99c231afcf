"""Title and excerpt of a post are an article's headline and standfirst; corrections of them are written back."""

from corrections.domain.decisions import DecisionKind
from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from repo_store import Format, Part, Source
from tests.connectors.test_git_connector import decide_on
from tests.connectors.test_wordpress import accept, connect, synchronise, the_article
from tests.connectors.wordpress import WordPress

TITLE = 'Talks &amp; &#8220;more&#8221; on <em>Tusday</em> \u2013 it\'s "agreed"'
EXCERPT = "Teh ministers &amp; <strong>guests</strong>\nmet &nbsp;twice."
BODY = "<!-- wp:paragraph -->\n<p>They opened the bridge in 1893.</p>\n<!-- /wp:paragraph -->"


def connected(publication: Publication, wordpress: WordPress, body: str = BODY, title: str = TITLE) -> tuple[int, str]:
    """A post with an excerpt that has been imported: its number and its article's id."""
    number = wordpress.create(body, title, excerpt=EXCERPT)
    connect(publication, wordpress)
    assert synchronise(publication).last_error is None
    return number, the_article(publication).id


def words(wordpress: WordPress, number: int) -> tuple[str, str, str]:
    """Title, excerpt and content of a post as they are stored."""
    post = wordpress.get(f"posts/{number}", context="edit")
    return post["title"]["raw"], post["excerpt"]["raw"], post["content"]["raw"]


def published(publication: Publication, article: str) -> tuple[str, str, str]:
    sources = publication.sources(article, publication.article(article).revision)
    return sources.of(Part.HEADLINE).text, sources.of(Part.STANDFIRST).text, sources.body.text


def test_a_corrected_headline_changes_just_its_words_in_the_title_and_comes_back_as_nothing_new(
    publication: Publication, wordpress: WordPress
):
    number, article = connected(publication, wordpress)
    sources = publication.sources(article, publication.article(article).revision)
    assert (sources.parts.headline, sources.parts.standfirst) == (
        Source(TITLE, Format.HTML), Source(EXCERPT, Format.HTML),
    )  # fmt: skip
    accept(publication, "Tusday", "Tuesday", article)
    assert synchronise(publication).last_error is None
    corrected = (TITLE.replace("Tusday", "Tuesday"), EXCERPT, BODY)
    assert words(wordpress, number) == published(publication, article) == corrected
    revisions, events = wordpress.get(f"posts/{number}/revisions"), publication.head().seq
    assert synchronise(publication).last_error is None
    assert (wordpress.get(f"posts/{number}/revisions"), publication.head().seq) == (revisions, events)
    decide_on(publication, 1, DecisionKind.REVERT)
    assert synchronise(publication).last_error is None
    assert words(wordpress, number) == (TITLE, EXCERPT, BODY)
    assert audit_publication(publication.folder) == []
