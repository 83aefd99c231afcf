"""The kinds that events and articles store. Values are added, never renamed: they are in ledgers."""

from enum import StrEnum


class Format(StrEnum):
    """How a part of an article is written: a body in Markdown or HTML, a headline or a standfirst plain or in HTML."""

    MARKDOWN = "markdown"
    HTML = "html"
    PLAIN = "plain"

    @property
    def file(self) -> str:
        """The name of the file that holds a body."""
        return Part.BODY.file(self)


class Part(StrEnum):
    """What an article consists of, in the order in which it is read. Each has a file of its own in the tree.

    Headline and standfirst have one only where the body does not hold them.
    """

    HEADLINE = "headline"
    STANDFIRST = "standfirst"
    BODY = "body"

    @property
    def formats(self) -> tuple[Format, ...]:
        """The formats that the part may be in."""
        return (Format.MARKDOWN, Format.HTML) if self is Part.BODY else (Format.PLAIN, Format.HTML)

    def file(self, format: Format) -> str:
        """The name of the file that holds the part in a format: `text.md`, `headline.txt`."""
        return f"{_NAMES.get(self, self.value)}{_SUFFIXES[format]}"


def format_of_file(name: str) -> Format:
    """The format of a file of the tree; a name that no format has is read as Markdown."""
    return next((format for format in Format if name.endswith(_SUFFIXES[format])), Format.MARKDOWN)


def is_body(name: str) -> bool:
    """Whether a file of the tree holds a body."""
    return any(Part.BODY.file(format) == name for format in Part.BODY.formats)


_NAMES = {Part.BODY: "text"}
_SUFFIXES = {Format.MARKDOWN: ".md", Format.HTML: ".html", Format.PLAIN: ".txt"}


class Category(StrEnum):
    """What kind of error a correction is about."""

    TYPO = "typo"
    GRAMMAR = "grammar"
    FACTUAL = "factual"
    CLARIFICATION = "clarification"
    LINK = "link"
    OTHER = "other"


class NoticeKind(StrEnum):
    """What a notice tells the public."""

    CORRECTION = "correction"
    CLARIFICATION = "clarification"
    UPDATE = "update"
    EDITORS_NOTE = "editors-note"
    RETRACTION = "retraction"
