"""What the publisher and corrections changed differently, and words that come back, as the command line tells them."""

from collections.abc import Iterable, Mapping, Sequence

from corrections.desk.errors import Clashing
from corrections.text.attribution import shared_ends

CONTEXT = 40  # characters shown on each side of what differs
_LABELS = {"published": "published now", "sent_before": "you sent before", "sent_now": "you send now"}


def lines(error: Clashing) -> Iterable[str]:
    """Each clash of one article in three versions, and how to decide them."""
    clashes = error.details.get("clashes")
    for place, clash in enumerate(clashes if isinstance(clashes, Sequence) else (), start=1):
        yield f"  {place}. {_subject(clash)}"
        versions = _excerpts([" ".join(str(clash[name]).split()) for name in _LABELS])
        for label, version in zip(_LABELS.values(), versions, strict=True):
            yield f"     {label:<16} {version or '(nothing)'}"
    yield "  Import it again with --theirs to publish what you send there, or with --ours to keep what stands."


def notes(kept: Sequence[int], taken_over: Sequence[int]) -> str:
    """What became of an article's corrections, in a few words."""
    parts = []
    if kept:
        parts.append(f"{_corrections(kept)} kept")
    if taken_over:
        parts.append(f"{_corrections(taken_over)} taken over by you")
    return ", ".join(parts)


def _subject(clash: Mapping[str, object]) -> str:
    numbers = clash["corrections"]
    if isinstance(numbers, Sequence) and numbers:
        return _corrections(numbers)
    return "the text" if clash["field"] == "text" else f"the {clash['field']}"


def _corrections(numbers: Sequence[int]) -> str:
    return ("correction " if len(numbers) == 1 else "corrections ") + ", ".join(map(str, numbers))


def _excerpts(versions: Sequence[str]) -> list[str]:
    """Versions of a paragraph without what they have in common, but for some of it around what differs."""
    first, *others = [version for version in versions if version]
    ends = [shared_ends(first, other) for other in others]
    lead = max(0, min((lead for lead, _ in ends), default=0) - CONTEXT)
    trail = max(0, min((trail for _, trail in ends), default=0) - CONTEXT)
    return [_excerpt(version, lead, trail) for version in versions]


def _excerpt(version: str, lead: int, trail: int) -> str:
    if not version:
        return ""
    start = version.find(" ", lead) + 1 if lead else 0
    end = version.rfind(" ", 0, len(version) - trail) if trail else len(version)
    return ("… " if start else "") + version[start:end] + (" …" if end < len(version) else "")
