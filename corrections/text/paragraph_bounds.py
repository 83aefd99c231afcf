"""Where the paragraphs of a Markdown source begin and end: blank lines are between them. Offsets are code points."""

_BREAK = "\n\n"


def paragraph_start(source: str, offset: int) -> int:
    """Where the paragraph that holds `offset` begins."""
    position = source.rfind(_BREAK, 0, offset)
    return 0 if position < 0 else position + len(_BREAK)


def paragraph_end(source: str, offset: int) -> int:
    """Where the paragraph that holds `offset` ends, before the blank line."""
    position = source.find(_BREAK, offset)
    return len(source) if position < 0 else position


def paragraph_bounds(source: str, start: int, end: int) -> tuple[int, int]:
    """Start and end of the paragraphs that `start` to `end` lies in."""
    return paragraph_start(source, start), paragraph_end(source, end)
