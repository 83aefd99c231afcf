"""The kinds that events and articles store. Values are added, never renamed: they are in ledgers."""

from enum import StrEnum


class Format(StrEnum):
    """How an article's text is written. Each has a file name of its own in the tree."""

    MARKDOWN = "markdown"
    HTML = "html"

    @property
    def file(self) -> str:
        """The name of the file that holds the text."""
        return _FILES[self]


def format_of_file(name: str) -> Format:
    """The format of a file of the tree; a name that no format has is read as Markdown."""
    return next((format for format in Format if format.file == name), Format.MARKDOWN)


_FILES = {Format.MARKDOWN: "text.md", Format.HTML: "text.html"}


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
