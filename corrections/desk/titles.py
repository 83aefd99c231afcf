"""The title that an article's own words give it."""

from corrections.config import TITLE_LIMIT


def title_in(text: str) -> str:
    """The first heading, else the first line."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    headings = [line for line in lines if line.startswith("#")]
    first = (headings or lines or ["Untitled"])[0]
    return first.strip("#* \t")[:TITLE_LIMIT] or "Untitled"
