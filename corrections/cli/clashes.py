"""What the publisher and corrections changed differently, as the command line tells it."""

from collections.abc import Iterable, Sequence

from corrections.services.errors import Clash
from corrections.text.comparison.attribution import shared_ends

CONTEXT = 40  # characters shown on each side of what differs
RESOLUTION_HINT = "Import it again with --theirs to publish what you send there, or with --ours to keep what stands."


def lines(clashes: Sequence[Clash]) -> Iterable[str]:
    """Each clash in three versions, and how to decide them."""
    for place, clash in enumerate(clashes, start=1):
        yield f"{place}. {_subject(clash)}"
        versions = [clash.published, clash.sent_before, clash.sent_now]
        labels = ("published now", "you sent before", "you send now")
        for label, version in zip(labels, _excerpts([" ".join(text.split()) for text in versions]), strict=True):
            yield f"   {label:<16} {version or '(nothing)'}"
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
    """Versions of a paragraph without what they have in common, but for some of it around what differs."""
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
