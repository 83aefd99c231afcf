"""Who of the staff decided is public by a display name, or as "an editor": never by a sign-in name; and what else of the record the public sees."""

import subprocess
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient

from corrections.private.account import BadAccount
from corrections.services import settings
from corrections.services.actors import Actor
from corrections.services.operations import redaction
from corrections.services.publication import Publication
from corrections.services.review import decisions
from tests.newsroom import EDITOR, TALKS, TEXT, a_correction, an_article

SIGN_IN = "mira.k.1985"
PAGES = ("/daily/c/1", "/daily/a/{0}/history", "/daily/a/{0}/blame", "/daily/corrections", "/daily/c/1/proof.txt")
PROGRAMS = ("/daily/corrections.atom", "/daily/corrections.json", "/api/v1/daily/articles/{0}/history")


def _decide(client: FlaskClient, publication: Publication) -> None:
    """An article published, a correction accepted in other words and reverted: all by one person, through the API."""
    token = publication.private.tokens.issue(SIGN_IN, "editor")
    headers = {"Authorization": f"Bearer {token}"}
    article = {"text": TEXT, "url": "https://example.org/talks", "language": "en", "published": "2026-11-24"}
    assert client.put(f"/api/v1/daily/articles/{TALKS}", json=article, headers=headers).status_code in (200, 201)
    correction = a_correction(publication, "1893", "1830")
    for decision in (
        {"decision": "accept", "based_on": correction.last_event, "text": "1839"},
        {"decision": "revert", "reason": "It was right."},
    ):
        body = {"based_on": publication.correction(1).last_event, **decision}
        answer = client.post("/api/v1/daily/corrections/1/decisions", json=body, headers=headers)
        assert answer.status_code == 201, answer.text


def _main(publication: Publication) -> str:
    folder = publication.folder / "articles.git"
    return subprocess.run(
        ["git", "-C", folder, "log", "--format=fuller", "main"], capture_output=True, text=True, check=True
    ).stdout


def test_no_sign_in_name_is_public(client: FlaskClient, publication: Publication):
    _decide(client, publication)
    for page in (*PAGES, *PROGRAMS):
        assert SIGN_IN not in client.get(page.format(TALKS), headers={"Accept": "text/html"}).text, page
    assert SIGN_IN not in _main(publication)
    assert "Accepted-by: an editor" in _main(publication)


def test_a_display_name_is_public_where_the_publication_set_one(client: FlaskClient, publication: Publication):
    settings.put(publication, "display-names", f"{SIGN_IN}: Mira Kovalenko")
    _decide(client, publication)
    assert "Mira Kovalenko" in client.get("/daily/c/1").text
    assert "Accepted-by: Mira Kovalenko" in _main(publication)
    assert SIGN_IN not in _main(publication)


def test_one_address_makes_one_account(publication: Publication):
    invitations = publication.private.invitations
    first = invitations.invite("ada", "editor", "ada@example.org", "mira")
    second = invitations.invite("ada2", "editor", "Ada@example.org", "mira")
    assert [invitation.id for invitation in invitations.all()] == [second.id]
    assert invitations.get(first.id) is None
    publication.private.accounts.save("ines", "editor", "a long enough password", "ines@example.org")
    with pytest.raises(BadAccount, match="ines"):
        invitations.invite("ines2", "editor", "INES@example.org", "mira")


def test_the_log_says_that_a_passage_was_removed_and_never_what(client: FlaskClient, publication: Publication):
    an_article(publication)
    removal = redaction.Removal("A court's order about Quill.", article=TALKS, words=("the minister",))
    redaction.redact(publication, Actor("ines.admin", "admin"), removal)
    page = client.get("/daily/corrections").text
    assert "A passage of this article was permanently removed for legal reasons." in page
    for secret in ("the minister", "Quill", "ines.admin"):
        assert secret not in page
    assert "permanently removed" not in client.get("/daily/corrections?month=2020-01").text


def test_times_are_those_of_the_publication_s_zone(client: FlaskClient, publication: Publication):
    settings.put(publication, "time-zone", "Asia/Tokyo")
    an_article(publication)
    correction = a_correction(publication, "Tusday", "Tuesday")
    decisions.accept(publication, EDITOR, 1, correction.last_event)
    page = client.get("/daily/c/1").text
    local = datetime.fromisoformat(publication.correction(1).submitted_at).astimezone(ZoneInfo("Asia/Tokyo"))
    assert f"{local:%H:%M} JST" in page
