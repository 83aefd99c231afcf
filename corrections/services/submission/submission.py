"""What a reader sends: as it came, checked, and with its place in the article."""

from dataclasses import dataclass, field
from typing import Literal

from corrections.domain.kinds import Category, Part
from corrections.index import queries
from corrections.private.contacts import Contact
from corrections.text.anchoring.anchor import Place, Selector
from corrections.text.comparison.edits import Edit
from corrections.text.formats.rendered import Rendered

NOBODY = Contact("", "", False)


@dataclass(frozen=True)
class Submission:
    """What a reader sends. `replacement` None: the reader proposes no words but says in `comment` what is wrong.

    `concerned`: the reader is the person that the words are about, and is to be answered first.
    `others` are the same place as `selector`, read otherwise (a page alone does not tell whether its source holds a
    footnote's mark or an image's alternative text); they help to find it, and say nothing of what is proposed.
    """

    article: str
    selector: Selector
    replacement: str | None
    category: str = Category.OTHER
    comment: str = ""
    evidence: str = ""
    revision: str | None = None
    contact: Contact = NOBODY
    key: str = ""
    concerned: bool = False
    others: tuple[Selector, ...] = field(default=(), repr=False)  # no part of what an idempotency key stands for


@dataclass(frozen=True)
class CheckedSubmission:
    """A submission whose fields are as they must be, normalized; `checks.check` alone makes one."""

    article: str
    selector: Selector  # its words are those that the replacement takes the place of
    others: tuple[Selector, ...]
    replacement: str | None
    category: str
    comment: str
    evidence: str
    revision: str | None
    contact: Contact
    concerned: bool


@dataclass(frozen=True)
class Placed:
    """A submission that has found its place: the revision, the part of the article, its rendering, and the place there.

    `quote` are the article's words at the place, `corrected` is the part's source with the reader's words. `edit` is
    the change alone, `owned` the same change as an edit of all the words quoted; None where no words are proposed.
    """

    submission: CheckedSubmission
    article: queries.Article
    revision: str
    part: Part
    rendered: Rendered
    place: Place
    verdict: Literal["exact", "moved"]
    quote: str
    edit: Edit | None
    owned: Edit | None
    corrected: str
