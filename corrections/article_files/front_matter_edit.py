"""A value of front matter replaced where it is written; everything around it stays byte for byte."""

import json
import re
from collections.abc import Iterator

import yaml

from corrections.article_files import front_matter
from corrections.services.errors import Invalid
from corrections.text.anchoring.fold import in_lines
from corrections.text.control_characters import without

# in YAML 1.1 or 1.2, beside what PyYAML takes for no text
_NO_TEXT = re.compile(r"[yYnN]|0o[0-7]+|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


def with_value(source: str, keys: tuple[str, ...], old: str, new: str) -> str | None:
    """A file's text in which the first of `keys` that is set has the value `new` in the place of `old`.

    The keys are in lower case; values are compared on one line. The new value is text, whatever it looks like. None
    where the front matter has another value, or has it written in a way (over several lines, with escapes) in which it
    cannot be replaced.
    """
    before = front_matter.split(_plain(source))
    key = next((key for name in keys for key in before.values if key.lower() == name and before.values[key]), None)
    if key is None or _on_one_line(before.values[key]) != _on_one_line(old):
        return None
    line = re.search(rf'^[ \t{{]*"?{re.escape(key)}"?[ \t]*[:=][ \t]*', source, re.MULTILINE)
    at = -1 if line is None else source.find(old, line.end())
    if line is None or at < 0 or re.search(r"[\r\n]", source[line.end() : at]):
        return None
    is_quoted = source[at - 1] in "\"'" or not _plain(source).startswith("---")
    for written in _ways(new, is_quoted or _is_text_in_yaml(new)):
        changed = source[:at] + written + source[at + len(old) :]
        try:
            after = front_matter.split(_plain(changed))
        except Invalid:  # this way of writing it is none here
            continue
        values = {name: _on_one_line(value) if name == key else value for name, value in after.values.items()}
        if values == {**before.values, key: _on_one_line(new)} and after.text == before.text:
            return changed
    return None


def _ways(value: str, as_it_is: bool) -> Iterator[str]:
    """How a value may be written `as_it_is`, between the quotation marks that are there, or with marks of its own."""
    quoted = json.dumps(value, ensure_ascii=False)
    if as_it_is:
        yield from (value, quoted[1:-1], value.replace("'", "''"))
    yield quoted


def _is_text_in_yaml(value: str) -> bool:
    """Whether a value without quotation marks is text, not a number, a date or a truth value."""
    try:
        return isinstance(yaml.safe_load(value), str) and not _NO_TEXT.fullmatch(value)
    except (yaml.YAMLError, ValueError, RecursionError):
        return False


def _plain(source: str) -> str:
    return in_lines(source.removeprefix("\ufeff"))


def _on_one_line(value: object) -> str:
    return " ".join(without(str(value)).split())
