"""What people type, made clean or refused with a sentence a person can act on."""

import unicodedata
from email.errors import HeaderParseError
from email.headerregistry import Address

from corrections.i18n import LazyString
from corrections.services.errors import Invalid
from corrections.text.anchoring.fold import in_lines
from corrections.text.control_characters import code_point, noncharacter, without
from corrections.urls import holds_user, serialize_url

QUOTED = ("exact", "prefix", "suffix")  # may hold whatever the article holds; what is not shown is left out
NOT_TEXT = LazyString("%(label)s: contains a character that is not valid in text (%(code)s). Please remove it.")


class Fields:
    """Collects what is wrong with several fields, so that a person hears it all at once."""

    def __init__(self) -> None:
        self.errors: dict[str, str] = {}

    def source(self, name: str, label: str, value: str, limit: int) -> str:
        """An article's source or a part of it, as `text`; it may hold control characters, which nobody is shown."""
        self.text(name, label, without(value), limit)
        return unicodedata.normalize("NFC", in_lines(value))

    def text(self, name: str, label: str, value: str, limit: int, *, required: bool = False, lines: bool = True) -> str:
        """`value` in NFC with LF line ends; notes an error where it is missing, too long, or no text."""
        clean = unicodedata.normalize("NFC", in_lines(value))
        if name in QUOTED:
            clean = without(clean)
        allowed = "\n\t" if lines else ""
        if required and not clean.strip():
            self.errors[name] = LazyString("%(label)s: this field is required.", label=label)
        elif len(clean) > limit:
            self.errors[name] = LazyString(
                "%(label)s: %(count)s characters entered; the limit is %(limit)s.",
                label=label,
                count=len(clean),
                limit=limit,
            )
        elif "\ufffd" in clean and name not in QUOTED:
            self.errors[name] = LazyString(
                "%(label)s: a character did not arrive as you typed it. Please type it again.", label=label
            )
        elif any(unicodedata.category(char) in ("Cc", "Cs") and char not in allowed for char in clean):
            self.errors[name] = LazyString(
                "%(label)s: contains a control character or half a character. Please type it again.", label=label
            )
        elif (invalid := noncharacter(clean)) is not None:
            self.refuse_character(name, label, invalid)
        return clean

    def choice(self, name: str, label: str, value: str, choices: tuple[str, ...]) -> str:
        if value not in choices:
            self.errors[name] = LazyString(
                "%(label)s: choose one of %(choices)s.", label=label, choices=", ".join(choices)
            )
        return value

    def web_address(self, name: str, label: str, value: str, limit: int) -> str:
        clean = self.text(name, label, value.strip(), limit, lines=False)
        if clean and name not in self.errors:
            if holds_user(clean):
                self.errors[name] = LazyString(
                    "%(label)s: remove the user name and password from the web address.", label=label
                )
            elif serialize_url(clean) is None or any(map(str.isspace, clean)):
                self.errors[name] = LazyString(
                    "%(label)s: enter a web address that begins with http:// or https://.", label=label
                )
        return clean

    def email(self, name: str, label: str, value: str, limit: int) -> str:
        clean = self.text(name, label, value.strip(), limit, lines=False)
        if clean and name not in self.errors and not is_address(clean):
            self.errors[name] = LazyString("%(label)s: enter a valid e-mail address.", label=label)
        return clean

    def refuse_character(self, name: str, label: str, char: str) -> None:
        """Note that a field has `char` in it, which no text may have."""
        self.errors[name] = LazyString(NOT_TEXT, label=label, code=code_point(char))

    def check(self) -> None:
        """Raises `Invalid` where anything was wrong."""
        if self.errors:
            raise Invalid(self.errors)


def is_address(text: str) -> bool:
    """Whether `text` is an e-mail address that a letter can be sent to."""
    try:
        address = Address(addr_spec=text)
    except (ValueError, IndexError, HeaderParseError):
        return False
    return "." in address.domain and not any(map(str.isspace, text))
