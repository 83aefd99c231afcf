"""Front matter: what a Markdown file says of itself, as YAML, TOML or JSON before the text.

Every value is read as the string that was written: `no`, `9:30`, `010` and `1_000` are what they are.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time

import yaml

from corrections.services.errors import Invalid
from corrections.text.control_characters import without

IMPORTED_KEYS = frozenset(
    {
        *("title", "headline", "date", "published", "publishdate", "author", "authors", "byline", "language", "lang"),
        *("url", "canonical", "canonical_url", "canonicalurl", "slug", "id", "permalink", "draft", "standfirst"),
    }
)
GENERATOR_KEYS = IMPORTED_KEYS | {
    *("aliases", "categories", "category", "content", "cover", "description", "excerpt", "expirydate", "featured"),
    *(
        "image",
        "images",
        "keywords",
        "lastmod",
        "layout",
        "linktitle",
        "locale",
        "menu",
        "modified",
        "params",
        "series",
    ),
    *("subtitle", "summary", "tags", "tag", "taxonomies", "template", "toc", "type", "updated", "weight"),
}
LIMIT = 64 * 1024  # characters between the fences
DEPTH_LIMIT = 20  # lists and mappings inside one another
TOO_DEEP = f"its values are nested too deeply, more than {DEPTH_LIMIT} levels"
_FENCES = {"---": ("---", "..."), "+++": ("+++",)}
_PLAIN_KEY = re.compile(r"\w[\w.-]*")
_KEY_LINE = re.compile(r"([\w.-]+)[ \t]*:(?=[ \t]|$)")
_TOML_LINE = re.compile(r"""\s*(\[|["'\w.-]+\s*=)""")
_TAB_AFTER = re.compile(r"^([ ]*(?:-[ ]*(?:[\w.-]+:)?|[\w.-]+:))[ ]*\t[ \t]*", re.MULTILINE)
_NO_LINE_ENDS = {0x2028: " ", 0x2029: " "}  # line ends to YAML, not to a newsroom's editor
_TOML_PLACE = re.compile(r" \(at line ([0-9]+), column [0-9]+\)| \(at end of document\)")


@dataclass(frozen=True)
class FrontMatter:
    """The values by their keys (strings, lists and mappings of strings), the text after them, and its first line's
    number in the file. `remark` tells what looks like a mistake."""

    values: dict[str, object] = field(default_factory=dict)
    text: str = ""
    line: int = 1
    remark: str = ""


class BadFrontMatter(Exception):
    """`line` counts from 1 in the front matter; None: it is not known."""

    def __init__(self, problem: str, line: int | None) -> None:
        super().__init__(problem)
        self.problem, self.line = problem, line


def split(source: str) -> FrontMatter:
    """The front matter of a text with LF line ends, and the text without it.

    Text may begin with a thematic break, so `---` … `---` (or `...`) is front matter only where what stands between
    is nothing, or a YAML mapping for whose keys one of these is true:

    - one of them, in lower case, is a key that an import reads (`IMPORTED_KEYS`);
    - all look like names (no spaces), and one is such a key in any case, or a key that site generators know
      (`GENERATOR_KEYS`) in lower case, or there are several and none begins with a capital letter.

    `Note: this is prose` is therefore kept as text, and so is a block of lines that is no mapping. YAML that cannot
    be read is text too, unless each of its lines begins with a key and the keys are such, or the first line begins
    with a key that an import reads (and, where that has a capital letter, no blank line follows).

    `+++` … `+++` is TOML where a line in it looks like TOML; `{` at the very start begins JSON where an object with
    such keys ends at the end of a line.

    Raises `Invalid` with the line and what is wrong where it is front matter and cannot be read.
    """
    if source.startswith("{"):
        return _json(source)
    lines = source.split("\n")
    fence = lines[0].rstrip()
    if fence not in _FENCES:
        return FrontMatter(text=source)
    end = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() in _FENCES[fence]), None)
    if end is None:
        opens_front_matter = fence == "---" and len(lines) > 1 and _names_a_key(lines[1])
        remark = "the front matter is never closed; the whole file was imported as text"
        return FrontMatter(text=source, remark=remark if opens_front_matter else "")
    block = without("\n".join(lines[1:end]))
    after = FrontMatter(text="\n".join(lines[end + 1 :]), line=end + 2)
    if not block.strip():
        return after
    is_meant, parse = (_looks_like_yaml, _yaml) if fence == "---" else (_looks_like_toml, _toml)
    values = _values(block, is_meant, parse)
    if values is None or (fence == "---" and not _are_keys(list(values))):
        return FrontMatter(text=source)
    return FrontMatter(values, after.text, after.line)


def _values(
    block: str, is_meant: Callable[[str], bool], parse: Callable[[str], dict[str, object] | None]
) -> dict[str, object] | None:
    """The block's values; None where it is text."""
    try:
        if len(block) > LIMIT:
            raise BadFrontMatter(f"it has more than {LIMIT:,} characters", None)
        values = parse(block)
        _check_depth(values)
        return values
    except RecursionError:
        error = BadFrontMatter(TOO_DEEP, None)
    except BadFrontMatter as syntax_error:
        error = syntax_error
    if not is_meant(block):
        return None
    place = "" if error.line is None else f" in line {error.line + 1}"
    raise Invalid(
        {
            "front_matter": f"The front matter cannot be read{place}: {error.problem}. Correct it and import the file "
            "again; where it is text, put a blank line before it."
        }
    )


def _check_depth(value: object) -> None:
    """Raises `BadFrontMatter` where a value is nested more than `DEPTH_LIMIT` levels deep."""
    level, depth = [value], -1
    while level := [inner for outer in level for inner in _children(outer)]:
        depth += 1
        if depth > DEPTH_LIMIT:
            raise BadFrontMatter(TOO_DEEP, None)


def _children(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _are_keys(keys: list[str]) -> bool:
    if any(key in IMPORTED_KEYS for key in keys):
        return True
    if not all(_PLAIN_KEY.fullmatch(key) for key in keys):
        return False
    if any(key.lower() in IMPORTED_KEYS or key in GENERATOR_KEYS for key in keys):
        return True
    return len(keys) > 1 and not any(key[0].isupper() for key in keys)


def _names_a_key(line: str) -> bool:
    match = _KEY_LINE.match(line)
    return match is not None and match[1].lower() in IMPORTED_KEYS


def _looks_like_yaml(block: str) -> bool:
    """Whether YAML that cannot be parsed is meant as front matter."""
    lines = [line for line in block.split("\n") if line[:1].strip() and line[0] not in "#-]}"]
    matches = [_KEY_LINE.match(line) for line in lines]
    if all(matches):
        return _are_keys([match[1] for match in matches if match])
    if not lines or not _names_a_key(lines[0]):
        return False
    return lines[0][0].islower() or "\n\n" not in block


def _looks_like_toml(block: str) -> bool:
    return any(_TOML_LINE.match(line) for line in block.split("\n"))


class _Loader(yaml.BaseLoader):
    """No aliases: a few bytes of them become gigabytes. `depth` counts the nodes around the present one."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise BadFrontMatter("anchors and aliases (& and *) are not read", line)
        if self.depth > DEPTH_LIMIT:
            raise BadFrontMatter(TOO_DEEP, line)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def _value(node: yaml.Node) -> object:
    """A node's value as strings, as they were written."""
    if isinstance(node, yaml.MappingNode):
        return _mapping(node)
    return [_value(item) for item in node.value] if isinstance(node, yaml.SequenceNode) else str(node.value)


def _mapping(node: yaml.MappingNode) -> dict[str, object]:
    values: dict[str, object] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise BadFrontMatter("a key is not a word", line)
        if key.value in values:
            raise BadFrontMatter(f"the key {key.value} appears twice", line)
        values[str(key.value)] = _value(value)
    return values


def _yaml(block: str) -> dict[str, object] | None:
    """The mapping that a block is; None where it is something else."""
    loader = _Loader(_TAB_AFTER.sub(r"\1 ", block).translate(_NO_LINE_ENDS))
    try:
        node = loader.get_single_node()
        return _mapping(node) if isinstance(node, yaml.MappingNode) else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = str(error.problem or error.context)
        if "end of stream" in problem:
            problem, mark = "a quotation mark or bracket is not closed", error.context_mark or mark
        elif "'\\t'" in problem:
            problem = "YAML does not allow a tab here; use spaces"
        elif "mapping values are not allowed" in problem:
            problem = "a colon in a value; put the value in quotation marks"
        raise BadFrontMatter(problem, mark.line + 1 if mark else None) from error
    except yaml.YAMLError as error:
        raise BadFrontMatter(" ".join(str(error).split()), None) from error
    finally:
        loader.dispose()


def _toml(block: str) -> dict[str, object] | None:
    try:
        return {key: _as_strings(value) for key, value in tomllib.loads(block, parse_float=str).items()}
    except tomllib.TOMLDecodeError as error:
        match = _TOML_PLACE.search(str(error))
        line = int(match[1]) if match and match[1] else block.count("\n") + 1
        raise BadFrontMatter(_TOML_PLACE.sub("", str(error)), line) from error


def _as_strings(value: object) -> object:
    """A value of TOML or JSON as strings."""
    match value:
        case bool():
            return str(value).lower()
        case datetime() | date() | time():
            return value.isoformat()
        case list():
            return [_as_strings(item) for item in value]
        case dict():
            return {str(key): _as_strings(item) for key, item in value.items()}
    return "" if value is None else str(value)


def _json(source: str) -> FrontMatter:
    """Hugo's JSON: an object at the very start, and the text after its line."""
    decoder = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_unique_keys)
    opens_front_matter = re.match(r"\{\s*\"(?:" + "|".join(IMPORTED_KEYS) + r")\"\s*:", source)
    try:
        values, end = decoder.raw_decode(source[: LIMIT + 1])
        _check_depth(values)
    except (ValueError, RecursionError, BadFrontMatter) as error:
        if opens_front_matter is None:
            return FrontMatter(text=source)
        line = f" in line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        problem = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        if isinstance(error, RecursionError):
            problem = TOO_DEEP
        raise Invalid({"front_matter": f"The front matter cannot be read{line}: {problem}."}) from error
    remainder = source[end:]
    if not isinstance(values, dict) or not _are_keys(list(values)) or remainder.partition("\n")[0].strip():
        return FrontMatter(text=source)
    text = remainder.partition("\n")[2]
    return FrontMatter({key: _as_strings(value) for key, value in values.items()}, text, source.count("\n", 0, end) + 2)


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    values = dict(pairs)
    if len(values) < len(pairs):
        keys = [key for key, _ in pairs]
        duplicate = next(key for key in keys if keys.count(key) > 1)
        raise BadFrontMatter(f"the key {duplicate} appears twice", None)
    return values
