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
        edit = _with_whole_white_space(without_kept_words(Edit(0, len(exact), replacement), exact), exact)
        rebased = rebase(edit, exact, current)
        if isinstance(rebased, Conflict):
            return None
        return rebased.edit.apply(current) if isinstance(rebased, Clean) else current
    ours, theirs = fold(current), fold(exact)
    lead = (len(ours.text) - len(ours.text.lstrip())) - (len(theirs.text) - len(theirs.text.lstrip()))

    def folded_position(position: int) -> int:
        return max(0, min(theirs.position(position) + lead, len(ours.text)))

    def is_border(position: int) -> bool:
        """Whether a position in the quote is between two characters of the passage too, and not inside white space or
        inside dots for which the passage has one `…`."""
        at = folded_position(position)
        is_theirs = position in (0, len(exact)) or theirs.index[theirs.position(position)] == position
        return is_theirs and (at in (0, len(ours.text)) or ours.index[at - 1] != ours.index[at])

    parts = []
    for hunk in changes(exact, replacement, tidy=False):
        if not hunk.same:
            parts.append(replacement[hunk.new_start : hunk.new_end])
            continue
        start, end = hunk.start, hunk.end
        while start < end and not is_border(start):
            start += 1
        while start < end and not is_border(end):
            end -= 1
        first, last = hunk.new_start + start - hunk.start, hunk.new_start + end - hunk.start
        parts += [
            replacement[hunk.new_start : first],
            current[ours.index[folded_position(start)] : ours.index[folded_position(end)]],
            replacement[last : hunk.new_end],
        ]
    return "".join(parts)


def _with_whole_white_space(edit: Edit, source: str) -> Edit:
    """The edit with the rest of the white space that it begins or ends in: another text may have less of it there."""
    start, end = edit.start, edit.end
    while 0 < start < len(source) and source[start - 1].isspace() and source[start].isspace():
        start -= 1
    while 0 < end < len(source) and source[end - 1].isspace() and source[end].isspace():
        end += 1
    return Edit(start, end, source[start : edit.start] + edit.text + source[edit.end : end])


def without_kept_words(edit: Edit, source: str) -> Edit:
    """The edit without the words that it puts back as they were."""
    old = source[edit.start : edit.end]
    hunks = [hunk for hunk in changes(old, edit.text, tidy=False) if not hunk.same]
    if not hunks:
        return edit
    first, last = hunks[0], hunks[-1]
    return Edit(edit.start + first.start, edit.start + last.end, edit.text[first.new_start : last.new_end])
