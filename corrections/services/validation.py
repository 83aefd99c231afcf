"""What people type, made clean or refused with a sentence a person can act on."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from enum import Enum

from corrections.i18n import LazyString
from corrections.services.errors import Invalid
from corrections.text.anchoring.fold import in_lines
from corrections.text.control_characters import code_point, noncharacter, without
from corrections.urls import holds_user, serialize_url

NOT_TEXT = LazyString("%(label)s: contains a character that is not valid in text (%(code)s). Please remove it.")
_LAYOUT = {ord("\n"): None, ord("\t"): None}
_REPLACEMENT_CHARACTER = "\ufffd"


class FieldKind(Enum):
    TEXT = "text"  # of several lines
    LINE = "line"
    QUOTE = "quote"  # may hold whatever the article holds; what is not shown is left out
    WEB_ADDRESS = "web address"
    EMAIL = "email"


@dataclass(frozen=True)
class Field:
    """What one field of a form takes: at most `limit` code points of its kind; `label` is its name on the page."""

    name: str
    label: str
    kind: FieldKind
    limit: int
    required: bool = False


class Fields:
    """Collects what is wrong with several fields, so that a person hears it all at once."""

    def __init__(self) -> None:
        self.errors: dict[str, str] = {}

    def read(self, table: Iterable[Field], values: Mapping[str, str | None]) -> dict[str, str]:
        """The values of a form's fields, each in its normal form; a field with None was not on the form.

        Notes an error for each that is not as the table says.
        """
        return {
            field.name: self.read_field(field, value) for field in table if (value := values[field.name]) is not None
        }

    def read_field(self, field: Field, value: str) -> str:
        """`value` in NFC with LF line ends, web and e-mail addresses without white space around them."""
        if field.kind in (FieldKind.WEB_ADDRESS, FieldKind.EMAIL):
            value = value.strip()
        clean = unicodedata.normalize("NFC", in_lines(value) if "\r" in value else value)
        if field.kind is FieldKind.QUOTE and not _is_plain(clean):
            clean = without(clean)
        error = _text_error(field, clean)
        if error is None and clean and field.kind is FieldKind.WEB_ADDRESS:
            error = _web_address_error(field, clean)
        elif error is None and clean and field.kind is FieldKind.EMAIL and not is_address(clean):
            error = LazyString("%(label)s: enter a valid e-mail address.", label=field.label)
        if error is not None:
            self.errors[field.name] = error
        return clean

    def source(self, name: str, label: str, value: str, limit: int) -> str:
        """An article's source or a part of it, as `text`; it may hold control characters, which nobody is shown."""
        self.text(name, label, without(value), limit)
        return unicodedata.normalize("NFC", in_lines(value))

    def text(self, name: str, label: str, value: str, limit: int, *, required: bool = False, lines: bool = True) -> str:
        """`value` in NFC with LF line ends; notes an error where it is missing, too long, or no text."""
        kind = FieldKind.TEXT if lines else FieldKind.LINE
        return self.read_field(Field(name, label, kind, limit, required), value)

    def choice(self, name: str, label: str, value: str, choices: tuple[str, ...]) -> str:
        if value not in choices:
            self.errors[name] = LazyString(
                "%(label)s: choose one of %(choices)s.", label=label, choices=", ".join(choices)
            )
        return value

    def web_address(self, name: str, label: str, value: str, limit: int) -> str:
        return self.read_field(Field(name, label, FieldKind.WEB_ADDRESS, limit), value)

    def email(self, name: str, label: str, value: str, limit: int) -> str:
        return self.read_field(Field(name, label, FieldKind.EMAIL, limit), value)

    def refuse_character(self, name: str, label: str, char: str) -> None:
        """Note that a field has `char` in it, which no text may have."""
        self.errors[name] = _character_error(label, char)

    def check(self) -> None:
        """Raises `Invalid` where anything was wrong."""
        if self.errors:
            raise Invalid(self.errors)


def _text_error(field: Field, text: str) -> str | None:
    """What is wrong with a text in its normal form, as any field's; None where nothing is."""
    label = field.label
    if field.required and not text.strip():
        return LazyString("%(label)s: this field is required.", label=label)
    if len(text) > field.limit:
        return LazyString(
            "%(label)s: %(count)s characters entered; the limit is %(limit)s.",
            label=label,
            count=len(text),
            limit=field.limit,
        )
    if _REPLACEMENT_CHARACTER in text and field.kind is not FieldKind.QUOTE:
        return LazyString("%(label)s: a character did not arrive as you typed it. Please type it again.", label=label)
    if _is_plain(text, has_lines=field.kind in (FieldKind.TEXT, FieldKind.QUOTE)):
        return None
    allowed = "\n\t" if field.kind in (FieldKind.TEXT, FieldKind.QUOTE) else ""
    if any(unicodedata.category(char) in ("Cc", "Cs") and char not in allowed for char in text):
        return LazyString(
            "%(label)s: contains a control character or an incomplete character. Please type the text again.",
            label=label,
        )
    invalid = noncharacter(text)
    return None if invalid is None else _character_error(label, invalid)


def _is_plain(text: str, has_lines: bool = True) -> bool:
    """Whether all characters, but for line ends and tabs, are printable: then none is a control or no character."""
    return (text.translate(_LAYOUT) if has_lines else text).isprintable()


def _web_address_error(field: Field, address: str) -> str | None:
    if holds_user(address):
        return LazyString("%(label)s: remove the user name and password from the web address.", label=field.label)
    if serialize_url(address) is None or any(map(str.isspace, address)):
        return LazyString("%(label)s: enter a web address that begins with http:// or https://.", label=field.label)
    return None


def _character_error(label: str, char: str) -> str:
    return LazyString(NOT_TEXT, label=label, code=code_point(char))


def is_address(text: str) -> bool:
    """Whether `text` is an e-mail address that a letter can be sent to."""
    try:
        address = Address(addr_spec=text)
    except (ValueError, IndexError, HeaderParseError):
        return False
    return "." in address.domain and not any(map(str.isspace, text))
