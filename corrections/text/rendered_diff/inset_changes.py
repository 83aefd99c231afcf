"""What became of a block's images, and of line breaks that are no characters."""

from dataclasses import dataclass, field

from corrections.text.comparison.effort import Effort
from corrections.text.comparison.words import encode, script
from corrections.text.rendered_diff.blocks import Inset
from corrections.text.rendered_diff.remarks import Message, Remark
from corrections.text.rendered_diff.rows import Part, PartKind


@dataclass
class InsetChanges:
    """What became of each inset, by its number in its block; those that stayed as they were are left out."""

    old: dict[int, tuple[PartKind, tuple[Remark, ...]]] = field(default_factory=dict)
    new: dict[int, tuple[PartKind, tuple[Remark, ...]]] = field(default_factory=dict)

    def applied(self, parts: list[Part], is_new: bool) -> list[Part]:
        """The parts of one side, with what became of its insets."""
        changes = self.new if is_new else self.old
        number = -1
        out = []
        for part in parts:
            if part.inset is not None:
                number += 1
                kind, remarks = changes.get(number, ("same", ()))
                part = part._replace(kind=kind, remarks=(*part.remarks, *remarks))
            out.append(part)
        return out


def match_insets(old: tuple[Inset, ...], new: tuple[Inset, ...], effort: Effort) -> InsetChanges:
    """Compare the insets of a block with those of its counterpart."""
    result = InsetChanges()
    ours, theirs = [inset.key for inset in old], [inset.key for inset in new]
    if ours == theirs:
        return result
    alphabet: dict[str, str] = {}
    at = to = 0
    gone: list[int] = []
    come: list[int] = []
    for operation, coded in [*script(encode(ours, alphabet), encode(theirs, alphabet), effort), (0, "")]:
        if operation < 0:
            gone += range(at, at + len(coded))
            at += len(coded)
        elif operation > 0:
            come += range(to, to + len(coded))
            to += len(coded)
        else:
            _tell(result, old, new, gone, come)
            gone, come = [], []
            at, to = at + len(coded), to + len(coded)
    return result


def _tell(
    result: InsetChanges, old: tuple[Inset, ...], new: tuple[Inset, ...], gone: list[int], come: list[int]
) -> None:
    for number, (at, to) in enumerate(zip(gone, come, strict=False)):
        if not (old[at].is_image and new[to].is_image):
            gone, come = gone[number:], come[number:]
            break
        result.old[at] = "removed", ()
        result.new[to] = "added", _remark_image(old[at], new[to])
    else:
        shared = min(len(gone), len(come))
        gone, come = gone[shared:], come[shared:]
    for at in gone:
        is_image = old[at].is_image
        message = Message.IMAGE_REMOVED if is_image else Message.BREAK_REMOVED
        result.old[at] = "removed", (Remark(message, old=old[at].address),)
    for to in come:
        message = Message.IMAGE_ADDED if new[to].is_image else Message.BREAK_ADDED
        result.new[to] = "added", (Remark(message, new=new[to].address),)


def _remark_image(old: Inset, new: Inset) -> tuple[Remark, ...]:
    remarks = []
    if old.address != new.address:
        remarks.append(Remark(Message.IMAGE_CHANGED, old.address, new.address))
    if old.alternative and new.alternative and old.alternative != new.alternative:
        remarks.append(Remark(Message.ALTERNATIVE_CHANGED, old.alternative, new.alternative))
    elif old.alternative and not new.alternative:
        remarks.append(Remark(Message.ALTERNATIVE_REMOVED, old=old.alternative))
    elif new.alternative and not old.alternative:
        remarks.append(Remark(Message.ALTERNATIVE_ADDED, new=new.alternative))
    return tuple(remarks)
