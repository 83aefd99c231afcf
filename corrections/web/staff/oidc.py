"""The newsroom's own identity provider (OpenID Connect), where one is set: through Authlib, an extra."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, current_app

from corrections.config import Settings
from corrections.errors import CorrectionsError

SIGNATURES = frozenset(
    ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
)  # of ID tokens: by the provider's key, never "none", and no shared secret
SUBJECT_LIMIT = 255  # code points; the standard's own limit
PROVIDER_SECONDS = 10  # for each request to the provider

_REFUSED = "The identity provider did not sign you in ({}). Try again."
_log = logging.getLogger(__name__)


class ProviderRefused(CorrectionsError):
    code = "provider_refused"
    status = 403


class ProviderAway(CorrectionsError):
    code = "provider_away"
    status = 503


@dataclass(frozen=True)
class Person:
    """Who the provider `issuer` calls `subject`; `email` is empty where it does not vouch for an address."""

    issuer: str
    subject: str
    email: str


def install(app: Flask, settings: Settings) -> None:
    """Read who the provider is; that Authlib is there was checked with the settings."""
    app.extensions["identity"] = None
    app.config["OIDC_ISSUER"] = settings.oidc_issuer
    if not settings.oidc_issuer:
        return
    from authlib.integrations.flask_client import OAuth

    clients = OAuth(app)
    clients.register(
        "newsroom",
        client_id=settings.oidc_client,
        client_secret=settings.oidc_secret,
        server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email",
            "code_challenge_method": "S256",
            "default_timeout": PROVIDER_SECONDS,
        },
    )
    app.extensions["identity"] = clients.newsroom


def name() -> bool:
    """Whether there is a provider to sign in with."""
    return current_app.extensions["identity"] is not None


def client() -> Any:
    """Authlib's client. Raises `ProviderRefused` where no provider is set."""
    registered = current_app.extensions["identity"]
    if registered is None:
        raise ProviderRefused("Signing in with a newsroom account is not set up.")
    return registered


def to_provider(back: str) -> Response:
    """Send the browser to the provider, to return to the address `back`. Raises `ProviderRefused`, `ProviderAway`."""
    with _plain_errors():
        response: Response = client().authorize_redirect(back)
        return response


def person() -> Person:
    """Who comes back from the provider, its answer checked. Raises `ProviderRefused`, `ProviderAway`."""
    with _plain_errors():
        issuer = _prepare()
        token = client().authorize_access_token(claims_options={"iss": {"essential": True, "value": issuer}})
        claims = dict(token.get("userinfo") or {})
        if not claims:
            raise ProviderRefused(_REFUSED.format("it sent no ID token"))
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_LIMIT:
            raise ProviderRefused(_REFUSED.format("it did not say who you are"))
        _check_audience(claims)
        if "email" not in claims:
            about = client().userinfo(token=token)
            if about.get("sub") != subject:
                raise ProviderRefused(_REFUSED.format("its responses refer to two different people"))
            claims |= {name: value for name, value in about.items() if name in ("email", "email_verified")}
    email = claims.get("email")
    vouched_for = isinstance(email, str) and claims.get("email_verified") is True
    return Person(issuer, subject, str(email) if vouched_for else "")


def _prepare() -> str:
    """The provider's name for itself, which has to be the configured one, its metadata without unsafe signatures."""
    metadata = client().load_server_metadata()
    issuer = str(metadata["issuer"])
    if issuer.rstrip("/") != current_app.config["OIDC_ISSUER"].rstrip("/"):
        raise ProviderRefused(_REFUSED.format("its name differs from the one configured here"))
    offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
    metadata["id_token_signing_alg_values_supported"] = [name for name in offered if name in SIGNATURES]
    return issuer


def _check_audience(claims: dict[str, Any]) -> None:
    """Authlib takes an ID token for somebody else whose `azp` is this client; OpenID Connect Core 3.1.3.7 does not."""
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if client().client_id not in audience:
        raise ProviderRefused(_REFUSED.format("its response is for another service"))


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Whatever a provider sends that does not hold is refused, whichever library stumbles over it."""
    from authlib.common.errors import AuthlibBaseError
    from joserfc.errors import JoseError

    try:
        yield
    except (AuthlibBaseError, JoseError) as error:
        raise ProviderRefused(_REFUSED.format(error.description or error.error)) from error
    except (LookupError, ValueError, TypeError, AttributeError, RuntimeError) as error:
        _log.warning("identity provider: %r", error)
        raise ProviderRefused(_REFUSED.format("its response could not be read")) from error
    except OSError as error:
        _log.warning("identity provider: %s", error)
        raise ProviderAway(
            "The identity provider cannot be reached at the moment. Sign in with your password, or try again later."
        ) from error
