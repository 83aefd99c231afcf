"""What another process wrote is on the next page asked for, and the index follows the ledger no oftener than that takes."""

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient

from corrections.index import Index
from corrections.services.publication import Publication
from corrections.services.review import decisions
from tests.newsroom import EDITOR, TALKS, a_correction, an_article

VIEW = 1
WRITE = 2  # before, since nothing is written after an event that cannot be projected; and after
ANNOTATION = {
    "target": {"article": TALKS, "selector": {"type": "TextQuoteSelector", "exact": "Tusday"}},
    "body": {"type": "TextualBody", "value": "Tuesday"},
}


@pytest.fixture
def elsewhere(publication: Publication) -> Iterator[Publication]:
    """The publication as another process has it open; the service has not heard of what is written here."""
    an_article(publication)
    opened = Publication(publication.folder)
    yield opened
    opened.close()


@pytest.fixture
def catch_ups(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How often an index was asked to follow its ledger since the last time."""
    count = 0
    catch_up = Index.catch_up

    def counted(index: Index, *arguments: object, **named: object) -> int:
        nonlocal count
        count += 1
        return catch_up(index, *arguments, **named)  # type: ignore[arg-type]

    def since_last() -> int:
        nonlocal count
        last, count = count, 0
        return last

    monkeypatch.setattr(Index, "catch_up", counted)
    return since_last


@pytest.mark.parametrize(
    "page",
    [
        f"/daily/a/{TALKS}",
        f"/daily/a/{TALKS}/history",
        "/daily/corrections",
        f"/daily/a/{TALKS}/suggest?exact=Tuesday",
        f"/api/v1/daily/articles/{TALKS}/text",
    ],
)
def test_a_page_shows_what_another_process_has_published(client: FlaskClient, elsewhere: Publication, page: str):
    client.get(page)
    decisions.accept(elsewhere, EDITOR, 1, a_correction(elsewhere, "Tusday", "Tuesday").last_event)
    answer = client.get(page)
    assert answer.status_code == 200
    assert "Tuesday" in answer.text


def test_a_submission_catches_up_once_for_the_view_and_around_its_write(
    client: FlaskClient, elsewhere: Publication, catch_ups: Callable[[], int]
):
    client.get("/daily/")  # the first request opens the publication
    catch_ups()
    assert client.post("/api/v1/daily/corrections", json=ANNOTATION).status_code == 201
    assert catch_ups() == VIEW + WRITE
    form = {"exact": "teh", "replacement": "the", "step": "send"}
    assert client.post(f"/daily/a/{TALKS}/suggest", data=form).status_code == 303
    assert catch_ups() == VIEW + WRITE


def test_a_decision_catches_up_once_for_the_view_and_around_its_write(
    editor: FlaskClient, elsewhere: Publication, catch_ups: Callable[[], int]
):
    correction = a_correction(elsewhere, "Tusday", "Tuesday")
    catch_ups()
    decision = {"decision": "accept", "based_on": correction.last_event}
    assert editor.post("/daily/review/1", data=decision).status_code == 303
    assert catch_ups() == VIEW + WRITE
    assert editor.get("/daily/review/1").status_code == 200
    assert catch_ups() == VIEW
