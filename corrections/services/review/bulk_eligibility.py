"""Which corrections may be accepted together with others, without anyone opening them: the clean ones, and why not."""

from collections.abc import Iterable

from corrections.domain.kinds import Category, Part
from corrections.domain.states import State
from corrections.index import queries
from corrections.services.publication import Publication
from corrections.services.review.acceptance_policy import HEADLINE, Policy
from corrections.services.review.queue_lines import Line

_PLACEMENTS = {
    "conflict": "The article has changed at this point.",
    "already_applied": "This text is already published.",
    "no_words": "It suggests no text.",
}
_CHANGES = {
    "date": "a date",
    "link": "a link",
    "money": "an amount of money",
    "name": "a name",
    "negation": "a negation",
    "number": "a number",
    "percentage": "a percentage",
    "quotation": "a quotation",
    HEADLINE: "the headline",
}


def review_reason(correction: queries.Correction, codes: Iterable[str], policy: Policy) -> str:
    """Why an editor has to open this correction before it is accepted; empty for a clean one.

    `codes` are those of its warnings, and `HEADLINE` where it changes the headline.
    """
    if correction.concerned:
        return "It comes from the person concerned."
    if correction.state is not State.OPEN:
        return "It is not open."
    if correction.verdict == "moved":
        return "The reader’s page showed slightly different text here."
    if correction.alternative_to:
        return f"It is an alternative to #{correction.alternative_to}."
    if correction.fact_check:
        return "A fact-check was requested."
    if correction.asked:
        return "A question to the reader is waiting for an answer."
    if correction.category is Category.FACTUAL and correction.category not in policy.silent:
        return "It corrects a factual error, which may need a notice."
    asked_by_policy = {*policy.second_person, *policy.wants_notice}
    for code in codes:
        if code != HEADLINE or code in asked_by_policy:
            return f"It changes {_CHANGES[code]}." if code in _CHANGES else f"Warning: {code.replace('_', ' ')}."
    return ""


def line_review_reason(publication: Publication, line: Line, policy: Policy) -> str:
    """The same for a row of the queue."""
    correction = line.correction
    if line.placement in _PLACEMENTS:
        return _PLACEMENTS[line.placement]
    codes = (*line.warnings, HEADLINE) if _is_in_headline(publication, correction) else line.warnings
    return review_reason(correction, codes, policy)


def _is_in_headline(publication: Publication, correction: queries.Correction) -> bool:
    """Whether a correction is about the headline: that part, or the beginning of a body that holds it."""
    if correction.part is not Part.BODY or correction.start >= len(correction.headline):
        return correction.part is Part.HEADLINE
    return publication.store.parts(correction.article, correction.revision).headline is None
