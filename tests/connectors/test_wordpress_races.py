"""Editors save a post in WordPress while corrections are written to it, and the service is killed: nothing is lost."""

import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from repo_store import Part
from tests.connectors.race_report import Edit, lost_edits
from tests.connectors.test_git_connector import decide_on, wait_until
from tests.connectors.test_wordpress import connect, synchronise, the_article
from tests.connectors.wordpress import WordPress
from tests.newsroom import a_correction, free_port, kill, start

CORRECTIONS = int(os.environ.get("CORRECTIONS_WORDPRESS_RACES", "6"))
HEADLINE_CORRECTIONS = 6  # more would not fit into a headline
KILLS = int(os.environ.get("CORRECTIONS_WORDPRESS_KILLS", "2"))


def a_text(sentences: int) -> str:
    return "\n\n".join(
        f"<!-- wp:paragraph -->\n<p>Sentence {number} has the word{number}x in it.</p>\n<!-- /wp:paragraph -->"
        for number in range(sentences)
    )


class Editor(threading.Thread):
    """Edits the odd sentences of a post: reads it, waits for a moment, saves it, without looking what came between.
    Each save has all of `fields`, and the sentence is edited in each that has it.

    Of two saves within a few milliseconds WordPress itself loses one, and its answer shows it: the editor saves again.
    """

    def __init__(
        self, wordpress: WordPress, number: int, sentences: int, fields: tuple[str, ...] = ("content",)
    ) -> None:
        super().__init__()
        self.wordpress, self.number, self.sentences, self.fields = wordpress, number, sentences, fields
        self.chance = random.Random(sentences)

    def run(self) -> None:
        for sentence in range(1, self.sentences, 2):
            changed: dict[str, str] = {}
            shown: dict[str, str] = {}
            while not changed or shown != changed:
                opened = self.raw(self.wordpress.get(f"posts/{self.number}", context="edit"))
                time.sleep(self.chance.random() * 0.3)
                changed = {
                    name: text.replace(f"Sentence {sentence} has", f"Sentence {sentence} had")
                    for name, text in opened.items()
                }
                shown = self.raw(self.wordpress.write(f"posts/{self.number}", **changed))
            time.sleep(self.chance.random() * 0.3)

    def raw(self, post: Any) -> dict[str, str]:
        return {name: post[name]["raw"] for name in self.fields}


def test_corrections_accepted_while_the_post_is_saved_at_random_moments_lose_nothing(
    publication: Publication, wordpress: WordPress
):
    sentences = 2 * CORRECTIONS
    text = a_text(sentences)
    number = wordpress.create(text)
    connect(publication, wordpress)
    synchronise(publication)
    article = the_article(publication).id
    editor = Editor(wordpress, number, sentences)
    editor.start()
    for count, sentence in enumerate(range(0, sentences, 2), start=1):
        a_correction(publication, f"word{sentence}x", f"fixed{sentence}x", article)
        decide_on(publication, count)
        synchronise(publication)
    editor.join()
    assert synchronise(publication).last_error is None
    assert synchronise(publication).last_error is None
    edits = [Edit(f"word{sentence}x", f"fixed{sentence}x") for sentence in range(0, sentences, 2)]
    edits += [Edit(f"Sentence {sentence} has", f"Sentence {sentence} had") for sentence in range(1, sentences, 2)]
    expected = text
    for edit in edits:
        expected = expected.replace(edit.before, edit.after)
    lost = lost_edits(publication, article, wordpress, number, edits)
    assert not lost, lost
    assert publication.current_text(article) == expected
    assert wordpress.content(number) == expected
    assert audit_publication(publication.folder) == []


def test_headlines_corrected_while_title_and_body_are_saved_at_random_moments_lose_nothing(
    publication: Publication, wordpress: WordPress
):
    title = "; ".join(f"Sentence {number} has word{number}x" for number in range(2 * HEADLINE_CORRECTIONS))
    text = a_text(2)
    number = wordpress.create(text, title)
    connect(publication, wordpress)
    synchronise(publication)
    article = the_article(publication).id
    editor = Editor(wordpress, number, 2 * HEADLINE_CORRECTIONS, ("title", "content"))
    editor.start()
    for count, at in enumerate(range(0, 2 * HEADLINE_CORRECTIONS, 2), start=1):
        a_correction(publication, f"word{at}x", f"fixed{at}x", article, prefix=f"Sentence {at} has ")
        decide_on(publication, count)
        synchronise(publication)
    editor.join()
    assert synchronise(publication).last_error is None
    assert synchronise(publication).last_error is None
    for at in range(0, 2 * HEADLINE_CORRECTIONS, 2):
        title = title.replace(f"word{at}x", f"fixed{at}x").replace(f"Sentence {at + 1} has", f"Sentence {at + 1} had")
    text = text.replace("Sentence 1 has", "Sentence 1 had")
    sources = publication.sources(article, publication.article(article).revision)
    assert (sources.of(Part.HEADLINE).text, sources.body.text) == (title, text)
    post = wordpress.get(f"posts/{number}", context="edit")
    assert (post["title"]["raw"], post["content"]["raw"]) == (title, text)
    assert audit_publication(publication.folder) == []


_SAVED_IN_THE_SAME_MOMENT = """<?php
add_action('post_updated', function ($number, $after) {
    if (!str_contains("$after->post_title $after->post_content", '{words}') || get_option('overtaken')) return;
    update_option('overtaken', '1');
    wp_update_post(wp_slash(['ID' => $number, {fields}]));
}, 5, 2);  // WordPress stores the revision with priority 10
"""


@contextmanager
def saved_in_the_same_moment(wordpress: WordPress, words: str, **fields: str) -> Iterator[None]:
    """Meanwhile an editor's save of these fields comes right after the first one that has the words, so that WordPress
    answers the first with the editor's."""
    wordpress.run("delete_option('overtaken');")
    values = ", ".join(f"'{name}' => '{text}'" for name, text in fields.items())
    plugin = wordpress.mu_plugins / f"saved-in-the-same-moment-{free_port()}.php"  # PHP remembers files by their names
    plugin.write_text(_SAVED_IN_THE_SAME_MOMENT.replace("{words}", words).replace("{fields}", values))
    try:
        yield
        assert wordpress.run("echo get_option('overtaken');") == "1"
    finally:
        plugin.unlink()


def test_an_edit_of_the_body_saved_in_the_same_moment_as_a_corrected_headline_stays(
    publication: Publication, wordpress: WordPress
):
    """The editor's save has the headline as it was before, as if WordPress had changed it back."""
    title, text = "The wrogn headline", a_text(2)
    number = wordpress.create(text, title)
    connect(publication, wordpress)
    synchronise(publication)
    article = the_article(publication).id
    edited = text.replace("Sentence 1 has", "Sentence 1 had")
    a_correction(publication, "wrogn", "wrong", article, prefix="The ")
    decide_on(publication, 1)
    with saved_in_the_same_moment(wordpress, "The wrong", post_title=title, post_content=edited):
        assert synchronise(publication).last_error is None
    sources = publication.sources(article, publication.article(article).revision)
    assert (sources.of(Part.HEADLINE).text, sources.body.text) == ("The wrong headline", edited)
    post = wordpress.get(f"posts/{number}", context="edit")
    assert (post["title"]["raw"], post["content"]["raw"]) == ("The wrong headline", edited)
    assert audit_publication(publication.folder) == []


_HELD_REVISIONS = """<?php
add_action('post_updated', function ($number, $after) {
    if (!str_contains($after->post_content, 'fixed0x') || str_contains($after->post_content, 'had')) return;
    touch(WP_CONTENT_DIR . '/stored');
    for ($waited = 0; !file_exists(WP_CONTENT_DIR . '/edited') && $waited < 1000; $waited++) usleep(10000);
}, 5, 2);  // WordPress stores the revision with priority 10
"""


@pytest.mark.parametrize("later", [0, 1.2], ids=["at once", "a second later"])
def test_an_edit_of_a_correction_that_was_just_written_stays_when_its_revision_is_stored_first(
    publication: Publication, wordpress: WordPress, later: float
):
    """WordPress dates a revision by the second in which its post was saved: the later revision can have the earlier
    date."""
    number = wordpress.create(a_text(2))
    (wordpress.mu_plugins / "held-revisions.php").write_text(_HELD_REVISIONS)
    stored, edited = (wordpress.folder / "content" / name for name in ("stored", "edited"))
    for left in (stored, edited):
        left.unlink(missing_ok=True)
    connect(publication, wordpress)
    synchronise(publication)
    article = the_article(publication).id

    def edit() -> None:
        wait_until(stored.exists)
        time.sleep(later)
        opened = wordpress.content(number)
        wordpress.write(f"posts/{number}", content=opened.replace("Sentence 1 has", "Sentence 1 had"))
        edited.touch()

    editor = threading.Thread(target=edit)
    editor.start()
    a_correction(publication, "word0x", "fixed0x", article)
    decide_on(publication, 1)
    assert synchronise(publication).last_error is None
    editor.join()
    assert synchronise(publication).last_error is None
    expected = a_text(2).replace("word0x", "fixed0x").replace("Sentence 1 has", "Sentence 1 had")
    revisions = wordpress.get(f"posts/{number}/revisions", context="edit", orderby="id")
    saved = [revision["content"]["raw"] for revision in revisions]
    assert saved[:2] == [expected.replace("had", "has"), expected], "the correction's revision is the later one"
    assert (wordpress.content(number), publication.current_text(article)) == (expected, expected)


_SLOW_WRITES = """<?php
add_filter('rest_request_before_callbacks', function ($response, $handler, $request) {
    if ($request->get_method() === 'POST') {
        file_put_contents(WP_CONTENT_DIR . '/written', md5($request->get_body()) . "\\n", FILE_APPEND);
        usleep(100000);
    }
    return $response;
}, 10, 3);
add_filter('rest_request_after_callbacks', function ($response, $handler, $request) {
    if ($request->get_method() === 'POST') usleep(400000);
    return $response;
}, 10, 3);
"""


def test_a_killed_service_writes_each_correction_just_once(publication: Publication, wordpress: WordPress):
    text = a_text(KILLS)
    number = wordpress.create(text)
    log = wordpress.folder / "content" / "written"
    log.write_text("")
    (wordpress.mu_plugins / "slow-writes.php").write_text(_SLOW_WRITES)
    connect(publication, wordpress, seconds=1)
    synchronise(publication)
    article = the_article(publication).id
    connections = publication.private.connections
    data, port, chance = publication.folder.parent, free_port(), random.Random(KILLS)
    service = start(data, port)
    try:
        for sentence in range(KILLS):
            a_correction(publication, f"word{sentence}x", f"fixed{sentence}x", article)
            decide_on(publication, sentence + 1)
            wait_until(lambda count=sentence: len(log.read_text().split()) > count)
            time.sleep(0.4 * chance.random())  # while WordPress stores the correction, or before it answers
            kill(service)
            service = start(data, port)
            wait_until(lambda: connections.cursor("wordpress") == publication.store.ledger())
    finally:
        kill(service)
    expected = text.replace("word", "fixed")
    assert wordpress.content(number) == expected
    assert publication.current_text(article) == expected
    assert len(log.read_text().split()) == KILLS, "each correction was written once"
    assert audit_publication(publication.folder) == []
