"""The part of an address after `?`: only text, and only whole numbers that the index can hold."""

from flask import request

from corrections.i18n import LazyString
from corrections.services.validation import Fields
from corrections.text.control_characters import noncharacter, unstorable

LABEL = LazyString("Web address of this page")
LARGEST_NUMBER = 2**63 - 1  # of SQLite


def check() -> None:
    """Refuse a request whose query string holds NUL, half a character or a noncharacter. Raises `Invalid`."""
    fields = Fields()
    for name, values in request.args.lists():
        for text in (name, *values):
            bad = unstorable(text)
            char = bad.char if bad is not None else noncharacter(text)
            if char is not None:
                fields.refuse_character("query", LABEL, char)
    fields.check()


def whole_number(name: str) -> int | None:
    """A number in the query string from 0 on; None where there is none, or one that no row can have."""
    number = request.args.get(name, type=int)
    return number if number is not None and 0 <= number <= LARGEST_NUMBER else None
