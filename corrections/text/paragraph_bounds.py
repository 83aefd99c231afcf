"""Where the paragraphs of a Markdown source begin and end: blank lines are between them. Offsets are code points."""

_BREAKS = ("\n\n", "\r\n\r\n", "\r\r")


def paragraph_start(source: str, offset: int) -> int:
    """Where the paragraph that holds `offset` begins."""
    return max(source.rfind(each, 0, offset) + len(each) if each in source[:offset] else 0 for each in _BREAKS)


def paragraph_end(source: str, offset: int) -> int:
    """Where the paragraph that holds `offset` ends, before the blank line."""
    positions = [position for each in _BREAKS if (position := source.find(each, offset)) >= 0]
    return min(positions, default=len(source))


def paragraph_bounds(source: str, start: int, end: int) -> tuple[int, int]:
    """Start and end of the paragraphs that `start` to `end` lies in."""
    return paragraph_start(source, start), paragraph_end(source, end)
