"""Editors save a post in WordPress while corrections are written to it, and the service is killed: nothing is lost."""

import os
import random
import threading
import time

from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from tests.connectors.test_git_connector import decide_on, wait_until
from tests.connectors.test_wordpress import connect, synchronise, the_article
from tests.connectors.wordpress import WordPress
from tests.newsroom import a_correction, free_port, kill, start

CORRECTIONS = int(os.environ.get("CORRECTIONS_WORDPRESS_RACES", "6"))
KILLS = int(os.environ.get("CORRECTIONS_WORDPRESS_KILLS", "2"))


def a_text(sentences: int) -> str:
    return "\n\n".join(
        f"<!-- wp:paragraph -->\n<p>Sentence {number} has the word{number}x in it.</p>\n<!-- /wp:paragraph -->"
        for number in range(sentences)
    )


class Editor(threading.Thread):
    """Edits the odd sentences of a post: reads it, waits for a moment, saves it, without looking what came between.

    Of two saves within a few milliseconds WordPress itself loses one, and its answer shows it: the editor saves again.
    """

    def __init__(self, wordpress: WordPress, number: int, sentences: int) -> None:
        super().__init__()
        self.wordpress, self.number, self.sentences = wordpress, number, sentences
        self.chance = random.Random(sentences)

    def run(self) -> None:
        for sentence in range(1, self.sentences, 2):
            changed = shown = ""
            while not changed or shown != changed:
                content = self.wordpress.content(self.number)
                time.sleep(self.chance.random() * 0.3)
                changed = content.replace(f"Sentence {sentence} has", f"Sentence {sentence} had")
                shown = self.wordpress.write(f"posts/{self.number}", content=changed)["content"]["raw"]
            time.sleep(self.chance.random() * 0.3)


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
    expected = text
    for sentence in range(0, sentences, 2):
        expected = expected.replace(f"word{sentence}x", f"fixed{sentence}x")
        expected = expected.replace(f"Sentence {sentence + 1} has", f"Sentence {sentence + 1} had")
    assert publication.current_text(article) == expected
    assert wordpress.content(number) == expected
    assert audit_publication(publication.folder) == []


def test_a_killed_service_writes_each_correction_just_once(publication: Publication, wordpress: WordPress):
    text = a_text(KILLS)
    number = wordpress.create(text)
    connect(publication, wordpress, seconds=1)
    synchronise(publication)
    article = the_article(publication).id
    data, port, chance = publication.folder.parent, free_port(), random.Random(KILLS)
    service = start(data, port)
    for sentence in range(KILLS):
        a_correction(publication, f"word{sentence}x", f"fixed{sentence}x", article)
        decide_on(publication, sentence + 1)
        time.sleep(1.5 + chance.random())  # about when the correction is being written
        kill(service)
        service = start(data, port)
    expected = text.replace("word", "fixed")
    try:
        wait_until(lambda: wordpress.content(number) == expected)
        wait_until(lambda: publication.private.connections.articles("wordpress")[0].blob.find("writing") < 0)
    finally:
        kill(service)
    assert publication.current_text(article) == expected
    saved = [revision["content"]["raw"] for revision in wordpress.get(f"posts/{number}/revisions", context="edit")]
    assert len(saved) == len(set(saved)), "nothing was written twice"
    assert audit_publication(publication.folder) == []
