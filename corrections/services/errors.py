"""What the services refuse; each error has a stable code."""

from dataclasses import asdict, dataclass

from corrections.errors import ARCHIVE_AWAY, CorrectionsError
from corrections.i18n import LazyString

SHARED_ARCHIVE_AWAY = LazyString(
    "The service cannot write to its shared archive at the moment, so what you sent is not confirmed as saved. "
    "Please try again in a minute."
)


class Invalid(CorrectionsError):
    """One or more fields are not as they must be; `details["fields"]` tells each by name."""

    code = "invalid"

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(" ".join(fields.values()), fields=fields)
        self.fields = fields


class SharedArchiveAway(CorrectionsError):
    """The git server that nodes share did not take something, or did not say that it did."""

    code = "remote_unavailable"

    def __init__(self, operator: str) -> None:
        super().__init__(SHARED_ARCHIVE_AWAY, operator=operator)


class NotYetHere(CorrectionsError):
    """Other nodes wrote what cannot be fetched at the moment: nobody here can say whether something exists."""

    code = "remote_unavailable"

    def __init__(self) -> None:
        super().__init__(ARCHIVE_AWAY)


class UnknownPublication(CorrectionsError):
    code = "unknown_publication"


class UnknownArticle(CorrectionsError):
    code = "unknown_article"


class UnknownCorrection(CorrectionsError):
    code = "unknown_correction"


class UnknownRevision(CorrectionsError):
    code = "unknown_revision"


class AmbiguousAddress(CorrectionsError):
    """Several articles have one address; `details["articles"]` lists their ids."""

    code = "ambiguous_address"


class NoProof(CorrectionsError):
    """There is nothing to prove yet: no decision, or no checkpoint after it."""

    code = "no_proof"


class QuoteNotFound(CorrectionsError):
    code = "not_found"


class QuoteAmbiguous(CorrectionsError):
    """`details["candidates"]` lists the places."""

    code = "ambiguous"


class AlreadyPublished(CorrectionsError):
    """The article already has the suggested text; `details["correction"]` is the number of what made the change."""

    code = "already_published"


class QueueFull(CorrectionsError):
    code = "queue_full"


class Unwritable(CorrectionsError):
    code = "unwritable"


class Forbidden(CorrectionsError):
    code = "forbidden"


class AlreadyDecided(CorrectionsError):
    """Somebody decided meanwhile, or the state does not allow this."""

    code = "already_decided"


class InConflict(CorrectionsError):
    code = "conflict"


class NothingToApply(CorrectionsError):
    code = "already_applied"


class NeedsWords(CorrectionsError):
    code = "needs_words"


class NotAll(CorrectionsError):
    """Of many at once some cannot be decided, so none was; `details["refused"]` says why, by number."""

    code = "not_all"

    @property
    def refused(self) -> dict[int, str]:
        refused = self.details["refused"]
        assert isinstance(refused, dict)
        return {int(number): str(why) for number, why in refused.items()}


class AgainstPolicy(CorrectionsError):
    code = "against_policy"


@dataclass(frozen=True)
class Clash:
    """What the publisher and corrections changed differently: `field` is text, or a field of the article's meta.

    `corrections` are their numbers. Of the text, the versions are whole paragraphs; empty: it is gone.
    """

    field: str
    corrections: tuple[int, ...]
    published: str
    sent_before: str
    sent_now: str


class Clashing(CorrectionsError):
    """The publisher and corrections changed the same words; `details["clashes"]` has each in three versions."""

    code = "clashes"

    def __init__(self, message: str, clashes: tuple[Clash, ...], article: str) -> None:
        super().__init__(message, article=article, clashes=[asdict(clash) for clash in clashes])
        self.clashes = clashes


class TakenDown(CorrectionsError):
    """An article is sent with words that were taken down; `details["reason"]` says why they were."""

    code = "taken_down"
