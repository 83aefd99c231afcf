"""What tells a repeated request from another one that came with the same idempotency key.

A fingerprint is `2:` and the SHA-256 of canonical JSON of what the reader sent, by names that do not change and without
the fields that have their default: neither a rename in the code, nor a new field that an earlier request did not have,
makes another request of it. What is hashed is normalized here alone, whatever validation does with it.
"""

import json
import unicodedata
from dataclasses import dataclass

from corrections.private.digests import digest
from corrections.private.receipts import Fingerprint
from corrections.services.submission.submission import Submission

VERSION = 2
DEFAULTS: dict[str, object] = {
    "article": "",
    "exact": "",
    "prefix": "",
    "suffix": "",
    "start": None,
    "end": None,
    "replacement": None,
    "category": "other",
    "comment": "",
    "evidence": "",
    "revision": None,
    "name": "",
    "email": "",
    "credit": False,
    "concerned": False,
}
SENDER = frozenset({"name", "email", "credit"})


@dataclass(frozen=True)
class Request:
    """What a request is known by when it comes again: hashes of its idempotency key and of what was sent.

    `key` is empty where the request has none; the key is hashed in one form of Unicode.
    """

    key: str
    fingerprint: Fingerprint


def identify(submission: Submission) -> Request:
    key = _normalized(submission.key)
    return Request(digest(key) if key else "", fingerprint(submission))


def fingerprint(submission: Submission) -> Fingerprint:
    """The fingerprint of what a reader sent; its key and the language of the reader's browser are no part of it."""
    fields = _fields(submission)
    words = {name: value for name, value in fields.items() if name not in SENDER}
    return Fingerprint(_canonical(fields), frozenset(map(digest, _earlier_forms(fields))), _canonical(words))


def _canonical(fields: dict[str, object]) -> str:
    named = {name: value for name, value in fields.items() if value != DEFAULTS[name]}
    text = json.dumps(named, sort_keys=True, separators=(",", ":"))
    return f"{VERSION}:{digest(text)}"


def _fields(submission: Submission) -> dict[str, object]:
    selector, contact = submission.selector, submission.contact
    replacement = submission.replacement
    return {
        "article": submission.article,
        "exact": _normalized(selector.exact),
        "prefix": _normalized(selector.prefix),
        "suffix": _normalized(selector.suffix),
        "start": selector.start,
        "end": selector.end,
        "replacement": None if replacement is None else _normalized(replacement),
        "category": submission.category,
        "comment": _normalized(submission.comment).strip(),
        "evidence": _normalized(submission.evidence).strip(),
        "revision": submission.revision,
        "name": _normalized(contact.name).strip(),
        "email": _normalized(contact.email).strip(),
        "credit": contact.credit,
        "concerned": submission.concerned,
    }


def _earlier_forms(fields: dict[str, object]) -> list[str]:
    """What versions before this way of doing it hashed: how Python printed the submission, with the fields it had."""
    forms = [_printed(fields, ", language=''", f", concerned={fields['concerned']!r}")]
    if not fields["concerned"]:
        forms.append(_printed(fields, "", ""))  # before there were languages, and persons concerned
    return forms


def _printed(fields: dict[str, object], language: str, concerned: str) -> str:
    shown = {name: repr(value) for name, value in fields.items()}
    selector = "Selector(exact={exact}, prefix={prefix}, suffix={suffix}, start={start}, end={end})".format(**shown)
    contact = "Contact(name={name}, email={email}, credit={credit}".format(**shown) + f"{language})"
    return (
        f"Submission(article={shown['article']}, selector={selector}, replacement={shown['replacement']}, "
        f"category={shown['category']}, comment={shown['comment']}, evidence={shown['evidence']}, "
        f"revision={shown['revision']}, contact={contact}, key=''{concerned})"
    )


def _normalized(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
