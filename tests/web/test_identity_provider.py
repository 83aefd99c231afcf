"""Who signs in with the newsroom account: the person the account was bound to, and nobody else."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from joserfc.jwk import RSAKey

from corrections.app import create_app
from corrections.cli import main
from corrections.config import Settings
from corrections.services.publication import Publication
from tests.web.identity_provider import CLIENT, SECRET, IdentityProvider, identity_provider

PASSWORD = "long enough for a test"


@pytest.fixture
def provider() -> Iterator[IdentityProvider]:
    with identity_provider() as provider:
        yield provider


@pytest.fixture
def app(publication: Publication, provider: IdentityProvider) -> Iterator[Flask]:
    publication.private.accounts.save("Mira", "editor", PASSWORD, "mira@example.org")
    settings = Settings(
        publication.folder.parent,
        submit_limit="off",
        oidc_issuer=provider.issuer,
        oidc_client=CLIENT,
        oidc_secret=SECRET,
    )
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    app.extensions["publications"].close()


def is_in(app: Flask, provider: IdentityProvider) -> bool:
    client = app.test_client()
    answer = provider.sign_in(client)
    assert answer.status_code in (303, 403)
    return answer.status_code == 303 and client.get("/daily/review/").status_code == 200


def speak_for(provider: IdentityProvider, subject: str, email: str) -> None:
    provider.person = {"sub": subject}
    provider.userinfo = {"sub": subject, "email": email, "email_verified": True}


def test_an_account_is_bound_at_the_first_sign_in_and_follows_its_person(app: Flask, provider: IdentityProvider):
    assert is_in(app, provider)
    speak_for(provider, "mira", "mira.married@example.org")
    assert is_in(app, provider), "the address may change, the person is the same"
    speak_for(provider, "somebody-else", "mira@example.org")
    assert not is_in(app, provider), "the address may be given to another person, the account is not"


def test_an_account_reset_for_another_address_is_closed_to_the_person_before(
    app: Flask, provider: IdentityProvider, publication: Publication
):
    assert is_in(app, provider)
    publication.private.accounts.save("Mira", "editor", PASSWORD, "newcomer@example.org")
    assert not is_in(app, provider)
    speak_for(provider, "newcomer", "newcomer@example.org")
    assert is_in(app, provider)


def test_an_account_removed_and_made_anew_is_closed_to_the_person_before(
    app: Flask, provider: IdentityProvider, publication: Publication
):
    assert is_in(app, provider)
    publication.private.accounts.remove("Mira")
    publication.private.accounts.save("Bo", "admin", PASSWORD, "bo@example.org")
    assert not is_in(app, provider)


def test_another_provider_s_subject_of_the_same_name_is_another_person(
    app: Flask, provider: IdentityProvider, publication: Publication
):
    assert is_in(app, provider)
    with identity_provider() as second:
        settings = Settings(
            publication.folder.parent, oidc_issuer=second.issuer, oidc_client=CLIENT, oidc_secret=SECRET
        )
        moved = create_app(settings)
        speak_for(second, "mira", "stranger@example.org")
        assert not is_in(moved, second)
        moved.extensions["publications"].close()


def test_a_binding_of_an_earlier_version_holds_for_the_account_s_own_address(
    app: Flask, provider: IdentityProvider, publication: Publication
):
    with sqlite3.connect(publication.folder / "private.db") as private:
        private.execute("UPDATE accounts SET subject='mira', issuer=NULL")
    private.close()
    speak_for(provider, "mira", "before.a.reset@example.org")
    assert not is_in(app, provider)
    speak_for(provider, "mira", "mira@example.org")
    assert is_in(app, provider)


def test_an_address_that_only_looks_the_same_in_capitals_is_another(
    app: Flask, provider: IdentityProvider, publication: Publication
):
    publication.private.accounts.save("Hans", "editor", PASSWORD, "strasse@example.org")
    speak_for(provider, "hans", "straße@example.org")
    assert not is_in(app, provider)
    speak_for(provider, "hans", "Strasse@Example.org")
    assert is_in(app, provider)


LIES: dict[str, dict[str, Any]] = {
    "userinfo of another subject": {"userinfo": {"sub": "bo", "email": "mira@example.org", "email_verified": True}},
    "userinfo without a subject": {"userinfo": {"email": "mira@example.org", "email_verified": True}},
    "userinfo that is no object": {"userinfo": ["mira@example.org"]},
    "userinfo that is no JSON": {"userinfo": b"<html>"},
    "an address that is not verified": {
        "userinfo": {"sub": "mira", "email": "mira@example.org", "email_verified": False}
    },
    "an address verified in words": {"userinfo": {"sub": "mira", "email": "mira@example.org", "email_verified": "yes"}},
    "an address that is no text": {"userinfo": {"sub": "mira", "email": ["mira@example.org"], "email_verified": True}},
    "another nonce": {"claims": {"nonce": "of another sign-in"}},
    "no nonce": {"claims": {"nonce": None}},
    "another issuer": {"claims": {"iss": "https://evil.example"}},
    "no issuer": {"claims": {"iss": None}},
    "another audience": {"claims": {"aud": "another-client"}},
    "another audience, issued to us": {"claims": {"aud": "another-client", "azp": CLIENT}},
    "several audiences, issued to another": {"claims": {"aud": [CLIENT, "another-client"], "azp": "another-client"}},
    "no audience": {"claims": {"aud": None}},
    "an expired ID token": {"claims": {"exp": 1_000_000_000, "iat": 999_999_000}},
    "no subject": {"claims": {"sub": None}},
    "an empty subject": {"claims": {"sub": ""}},
    "a subject that is no text": {"claims": {"sub": ["mira"]}},
    "no ID token": {"token": {"id_token": None}},
    "an ID token of null": {"token": {"id_token": 0}},
    "an ID token that is none": {"token": {"id_token": "x"}},
    "another signature": {"signing_key": RSAKey.generate_key(2048, {"kid": "one"})},
    "an error instead of tokens": {"token": {"error": "invalid_grant"}},
    "metadata of another issuer": {
        "metadata": {"issuer": "https://evil.example"},
        "claims": {"iss": "https://evil.example"},
    },
    "metadata without keys": {"metadata": {"jwks_uri": None}},
    "metadata without userinfo": {"metadata": {"userinfo_endpoint": None}},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_an_answer_that_does_not_hold_is_refused_in_plain_words(
    app: Flask, provider: IdentityProvider, publication: Publication, lie: dict[str, Any]
):
    for name, value in lie.items():
        setattr(provider, name, value)
    client = app.test_client()
    answer = provider.sign_in(client)
    assert answer.status_code == 403
    assert 'role="alert"' in answer.text or "identity provider did not sign you in" in answer.text
    assert client.get("/daily/review/").status_code == 302
    provider.__dict__.update(IdentityProvider(issuer=provider.issuer, key=provider.key).__dict__)
    assert is_in(app, provider) == ("metadata" not in lie), "nothing was bound by the lie"


def test_an_id_token_without_a_signature_is_refused(app: Flask, provider: IdentityProvider):
    provider.signed = False
    assert not is_in(app, provider)
    provider.signed = True
    assert is_in(app, provider)


def test_a_provider_that_cannot_be_reached_is_said_to_be_away(publication: Publication):
    app = create_app(Settings(publication.folder.parent, oidc_issuer="http://127.0.0.1:9", oidc_client=CLIENT))
    answer = app.test_client().get("/daily/sign-in/oidc")
    assert answer.status_code == 503
    assert "cannot be reached" in answer.text
    app.extensions["publications"].close()


def test_a_reset_clears_second_factor_passkeys_sessions_tokens_and_binding(
    app: Flask, provider: IdentityProvider, publication: Publication
):
    token = publication.private.tokens.issue("Mira", "editor")
    client = app.test_client()
    assert provider.sign_in(client).status_code == 303
    command = ["--data", str(publication.folder.parent), "user", "daily", "Mira", "--password", PASSWORD]
    assert CliRunner().invoke(main, command).exit_code == 0
    assert client.get("/daily/review/").status_code == 302
    assert publication.private.tokens.holder(token) is None
    speak_for(provider, "mira", "other@example.org")
    assert not is_in(app, provider)
