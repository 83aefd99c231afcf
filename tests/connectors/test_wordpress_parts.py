"""Title and excerpt of a post are an article's headline and standfirst; corrections of them are written back."""

import json
from hashlib import sha256

import pytest

from corrections.connectors import connections
from corrections.domain.decisions import DecisionKind
from corrections.domain.roles import Role
from corrections.index import queries
from corrections.private.delivery.connections import ConnectedArticle
from corrections.services.actors import Actor
from corrections.services.articles import updates
from corrections.services.articles.updates import ArticleText
from corrections.services.operations import redaction
from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from corrections.text.comparison.merge import Side
from repo_store import Format, Part, Source
from tests.connectors.test_git_connector import ADMIN, decide_on
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


def test_headline_standfirst_and_body_corrected_in_one_turn_are_one_writing(
    publication: Publication, wordpress: WordPress
):
    number, article = connected(publication, wordpress)
    accept(publication, "Teh", "The", article)
    assert synchronise(publication).last_error is None
    assert words(wordpress, number) == (TITLE, EXCERPT.replace("Teh", "The"), BODY)
    saved = len(wordpress.get(f"posts/{number}/revisions"))
    accept(publication, "Tusday", "Tuesday", article)
    accept(publication, "twice", "once", article)
    accept(publication, "1893", "1894", article)
    assert synchronise(publication).last_error is None
    expected = (
        TITLE.replace("Tusday", "Tuesday"),
        EXCERPT.replace("Teh", "The").replace("twice", "once"),
        BODY.replace("1893", "1894"),
    )
    assert words(wordpress, number) == published(publication, article) == expected
    assert len(wordpress.get(f"posts/{number}/revisions")) == saved + 1


@pytest.mark.parametrize("wrong", ["Tusday", "1893"])
def test_a_title_saved_between_our_reading_and_our_writing_is_kept_with_the_correction(
    publication: Publication, wordpress: WordPress, wrong: str
):
    number, article = connected(publication, wordpress)
    accept(publication, wrong, "Wednesday", article)
    theirs = TITLE.replace("agreed", "settled")
    plugin = wordpress.mu_plugins / f"editor{number}.php"  # PHP remembers files by their names
    plugin.write_text(_EDITOR_IN_BETWEEN % (number, number, json.dumps(theirs)))
    assert synchronise(publication).last_error is None
    assert wordpress.run(f"echo get_post_meta({number}, 'between', true);") == "yes"
    expected = (theirs.replace(wrong, "Wednesday"), EXCERPT, BODY.replace(wrong, "Wednesday"))
    assert words(wordpress, number) == published(publication, article) == expected
    assert synchronise(publication).last_error is None
    assert words(wordpress, number) == expected
    assert audit_publication(publication.folder) == []


_EDITOR_IN_BETWEEN = """<?php
add_filter('rest_request_before_callbacks', function ($response, $handler, $request) {
    if ($request->get_method() === 'POST' && add_post_meta(%d, 'between', 'yes', true))
        wp_update_post(wp_slash(['ID' => %d, 'post_title' => json_decode(<<<'JSON'
%s
JSON)]));
    return $response;
}, 10, 3);
"""


@pytest.mark.parametrize("sends_all", [True, False])
def test_a_save_by_somebody_who_had_the_post_open_takes_no_corrected_headline_back(
    publication: Publication, wordpress: WordPress, sends_all: bool
):
    number, article = connected(publication, wordpress)
    accept(publication, "Tusday", "Tuesday", article)
    accept(publication, "1893", "1894", article)
    assert synchronise(publication).last_error is None
    if sends_all:  # as the classic editor does
        changed = {"title": TITLE, "excerpt": EXCERPT.replace("guests", "others"), "content": BODY}
    else:  # as the block editor does
        changed = {"title": TITLE.replace("agreed", "settled")}
    wordpress.write(f"posts/{number}", **changed)
    assert synchronise(publication).last_error is None
    title = changed["title"].replace("Tusday", "Tuesday")
    expected = (title, changed.get("excerpt", EXCERPT), BODY.replace("1893", "1894"))
    assert words(wordpress, number) == published(publication, article) == expected


def test_a_version_that_is_restored_with_its_title_stays(publication: Publication, wordpress: WordPress):
    number, article = connected(publication, wordpress)
    accept(publication, "Tusday", "Tuesday", article)
    assert synchronise(publication).last_error is None
    theirs = TITLE.replace("agreed", "settled")
    wordpress.write(f"posts/{number}", title=theirs)  # opened before the correction came
    assert synchronise(publication).last_error is None
    assert words(wordpress, number) == (theirs.replace("Tusday", "Tuesday"), EXCERPT, BODY)
    wordpress.write(f"posts/{number}", title=theirs)  # that version again, to the letter
    assert synchronise(publication).last_error is None
    assert words(wordpress, number) == published(publication, article) == (theirs, EXCERPT, BODY)


@pytest.mark.parametrize(("side", "word"), [("theirs", "Thursday"), ("ours", "Tuesday")])
def test_a_title_changed_on_both_sides_waits_for_a_decision(
    publication: Publication, wordpress: WordPress, side: Side, word: str
):
    number, article = connected(publication, wordpress)
    accept(publication, "Tusday", "Tuesday", article)
    accept(publication, "1893", "1894", article)
    theirs = TITLE.replace("Tusday", "Thursday")
    wordpress.write(f"posts/{number}", title=theirs)
    error = synchronise(publication).last_error
    assert error is not None
    assert error.startswith(f"posts/{number}: {article} was changed both here and in WordPress, in the same words.")
    assert words(wordpress, number) == (theirs, EXCERPT, BODY)
    connections.resolve(publication, ADMIN, "wordpress", f"posts/{number}", side)
    assert synchronise(publication).last_error is None
    expected = (TITLE.replace("Tusday", word), EXCERPT, BODY.replace("1893", "1894"))
    assert words(wordpress, number) == published(publication, article) == expected


def test_what_the_body_has_once_more_is_no_part_and_stays_as_it_is(publication: Publication, wordpress: WordPress):
    body = "<h1>Talks on Tusday</h1>\n<p>Teh ministers met.</p>\n<p>They opened the bridge.</p>"
    number = wordpress.create(body, "Talks on Tusday", excerpt="Teh ministers met.")
    connect(publication, wordpress)
    assert synchronise(publication).last_error is None
    article = the_article(publication).id
    assert published(publication, article) == ("", "", body)
    accept(publication, "Tusday", "Tuesday", article)
    accept(publication, "Teh", "The", article)
    assert synchronise(publication).last_error is None
    corrected = body.replace("Tusday", "Tuesday").replace("Teh", "The")
    assert words(wordpress, number) == ("Talks on Tusday", "Teh ministers met.", corrected)
    excerpt = "Teh ministers."
    wordpress.write(f"posts/{number}", content=body.replace("bridge", "tunnel"), excerpt=excerpt)  # opened before
    assert synchronise(publication).last_error is None
    body = corrected.replace("bridge", "tunnel")
    assert words(wordpress, number) == ("Talks on Tusday", excerpt, body)
    assert published(publication, article) == ("", excerpt, body), "the excerpt says something of its own now"


def test_a_heading_that_is_removed_makes_the_title_a_headline_byte_for_byte(
    publication: Publication, wordpress: WordPress
):
    body = "<h1>Talks &amp; more</h1>\n<p>Teh ministers met.</p>"
    number = wordpress.create(body, "Talks &amp; more")
    connect(publication, wordpress)
    assert synchronise(publication).last_error is None
    article = the_article(publication).id
    accept(publication, "Teh", "The", article)
    assert synchronise(publication).last_error is None
    wordpress.write(f"posts/{number}", title="Talks &amp; more today", content="<p>Teh ministers met.</p>")
    assert synchronise(publication).last_error is None
    expected = ("Talks &amp; more today", "", "<p>The ministers met.</p>")
    assert words(wordpress, number) == published(publication, article) == expected


def test_a_page_without_excerpt_and_a_post_without_title_are_corrected_too(
    publication: Publication, wordpress: WordPress
):
    page = wordpress.create("<p>About us.</p>", "Hou we work", "pages")
    post = wordpress.create("<p>A nothe of the day.</p>", "")
    connect(publication, wordpress)
    assert synchronise(publication).last_error is None
    publication.refresh()
    by_url = {article.url: article.id for article in queries.articles(publication.index)}
    accept(publication, "Hou", "How", by_url[wordpress.get(f"pages/{page}")["link"]])
    accept(publication, "nothe", "note", by_url[wordpress.get(f"posts/{post}")["link"]])
    assert synchronise(publication).last_error is None
    assert wordpress.get(f"pages/{page}", context="edit")["title"]["raw"] == "How we work"
    assert words(wordpress, post) == ("", "", "<p>A note of the day.</p>")


def test_a_title_and_an_excerpt_that_an_editor_removes_do_not_come_back(publication: Publication, wordpress: WordPress):
    number, article = connected(publication, wordpress)
    wordpress.write(f"posts/{number}", title="", excerpt="")
    assert synchronise(publication).last_error is None
    assert published(publication, article) == (TITLE, "", BODY), "an article keeps a headline to be found by"
    accept(publication, "1893", "1894", article)
    assert synchronise(publication).last_error is None
    assert words(wordpress, number) == ("", "", BODY.replace("1893", "1894"))


def test_an_excerpt_that_was_not_always_there_can_be_removed_right_after_a_correction(
    publication: Publication, wordpress: WordPress
):
    number = wordpress.create(BODY, TITLE)
    connect(publication, wordpress)
    synchronise(publication)
    article = the_article(publication).id
    wordpress.write(f"posts/{number}", excerpt=EXCERPT)
    synchronise(publication)
    accept(publication, "1893", "1894", article)
    assert synchronise(publication).last_error is None
    assert words(wordpress, number) == (TITLE, EXCERPT, BODY.replace("1893", "1894"))
    wordpress.write(f"posts/{number}", excerpt="", content=BODY.replace("1893", "1894").replace("They", "We"))
    assert synchronise(publication).last_error is None
    expected = (TITLE, "", BODY.replace("1893", "1894").replace("They", "We"))
    assert words(wordpress, number) == published(publication, article) == expected


def test_a_redacted_word_goes_from_title_and_excerpt_too(publication: Publication, wordpress: WordPress):
    number = wordpress.create(BODY, "Walter Secret speaks", excerpt="What Walter Secret said.")
    connect(publication, wordpress)
    synchronise(publication)
    article = the_article(publication).id
    redaction.redact(publication, ADMIN, redaction.Removal("An order.", article=article, words=("Walter Secret",)))
    assert synchronise(publication).last_error is None
    assert not any("Secret" in text for text in words(wordpress, number))
    assert words(wordpress, number) == published(publication, article)


def test_an_excerpt_too_long_for_a_standfirst_hinders_nothing(publication: Publication, wordpress: WordPress):
    excerpt = f"{'word ' * 2000}end"
    number = wordpress.create(BODY, TITLE, excerpt=excerpt)
    connect(publication, wordpress)
    assert synchronise(publication).last_error is None
    article = the_article(publication).id
    accept(publication, "1893", "1894", article)
    assert synchronise(publication).last_error is None
    assert words(wordpress, number) == (TITLE, excerpt, BODY.replace("1893", "1894"))


@pytest.mark.parametrize("was_pushed", [False, True])
def test_a_post_that_an_earlier_version_connected_is_looked_at_once_more(
    publication: Publication, wordpress: WordPress, was_pushed: bool
):
    number = wordpress.create(f"{BODY} More.", TITLE, excerpt=EXCERPT)
    post = wordpress.write(f"posts/{number}", content=BODY)
    link, modified = post["link"], post["modified_gmt"]
    (revision, *_) = wordpress.get(f"posts/{number}/revisions")
    plain = 'Talks & “more” on Tusday – it\'s "agreed"'
    sent = ArticleText("2026/11/20/talks", BODY, plain, url=link, format=Format.HTML)
    updates.publish(publication, Actor("the connection wordpress", Role.ADMIN), sent)
    accept(publication, "Tusday", "Tuesday", sent.id)  # it had no way into the title
    connect(publication, wordpress)
    connected_posts = publication.private.connections
    blob = {
        "modified": modified, "digest": sha256(BODY.encode()).hexdigest(), "revision": revision["id"],
        "status": "publish", "link": link, "pushed": modified if was_pushed else "",
    }  # fmt: skip
    connected_posts.put_article(ConnectedArticle("wordpress", sent.id, f"posts/{number}", json.dumps(blob)))
    assert synchronise(publication).last_error is None
    expected = (TITLE.replace("Tusday", "Tuesday"), EXCERPT, BODY)
    assert words(wordpress, number) == published(publication, sent.id) == expected
    events = publication.head().seq
    assert synchronise(publication).last_error is None
    assert publication.head().seq == events


@pytest.mark.parametrize(("replacing", "by", "title"), [(" today", " ", "Live: talks"), ("Live:", "", "talks today")])
def test_blanks_that_wordpress_takes_from_the_ends_of_a_title_are_no_conflict(
    publication: Publication, wordpress: WordPress, replacing: str, by: str, title: str
):
    number = wordpress.create(BODY, "Live: talks today")
    connect(publication, wordpress)
    assert synchronise(publication).last_error is None
    article = the_article(publication).id
    accept(publication, replacing, by, article)
    assert synchronise(publication).last_error is None
    assert words(wordpress, number) == (title, "", BODY)
    events = publication.head().seq
    assert synchronise(publication).last_error is None
    assert publication.head().seq == events
    wordpress.write(f"posts/{number}", title="Live: talks today", content=BODY.replace("1893", "1894"))  # opened before
    assert synchronise(publication).last_error is None
    assert words(wordpress, number) == (title, "", BODY.replace("1893", "1894"))
    decide_on(publication, 1, DecisionKind.REVERT)
    assert synchronise(publication).last_error is None
    expected = ("Live: talks today", "", BODY.replace("1893", "1894"))
    assert words(wordpress, number) == published(publication, article) == expected
