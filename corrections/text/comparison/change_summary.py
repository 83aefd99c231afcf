"""What changed between two texts, told in a line."""

from dataclasses import dataclass

from corrections.text.comparison.attribution import shared_ends

SHOWN = 160  # code points of words taken out or put in, beyond which only the paragraphs are counted
CONTEXT = 30  # code points shown on each side


@dataclass(frozen=True)
class ChangeSummary:
    """Words taken out and put in with what stands around them; where that is much, how many `paragraphs` differ.

    Where no words changed, `remark` tells what readers see changed, with what it was and what it is.
    """

    before: str = ""
    removed: str = ""
    added: str = ""
    after: str = ""
    paragraphs: int = 0
    remark: str = ""
    old: str = ""
    new: str = ""


def summarize_change(old: str, new: str) -> ChangeSummary:
    """The change from `old` to `new`, cut at whole words; all empty where the texts are the same."""
    if old == new:
        return ChangeSummary()
    lead, trail = shared_ends(old, new)
    while lead and not old[lead - 1].isspace():
        lead -= 1
    while trail and not old[-trail].isspace():
        trail -= 1
    removed, added = old[lead : len(old) - trail], new[lead : len(new) - trail]
    if len(removed) + len(added) > SHOWN or "\n" in (removed + added).strip():
        paragraphs = max(_paragraphs(removed), _paragraphs(added), 1)
        return ChangeSummary(paragraphs=paragraphs)
    start = new.rfind("\n", 0, lead) + 1
    end = new.find("\n", len(new) - trail)
    after = new[len(new) - trail : end if end >= 0 else len(new)]
    return ChangeSummary(
        _from_word(new[max(start, lead - CONTEXT) : lead], lead - CONTEXT > start),
        removed.strip("\n"),
        added.strip("\n"),
        _to_word(after),
    )


def _paragraphs(text: str) -> int:
    return sum(1 for line in text.split("\n") if line.strip())


def _from_word(text: str, cut: bool) -> str:
    return "…" + text.split(" ", 1)[-1] if cut else text


def _to_word(text: str) -> str:
    return text if len(text) <= CONTEXT else text[:CONTEXT].rsplit(" ", 1)[0] + "…"
