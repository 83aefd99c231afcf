"""Articles' sources by their formats: as readers see them, and with an edit made."""

from dataclasses import replace

from corrections.text.comparison.edits import Edit
from corrections.text.formats.registry import format_named, render
from corrections.text.formats.rendered import Rendered
from corrections.text.warnings import Warning, warnings
from repo_store import Source


def rendered(source: Source) -> Rendered:
    """A source as its reader sees it."""
    return render(source.text, source.format)


def source_warnings(old: Source, new: Source, language: str) -> list[Warning]:
    """What to look at twice when a source becomes another, in its words and its links: see `warnings`."""
    before, after = (format_named(source.format).words_in_place(source.text) for source in (old, new))
    return warnings(before, after, language)


def edited(source: Source, edit: Edit) -> Source:
    """The source with an edit made, in the same format."""
    return replace(source, text=edit.apply(source.text))
