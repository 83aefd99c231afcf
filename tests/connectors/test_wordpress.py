"""Articles in a real WordPress: they become articles here, and accepted corrections are written back."""

import subprocess
import threading

import pytest

from corrections.connectors import connections
from corrections.connectors.connections import NewConnection
from corrections.connectors.connector import Run
from corrections.connectors.registry import CONNECTORS
from corrections.domain.decisions import DecisionKind
from corrections.index import queries
from corrections.services.articles import updates
from corrections.services.articles.addresses import article_near
from corrections.services.articles.updates import ArticleText
from corrections.services.errors import QuoteNotFound
from corrections.services.operations import redaction
from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from corrections.services.submission import origins
from corrections.text.comparison.merge import Side
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


def test_words_as_the_page_shows_them_are_accepted_into_the_source_as_it_is_written(
    publication: Publication, wordpress: WordPress
):
    number = wordpress.create(BODY)
    connect(publication, wordpress)
    synchronise(publication)
    page = "It’s “Tusday” — the café & bar opened at 12″"  # what WordPress makes of the post
    accept(publication, page, page.replace("Tusday", "Tuesday"), the_article(publication).id)
    assert synchronise(publication).last_error is None
    assert wordpress.content(number) == BODY.replace("Tusday", "Tuesday")


def accept(publication: Publication, replacing: str, by: str, article: str) -> int:
    correction = a_correction(publication, replacing, by, article)
    decide_on(publication, correction.number)
    return correction.number


def imported(publication: Publication) -> dict[str, str]:
    """The articles by their titles."""
    publication.refresh()
    return {article.title: article.id for article in queries.articles(publication.index)}


def test_what_editors_wrote_meanwhile_is_taken_over_first_and_a_conflict_overwrites_nothing(
    publication: Publication, wordpress: WordPress
):
    number = wordpress.create(BODY)
    connect(publication, wordpress)
    synchronise(publication)
    article = the_article(publication).id
    edited = BODY.replace("The <em>bridge</em>", "The old <em>bridge</em>")
    wordpress.write(f"posts/{number}", content=edited)
    accept(publication, "Tusday", "Tuesday", article)
    assert synchronise(publication).last_error is None
    assert wordpress.content(number) == edited.replace("Tusday", "Tuesday") == publication.current_text(article)
    accept(publication, "1893", "1894", article)
    theirs = edited.replace("Tusday", "Tuesday").replace("1893", "1895")
    wordpress.write(f"posts/{number}", content=theirs)
    error = synchronise(publication).last_error
    assert error is not None
    assert error.startswith(f"posts/{number}: {article} was changed both here and in WordPress, in the same words.")
    assert wordpress.content(number) == theirs
    assert "1894" in publication.current_text(article)
    wordpress.write(f"posts/{number}", content=theirs.replace("1895", "1894"))
    assert synchronise(publication).last_error is None
    assert publication.current_text(article) == wordpress.content(number) == theirs.replace("1895", "1894")


@pytest.mark.parametrize(("side", "words"), [("theirs", "1895"), ("ours", "1894")])
def test_an_admin_decides_which_words_of_a_conflict_stay(
    publication: Publication, wordpress: WordPress, side: Side, words: str
):
    number = wordpress.create(BODY)
    connect(publication, wordpress)
    synchronise(publication)
    article = the_article(publication).id
    accept(publication, "1893", "1894", article)
    wordpress.write(f"posts/{number}", content=BODY.replace("1893", "1895"))
    assert synchronise(publication).last_error is not None
    (conflict,) = connections.conflicts(publication, "wordpress")
    assert (conflict.path, conflict.article) == (f"posts/{number}", article)
    connections.resolve(publication, ADMIN, "wordpress", conflict.path, side)
    assert synchronise(publication).last_error is None
    assert connections.conflicts(publication, "wordpress") == []
    assert wordpress.content(number) == publication.current_text(article) == BODY.replace("1893", words)


def test_the_decision_of_a_conflict_is_about_no_words_that_came_later(publication: Publication, wordpress: WordPress):
    number = wordpress.create(BODY)
    connect(publication, wordpress)
    synchronise(publication)
    article = the_article(publication).id
    accept(publication, "1893", "1894", article)
    wordpress.write(f"posts/{number}", content=BODY.replace("1893", "1895"))
    assert synchronise(publication).last_error is not None
    connections.resolve(publication, ADMIN, "wordpress", f"posts/{number}", "theirs")
    later = BODY.replace("1893", "1896")
    wordpress.write(f"posts/{number}", content=later)
    assert synchronise(publication).last_error is not None
    assert publication.current_text(article) == BODY.replace("1893", "1894")
    assert wordpress.content(number) == later
    assert [conflict.path for conflict in connections.conflicts(publication, "wordpress")] == [f"posts/{number}"]
    connections.resolve(publication, ADMIN, "wordpress", f"posts/{number}", "theirs")
    assert synchronise(publication).last_error is None
    assert publication.current_text(article) == wordpress.content(number) == later


@pytest.mark.parametrize("hidden", [{"status": "draft"}, {"status": "publish", "password": "open"}])
def test_what_was_saved_while_a_post_was_not_public_is_published_nowhere(
    publication: Publication, wordpress: WordPress, hidden: dict[str, str]
):
    number = wordpress.create(BODY)
    connect(publication, wordpress)
    synchronise(publication)
    article = the_article(publication).id
    accept(publication, "Tusday", "Tuesday", article)
    assert synchronise(publication).last_error is None
    corrected = BODY.replace("Tusday", "Tuesday")
    wordpress.write(f"posts/{number}", content=corrected.replace("opened at", "hid Walter at"), **hidden)
    synchronise(publication)
    wordpress.write(f"posts/{number}", content=corrected.replace("1893", "the Zorro year"))
    synchronise(publication)
    final = corrected.replace("The <em>", "The old <em>")
    wordpress.write(f"posts/{number}", content=final, status="publish", password="")
    assert synchronise(publication).last_error is None
    assert publication.current_text(article) == wordpress.content(number) == final
    log = subprocess.run(
        ["git", "-C", publication.store.path, "log", "-p", "--all"], check=True, capture_output=True, text=True
    ).stdout
    assert "Tuesday" in log
    assert "The old <em>" in log
    assert "Walter" not in log
    assert "Zorro" not in log


def test_a_save_from_an_older_state_loses_no_correction_but_a_restored_version_counts(
    publication: Publication, wordpress: WordPress
):
    number = wordpress.create(BODY)
    connect(publication, wordpress)
    synchronise(publication)
    article = the_article(publication).id
    accept(publication, "Tusday", "Tuesday", article)
    synchronise(publication)
    wordpress.write(f"posts/{number}", content=BODY.replace("1893", "1892"))  # opened before the correction came
    assert synchronise(publication).last_error is None
    both = BODY.replace("Tusday", "Tuesday").replace("1893", "1892")
    assert wordpress.content(number) == both == publication.current_text(article)
    wordpress.write(f"posts/{number}", content=BODY.replace("1893", "1892"))  # that version again, to the letter
    assert synchronise(publication).last_error is None
    assert wordpress.content(number) == BODY.replace("1893", "1892") == publication.current_text(article)


def test_only_public_posts_are_imported(publication: Publication, wordpress: WordPress):
    wordpress.create("<p>Out.</p>", "Public", date="2026-11-20T10:00:00")
    wordpress.create("<p>A page.</p>", "About us", "pages", date="2026-11-21T10:00:00")
    wordpress.create("<p>Not yet.</p>", "Draft", status="draft")
    wordpress.create("<p>Later.</p>", "Scheduled", status="future", date="2090-01-01T10:00:00")
    wordpress.create("<p>Mine.</p>", "Private", status="private")
    wordpress.create("<p>Secret.</p>", "Locked", password="open")
    wordpress.create("", "Empty")
    connect(publication, wordpress)
    assert synchronise(publication).last_error is None
    assert imported(publication) == {"Public": "2026/11/20/public", "About us": "2026/11/21/about-us"}


def test_other_types_and_statuses_can_be_chosen(publication: Publication, wordpress: WordPress):
    wordpress.create("<p>Out.</p>", "Public")
    wordpress.create("<p>A page.</p>", "About us", "pages")
    wordpress.create("<p>Not yet.</p>", "Draft", status="draft")
    connect(publication, wordpress, types="posts", statuses="publish, draft", language="de")
    assert synchronise(publication).last_error is None
    assert imported(publication).keys() == {"Public", "Draft"}
    assert {article.language for article in queries.articles(publication.index)} == {"de"}


def test_a_scheduled_post_arrives_when_it_is_published(publication: Publication, wordpress: WordPress):
    number = wordpress.create("<p>Later.</p>", "Scheduled", status="future", date="2090-01-01T10:00:00")
    connect(publication, wordpress)
    synchronise(publication)
    # what WordPress's own clockwork does when the time has come: it does not count as a modification
    wordpress.run(
        f"global $wpdb; $wpdb->update($wpdb->posts, ['post_date' => current_time('mysql'), 'post_date_gmt' =>"
        f" current_time('mysql', 1), 'post_modified' => '2020-01-01', 'post_modified_gmt' => '2020-01-01'],"
        f" ['ID' => {number}]); clean_post_cache({number}); wp_publish_post({number});"
    )
    assert synchronise(publication).last_error is None
    assert imported(publication).keys() == {"Scheduled"}


@pytest.mark.parametrize(
    ("change", "back", "why"),
    [
        ({"status": "draft"}, {"status": "publish"}, "is not published in WordPress (status draft)"),
        ({"password": "open"}, {"password": ""}, "has a password in WordPress"),
        (None, {"status": "publish"}, "is in the trash of WordPress"),
    ],
)
def test_corrections_of_a_post_that_is_not_public_wait_until_it_is(
    publication: Publication, wordpress: WordPress, change: dict[str, str] | None, back: dict[str, str], why: str
):
    number = wordpress.create(BODY, "The talks", slug="talks")
    connect(publication, wordpress)
    synchronise(publication)
    article = the_article(publication).id
    if change is None:
        wordpress.request("DELETE", f"posts/{number}", {})
    else:
        wordpress.write(f"posts/{number}", **change)
    assert synchronise(publication).last_error is None, "nothing waits yet, so there is nothing to do"
    accept(publication, "Tusday", "Tuesday", article)
    for _ in range(3):
        error = synchronise(publication).last_error
        assert error is not None
        assert error.startswith(f"posts/{number} {why}, so the corrections of {article} were not written there.")
    assert wordpress.content(number) == BODY
    wordpress.write(f"posts/{number}", **back)
    assert synchronise(publication).last_error is None
    assert wordpress.content(number) == BODY.replace("Tusday", "Tuesday")


def test_a_deleted_post_leaves_its_article_and_says_so_once_something_waits(
    publication: Publication, wordpress: WordPress
):
    number = wordpress.create(BODY)
    connect(publication, wordpress)
    synchronise(publication)
    article = the_article(publication).id
    wordpress.request("DELETE", f"posts/{number}", {"force": "true"})
    accept(publication, "Tusday", "Tuesday", article)
    error = synchronise(publication).last_error
    assert error is not None
    assert error.startswith(f"posts/{number} was deleted in WordPress, so the corrections of {article} were not")
    assert "Tuesday" in publication.current_text(article)


def test_posts_of_several_pages_reusable_blocks_and_classic_posts_keep_every_other_byte(
    publication: Publication, wordpress: WordPress
):
    block = wordpress.write("blocks", title="Box", content="<p>Words of the blok.</p>", status="publish")["id"]
    sources = {
        "Pages": "<p>The first page.</p>\n<!--nextpage-->\n<p>The secnd page.</p>",
        "Reuse": f'<p>Befor it.</p>\n<!-- wp:block {{"ref":{block}}} /-->\n<p>After it.</p>',
        "Classic": "One paragraf, with a\nbreak.\r\n\r\nAnother — <strong>bold</strong>.\n\n[caption]x[/caption]",
    }
    numbers = {title: wordpress.create(source, title) for title, source in sources.items()}
    connect(publication, wordpress)
    assert synchronise(publication).last_error is None
    articles = imported(publication)
    with pytest.raises(QuoteNotFound):
        a_correction(publication, "blok", "block", articles["Reuse"])
    words = {"Pages": ("secnd", "second"), "Reuse": ("Befor", "Before"), "Classic": ("paragraf", "paragraph")}
    for title, (old, new) in words.items():
        accept(publication, old, new, articles[title])
    assert synchronise(publication).last_error is None
    for title, (old, new) in words.items():
        assert wordpress.content(numbers[title]) == sources[title].replace(old, new)
    link = wordpress.get(f"posts/{numbers['Pages']}")["link"]
    near = article_near(publication, f"{link}2/")
    assert near is not None
    assert near.id == articles["Pages"], "the second page is the same article"


def test_an_article_imported_by_hand_becomes_that_of_the_post_with_its_address(
    publication: Publication, wordpress: WordPress
):
    number = wordpress.create(BODY)
    link = wordpress.get(f"posts/{number}")["link"]
    by_hand = ArticleText("2020/01/01/by-hand", "It’s “Tusday”.", url=link)
    updates.publish(publication, ADMIN, by_hand)
    connect(publication, wordpress)
    assert synchronise(publication).last_error is None
    article = the_article(publication)
    assert (article.id, publication.current_text(article.id)) == ("2020/01/01/by-hand", BODY)


def test_a_redacted_word_goes_from_the_post_too(publication: Publication, wordpress: WordPress):
    number = wordpress.create("<p>The witness Walter Secret spoke.</p>")
    connect(publication, wordpress)
    synchronise(publication)
    article = the_article(publication).id
    removal = redaction.Removal("A court's order.", article=article, words=("Walter Secret",))
    redaction.redact(publication, ADMIN, removal)
    assert synchronise(publication).last_error is None
    assert "Secret" not in wordpress.content(number)
    assert wordpress.content(number) == publication.current_text(article)


def test_after_connecting_the_widget_may_send_from_the_site(publication: Publication, wordpress: WordPress):
    number = wordpress.create(BODY)
    told: list[str] = []
    new = NewConnection("wordpress", {"url": wordpress.url, "user": USER}, password=wordpress.password)
    connections.connect(publication, ADMIN, new, told.append)
    link = wordpress.get(f"posts/{number}")["link"]
    assert told == [
        "Signed in as editor: 1 post, 0 pages.",
        f"{link} shows the post, in .entry-content, where the widget finds it.",
    ]
    assert wordpress.url in origins.listed(publication)


def test_a_large_archive_comes_newest_first_and_goes_on_where_it_was_stopped(
    publication: Publication, wordpress: WordPress
):
    wordpress.run(
        "for ($n = 0; $n < 230; $n++) wp_insert_post(['post_title' => \"Post $n\", 'post_status' => 'publish',"
        " 'post_content' => \"<p>This is post $n.</p>\", 'post_author' => 1,"
        " 'post_date' => gmdate('Y-m-d H:i:s', 1700000000 + 86400 * $n)]);"
    )
    connect(publication, wordpress)
    connection = connections.known_connection(publication, "wordpress")
    CONNECTORS["wordpress"].run(Run(publication, connection, wordpress.password, StopAfter(120)))
    ids = article_ids(publication)
    assert 10 <= len(ids) < 230
    assert min(ids) > "2024/02/01", "the latest came first"
    assert synchronise(publication).last_error is None
    assert len(article_ids(publication)) == 230


def article_ids(publication: Publication) -> list[str]:
    publication.refresh()
    return [article.id for article in queries.articles(publication.index, limit=1000)]


class StopAfter(threading.Event):
    """The service is stopped after it has been asked so often whether it is."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.left = times

    def is_set(self) -> bool:
        self.left -= 1
        return self.left < 0
