"""What a reader typed for a quoted passage, as the passage that is to be read there, and why it may not be written."""

from dataclasses import dataclass

from corrections.text.anchoring.fold import fold
from corrections.text.comparison.edits import Edit
from corrections.text.comparison.rebase import Clean, Conflict, rebase
from corrections.text.comparison.words import changes


@dataclass(frozen=True)
class Unwritable:
    """The words cannot stand there without changing the formatting around them, or not there any more."""

    message: str = "This change would break the formatting around it. Select less text, or only describe the error."


BREAKS = (
    "This change would join or split parts of the article that cannot be joined or split here. Select the text of "
    "one paragraph, or only describe the error."
)
CHANGED = (
    "The text you changed has since been changed in the article. Reload the article and check the current version."
)


def corrected_passage(current: str, exact: str, replacement: str) -> str | None:
    """What should be read there: the text's own characters where the reader changed nothing.

    None where the reader changed words that have been changed otherwise meanwhile.
    """
    if current == exact:
        return replacement
    if fold(current).text.strip() != fold(exact).text.strip():
        rebased = rebase(without_kept_words(Edit(0, len(exact), replacement), exact), exact, current)
        if isinstance(rebased, Conflict):
            return None
        return rebased.edit.apply(current) if isinstance(rebased, Clean) else current
    ours, theirs = fold(current), fold(exact)
    lead = (len(ours.text) - len(ours.text.lstrip())) - (len(theirs.text) - len(theirs.text.lstrip()))

    def transfer(position: int) -> int:
        return ours.index[max(0, min(theirs.position(position) + lead, len(ours.text)))]

    parts = []
    for hunk in changes(exact, replacement, tidy=False):
        if hunk.same:
            parts.append(current[transfer(hunk.start) : transfer(hunk.end)])
        else:
            parts.append(replacement[hunk.new_start : hunk.new_end])
    return "".join(parts)


def without_kept_words(edit: Edit, source: str) -> Edit:
    """The edit without the words that it puts back as they were."""
    old = source[edit.start : edit.end]
    hunks = [hunk for hunk in changes(old, edit.text, tidy=False) if not hunk.same]
    if not hunks:
        return edit
    first, last = hunks[0], hunks[-1]
    return Edit(edit.start + first.start, edit.start + last.end, edit.text[first.new_start : last.new_end])
