"""Hooks: the other system asks for a run of its connection, by a request that is signed with the hook's secret.

Three kinds of signatures are known: `X-Hub-Signature-256` of GitHub, Gitea and Forgejo (HMAC-SHA-256 of the body), the
token that GitLab sends as it is, and those of Standard Webhooks (https://www.standardwebhooks.com/). What the body says
is not read: what is new is asked of the other system itself.
"""

import hmac
from collections.abc import Mapping

from standardwebhooks import Webhook, WebhookVerificationError

from corrections.connectors.connections import ACTIVE, UnknownConnection
from corrections.connectors.credentials import Credentials
from corrections.errors import CorrectionsError
from corrections.services.publication import Publication


class BadSignature(CorrectionsError):
    code = "bad_signature"


def receive(publication: Publication, name: str, headers: Mapping[str, str], body: bytes) -> None:
    """Have the background work run a connection; a paused one runs once it is resumed.

    `headers` have the names that WSGI servers give them, such as `X-Gitlab-Token`. Raises `UnknownConnection`,
    `BadSignature`, `ReadOnly`.
    """
    connection = publication.private.connections.get(name)
    if connection is None or connection.hook_secret is None:
        raise UnknownConnection("There is no hook with this name.")
    secret = Credentials(publication.folder.parent).decrypt(connection.hook_secret)
    if not is_signed(secret, headers, body):
        raise BadSignature("The request is not signed with the secret of this hook.")
    publication.check_writable()
    if connection.state == ACTIVE:
        publication.private.connections.request_run(name)


def is_signed(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether one of the known signatures is there, and right."""
    digest = hmac.new(secret.encode(), body, "sha256").hexdigest()
    signature, token = headers.get("X-Hub-Signature-256", ""), headers.get("X-Gitlab-Token", "")
    return (
        hmac.compare_digest(signature.encode(), f"sha256={digest}".encode())
        or hmac.compare_digest(token.encode(), secret.encode())
        or _is_standard(secret, headers, body)
    )


def _is_standard(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    names = ("Webhook-Id", "Webhook-Timestamp", "Webhook-Signature")
    try:
        Webhook(secret).verify(body, {name: headers.get(name, "") for name in names}, json_parse=False)
    except (WebhookVerificationError, ValueError):  # a ValueError where a header or the body cannot be read
        return False
    return True
