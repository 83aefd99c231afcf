"""Tokens for programs: made, listed, used, expired, revoked; none outlives whom it acts for."""

import json
import re
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from corrections.cli import main
from corrections.private.tokens import TokenScope
from corrections.services.publication import Publication
from tests.newsroom import TALKS, a_correction, an_article
from tests.upgrades import first_version

PASSWORD = "long enough for a test"
API = "/api/v1/daily"


@pytest.fixture
def admin(app: Flask, publication: Publication) -> FlaskClient:
    publication.private.accounts.save("Ann", "admin", PASSWORD, "ann@example.org")
    client = app.test_client()
    assert client.post("/daily/sign-in", data={"name": "Ann", "password": PASSWORD}).status_code == 303
    return client


def run(publication: Publication, *words: str, status: int = 0) -> str:
    done = CliRunner().invoke(main, ["--data", str(publication.folder.parent), *words])
    assert done.exit_code == status, done.output
    return done.stdout if status == 0 else done.stderr


def reads(client: FlaskClient, token: str, path: str = f"{API}/corrections") -> int:
    return client.get(path, headers={"Authorization": f"Bearer {token}"}).status_code


def publishes(client: FlaskClient, token: str) -> int:
    article = f"{API}/articles/{TALKS}"
    return client.put(article, json={"text": "Words.\n"}, headers={"Authorization": f"Bearer {token}"}).status_code


def new_token(admin: FlaskClient, **fields: str) -> str:
    form = {"do": "token", "name": "CMS", "role": "editor", "days": "", "password": PASSWORD, **fields}
    page = admin.post("/daily/staff", data=form)
    assert page.status_code == 200
    return re.search(r"corr_[\w-]+", page.text)[0]


def test_the_command_prints_the_token_alone_lists_and_revokes(client: FlaskClient, publication: Publication):
    token = run(publication, "token", "daily", "--role", "editor", "--name", "CMS").strip()
    assert re.fullmatch(r"corr_[\w-]+", token)
    dated = run(publication, "token", "daily", "--role", "viewer", "--name", "Figures", "--days", "30", "--read-only")
    assert reads(client, token) == 200
    listed = json.loads(run(publication, "tokens", "daily", "--json"))
    assert [(row["name"], row["role"], row["read_only"]) for row in listed] == [
        ("CMS", "editor", False),
        ("Figures", "viewer", True),
    ]
    assert [bool(row["used_at"]) for row in listed] == [True, False]
    assert [bool(row["expires_at"]) for row in listed] == [False, True]
    assert {row["publication"] for row in listed} == {"daily"}
    for secret in (token, dated.strip()):
        assert secret not in json.dumps(listed)
    plain = run(publication, "tokens", "daily")
    assert "CMS" in plain
    assert "never used" in plain
    run(publication, "tokens", "daily", "--revoke", listed[0]["id"])
    assert reads(client, token) == 401
    assert reads(client, dated.strip()) == 200
    assert "no token" in run(publication, "tokens", "daily", "--revoke", listed[0]["id"], status=2)


def test_an_admin_makes_lists_and_revokes_tokens_on_the_page(
    client: FlaskClient, admin: FlaskClient, publication: Publication
):
    token = new_token(admin, days="30")
    assert reads(client, token) == 200
    page = admin.get("/daily/staff").text
    assert token not in page, "it is shown once"
    assert "created a token for CMS as editor" in page
    (identifier,) = re.findall(r'name="token" value="(\w+)"', page)
    admin.post("/daily/staff", data={"do": "revoke", "token": identifier})
    assert reads(client, token) == 401
    assert "revoked a token of CMS" in admin.get("/daily/staff").text


def test_what_the_command_does_with_tokens_is_in_the_journal(admin: FlaskClient, publication: Publication):
    run(publication, "token", "daily", "--role", "editor", "--name", "CMS")
    (listed,) = json.loads(run(publication, "tokens", "daily", "--json"))
    run(publication, "tokens", "daily", "--revoke", listed["id"])
    page = admin.get("/daily/staff").text
    assert "created a token for CMS as editor" in page
    assert "revoked a token of CMS" in page


def test_a_stolen_session_makes_no_token_without_the_password(admin: FlaskClient, publication: Publication):
    form = {"do": "token", "name": "CMS", "role": "admin", "password": "a guess"}
    answer = admin.post("/daily/staff", data=form, follow_redirects=True)
    assert "password is wrong" in answer.text
    assert publication.private.tokens.listed() == []


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"days": "0"}, "A token can last 1 to 3,650 days"),
        ({"days": "3651"}, "A token can last 1 to 3,650 days"),
        ({"days": "9" * 5000}, "A token can last 1 to 3,650 days"),
        ({"days": "soon"}, "A token can last 1 to 3,650 days"),
        ({"role": "owner"}, "is not a role"),
        ({"name": ""}, "name"),
        ({"name": "a\nb"}, "name"),
    ],
)
def test_what_is_no_token_is_said(admin: FlaskClient, publication: Publication, fields, message: str):
    form = {"do": "token", "name": "CMS", "role": "editor", "days": "", "password": PASSWORD, **fields}
    assert message in admin.post("/daily/staff", data=form, follow_redirects=True).text
    assert publication.private.tokens.listed() == []


def test_a_token_that_may_only_read_changes_nothing(client: FlaskClient, admin: FlaskClient, publication: Publication):
    an_article(publication)
    sent = a_correction(publication, "Tusday", "Tuesday")
    token = new_token(admin, role="admin", read_only="on")
    assert reads(client, token) == 200
    assert reads(client, token, "/daily/ledger.git/info/refs?service=git-upload-pack") == 200
    assert publishes(client, token) == 403
    decision = {"decision": "accept", "based_on": sent.last_event}
    answer = client.post(f"{API}/corrections/1/decisions", json=decision, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403
    assert "read-only" in answer.json["detail"]
    assert publication.correction(1).state == "open"


def test_an_expired_token_opens_nothing_and_says_so(client: FlaskClient, publication: Publication):
    token = publication.private.tokens.create("CMS", TokenScope("editor", days=1))
    with sqlite3.connect(publication.folder / "private.db") as private:
        private.execute("UPDATE tokens SET expires_at='2026-01-01T00:00:00+00:00'")
    private.close()
    answer = client.get(f"{API}/corrections", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert "expired on 2026-01-01" in answer.json["detail"]
    assert reads(client, token, "/daily/ledger.git/info/refs?service=git-upload-pack") == 401
    assert "expired" in run(publication, "tokens", "daily")


def test_tokens_go_with_whom_they_act_for(client: FlaskClient, admin: FlaskClient, publication: Publication):
    publication.private.accounts.save("Bo", "chief-editor", PASSWORD)
    token, other = new_token(admin, name="Bo", role="chief-editor"), new_token(admin)
    assert publishes(client, token) in (200, 201)
    admin.post("/daily/staff", data={"do": "role", "name": "Bo", "role": "viewer"})
    assert publishes(client, token) == 403, "a lower role holds for tokens at once"
    assert reads(client, token) == 200
    admin.post("/daily/staff", data={"do": "remove", "name": "Bo"})
    assert reads(client, token) == 401
    assert reads(client, other) == 200, "others go on"


def test_a_token_opens_one_publication(app: Flask, client: FlaskClient, publication: Publication):
    weekly = Publication.create(publication.folder.parent, "weekly")
    token = publication.private.tokens.issue("CMS", "admin")
    assert reads(client, token) == 200
    assert reads(client, token, "/api/v1/weekly/corrections") == 401
    weekly.close()


def test_what_an_admin_left_behind_goes_with_the_admin(app: Flask, admin: FlaskClient, publication: Publication):
    publication.private.accounts.save("Bo", "admin", PASSWORD)
    bo = app.test_client()
    bo.post("/daily/sign-in", data={"name": "Bo", "password": PASSWORD})
    bo.post("/daily/staff", data={"do": "invite", "name": "Ob", "role": "admin", "email": "bo@example.com"})
    address = re.search(r'href="([^"]*/join/[^"]*)"', bo.get("/daily/staff").text)[1].replace("&amp;", "&")
    assert app.test_client().get(address).status_code == 200
    admin.post("/daily/staff", data={"do": "remove", "name": "Bo"})
    assert app.test_client().get(address).status_code == 403


def test_tokens_of_a_data_folder_of_the_first_version_are_listed(tmp_path: Path):
    folder = tmp_path / "data" / "daily"
    first_version.make(folder)
    publication = Publication(folder)
    holder = publication.private.tokens.holder(first_version.TOKEN)
    assert holder is not None
    assert (holder.name, holder.role, holder.read_only) == ("CMS", "editor", False)
    (token,) = publication.private.tokens.listed()
    assert (token.name, token.made_by, token.expires_at, token.expired) == ("CMS", "", "", False)
    assert token.used_at
    publication.close()
