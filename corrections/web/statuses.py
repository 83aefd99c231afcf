"""Which HTTP status answers which error: by its stable code, in this one table."""

from corrections.errors import CorrectionsError

DEFAULT = 400
STATUSES: dict[str, int] = {
    "bad_account": 400,
    "unreadable_body": 400,
    "unreadable_html": 400,
    "passkey_refused": 401,
    "token_expired": 401,
    "unauthorized": 401,
    "forbidden": 403,
    "origin_not_listed": 403,
    "provider_refused": 403,
    "read_only": 403,
    "no_proof": 404,
    "unknown_article": 404,
    "unknown_correction": 404,
    "unknown_host": 404,
    "unknown_notice": 404,
    "unknown_publication": 404,
    "unknown_revision": 404,
    "against_policy": 409,
    "already_applied": 409,
    "already_decided": 409,
    "already_published": 409,
    "ambiguous": 409,
    "ambiguous_address": 409,
    "clashes": 409,
    "conflict": 409,
    "not_all": 409,
    "taken_down": 409,
    "too_large": 413,
    "unknown_encoding": 415,
    "idempotency_key_reused": 422,
    "invalid": 422,
    "needs_words": 422,
    "not_found": 422,
    "notice_doubtful": 422,
    "unwritable": 422,
    "proof_needed": 428,
    "too_many_requests": 429,
    "not_projectable": 500,
    "unreadable_store": 500,
    "bad_policy": 503,
    "computing_busy": 503,
    "index_ahead": 503,
    "newer_store": 503,
    "not_readable": 503,
    "not_ready": 503,
    "not_writable": 503,
    "provider_away": 503,
    "queue_full": 503,
    "too_many_clones": 503,
    "writing_paused": 503,
}


def status_of(error: CorrectionsError) -> int:
    """The HTTP status of the response for `error`; `DEFAULT` for one that only the command line meets."""
    return STATUSES.get(error.code, DEFAULT)
