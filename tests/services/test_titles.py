"""The title of an article in lists and in git, when its headline or its title changes."""

import pytest

from corrections.index import queries
from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from corrections.services.review import bulk, decisions
from tests.newsroom import EDITOR, TALKS, TEXT, a_correction, an_article
from tests.services.test_publishing import accept, send, text


def titles(publication: Publication) -> tuple[str, str]:
    """An article's title in the lists, and in git."""
    article = publication.article(TALKS)
    return article.title, publication.store.meta(TALKS, article.revision).title


@pytest.mark.parametrize("title", [None, "The talks"])
def test_a_title_that_is_the_headline_is_corrected_with_it(publication: Publication, title: str | None):
    send(publication, title=title)
    number = accept(publication, "talks", "negotiations")
    assert titles(publication) == ("The negotiations", "The negotiations")
    assert send(publication, title=title).outcome == "unchanged"
    assert send(publication, TEXT + "\nMore.\n", title=title).kept == (1,)
    assert titles(publication) == ("The negotiations", "The negotiations")
    assert text(publication).startswith("# The negotiations\n")
    assert audit_publication(publication.folder) == []
    decisions.revert(publication, EDITOR, number, publication.correction(number).last_event, "It was right.")
    assert titles(publication) == ("The talks", "The talks")
    assert send(publication, TEXT + "\nMore.\n", title=title).outcome == "unchanged"
    publication.index.rebuild(publication.store)
    assert titles(publication) == ("The talks", "The talks")
    assert audit_publication(publication.folder) == []


def test_several_corrections_accepted_at_once_leave_the_title_of_the_last(publication: Publication):
    an_article(publication, TEXT.replace("The talks", "Teh long talks"))
    for old, new in (("Teh", "The"), ("talks", "negotiations"), ("1971", "1972")):
        a_correction(publication, old, new)
    bulk.accept_all(
        publication, EDITOR, TALKS, {number: publication.correction(number).last_event for number in (1, 2, 3)}
    )
    assert titles(publication) == ("The long negotiations", "The long negotiations")
    assert audit_publication(publication.folder) == []
    assert [each.kind for each in queries.revisions(publication.index, TALKS)].count("revised") == 0


def test_a_title_of_its_own_stays_when_the_headline_is_corrected(publication: Publication):
    send(publication, title="Short")
    accept(publication, "talks", "negotiations")
    assert titles(publication) == ("Short", "Short")
    assert send(publication, TEXT + "\nMore.\n", title="Shorter").outcome == "merged"
    assert titles(publication) == ("Shorter", "Shorter")


def test_a_headline_that_the_publisher_changes_changes_the_title_that_came_from_it(publication: Publication):
    an_article(publication)
    send(publication, TEXT.replace("The talks", "The long talks"))
    assert titles(publication) == ("The long talks", "The long talks")
