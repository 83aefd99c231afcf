"""What the desk refuses, and with which status the API says so."""

from dataclasses import asdict, dataclass

from corrections.errors import CorrectionsError


class Invalid(CorrectionsError):
    """One or more fields are not as they must be; `details["fields"]` tells each by name."""

    code = "invalid"
    status = 422

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(" ".join(fields.values()), fields=fields)
        self.fields = fields


class UnknownPublication(CorrectionsError):
    code = "unknown_publication"
    status = 404


class UnknownArticle(CorrectionsError):
    code = "unknown_article"
    status = 404


class UnknownCorrection(CorrectionsError):
    code = "unknown_correction"
    status = 404


class UnknownRevision(CorrectionsError):
    code = "unknown_revision"
    status = 404


class AmbiguousAddress(CorrectionsError):
    """Several articles have one address; `details["articles"]` lists their ids."""

    code = "ambiguous_address"
    status = 409


class QuoteNotFound(CorrectionsError):
    code = "not_found"
    status = 422


class QuoteAmbiguous(CorrectionsError):
    """`details["candidates"]` lists the places."""

    code = "ambiguous"
    status = 409


class AlreadyPublished(CorrectionsError):
    """What the reader proposes stands there already; `details["correction"]` is the number of what mended it."""

    code = "already_published"
    status = 409


class QueueFull(CorrectionsError):
    code = "queue_full"
    status = 503


class Unwritable(CorrectionsError):
    code = "unwritable"
    status = 422


class Forbidden(CorrectionsError):
    code = "forbidden"
    status = 403


class AlreadyDecided(CorrectionsError):
    """Somebody decided meanwhile, or the state does not allow this."""

    code = "already_decided"
    status = 409


class InConflict(CorrectionsError):
    code = "conflict"
    status = 409


class NothingToApply(CorrectionsError):
    code = "already_applied"
    status = 409


class NeedsWords(CorrectionsError):
    code = "needs_words"
    status = 422


class NotAll(CorrectionsError):
    """Of many at once some cannot be decided, so none was; `details["refused"]` says why, by number."""

    code = "not_all"
    status = 409


class AgainstPolicy(CorrectionsError):
    code = "against_policy"
    status = 409


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
    status = 409

    def __init__(self, message: str, clashes: tuple[Clash, ...], article: str) -> None:
        super().__init__(message, article=article, clashes=[asdict(clash) for clash in clashes])
        self.clashes = clashes


class TakenDown(CorrectionsError):
    """An article is sent with words that were taken down; `details["reason"]` says why they were."""

    code = "taken_down"
    status = 409
