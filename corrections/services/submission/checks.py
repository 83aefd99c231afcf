"""The one check of what a reader sends."""

from dataclasses import replace

from corrections import config
from corrections.domain.kinds import CATEGORIES
from corrections.i18n import LazyString
from corrections.private.contacts import Contact
from corrections.services.submission.submission import CheckedSubmission, Submission
from corrections.services.validation import Field, FieldKind, Fields
from corrections.text.anchoring.anchor import Selector

SAY_SOMETHING = LazyString("Describe the error, or enter the suggested text.")
UNCHANGED = LazyString("Your text is the same as the published text. Change it, or describe the error as the reason.")
MOST_OTHERS = 4  # other readings of the place

SELECTOR_FIELDS = (
    Field("exact", LazyString("Quoted text"), FieldKind.QUOTE, config.QUOTE_LIMIT, required=True),
    Field("prefix", LazyString("Text before the quote"), FieldKind.QUOTE, config.CONTEXT_LIMIT),
    Field("suffix", LazyString("Text after the quote"), FieldKind.QUOTE, config.CONTEXT_LIMIT),
)
FIELDS = (
    *SELECTOR_FIELDS,
    Field("replacement", LazyString("Suggested text"), FieldKind.TEXT, config.REPLACEMENT_LIMIT),
    Field("comment", LazyString("Reason"), FieldKind.TEXT, config.COMMENT_LIMIT),
    Field("evidence", LazyString("Link to a source"), FieldKind.WEB_ADDRESS, config.EVIDENCE_LIMIT),
    Field("name", LazyString("Your name"), FieldKind.LINE, config.NAME_LIMIT),
    Field("email", LazyString("E-mail address"), FieldKind.EMAIL, config.EMAIL_LIMIT),
    Field("key", LazyString("Idempotency-Key"), FieldKind.LINE, config.KEY_LIMIT),
)
_ORDER = ("exact", "prefix", "suffix", "replacement", "comment", "category", "evidence", "name", "email", "key")


def check(submission: Submission) -> CheckedSubmission:
    """What a reader sent, normalized. Raises `Invalid`, which says what is wrong with each field."""
    fields = Fields()
    values = fields.read(FIELDS, _values(submission))
    replacement, comment = values.get("replacement"), values["comment"].strip()
    if replacement is not None and replacement == values["exact"]:
        fields.errors["replacement"] = UNCHANGED
    if replacement is None and not comment:
        fields.errors["comment"] = SAY_SOMETHING
    category = fields.choice("category", LazyString("Type of error"), submission.category, CATEGORIES)
    others = tuple(_read_selector(fields, other) for other in submission.others)
    fields.errors = {name: fields.errors[name] for name in _ORDER if name in fields.errors}
    fields.check()
    contact = submission.contact
    return CheckedSubmission(
        article=submission.article,
        selector=_selector(submission.selector, values),
        others=others,
        replacement=replacement,
        category=category,
        comment=comment,
        evidence=values["evidence"],
        contact=Contact(values["name"], values["email"], contact.credit, contact.language),
        revision=submission.revision,
        concerned=submission.concerned,
    )


def check_selector(selector: Selector) -> Selector:
    """The words a reader names, normalized. Raises `Invalid`."""
    fields = Fields()
    checked = _read_selector(fields, selector)
    fields.check()
    return checked


def _values(submission: Submission) -> dict[str, str | None]:
    return {
        "exact": submission.selector.exact,
        "prefix": submission.selector.prefix,
        "suffix": submission.selector.suffix,
        "replacement": submission.replacement,
        "comment": submission.comment,
        "evidence": submission.evidence,
        "name": submission.contact.name.strip(),
        "email": submission.contact.email,
        "key": submission.key,
    }


def _read_selector(fields: Fields, selector: Selector) -> Selector:
    words = {"exact": selector.exact, "prefix": selector.prefix, "suffix": selector.suffix}
    return _selector(selector, fields.read(SELECTOR_FIELDS, words))


def _selector(selector: Selector, values: dict[str, str]) -> Selector:
    return replace(selector, exact=values["exact"], prefix=values["prefix"], suffix=values["suffix"])
