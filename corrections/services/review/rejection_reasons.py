"""The reasons for rejecting that a publication offers, each with a text to the reader in the reader's language."""

import json
import re
from dataclasses import dataclass

from corrections import config
from corrections.i18n import LazyString, supported_language, translate
from corrections.services.errors import Invalid
from corrections.services.publication import Publication
from corrections.services.validation import Fields
from corrections.text.anchoring.vocabulary import LANGUAGES

_SETTING = "reasons"
_CODE = re.compile(r"[a-z][a-z0-9-]{0,29}")
REASONS_LIMIT = 20
USUAL = {
    "right": LazyString("The article is correct as published."),
    "style": LazyString("This is a matter of style, not an error."),
    "unconfirmed": LazyString("We could not confirm this."),
    "elsewhere": LazyString("This does not concern the article’s text."),
}


@dataclass(frozen=True)
class Reason:
    """`code` is stable; `texts` are by language, English the one that others fall back on."""

    code: str
    texts: dict[str, str]

    def text(self, language: str) -> str:
        """What the reader of an article in this language (a BCP 47 tag) is told."""
        return (
            self.texts.get(supported_language(language) or "en")
            or self.texts.get("en")
            or next(iter(self.texts.values()))
        )


def listed(publication: Publication) -> list[Reason]:
    """The reasons, in the order they are offered."""
    own = publication.private.settings.get(_SETTING)
    if own is None:
        return [Reason(code, {each: translate(text, each) for each in LANGUAGES}) for code, text in USUAL.items()]
    return [Reason(each["code"], each["texts"]) for each in json.loads(own)]


def put(publication: Publication, code: str, texts: dict[str, str]) -> None:
    """Add a reason, or change the one with this code. Raises `Invalid`."""
    clean = {supported_language(language) or "": text.strip() for language, text in texts.items() if text.strip()}
    if not _CODE.fullmatch(code):
        raise Invalid({"code": "The code of a reason must have 1 to 30 lower-case letters, digits and hyphens."})
    if not clean or "" in clean:
        raise Invalid({"text": f"Enter the text of the reason in at least one of {', '.join(LANGUAGES)}."})
    fields = Fields()
    for text in clean.values():
        fields.text("text", "A reason", text, config.REASON_LIMIT)
    fields.check()
    found = {each.code: each for each in listed(publication)} | {code: Reason(code, clean)}
    if len(found) > REASONS_LIMIT:
        raise Invalid({"code": f"At most {REASONS_LIMIT} reasons can be offered."})
    _keep(publication, list(found.values()))


def remove(publication: Publication, code: str) -> None:
    """Offer a reason no longer. Raises `Invalid`."""
    found = listed(publication)
    if code not in {each.code for each in found}:
        raise Invalid({"code": f"There is no reason with the code {code[:60]!r}."})
    if len(found) == 1:
        raise Invalid({"code": "At least one reason must remain."})
    _keep(publication, [each for each in found if each.code != code])


def by_code(publication: Publication, code: str) -> Reason:
    """Raises `Invalid`."""
    for each in listed(publication):
        if each.code == code:
            return each
    raise Invalid({"code": f"There is no reason with the code {code[:60]!r}."})


def _keep(publication: Publication, reasons: list[Reason]) -> None:
    publication.private.settings.put(_SETTING, json.dumps([each.__dict__ for each in reasons], ensure_ascii=False))
