"""Articles as they are stored and as readers see them: headline, standfirst and body, each in its format."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from corrections.text.comparison.edits import Edit
from corrections.text.formats.registry import format_named, render
from corrections.text.formats.rendered import Rendered
from corrections.text.warnings import Warning, warnings
from repo_store import Format, Part, Parts, Source

_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})  # general categories of Unicode: control, format, separators


@dataclass(frozen=True)
class ArticleSources:
    """All that an article consists of at one time, as it is stored."""

    body: Source
    parts: Parts

    def of(self, part: Part) -> Source:
        """The source of a part; empty where the article has no such part."""
        return self.body if part is Part.BODY else self.parts.of(part) or Source("", Format.PLAIN)

    def replaced(self, part: Part, source: Source) -> "ArticleSources":
        """The same with another source of one part."""
        if part is Part.BODY:
            return replace(self, body=source)
        return replace(self, parts=self.parts.replaced(part, source))

    def present(self) -> Iterator[tuple[Part, Source]]:
        """The parts that there are, in the order in which they are read."""
        for part in Part:
            source = self.of(part)
            if part is Part.BODY or source.text:
                yield part, source

    @property
    def length(self) -> int:
        """Of all parts, in code points."""
        return sum(len(source.text) for _, source in self.present())

    @cached_property
    def seen(self) -> "RenderedArticle":
        """The article as its reader sees it."""
        return RenderedArticle(tuple((part, rendered(source)) for part, source in self.present()))


@dataclass(frozen=True)
class RenderedArticle:
    """An article as its reader sees it, part by part. Positions are code points."""

    parts: tuple[tuple[Part, Rendered], ...]

    @cached_property
    def text(self) -> str:
        """The text of all parts, each beginning on a line of its own."""
        return "".join(_with_line_end(rendered.text) for _, rendered in self.parts[:-1]) + self.parts[-1][1].text

    def starts(self) -> Iterator[tuple[Part, Rendered, int]]:
        """The parts, and where in the text each begins."""
        at = 0
        for part, rendered in self.parts:
            yield part, rendered, at
            at += len(_with_line_end(rendered.text))

    def part_at(self, start: int, end: int) -> tuple[Part, Rendered, int] | None:
        """The part that a span of the text is in, and where that begins; None where the span is in several."""
        for part, rendered, at in self.starts():
            if at <= start and end <= at + len(rendered.text):
                return part, rendered, at
        return None

    def without_blank_ends(self, start: int, end: int) -> tuple[int, int]:
        """A span of the text without white space at its ends, such as the line end between two parts."""
        words = self.text[start:end]
        return start + len(words) - len(words.lstrip()), max(start, end - len(words) + len(words.rstrip()))

    def start_of(self, part: Part) -> int:
        """Where in the text a part begins; 0 where there is no such part."""
        return next((at for each, _, at in self.starts() if each is part), 0)

    def of(self, part: Part) -> Rendered | None:
        """A part, where there is one."""
        return next((rendered for each, rendered in self.parts if each is part), None)


def _with_line_end(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"


def rendered(source: Source) -> Rendered:
    """A source as its reader sees it."""
    return render(source.text, source.format)


def on_one_line(source: Source) -> str:
    """What a reader sees of a source, on one line."""
    return " ".join(rendered(source).text.split())


def has_words(source: Source) -> bool:
    """Does a reader see anything of a source, other than white space and characters that cannot be seen?"""
    return any(unicodedata.category(char) not in _UNSEEN for char in rendered(source).text)


def source_warnings(old: Source, new: Source, language: str) -> list[Warning]:
    """What to look at twice when a source becomes another, in its words and its links: see `warnings`."""
    before, after = (format_named(source.format).words_in_place(source.text) for source in (old, new))
    return warnings(before, after, language)


def edited(source: Source, edit: Edit) -> Source:
    """The source with an edit made, in the same format."""
    return replace(source, text=edit.apply(source.text))
