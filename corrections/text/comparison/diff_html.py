"""Segments of a comparison as HTML."""

from collections.abc import Iterable
from html import escape

from corrections.text.comparison.diff import Segment
from corrections.text.control_characters import as_pictures

_ELEMENTS = {"removed": "del", "added": "ins", "quoted": "mark"}


def marked(parts: Iterable[Segment]) -> str:
    """Safe HTML: what went in `<del>`, what came in `<ins>`, what was pointed at in `<mark>`, notes as titles."""
    out = []
    for part in parts:
        words = _noted(part) if part.notes else escape(as_pictures(part.text.rstrip("\n")))
        element = _ELEMENTS.get(part.kind)
        if element is None:
            out.append(words)
        else:  # a paragraph's end alone is seen by its sign
            out.append(f"<{element}>{words or '¶' * (element != 'mark')}</{element}>")
    return "".join(out)


def _noted(part: Segment) -> str:
    out = []
    pieces = part.pieces
    for at, (words, note) in enumerate(pieces):
        text = as_pictures(words)
        if note and text.strip("\n"):
            out.append(f'<span class="warned" title="{escape(note)}">{escape(text.rstrip(chr(10)))}</span>')
        else:
            out.append(escape(text.rstrip("\n") if at == len(pieces) - 1 else text))
    return "".join(out)
