"""How to tell what a newer version wrote from what is damaged.

Formats grow by event types, fields, values of a field and version numbers: a record whose only faults are of these
kinds was written by a newer version. Whatever else is wrong with it is damage.
"""

from collections.abc import Mapping

from pydantic import ValidationError
from pydantic_core import ErrorDetails

_UNKNOWN_VALUE = ("literal_error", "enum")
_UNKNOWN_TYPE = "union_tag_invalid"
_UNKNOWN_FIELD = "extra_forbidden"
_SHOWN = 100  # characters of a name that is not known here


def is_newer(error: ValidationError, data: object, version: int) -> bool:
    """Whether `data`, which this version (`version` of its format) cannot validate, was written by a newer one."""
    if version_of(data, version) > version:
        return True
    return all(_is_addition(fault) for fault in error.errors(include_url=False))


def version_of(data: object, otherwise: int) -> int:
    """The number in the record's field `version`, or `otherwise` where there is none."""
    number = data.get("version") if isinstance(data, Mapping) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else otherwise


def additions(error: ValidationError) -> list[str]:
    """What this version does not know, in words: fields, and values of fields."""
    words = []
    for fault in error.errors(include_url=False):
        field = printable(".".join(map(str, fault["loc"])))
        if fault["type"] == _UNKNOWN_FIELD:
            words.append(f"field `{field}`")
        elif fault["type"] in _UNKNOWN_VALUE and fault["loc"] != ("version",):
            words.append(f"`{printable(str(fault['input']))}` in field `{field}`")
    return words


def printable(text: str) -> str:
    """`text`, which anybody may have written, for a line on a terminal."""
    return "".join(character if character.isprintable() else "?" for character in text[:_SHOWN])


def _is_addition(error: ErrorDetails) -> bool:
    if error["type"] in _UNKNOWN_VALUE:
        return isinstance(error["input"], str)
    return error["type"] in (_UNKNOWN_TYPE, _UNKNOWN_FIELD)
