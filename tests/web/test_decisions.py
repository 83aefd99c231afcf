"""A decision is the same one, whether it comes from the review page or from the API."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from corrections.domain import labels
from corrections.domain.decisions import API_DECISIONS, DecisionKind
from corrections.domain.transitions import TRANSITIONS
from corrections.index import queries
from corrections.services import settings
from corrections.services.articles import updates
from corrections.services.publication import Publication
from corrections.services.review.decisions import Decision, decide
from tests.newsroom import EDITOR, TALKS, a_correction, an_article

FIELDS: dict[DecisionKind, dict[str, str]] = {
    DecisionKind.ACCEPT: {"text": "Tuesday 24", "reason": "Thank you."},
    DecisionKind.REJECT: {"reason": "The date is right."},
    DecisionKind.USE: {"reason": "You were right."},
    DecisionKind.SECOND: {},
    DecisionKind.DUPLICATE: {"of": "2", "reason": "Somebody was quicker."},
    DecisionKind.SPAM: {"reason": "An advertisement."},
    DecisionKind.RELEASE: {"reason": "A person wrote it."},
    DecisionKind.REOPEN: {"reason": "Once more."},
    DecisionKind.REVERT: {"reason": "It was right before."},
}
EARLIER = {DecisionKind.REOPEN: DecisionKind.SPAM, DecisionKind.REVERT: DecisionKind.ACCEPT}


@pytest.fixture
def other_publication(publication: Publication) -> Iterator[Publication]:
    created = Publication.create(publication.folder.parent, "weekly", "The Weekly")
    settings.put(created, "form-seconds", "0")
    yield created
    created.close()


def prepare(publication: Publication, kind: DecisionKind) -> str:
    """Two corrections, of which the first is in a state that allows the decision; gives its last event."""
    an_article(publication)
    settings.put(publication, "blocked-words", "casino")
    comment = "casino" if kind is DecisionKind.RELEASE else ""
    correction = a_correction(publication, "Tusday", "Tuesday", comment=comment)
    a_correction(publication, "teh", "the")
    if kind in EARLIER:
        correction = decide(publication, EDITOR, 1, Decision(EARLIER[kind], correction.last_event))
    if kind is DecisionKind.USE:
        rewritten = publication.current_text(TALKS).replace("Tusday", "Monday")
        updates.publish(publication, EDITOR, updates.ArticleText(TALKS, rewritten))
    return correction.last_event


def outcome(publication: Publication) -> tuple[object, ...]:
    """The state, the article's text, and what the last event says but for times and identifiers."""
    publication.refresh()
    correction = publication.correction(1)
    event = publication.store.entry(queries.events(publication.index, 1)[-1].id).event
    return (
        correction.state,
        publication.current_text(correction.article),
        event.model_dump(exclude={"at", "correction", "onto", "revision"}),
    )


@pytest.mark.parametrize("kind", API_DECISIONS)
def test_page_and_api_write_the_same_event(
    editor: FlaskClient,
    client: FlaskClient,
    publication: Publication,
    other_publication: Publication,
    kind: DecisionKind,
):
    based_on = prepare(publication, kind)
    form = {"decision": kind.value, "based_on": based_on, **FIELDS[kind]}
    assert editor.post("/daily/review/1", data=form).status_code == 303
    based_on = prepare(other_publication, kind)
    token = other_publication.private.tokens.issue("Mira", "editor")
    answer = client.post(
        "/api/v1/weekly/corrections/1/decisions",
        json={"decision": kind.value, "based_on": based_on, **FIELDS[kind]},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 201
    assert outcome(publication) == outcome(other_publication)


def test_every_decision_has_its_words_on_the_page_and_all_but_undo_a_transition():
    assert set(labels.DECISIONS) == set(DecisionKind)
    assert {kind.value for kind in DecisionKind} - {"undo"} <= TRANSITIONS.keys()


@pytest.mark.parametrize("digits", [19, 30, 5000])
def test_a_number_that_no_correction_can_have_is_refused_in_plain_words(
    editor: FlaskClient, publication: Publication, digits: int
):
    based_on = prepare(publication, DecisionKind.DUPLICATE)
    form = {"decision": "duplicate", "based_on": based_on, "of": "9" * digits}
    refused = editor.post("/daily/review/1", data=form)
    assert refused.status_code == 422
    assert "Enter the number of the correction that this one duplicates." in refused.text
