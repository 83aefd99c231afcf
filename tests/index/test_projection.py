"""Every event that can be written can be projected, and what cannot is refused before anything of it is written."""

import sqlite3
import threading
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from flask.testing import FlaskClient
from pydantic import Field

from corrections.errors import CorrectionsError
from corrections.index import Index, Unprojectable, queries
from corrections.notify.subscriber import subscribe
from corrections.private.contacts import Contact
from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from repo_store import Intent, RepoStoreError
from repo_store.model import entries, events
from repo_store.model.events import (
    ArticleRevised,
    CorrectionAccepted,
    CorrectionAppealed,
    CorrectionAssigned,
    CorrectionCommented,
    CorrectionDuplicate,
    CorrectionFlagged,
    CorrectionRejected,
    CorrectionReleased,
    CorrectionReopened,
    CorrectionReverted,
    CorrectionSeconded,
    CorrectionSnoozed,
    CorrectionSpam,
    CorrectionSubmitted,
    CorrectionUsed,
    CorrectionWithdrawn,
    NoticeChanged,
    RevisionLogged,
    Value,
)
from tests.events import EVENTS, an_event, an_intent, prepared
from tests.newsroom import TALKS, a_correction, an_article, made_once

UNKNOWN = 99  # a number that no correction has
HALF = "half a character: \ud83d"


@pytest.fixture(scope="module")
def prepared_publication(empty_publication: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_once(empty_publication, tmp_path_factory.mktemp("prepared"), prepared)


@pytest.fixture
def template(request: pytest.FixtureRequest, empty_publication: Path, prepared_publication: Path) -> Path:
    return prepared_publication if "about" in request.fixturenames else empty_publication


@pytest.fixture
def about(publication: Publication) -> queries.Correction:
    """The first of the two corrections of an article."""
    return publication.correction(1)


def state(publication: Publication) -> tuple[object, ...]:
    """All that writing would change."""
    heads = publication.store.heads()
    packs = sorted(path.name for path in (publication.store.path / "objects/pack").glob("*.pack"))
    return heads, packs, list(publication.index.content())


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_every_type_of_event_is_projected(publication: Publication, about: queries.Correction, kind: type[Any]):
    subscribe(publication)
    receipt = publication.store.write(an_intent(publication, an_event(kind, about), about))[0]
    assert publication.index.catch_up(publication.store) == 1
    row = publication.index.database.execute("SELECT seq, type FROM events WHERE id=?", (receipt.entry.id,)).fetchone()
    assert tuple(row) == (receipt.entry.seq, receipt.entry.event.type)
    assert subscribe(publication) == 1
    before = list(publication.index.content())
    publication.index.rebuild(publication.store)
    assert list(publication.index.content()) == before
    assert a_correction(publication, "teh", "the").state == "open"


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_the_page_of_a_correction_has_a_word_for_every_type_of_event(
    publication: Publication, about: queries.Correction, client: FlaskClient, kind: type[Any]
):
    publication.store.write(an_intent(publication, an_event(kind, about), about))
    assert client.get("/daily/c/1").status_code == 200


class CorrectionForwarded(Value):
    """A type of event for which nobody has written a rule."""

    type: Literal["correction.forwarded"] = "correction.forwarded"
    correction: str
    number: int
    by: str
    text: str = ""


@pytest.fixture(params=[True, False], ids=["with a subject", "without a subject"])
def unruled(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The union of events has one more member than the code has rules for."""

    class Record(entries._Record):
        event: Annotated[events.Event | CorrectionForwarded, Field(discriminator="type")]

    monkeypatch.setattr(entries, "_Record", Record)
    if request.param:
        monkeypatch.setattr(entries, "subject", lambda event, number: "Correction forwarded")


@pytest.mark.usefixtures("unruled")
def test_an_event_without_a_rule_is_refused_and_nothing_is_written(publication: Publication, about: queries.Correction):
    event = CorrectionForwarded(correction=about.id, number=1, by="Mira", text="a reader's secret")
    before = state(publication)
    with pytest.raises(CorrectionsError, match=r"correction\.forwarded") as refused:
        publication.write(lambda seen: Intent(event, seen))
    assert "secret" not in str(refused.value), "what is logged has no words of readers in it"
    assert state(publication) == before
    assert a_correction(publication, "teh", "the").number == 3
    publication.close()
    reopened = Publication(publication.folder)
    assert reopened.correction(3).replacement == "the"
    reopened.close()
    assert audit_publication(publication.folder) == []


ABOUT_A_CORRECTION = (
    CorrectionReleased, CorrectionCommented, CorrectionAppealed, CorrectionAssigned, CorrectionSnoozed,
    CorrectionFlagged, CorrectionSeconded, CorrectionUsed, CorrectionAccepted, CorrectionRejected, CorrectionDuplicate,
    CorrectionSpam, CorrectionWithdrawn, CorrectionReopened, CorrectionReverted,
)  # fmt: skip
FAULTS: list[tuple[type[Any], dict[str, object]]] = [
    *((kind, {"number": number}) for kind in ABOUT_A_CORRECTION for number in (UNKNOWN, 2**63, 2**70, -(2**70))),
    *((kind, {"by": HALF}) for kind in EVENTS if "by" in kind.model_fields),
    *((kind, {"reason": HALF}) for kind in EVENTS if "reason" in kind.model_fields),
    (CorrectionDuplicate, {"of": UNKNOWN}),
    (CorrectionDuplicate, {"of": 2**63}),
    (CorrectionSubmitted, {"same_as": UNKNOWN}),
    (CorrectionSubmitted, {"same_as": 2**64}),
    (CorrectionSubmitted, {"alternative_to": 2**64}),
    (CorrectionSubmitted, {"start": 2**63}),
    (CorrectionSubmitted, {"article": "2026/11/24/nowhere"}),
    *((CorrectionSubmitted, {name: HALF}) for name in ("exact", "prefix", "suffix", "replacement", "comment", "held")),
    (RevisionLogged, {"revision": "1" * 40}),
    (RevisionLogged, {"article": "2026/11/24/nowhere"}),
    (NoticeChanged, {"article": "2026/11/24/nowhere"}),
    (ArticleRevised, {"title": HALF}),
    (CorrectionRejected, {"code": HALF}),
]


@pytest.mark.parametrize(
    ("kind", "fault"), FAULTS, ids=lambda each: each.__name__ if isinstance(each, type) else repr(each)[:40]
)
def test_an_event_that_the_index_cannot_hold_is_refused_alone(
    publication: Publication, about: queries.Correction, kind: type[Any], fault: dict[str, object]
):
    good = an_intent(
        publication, an_event(CorrectionCommented, about, correction=publication.correction(2).id, number=2), about
    )
    whole = an_event(kind, about)
    bad = an_intent(publication, whole.model_copy(update={name: (value,) if name == "held" else value for name, value in fault.items()}), about)  # fmt: skip
    before = state(publication)
    with pytest.raises((CorrectionsError, RepoStoreError)):
        publication.store.write(bad)
    with pytest.raises((CorrectionsError, RepoStoreError)):
        publication.store.write_together([good, bad])
    assert state(publication) == before, "nothing of it was written"
    with pytest.raises((CorrectionsError, RepoStoreError)):
        publication.store.write(good, bad)
    assert publication.index.catch_up(publication.store) == 1, "and it does no harm to others of its batch"
    publication.index.rebuild(publication.store)


def test_an_id_that_another_correction_has_is_refused(publication: Publication, about: queries.Correction):
    event = an_event(CorrectionSubmitted, about, correction=about.id)
    with pytest.raises(Unprojectable, match="UNIQUE"):
        publication.store.write(an_intent(publication, event, about))
    assert publication.store.head().corrections == 2


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
def test_a_value_that_no_type_allows_is_refused(publication: Publication, about: queries.Correction):
    event = an_event(CorrectionSubmitted, about).model_copy(update={"category": "gossip"})
    with pytest.raises(RepoStoreError, match="category"):
        publication.store.write(an_intent(publication, event, about))
    assert publication.store.head().corrections == 2


def test_a_decision_on_what_the_index_has_not_seen_yet_is_no_fault(publication: Publication, about: queries.Correction):
    other = Publication(publication.folder)
    third = a_correction(other, "teh", "the")
    event = CorrectionRejected(correction=third.id, number=3, by="Mira", reason="No.")
    publication.store.write(an_intent(publication, event, about))
    publication.index.catch_up(publication.store)
    assert publication.correction(3).state == "rejected"
    other.close()


def test_good_and_bad_from_many_threads_at_once(publication: Publication, about: queries.Correction):
    ends: list[str] = []

    def send(number: int) -> None:
        if number % 3:
            a_correction(publication, "1893", str(1900 + number))
            ends.append("written")
            return
        event = CorrectionRejected(correction=f"{number:032x}", number=UNKNOWN, by="Mira", reason="No.")
        try:
            publication.write(lambda seen: Intent(event, seen))
        except Unprojectable:
            ends.append("refused")

    threads = [threading.Thread(target=send, args=(number,), daemon=True) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(ends) == ["refused"] * 10 + ["written"] * 20
    assert publication.store.head().corrections == 22
    assert about.number == 1


@pytest.fixture
def unlucky(monkeypatch: pytest.MonkeyPatch) -> None:
    """An index that cannot hold what a reader sends."""

    def fail(*_: object) -> None:
        raise sqlite3.IntegrityError("NOT NULL constraint failed")

    monkeypatch.setattr("corrections.index.projection.events.project_submission", fail)


@pytest.mark.usefixtures("unlucky")
def test_of_a_refused_submission_nothing_is_left_in_the_private_store(publication: Publication):
    an_article(publication)
    with pytest.raises(Unprojectable):
        a_correction(publication, "teh", "the", contact=Contact("Ada", "ada@example.org", True), key="k")
    assert publication.private.contacts.corrections() == set()
    assert audit_publication(publication.folder) == []


@pytest.mark.usefixtures("unlucky")
def test_a_reader_is_told_kindly_and_keeps_what_was_typed(publication: Publication, client: FlaskClient):
    an_article(publication)
    typed = {"exact": "teh", "replacement": "the", "comment": "A slip of the pen", "step": "send"}
    answer = client.post(f"/daily/a/{TALKS}/suggest", data=typed)
    assert answer.status_code == 500
    assert "this was not saved" in answer.text
    assert "A slip of the pen" in answer.text
    assert "NOT NULL" not in answer.text
    sent = {"target": {"article": TALKS, "selector": [{"type": "TextQuoteSelector", "exact": "teh"}]}}
    answer = client.post("/api/v1/daily/corrections", json={**sent, "comment": "It is wrong."})
    assert answer.status_code == 500
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert answer.json["code"] == "not_projectable"
    assert publication.store.head().corrections == 0


def test_a_full_disk_is_not_taken_for_a_fault_of_the_event(publication: Publication, monkeypatch: pytest.MonkeyPatch):
    an_article(publication)

    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as broken:
        broken.setattr("corrections.index.projection.events.project_submission", fail)
        with pytest.raises(sqlite3.OperationalError):
            a_correction(publication, "teh", "the")
    assert a_correction(publication, "teh", "the").number == 1


def test_what_an_index_is_asked_before_writing_leaves_no_trace_in_it(
    publication: Publication, about: queries.Correction
):
    before = list(publication.index.content())
    event = CorrectionRejected(correction=about.id, number=UNKNOWN, by="Mira", reason="No.")
    with pytest.raises(Unprojectable):
        publication.store.write(an_intent(publication, event, about))
    assert list(publication.index.content()) == before
    fresh = Index(publication.folder / "fresh.db")
    fresh.catch_up(publication.store)
    assert list(fresh.content()) == before
    fresh.close()
