"""Articles' sources by their formats: as readers see them, and with an edit made."""

from dataclasses import replace

from corrections.text.comparison.edits import Edit
from corrections.text.formats.registry import render
from corrections.text.formats.rendered import Rendered
from repo_store import Source


def rendered(source: Source) -> Rendered:
    """A source as its reader sees it."""
    return render(source.text, source.format)


def edited(source: Source, edit: Edit) -> Source:
    """The source with an edit made, in the same format."""
    return replace(source, text=edit.apply(source.text))
