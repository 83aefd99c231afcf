"""A notice as an editor writes it, before it is published; and its check."""

from dataclasses import dataclass

from corrections import config
from corrections.domain.kinds import NOTICE_KINDS
from corrections.services.validation import Fields


@dataclass(frozen=True)
class NoticeDraft:
    """`place` is `foot` or, for a serious error, `head`."""

    kind: str
    text: str
    place: str = "foot"


def checked_notice(notice: NoticeDraft | None) -> NoticeDraft | None:
    """The draft with its text cleaned; None where no notice is wanted. Raises `Invalid`."""
    if notice is None or notice.kind in ("", "none"):
        return None
    fields = Fields()
    kind = fields.choice("notice", "Notice", notice.kind, NOTICE_KINDS)
    text = fields.text("notice_text", "Notice text", notice.text.strip(), config.NOTICE_LIMIT, required=True)
    place = fields.choice("notice_place", "Position of the notice", notice.place, ("foot", "head"))
    fields.check()
    return NoticeDraft(kind, text, place)
