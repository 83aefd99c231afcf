"""The markup of a notice in a post, as a publisher wants it: inline HTML around the notice's words.

A template becomes the content of a paragraph, so that the block editor accepts the block, whatever the template says.
"""

import html
import string
from dataclasses import dataclass
from html.parser import HTMLParser

from corrections.services.errors import Invalid

DEFAULT_TEMPLATE = "<strong>{label}, {date}:</strong> {text} {link}"
TEMPLATE_LIMIT = 1_000  # code points
_OPTION = "notice-markup"
_PLACEHOLDERS = ("label", "date", "text", "link")
_ELEMENTS = frozenset(
    ["a", "abbr", "b", "bdi", "cite", "code", "em", "i", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "u"]
)
_VOID = frozenset(("br", "wbr"))
_ATTRIBUTES = frozenset(("class", "dir", "href", "lang", "title"))
_SCHEMES = ("https://", "http://", "/", "#", "mailto:")


@dataclass(frozen=True)
class NoticeParts:
    """What a template is filled with: `link` is an element or empty, `text` HTML, the others plain text."""

    label: str
    date: str
    text: str
    link: str


def check_template(template: str) -> str:
    """The template as it is kept; empty for the default one. Raises `Invalid`."""
    template = template.strip()
    if not template:
        return ""
    if len(template) > TEMPLATE_LIMIT:
        raise _refused(f"is longer than {TEMPLATE_LIMIT:,} characters")
    if "\n" in template or "\r" in template:
        raise _refused("has several lines; it is one paragraph")
    if "[" in template or "]" in template:
        raise _refused("has square brackets, which WordPress reads as shortcodes; write them as &#91; and &#93;")
    if "text" not in _placeholders(template):
        raise _refused("does not have {text}, the words of the notice")
    checker = _MarkupChecker()
    checker.feed(template)
    checker.close()
    checker.finish()
    return template


def fill(template: str, parts: NoticeParts) -> str:
    """The HTML of one notice: the content of a paragraph."""
    values = {"label": html.escape(parts.label, quote=False), "date": html.escape(parts.date, quote=False)}
    return (template or DEFAULT_TEMPLATE).format(**values, text=parts.text, link=parts.link).strip()


def _placeholders(template: str) -> set[str]:
    """Raises `Invalid`."""
    try:
        fields = [part for part in string.Formatter().parse(template) if part[1] is not None]
    except ValueError as error:
        raise _refused("has a brace that is not closed; write {{ and }} for braces") from error
    for _, name, specification, conversion in fields:
        if name not in _PLACEHOLDERS or specification or conversion:
            raise _refused(f"has {{{name}}}; it can have {', '.join(f'{{{known}}}' for known in _PLACEHOLDERS)}")
    return {str(name) for _, name, _, _ in fields}


class _MarkupChecker(HTMLParser):
    """Raises `Invalid` for what cannot be in a paragraph, or would not be in the published one as it was written."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _ELEMENTS | _VOID:
            raise _refused(f"has the element <{tag}>; use {', '.join(sorted(_ELEMENTS | _VOID))}")
        for name, value in attrs:
            if name not in _ATTRIBUTES:
                raise _refused(f"has the attribute {name}; use {', '.join(sorted(_ATTRIBUTES))}")
            if "{" in (value or ""):
                raise _refused("has a placeholder within a tag; placeholders go between tags")
            if name == "href" and not (value or "").startswith(_SCHEMES):
                raise _refused(f"has a link to {value}; links begin with {' '.join(_SCHEMES)}")
        if "{" in (self.get_starttag_text() or ""):
            raise _refused("has a placeholder within a tag; placeholders go between tags")
        if tag in _ELEMENTS:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)  # HTML has no such end for elements that are not void

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            raise _refused(f"closes <{tag}>, which was not the last one opened")

    def handle_data(self, data: str) -> None:
        if "<" in data:
            raise _refused("has a < that begins no tag; write it as &lt;")

    def handle_comment(self, data: str) -> None:
        raise _refused("has a comment, which WordPress could read as a block")

    def handle_decl(self, decl: str) -> None:
        raise _refused("has a declaration")

    def unknown_decl(self, data: str) -> None:
        raise _refused("has a declaration")

    def handle_pi(self, data: str) -> None:
        raise _refused("has a processing instruction")

    def finish(self) -> None:
        if self._open:
            raise _refused(f"does not close <{self._open[-1]}>")


def _refused(reason: str) -> Invalid:
    return Invalid({_OPTION: f"--{_OPTION} {reason}."})
