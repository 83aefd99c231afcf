"""Signs that no person sent a form: a field that people do not see, a form sent in no time, no proof of work."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from altcha.v1 import ChallengeOptions, create_challenge, verify_solution
from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from corrections.errors import CorrectionsError
from corrections.i18n import LazyString
from corrections.services import settings
from corrections.services.submission.spam_rules import Arrival
from corrections.web import security
from corrections.web.access import publication

TRAP = "website"  # hidden from people, by its name inviting to programs
PROOF_MINUTES = 20  # a challenge is good for
PROOF_LIMIT = 4096  # characters of a solution
PROOF_NUMBER = 50_000  # hashes at most, half of them on average
CANNOT = "none"  # what a client sends that cannot compute: its correction is held back


class ProofNeeded(CorrectionsError):
    """`details["challenge"]` is what to compute on, as ALTCHA's protocol has it; send the solution as `proof`."""

    code = "proof_needed"


def opened() -> str:
    """A mark for a form that tells when it was opened, signed."""
    return str(_signer().dumps(publication().name))


def of_form(form: dict[str, str]) -> Arrival:
    """Count a form's submission, which is about to be written, and say what its fields tell about who sent it.

    The proof of work in it is used up. Raises `TooMany`.
    """
    signs: list[str] = []
    if form.get(TRAP):
        signs.append("trap")
    if _hurried(form.get("opened", "")):
        signs.append("hurried")
    needed, solved = proof_needed(), False
    if needed or security.is_crowded():
        solved = _proved(form.get("proof", ""))
    if needed and not solved:
        signs.append("proof")
    security.count_submission(solved, _challenge_if_taken())
    return Arrival(request.remote_addr or "", tuple(signs))


def of_api(proof: str) -> Arrival:
    """The same for the API, where a proof of work can be asked for; raises `ProofNeeded`, `TooMany`."""
    signs: tuple[str, ...] = ()
    needed, solved = proof_needed(), False
    if needed or security.is_crowded():
        solved = _proved(proof)
    if needed and not solved:
        if proof != CANNOT:
            message = LazyString("Traffic is high at the moment. Your device has to complete a short check first.")
            raise ProofNeeded(message, challenge=challenge())
        signs = ("proof",)
    security.count_submission(solved, _challenge_if_taken())
    return Arrival(request.remote_addr or "", signs)


def proof_needed(count: bool = True) -> bool:
    """Whether submissions need a proof of work at the moment; `count` this one as a submission."""
    setting = settings.text(publication(), "proof-of-work")
    if setting != "auto":
        return setting == "on"
    return not security.within(settings.text(publication(), "proof-from"), f"proof:{publication().name}", count)


def proof_helps() -> bool:
    """Whether a proof of work is asked for at the moment, or lets in who would else be refused."""
    return proof_needed(count=False) or (_challenge_if_taken() is not None and security.is_crowded())


def _challenge_if_taken() -> Callable[[], dict[str, object]] | None:
    """`challenge`, unless the publication has turned proof of work off."""
    return None if settings.text(publication(), "proof-of-work") == "off" else challenge


def challenge() -> dict[str, object]:
    """A number to be found: that whose SHA-256 with the salt is the challenge (ALTCHA, version 1 of its protocol)."""
    expires = datetime.now(UTC) + timedelta(minutes=PROOF_MINUTES)
    created = create_challenge(ChallengeOptions(max_number=PROOF_NUMBER, hmac_key=_key(), expires=expires))
    return dict(created.to_dict())


def _proved(proof: str) -> bool:
    """Whether this solves a challenge of this service that is neither expired nor used before."""
    if len(proof) > PROOF_LIMIT:
        return False
    try:
        good, _ = verify_solution(proof, _key(), check_expires=True)
        if not good:
            return False
        solution = json.loads(base64.b64decode(proof))
        expires = float(solution["salt"].partition("expires=")[2].split("&")[0])
        return publication().private.proofs.use(str(solution["challenge"]), expires)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):  # not what the protocol says
        return False


def _hurried(mark: str) -> bool:
    """Whether the form was opened less than some seconds ago; one without a mark was made by a program."""
    try:
        _, at = _signer().loads(mark, return_timestamp=True)
    except BadSignature:
        return True
    return bool((datetime.now(UTC) - at).total_seconds() < settings.number(publication(), "form-seconds"))


def _key() -> str:
    return f"proof:{current_app.config['SECRET_KEY']}:{publication().name}"


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="opened")
