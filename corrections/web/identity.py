"""The newsroom's own identity provider (OpenID Connect), where one is set: through Authlib, an extra."""

from typing import Any

from flask import Flask, current_app

from corrections.config import Settings
from corrections.errors import CorrectionsError


class ProviderRefused(CorrectionsError):
    code = "provider_refused"
    status = 403


def install(app: Flask, settings: Settings) -> None:
    """Read who the provider is; that Authlib is there was checked with the settings."""
    app.extensions["identity"] = None
    if not settings.oidc_issuer:
        return
    from authlib.integrations.flask_client import OAuth

    clients = OAuth(app)
    clients.register(
        "newsroom",
        client_id=settings.oidc_client,
        client_secret=settings.oidc_secret,
        server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid email", "code_challenge_method": "S256"},
    )
    app.extensions["identity"] = clients.newsroom


def name() -> bool:
    """Whether there is a provider to sign in with."""
    return current_app.extensions["identity"] is not None


def client() -> Any:
    """Authlib's client. Raises `ProviderRefused` where no provider is set."""
    found = current_app.extensions["identity"]
    if found is None:
        raise ProviderRefused("This desk has no identity provider to sign in with.")
    return found


def claims() -> dict[str, Any]:
    """What the provider says of who comes back, its signature checked. Raises `ProviderRefused`."""
    from authlib.common.errors import AuthlibBaseError

    try:
        token = client().authorize_access_token()
    except AuthlibBaseError as error:
        told = error.description or error.error
        raise ProviderRefused(f"The identity provider did not sign you in ({told}). Try again.") from error
    found = dict(token.get("userinfo") or {})
    if "email" not in found:
        found |= {key: value for key, value in client().userinfo(token=token).items() if key.startswith("email")}
    return found
