"""A request sent again with its key is recognised, whichever version took the first one."""

import hashlib
import sqlite3
from dataclasses import dataclass, field, fields, make_dataclass, replace
from typing import Any

import pytest

from corrections.private.contacts import Contact
from corrections.private.receipts import KeyReused
from corrections.services.publication import Publication
from corrections.services.review import decisions
from corrections.services.submission import idempotency, submissions
from corrections.services.submission.submission import Submission
from corrections.text.anchoring.anchor import Selector
from tests.newsroom import EDITOR, TALKS, an_article

SENT = Submission(
    article=TALKS,
    selector=Selector("Tusday", "met on ", " in", 19, 25),
    replacement="Tuesday",
    category="typo",
    comment="It’s a day.\r\nSee “the calendar”. ",
    evidence=" https://example.org/calendar",
    contact=Contact(" Ada Byron ", "ada@example.org", True, "uk"),
    key="k",
)
PLAIN = Submission(TALKS, Selector("Tusday"), None, comment="Which day?", key="k")

# The dataclasses as they were, for what `repr` made of them; their names are part of it.
OldContact = make_dataclass("Contact", ["name", "email", "credit"])
LaterContact = make_dataclass("Contact", ["name", "email", "credit", "language"])
OldSelector = make_dataclass("Selector", ["exact", "prefix", "suffix", "start", "end"])
_OLD = ["article", "selector", "replacement", "category", "comment", "evidence", "revision", "contact", "key"]
OldSubmission = make_dataclass("Submission", _OLD)
LaterSubmission = make_dataclass("Submission", [*_OLD, "concerned"])


def stored(publication: Publication, request: str | None = None) -> str:
    """What is kept of the request; `request` takes its place."""
    with sqlite3.connect(publication.folder / "private.db") as private:
        if request is not None:
            private.execute("UPDATE receipts SET request=?", (request,))
        kept: str = private.execute("SELECT request FROM receipts").fetchone()[0]
    private.close()
    return kept


def by_an_earlier_version(sent: Submission, later: bool) -> str:
    """What an earlier version kept of the request, by its own code: `later` the last one before this."""

    def clean(text: str) -> str:
        return text.replace("\r\n", "\n").strip()

    contact: Any = OldContact(clean(sent.contact.name), clean(sent.contact.email), sent.contact.credit)
    if later:
        contact = LaterContact(contact.name, contact.email, contact.credit, "")
    selector = OldSelector(*(getattr(sent.selector, each.name) for each in fields(OldSelector)))
    comment, evidence = clean(sent.comment), clean(sent.evidence)
    given = (sent.article, selector, sent.replacement, sent.category, comment, evidence, sent.revision, contact, "")
    made = LaterSubmission(*given, sent.concerned) if later else OldSubmission(*given)
    return hashlib.sha256(repr(made).encode()).hexdigest()


@pytest.mark.parametrize("later", [True, False], ids=["the last one before", "the first"])
@pytest.mark.parametrize("sent", [SENT, PLAIN, replace(SENT, replacement="Tu'es\"day\\ \u200b\u00a0é")])
def test_a_request_that_an_earlier_version_took_is_recognised(publication: Publication, sent: Submission, later: bool):
    an_article(publication)
    first = submissions.submit(publication, sent)
    stored(publication, by_an_earlier_version(sent, later))
    assert submissions.sent_before(publication, idempotency.identify(sent))
    assert submissions.submit(publication, sent).number == first.number
    decisions.reject(publication, EDITOR, 1, publication.correction(1).last_event, "No.")
    assert submissions.submit(publication, sent).state == "rejected"
    with pytest.raises(KeyReused):
        submissions.submit(publication, replace(sent, comment="Another request."))


def test_a_person_concerned_is_recognised_from_the_last_version(publication: Publication):
    an_article(publication)
    sent = replace(SENT, concerned=True)
    submissions.submit(publication, sent)
    stored(publication, by_an_earlier_version(sent, later=True))
    assert submissions.submit(publication, sent).number == 1


@pytest.mark.parametrize(
    "change",
    [
        {"selector": Selector("Tusday", "met on ", " in", 19, 24)},
        {"selector": Selector("Tusday", "met on", " in", 19, 25)},
        {"selector": Selector("Tusday", "met on ", " in")},
        {"replacement": None},
        {"replacement": ""},
        {"category": "other"},
        {"comment": "Another."},
        {"evidence": ""},
        {"revision": "0" * 40},
        {"contact": Contact("Ada", "ada@example.org", True)},
        {"contact": Contact(" Ada Byron ", "ada@example.com", True)},
        {"contact": Contact(" Ada Byron ", "ada@example.org", False)},
        {"concerned": True},
        {"article": "2026/11/24/other"},
    ],
    ids=repr,
)
def test_a_request_that_says_something_else_is_another(publication: Publication, change: dict[str, Any]):
    an_article(publication)
    submissions.submit(publication, SENT)
    with pytest.raises(KeyReused):
        submissions.submit(publication, replace(SENT, **change))
    assert publication.store.head().corrections == 1


@pytest.mark.parametrize(
    "change",
    [
        {"contact": replace(SENT.contact, language="de")},
        {"comment": SENT.comment.replace("\r\n", "\n").strip()},
        {"evidence": SENT.evidence.strip()},
        {"key": "k"},
    ],
    ids=repr,
)
def test_what_makes_no_other_request(publication: Publication, change: dict[str, Any]):
    an_article(publication)
    submissions.submit(publication, SENT)
    assert submissions.submit(publication, replace(SENT, **change)).number == 1


def test_nothing_that_was_sent_can_be_read_from_what_is_kept(publication: Publication):
    an_article(publication)
    submissions.submit(publication, SENT)
    kept = stored(publication)
    version, _, digest = kept.partition(":")
    assert (version, len(digest)) == ("2", 64)
    assert set(digest) <= set("0123456789abcdef")


def test_a_repeated_request_is_recognised_before_it_is_checked(
    publication: Publication, monkeypatch: pytest.MonkeyPatch
):
    """A later version may take less than the one that took the first request."""
    an_article(publication)
    submissions.submit(publication, SENT)
    monkeypatch.setattr("corrections.config.COMMENT_LIMIT", 3)
    assert submissions.submit(publication, SENT).number == 1


def test_a_field_of_a_later_version_changes_nothing_where_it_has_its_default(publication: Publication):
    @dataclass(frozen=True)
    class LaterVersion(Submission):
        urgent: bool = field(default=False, kw_only=True)

    an_article(publication)
    submissions.submit(publication, SENT)
    again = LaterVersion(**{each.name: getattr(SENT, each.name) for each in fields(Submission)})
    assert submissions.submit(publication, again).number == 1


def test_every_field_that_a_reader_sends_is_in_the_fingerprint():
    sent = {each.name for kind in (Submission, Selector, Contact) for each in fields(kind)}
    assert sent - {"selector", "others", "contact", "key", "language"} == set(idempotency.DEFAULTS)


def test_the_fingerprint_of_a_request_is_the_same_in_every_version_from_here_on():
    """These are in the receipts of running services: a change of them makes honest retries another request."""
    assert idempotency.fingerprint(SENT).current == "2:8dfa753ba2fa6d6fa55c965da2021cbe99827a255e8c711b5b83e0de68e800ae"
    assert (
        idempotency.fingerprint(PLAIN).current == "2:a80d1514bd52e56e235ebd638e9d822ad91465fa1003d4152b035f02854ed89a"
    )
