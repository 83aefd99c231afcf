"""Passkeys (WebAuthn): added by who is signed in, then enough to sign in; through py_webauthn."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from apiflask import APIBlueprint
from cryptography.exceptions import UnsupportedAlgorithm
from flask import Response, jsonify, request, session
from flask.typing import ResponseReturnValue
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
from webauthn.registration.verify_registration_response import VerifiedRegistration

from corrections.errors import CorrectionsError
from corrections.private.passkeys import Passkey
from corrections.services.errors import Invalid
from corrections.urls import host_of, origin_of
from corrections.web.access import publication
from corrections.web.security import check_sign_in_limit
from corrections.web.staff.auth import confirm_password, local, own_account, welcome
from corrections.web.statuses import status_of

blueprint = APIBlueprint("passkeys", __name__, enable_openapi=False)

LABEL_LIMIT = 60
CHALLENGE_SECONDS = 300  # from asking for a challenge to the passkey's answer
TRY_AGAIN = "The passkey could not be verified. Try again."
T = TypeVar("T")


class PasskeyRefused(CorrectionsError):
    code = "passkey_refused"


@blueprint.post("/<publication>/account/passkey/options")
def begin() -> ResponseReturnValue:
    """What the browser needs to make a passkey for who is signed in."""
    user = own_account()
    try:
        confirm_password(user, str(_sent().get("password", "")))
    except Invalid as error:
        return jsonify(message=error.message), 401
    except CorrectionsError as error:
        return jsonify(message=error.message), status_of(error)
    known = publication().private.passkeys.of(user.account)
    options = generate_registration_options(
        rp_id=_host(),
        rp_name=publication().title,
        user_id=_user_id(user.account),
        user_name=user.name,
        exclude_credentials=[PublicKeyCredentialDescriptor(base64url_to_bytes(passkey.id)) for passkey in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    _store_challenge(f"add {user.account}", options.challenge)
    return Response(options_to_json(options), mimetype="application/json")


@blueprint.post("/<publication>/account/passkey")
def add() -> ResponseReturnValue:
    user = own_account()
    expected = _take_challenge(f"add {user.account}")
    verified = _checked(lambda: _verify_new(expected))
    _use_up(expected)
    private = publication().private
    identifier = bytes_to_base64url(verified.credential_id)
    label = request.headers.get("User-Agent", "")[:LABEL_LIMIT]
    now = datetime.now(UTC).isoformat(timespec="seconds")
    key, count = verified.credential_public_key, verified.sign_count
    if not private.passkeys.add(Passkey(identifier, user.account, key, count, label, now)):
        raise PasskeyRefused("This passkey is already registered. Use another one.")
    private.journal.note(user.name, "added a passkey")
    return jsonify(told="The passkey was added.")


@blueprint.post("/<publication>/sign-in/passkey/options")
def challenge() -> ResponseReturnValue:
    options = generate_authentication_options(rp_id=_host(), user_verification=UserVerificationRequirement.REQUIRED)
    _store_challenge("sign in", options.challenge)
    return Response(options_to_json(options), mimetype="application/json")


@blueprint.post("/<publication>/sign-in/passkey")
def sign_in() -> ResponseReturnValue:
    check_sign_in_limit()
    private = publication().private
    credential = _sent()
    known = private.passkeys.get(str(credential.get("id", "")))
    account = private.accounts.get(known.account) if known else None
    expected = _take_challenge("sign in")
    if known is None or account is None:
        raise PasskeyRefused("This passkey is not registered here.")
    count = _checked(lambda: _verify(credential, known, expected))
    _use_up(expected)
    private.passkeys.note_use(known.id, count)
    welcome(account, "with a passkey")
    return jsonify(to=local(request.args.get("next", "")))


def _store_challenge(ceremony: str, challenge: bytes) -> None:
    session["passkey"] = [ceremony, publication().name, int(time.time()), bytes_to_base64url(challenge)]


def _take_challenge(ceremony: str) -> bytes:
    """The challenge that this browser was given for the ceremony, lately and here. Raises `PasskeyRefused`."""
    stored = session.pop("passkey", None)
    if not isinstance(stored, list) or stored[:2] != [ceremony, publication().name]:
        raise PasskeyRefused(TRY_AGAIN)
    if time.time() - stored[2] > CHALLENGE_SECONDS:
        raise PasskeyRefused("That took too long. Please try again.")
    return base64url_to_bytes(stored[3])


def _use_up(challenge: bytes) -> None:
    """A cookie from before would bring the challenge back: on the server it counts once. Raises `PasskeyRefused`."""
    expires = time.time() + CHALLENGE_SECONDS + 1
    if not publication().private.proofs.use(f"passkey:{bytes_to_base64url(challenge)}", expires):
        raise PasskeyRefused(TRY_AGAIN)


def _verify_new(expected: bytes) -> VerifiedRegistration:
    return verify_registration_response(
        credential=json.dumps(_sent()),
        expected_challenge=expected,
        expected_rp_id=_host(),
        expected_origin=origin_of(request.host_url) or "",
        require_user_verification=True,
    )


def _verify(credential: dict[str, Any], known: Passkey, expected: bytes) -> int:
    """The passkey's new counter; the credential says whose it is, and that has to be so here."""
    user = credential["response"].get("userHandle")
    if user and base64url_to_bytes(user) != _user_id(known.account):
        raise ValueError("a passkey of another account")
    verified = verify_authentication_response(
        credential=json.dumps(credential),
        expected_challenge=expected,
        expected_rp_id=_host(),
        expected_origin=origin_of(request.host_url) or "",
        credential_public_key=known.key,
        credential_current_sign_count=known.count,
        require_user_verification=True,
    )
    return verified.new_sign_count


def _user_id(account: int) -> bytes:
    return f"{publication().name}:{account}".encode()


def _sent() -> dict[str, Any]:
    sent = request.get_json(silent=True)
    return sent if isinstance(sent, dict) else {}


def _checked(work: Callable[[], T]) -> T:
    try:
        return work()
    except (WebAuthnException, ValueError, LookupError, TypeError, AttributeError, UnsupportedAlgorithm) as error:
        raise PasskeyRefused(TRY_AGAIN) from error


def _host() -> str:
    return host_of(request.host_url)
