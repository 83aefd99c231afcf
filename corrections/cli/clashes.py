"""Clashes between a publisher's version and corrections, printed on the command line."""

from collections.abc import Iterable, Sequence

from corrections.services.errors import Clash
from corrections.text.comparison.attribution import shared_ends

CONTEXT = 40  # characters shown on each side of what differs
RESOLUTION_HINT = "Import it again with --theirs to publish your version, or with --ours to keep the published version."


def lines(clashes: Sequence[Clash]) -> Iterable[str]:
    """Lines that show each clash in three versions, and how to decide it."""
    for place, clash in enumerate(clashes, start=1):
        yield f"{place}. {_subject(clash)}"
        versions = [clash.published, clash.sent_before, clash.sent_now]
        labels = ("published now", "your previous version", "your version")
        for label, version in zip(labels, _excerpts([" ".join(text.split()) for text in versions]), strict=True):
            yield f"   {label:<21} {version or '(nothing)'}"
    if clashes:
        yield RESOLUTION_HINT


def corrections(numbers: Sequence[int]) -> str:
    """Corrections by their numbers."""
    return ("correction " if len(numbers) == 1 else "corrections ") + ", ".join(map(str, numbers))


def _subject(clash: Clash) -> str:
    if clash.corrections:
        return corrections(clash.corrections)
    return "the text" if clash.field == "text" else f"the {clash.field}"


def _excerpts(versions: Sequence[str]) -> list[str]:
    """Versions of a paragraph, shortened to what differs and some context."""
    first, *remaining = [version for version in versions if version]
    ends = [shared_ends(first, version) for version in remaining]
    lead = max(0, min((lead for lead, _ in ends), default=0) - CONTEXT)
    trail = max(0, min((trail for _, trail in ends), default=0) - CONTEXT)
    return [_excerpt(version, lead, trail) for version in versions]


def _excerpt(version: str, lead: int, trail: int) -> str:
    if not version:
        return ""
    start = version.find(" ", lead) + 1 if lead else 0
    end = version.rfind(" ", 0, len(version) - trail) if trail else len(version)
    return ("… " if start else "") + version[start:end] + (" …" if end < len(version) else "")
