"""An OpenID Connect provider on loopback that signs whatever a test tells it to, right or wrong."""

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.test import TestResponse

CLIENT = "desk"
SECRET = "a-secret-of-the-test"


@dataclass
class IdentityProvider:
    """What the provider says next. A claim of None is left out of the ID token."""

    issuer: str = ""
    nonce: str = ""
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "mira"})
    userinfo: Any = field(default_factory=lambda: {"sub": "mira", "email": "mira@example.org", "email_verified": True})
    claims: dict[str, Any] = field(default_factory=dict)
    token: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    signing_key: RSAKey | None = None
    signed: bool = True

    def discovery(self) -> dict[str, Any]:
        addresses = {f"{name}_endpoint": f"{self.issuer}/{name}" for name in ("authorization", "token", "userinfo")}
        return {
            "issuer": self.issuer,
            **addresses,
            "jwks_uri": f"{self.issuer}/jwks",
            "id_token_signing_alg_values_supported": ["RS256", "none"],
            **self.metadata,
        }

    def answer(self) -> dict[str, Any]:
        now = int(time.time())
        usual = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": self.nonce}
        claims = {**usual, **self.person, **self.claims}
        claims = {name: value for name, value in claims.items() if value is not None}
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.signing_key or self.key)
        if not self.signed:
            header = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
            signed = f"{header}.{signed.split('.')[1]}."
        answer = {"access_token": "a-token", "token_type": "Bearer", "id_token": signed, **self.token}
        return {name: value for name, value in answer.items() if value is not None}

    def sign_in(self, client: FlaskClient, publication: str = "daily") -> TestResponse:
        """What the desk answers to a browser that comes back from here."""
        sent = client.get(f"/{publication}/sign-in/oidc")
        asked = parse_qs(urlsplit(sent.headers["Location"]).query)
        self.nonce = asked["nonce"][0]
        return client.get(f"/{publication}/sign-in/oidc/back", query_string={"code": "x", "state": asked["state"][0]})


@contextmanager
def identity_provider() -> Iterator[IdentityProvider]:
    provider = IdentityProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            documents = {
                "/.well-known/openid-configuration": provider.discovery,
                "/jwks": lambda: {"keys": [provider.key.as_dict(private=False)]},
                "/userinfo": lambda: provider.userinfo,
                "/token": provider.answer,
            }
            body = documents[self.path]()
            self._send(body if isinstance(body, bytes) else json.dumps(body).encode())

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def _send(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
