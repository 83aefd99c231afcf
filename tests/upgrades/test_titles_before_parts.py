"""Articles of earlier versions, whose title is in `meta.json` alone, open as they are; the next sending stores it."""

from datetime import date

import pytest

from corrections.services.articles import updates
from corrections.services.errors import QuoteNotFound
from corrections.services.publication import Publication
from corrections.services.review import decisions
from repo_store import ArticleMeta, Intent, Revision
from repo_store.audit.repository_audit import audit
from repo_store.model.events import ArticleImported
from repo_store.model.intents import Message, desk
from tests.newsroom import EDITOR, TALKS, a_correction

BODY = "Ministers met on Tusday.\n"


@pytest.fixture
def titled(publication: Publication) -> Publication:
    """A publication with an article as the versions before headlines were stored wrote it."""
    meta = ArticleMeta(title="The tlaks", url="", language="en", published=date(2026, 11, 24))
    event = ArticleImported(article=TALKS, by="Mira", title="The tlaks", url="", language="en", published="2026-11-24")
    content = Revision(TALKS, BODY, meta, desk("Mira"), Message(f"Import {TALKS}"))
    publication.write(lambda head: Intent(event, head, content))
    assert "headline_format" not in event.model_dump_json()
    return publication


def test_its_title_is_shown_and_its_text_can_be_corrected(titled: Publication):
    assert titled.article(TALKS).title == "The tlaks"
    with pytest.raises(QuoteNotFound):
        a_correction(titled, "tlaks", "talks")
    made = a_correction(titled, "Tusday", "Tuesday")
    decisions.accept(titled, EDITOR, made.number, made.last_event)
    assert titled.store.meta(TALKS, titled.article(TALKS).revision).title == "The tlaks"
    events = [entry.event.model_dump_json() for entry in titled.store.entries()]
    assert not any('"part"' in event or "_format" in event for event in events), "earlier versions can read it all"
    assert list(audit(titled.store.path)) == []


def test_the_next_sending_that_names_the_title_stores_it_and_changes_no_words(titled: Publication):
    made = a_correction(titled, "Tusday", "Tuesday")
    decisions.accept(titled, EDITOR, made.number, made.last_event)
    again = updates.publish(titled, EDITOR, updates.ArticleText(TALKS, BODY))
    assert again.outcome == "unchanged"
    sent = updates.ArticleText(TALKS, BODY, title="The tlaks")
    assert updates.publish(titled, EDITOR, sent).kept == (1,)
    assert updates.publish(titled, EDITOR, sent).outcome == "unchanged"
    (revised,) = [entry.event for entry in titled.store.entries() if entry.event.type == "article.revised"]
    assert not revised.words_changed  # type: ignore[union-attr]
    made = a_correction(titled, "tlaks", "talks")
    decisions.accept(titled, EDITOR, made.number, made.last_event)
    assert titled.article(TALKS).title == "The talks"
    assert titled.current_text(TALKS) == BODY.replace("Tusday", "Tuesday")
    assert list(audit(titled.store.path)) == []
