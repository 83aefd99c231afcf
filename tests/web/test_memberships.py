"""One account for several publications: invited, with a role in each, one queue over all of them."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from corrections.services.publication import Publication
from tests.newsroom import a_correction, an_article
from tests.service import run_command

PASSWORD = "long enough for a test"
STRONG = "violet-harbour-sixteen-lamps"


@pytest.fixture
def weekly(publication: Publication) -> Iterator[Publication]:
    """A second publication in the same data folder, with an admin of its own."""
    created = Publication.create(publication.folder.parent, "weekly", "The Weekly")
    created.private.settings.put("form-seconds", "0")
    created.private.accounts.save("Ann", "admin", PASSWORD, "ann@example.org")
    yield created
    created.close()


def invitation_address(weekly: Publication, role: str = "editor", name: str = "Mira W") -> str:
    invitation = weekly.private.invitations.invite(name, role, "mira@example.org", "Ann")
    return f"/weekly/join/{invitation.id}?key={weekly.private.invitations.key_of(invitation)}"


def joined(editor: FlaskClient, weekly: Publication, role: str = "editor") -> None:
    address = invitation_address(weekly, role)
    assert editor.post(address, data={"do": "membership"}).status_code == 303


def test_who_is_invited_to_a_second_publication_joins_with_the_account_they_have(
    app: Flask, editor: FlaskClient, publication: Publication, weekly: Publication
):
    address = invitation_address(weekly, "viewer")
    assert editor.get("/weekly/review/").status_code == 302, "an invitation alone opens nothing"
    page = editor.get(address).text
    assert "You are signed in as <strong>Mira</strong> of The Daily." in page
    answer = editor.post(address, data={"do": "membership"})
    assert answer.headers["Location"] == "/weekly/review/"
    assert editor.get("/weekly/review/").status_code == 200
    assert editor.post("/weekly/review/many", data={}).status_code == 403, "a viewer there"
    assert editor.post("/daily/review/many", data={}).status_code == 422, "still an editor here"
    assert app.test_client().get(address).status_code == 403, "an invitation is good once"
    journal = [entry for _, _, entry in weekly.private.journal.latest()]
    assert "joined with an account of The Daily, invited by Ann" in journal


def test_who_is_not_signed_in_yet_comes_back_to_the_invitation_after_signing_in(
    app: Flask, publication: Publication, weekly: Publication
):
    publication.private.accounts.save("Mira", "editor", PASSWORD)
    address = invitation_address(weekly)
    client = app.test_client()
    assert 'href="/daily/sign-in?next=/weekly/join/' in client.get(address).text
    assert client.post(address, data={"do": "membership"}).status_code == 200, "nobody has joined"
    assert not weekly.private.memberships.homes()
    answer = client.post("/daily/sign-in", query_string={"next": address}, data={"name": "Mira", "password": PASSWORD})
    assert answer.headers["Location"] == address
    abroad = {"next": "//elsewhere.example/weekly/"}
    answer = client.post("/daily/sign-in", query_string=abroad, data={"name": "Mira", "password": PASSWORD})
    assert answer.headers["Location"] == "/daily/review/"


def test_a_member_decides_under_the_name_that_the_second_publication_knows(editor: FlaskClient, weekly: Publication):
    joined(editor, weekly)
    an_article(weekly)
    sent = a_correction(weekly, "Tusday", "Tuesday")
    form = {"decision": "reject", "reason": "As it was.", "based_on": sent.last_event}
    assert editor.post("/weekly/review/1", data=form).status_code == 303
    weekly.refresh()
    assert (weekly.correction(1).state, weekly.correction(1).decided_by) == ("rejected", "Mira W")


def test_the_header_lists_the_publications_of_the_account_with_its_roles(editor: FlaskClient, weekly: Publication):
    assert 'class="switcher"' not in editor.get("/daily/review/").text
    joined(editor, weekly, "chief-editor")
    for page in ("/daily/review/", "/weekly/review/", "/daily/corrections"):
        text = editor.get(page).text
        assert 'class="switcher"' in text
        assert "Chief editor" in text
        assert 'href="/weekly/review/"' in text


def test_a_member_has_the_account_page_and_password_of_the_home(
    app: Flask, editor: FlaskClient, publication: Publication, weekly: Publication
):
    joined(editor, weekly, "admin")
    assert editor.get("/weekly/account").headers["Location"] == "/daily/account"
    changed = editor.post("/weekly/account", data={"do": "password", "password": PASSWORD, "new": STRONG})
    assert changed.status_code == 403
    assert editor.post("/weekly/account/passkey/options", json={"password": PASSWORD}).status_code == 403
    client = app.test_client()
    for password in ("", PASSWORD, "nobody has this password"):
        refused = client.post("/weekly/sign-in", data={"name": "Mira W", "password": password})
        assert refused.status_code == 401
    assert 'href="/daily/sign-in?next=/weekly/review/"' in refused.text
    form = {"do": "token", "name": "cms", "role": "editor", "password": PASSWORD, "days": "5"}
    assert "This token is shown only once." in editor.post("/weekly/staff", data=form).text, "with the home's password"
    assert [token.made_by for token in weekly.private.tokens.listed()] == ["Mira W"]


def test_membership_ends_with_the_removal_on_either_side_and_with_the_session(
    app: Flask, editor: FlaskClient, publication: Publication, weekly: Publication
):
    joined(editor, weekly)
    weekly.private.accounts.remove("Mira W")
    assert editor.get("/weekly/review/").status_code == 302
    assert editor.get("/daily/review/").status_code == 200
    joined(editor, weekly)
    assert editor.get("/weekly/review/").status_code == 200
    cookie = editor.get_cookie("corrections_session")
    assert cookie is not None
    editor.post("/weekly/sign-out")
    thief = app.test_client()
    thief.set_cookie("corrections_session", cookie.value)
    assert thief.get("/weekly/review/").status_code == 302
    publication.private.accounts.remove("Mira")
    publication.private.accounts.save("Otto", "editor", PASSWORD)  # may get the id that is free now
    otto = app.test_client()
    otto.post("/daily/sign-in", data={"name": "Otto", "password": PASSWORD})
    assert otto.get("/daily/review/").status_code == 200
    assert otto.get("/weekly/review/").status_code == 302


def test_a_password_reset_by_the_operator_ends_memberships(
    app: Flask, editor: FlaskClient, publication: Publication, weekly: Publication
):
    joined(editor, weekly)
    publication.private.accounts.save("Mira", "editor", STRONG)
    client = app.test_client()
    client.post("/daily/sign-in", data={"name": "Mira", "password": STRONG})
    assert client.get("/daily/review/").status_code == 200
    assert client.get("/weekly/review/").status_code == 302


def test_the_command_line_makes_an_account_a_member(editor: FlaskClient, publication: Publication, weekly: Publication):
    data = publication.folder.parent
    result = run_command("--data", data, "member", "weekly", "daily/Mira", "--role", "viewer")
    assert result.stdout == "Mira may work for weekly as viewer, and signs in at daily.\n"
    assert editor.get("/weekly/review/").status_code == 200
    again = run_command("--data", data, "member", "weekly", "daily/Mira")
    assert (again.returncode, "already on the staff" in again.stderr) == (2, True)
    unknown = run_command("--data", data, "member", "weekly", "daily/Nobody")
    assert (unknown.returncode, "no account Nobody" in unknown.stderr) == (2, True)
