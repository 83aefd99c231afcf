"""Passkeys (WebAuthn): added by who is signed in, then enough to sign in; through py_webauthn."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from apiflask import APIBlueprint
from flask import Response, jsonify, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from corrections.errors import CorrectionsError
from corrections.private.signing_in import Passkey, SigningIn
from corrections.web.access import Staff, publication
from corrections.web.auth import local, welcome
from corrections.web.security import check_sign_in_limit
from corrections.web_addresses import host_of, origin_of

passkeys = APIBlueprint("passkeys", __name__, enable_openapi=False)

LABEL_LIMIT = 60
T = TypeVar("T")


class PasskeyRefused(CorrectionsError):
    code = "passkey_refused"
    status = 401


@passkeys.post("/<publication>/account/passkey/options")
def begin() -> ResponseReturnValue:
    """What the browser needs to make a passkey for who is signed in."""
    user: Staff = current_user._get_current_object()
    known = SigningIn(publication().private).passkeys(user.account)
    options = generate_registration_options(
        rp_id=_host(),
        rp_name=publication().title,
        user_id=f"{publication().name}:{user.account}".encode(),
        user_name=user.name,
        exclude_credentials=[PublicKeyCredentialDescriptor(base64url_to_bytes(each.id)) for each in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    session["passkey"] = bytes_to_base64url(options.challenge)
    return Response(options_to_json(options), mimetype="application/json")


@passkeys.post("/<publication>/account/passkey")
def add() -> ResponseReturnValue:
    user: Staff = current_user._get_current_object()
    made = _checked(_add)
    signing = SigningIn(publication().private)
    label = request.headers.get("User-Agent", "")[:LABEL_LIMIT]
    now = datetime.now(UTC).isoformat(timespec="seconds")
    signing.add_passkey(Passkey(made[0], user.account, made[1], made[2], label, now))
    signing.note(user.name, "added a passkey")
    return jsonify(told="The passkey is added.")


@passkeys.post("/<publication>/sign-in/passkey/options")
def challenge() -> ResponseReturnValue:
    options = generate_authentication_options(rp_id=_host(), user_verification=UserVerificationRequirement.REQUIRED)
    session["passkey"] = bytes_to_base64url(options.challenge)
    return Response(options_to_json(options), mimetype="application/json")


@passkeys.post("/<publication>/sign-in/passkey")
def sign_in() -> ResponseReturnValue:
    check_sign_in_limit()
    signing = SigningIn(publication().private)
    credential = request.get_json(silent=True) or {}
    known = signing.passkey(str(credential.get("id", "")))
    account = publication().private.account(known.account) if known else None
    if known is None or account is None:
        raise PasskeyRefused("This passkey is not known at this desk.")
    count = _checked(lambda: _verify(credential, known))
    signing.used_passkey(known.id, count)
    welcome(account, "with a passkey")
    return jsonify(to=local(request.args.get("next", "")))


def _add() -> tuple[str, bytes, int]:
    seen = verify_registration_response(
        credential=json.dumps(request.get_json(silent=True) or {}),
        expected_challenge=base64url_to_bytes(session.pop("passkey", "")),
        expected_rp_id=_host(),
        expected_origin=origin_of(request.host_url) or "",
        require_user_verification=True,
    )
    return bytes_to_base64url(seen.credential_id), seen.credential_public_key, seen.sign_count


def _verify(credential: dict[str, object], known: Passkey) -> int:
    seen = verify_authentication_response(
        credential=json.dumps(credential),
        expected_challenge=base64url_to_bytes(session.pop("passkey", "")),
        expected_rp_id=_host(),
        expected_origin=origin_of(request.host_url) or "",
        credential_public_key=known.key,
        credential_current_sign_count=known.count,
        require_user_verification=True,
    )
    return seen.new_sign_count


def _checked(work: Callable[[], T]) -> T:
    try:
        return work()
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise PasskeyRefused("The passkey could not be checked. Try again.") from error


def _host() -> str:
    return host_of(request.host_url)
