"""The formats that an article's text may have. A further one is a module and a line here."""

from corrections.text.formats.format import Format
from corrections.text.formats.html.html_format import HtmlFormat
from corrections.text.formats.markdown.markdown_format import MarkdownFormat
from corrections.text.formats.plain.plain_format import PlainFormat
from corrections.text.formats.rendered import Rendered

_FORMATS: dict[str, Format] = {each.name: each for each in (MarkdownFormat(), HtmlFormat(), PlainFormat())}


class UnknownFormat(ValueError):
    """No format has this name or suffix."""


def format_named(name: str) -> Format:
    """The format of a name, such as `html`. Raises `UnknownFormat`."""
    if name not in _FORMATS:
        raise UnknownFormat(f"There is no format “{name}”; there are {', '.join(format_names())}.")
    return _FORMATS[name]


def render(source: str, format: str) -> Rendered:
    """A source in the format of a name, as its reader sees it. Raises `UnknownFormat`."""
    return format_named(format).render(source)


def format_of_file(name: str) -> Format:
    """The format of a file's name, such as `text.html`. Raises `UnknownFormat`."""
    for each in _FORMATS.values():
        if name.endswith(each.suffix):
            return each
    raise UnknownFormat(f"No format is kept in a file like “{name}”.")


def format_names() -> tuple[str, ...]:
    """The names of all formats."""
    return tuple(_FORMATS)
