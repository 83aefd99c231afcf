"""Decisions on many corrections at once: all of them or none, with a report of what stands in the way."""

from collections.abc import Callable
from dataclasses import dataclass

from corrections.domain.states import State
from corrections.domain.transitions import Transition
from corrections.errors import CorrectionsError
from corrections.index import queries
from corrections.services.actors import Actor, check_arrow, check_right
from corrections.services.articles.part_diffs import rendered_rows, source_rows
from corrections.services.articles.sources import ArticleSources, edited, source_warnings
from corrections.services.articles.titles import title_events
from corrections.services.errors import Invalid, NotAll
from corrections.services.publication import Publication
from corrections.services.review import acceptance_policy, rejection_reasons
from corrections.services.review.acceptance import (
    Merge,
    MergeTarget,
    acceptance,
    check_policy,
    current_target,
    is_in_headline,
)
from corrections.services.review.bulk_eligibility import review_reason
from corrections.services.review.edited_text import check_result
from corrections.services.review.rebasing import carried
from corrections.services.review.transitions import check_current, checked_reason
from corrections.text.comparison.diff import Row
from corrections.text.comparison.edits import Edit, trim
from corrections.text.comparison.rebase import Clean, over
from corrections.text.rendered_diff.rows import RenderedRow
from repo_store import Intent, Part
from repo_store.model.events import CorrectionRejected, CorrectionSpam

MOST_AT_ONCE = 200
Picked = dict[int, str]  # number and the event that each was looked at with


@dataclass(frozen=True)
class BulkPreview:
    """Corrections of one article that can be accepted at once, and the text that would result."""

    article: queries.Article
    numbers: tuple[int, ...]
    refused: dict[int, str]
    before: ArticleSources
    after: ArticleSources

    @property
    def rows(self) -> list[Row]:
        return source_rows(self.before, self.after)

    def rendered_rows(self) -> list[RenderedRow]:
        """The rows as readers would see them."""
        return rendered_rows(self.before, self.after)


def clean_corrections(publication: Publication, article_id: str) -> BulkPreview:
    """What would become of an article with all its open clean corrections: those that nobody has to open first.

    Raises `UnknownArticle`.
    """
    article = publication.article(article_id)
    corrections = queries.corrections(
        publication.index, queries.Filter(State.OPEN, article=article_id), limit=MOST_AT_ONCE
    )
    target = current_target(publication, article_id)
    edits, refused = _one_after_another(publication, target, corrections)
    refused |= _needing_review(publication, target, corrections, edits)
    clean = [correction for correction in corrections if correction.number not in refused]
    edits, _ = _one_after_another(publication, target, clean)
    after = target
    for correction in clean:
        if correction.number in edits:
            after = after.edited(correction.part, edits[correction.number])
    return BulkPreview(article, tuple(edits), refused, target.sources, after.sources)


@dataclass(frozen=True)
class BulkReport:
    """What came of accepting corrections of several articles; `kept` were not decided because of others `refused`."""

    accepted: tuple[queries.Correction, ...]
    refused: dict[int, str]
    kept: tuple[int, ...]


def accept_clean(publication: Publication, actor: Actor, picked: Picked) -> BulkReport:
    """Accept clean corrections, of each article all or none: what an editor has to open first is refused.

    Raises `Forbidden`, `Invalid`, `UnknownCorrection`.
    """
    _check_size(actor, picked)
    by_article: dict[str, Picked] = {}
    for number in sorted(picked):
        by_article.setdefault(publication.correction(number).article, {})[number] = picked[number]
    accepted: list[queries.Correction] = []
    refused: dict[int, str] = {}
    for article_id, part in by_article.items():
        try:
            accepted += accept_all(publication, actor, article_id, part, clean_only=True)
        except NotAll as error:
            refused |= error.refused
        except CorrectionsError as error:
            refused |= dict.fromkeys(part, error.message)
    decided = {correction.number for correction in accepted}
    return BulkReport(tuple(accepted), refused, tuple(sorted(picked.keys() - decided - refused.keys())))


def accept_all(
    publication: Publication, actor: Actor, article_id: str, picked: Picked, *, clean_only: bool = False
) -> list[queries.Correction]:
    """Accept all of these corrections of one article, in one batch, or none; with `clean_only`, only clean ones.

    Raises `Forbidden`, `Invalid`, and `NotAll` with what stands in the way of which.
    """

    def build(corrections: list[queries.Correction], head: str | None) -> list[Intent]:
        target = current_target(publication, article_id)
        edits, refused = _one_after_another(publication, target, corrections)
        if clean_only:
            refused |= _needing_review(publication, target, corrections, edits)
        _check(refused)
        _check(_against_policy(publication, actor, target, corrections, edits))
        intents: list[Intent] = []
        for correction in corrections:
            intent, target = acceptance(actor, correction, target, Merge(edits[correction.number]), head)
            intents.append(intent)
        return [*intents, *title_events(publication, actor, target.article, target.version, head)]

    return _decide(publication, actor, "accept", picked, build, article_id)


def _against_policy(
    publication: Publication,
    actor: Actor,
    target: MergeTarget,
    corrections: list[queries.Correction],
    edits: dict[int, Edit],
) -> dict[int, str]:
    """Which of these the house's policy does not let be accepted like this, and why, by number."""
    refused = {}
    for correction in corrections:
        edit = edits[correction.number]
        try:
            check_result(publication, correction, target.source(correction), edit)
            check_policy(publication, actor, correction, target, Merge(edit))
        except CorrectionsError as error:
            refused[correction.number] = error.message
        target = target.edited(correction.part, edit)
    return refused


def _needing_review(
    publication: Publication, target: MergeTarget, corrections: list[queries.Correction], edits: dict[int, Edit]
) -> dict[int, str]:
    """Which of the corrections that have an edit an editor has to open first, and why, by number."""
    policy = acceptance_policy.of(publication)
    criteria = queries.Filter(State.OPEN, article=target.article.id, yes=("alternative_to",))
    alternatives = {
        correction.alternative_to: correction.number
        for correction in queries.corrections(publication.index, criteria, limit=MOST_AT_ONCE)
    }
    reasons: dict[int, str] = {}
    for correction in corrections:
        edit = edits.get(correction.number)
        if edit is None:
            continue
        source = target.source(correction)
        after = edited(source, edit)
        codes: list[str] = [warning.code for warning in source_warnings(source, after, target.article.language)]
        if is_in_headline(correction.part, target.sources, edit):
            codes.append(acceptance_policy.HEADLINE)
        reason = review_reason(correction, codes, policy)
        if not reason and correction.number in alternatives:
            reason = f"#{alternatives[correction.number]} suggests other words for the same text."
        if reason:
            reasons[correction.number] = reason
        target = target.edited(correction.part, edit)
    return reasons


def reject_all(
    publication: Publication, actor: Actor, picked: Picked, reason: str = "", code: str = ""
) -> list[queries.Correction]:
    """Reject all of these with one reason, each reader told in the article's language. Raises as `accept_all` does."""
    if code and not reason.strip():
        chosen = rejection_reasons.by_code(publication, code)
        own = None
    else:
        own = checked_reason(reason, required=True)

    def build(corrections: list[queries.Correction], head: str | None) -> list[Intent]:
        intents = []
        for correction in corrections:
            reason_text = own if own is not None else chosen.text(publication.article(correction.article).language)
            event = CorrectionRejected(
                correction=correction.id, number=correction.number, by=actor.name, reason=reason_text, code=code
            )
            intents.append(Intent(event, head, about=correction.commit))
        return intents

    return _decide(publication, actor, "reject", picked, build)


def spam_all(publication: Publication, actor: Actor, picked: Picked) -> list[queries.Correction]:
    """Mark all of these as spam. Raises as `accept_all` does."""

    def build(corrections: list[queries.Correction], head: str | None) -> list[Intent]:
        events = [
            CorrectionSpam(correction=correction.id, number=correction.number, by=actor.name)
            for correction in corrections
        ]
        return [
            Intent(event, head, about=correction.commit) for event, correction in zip(events, corrections, strict=True)
        ]

    return _decide(publication, actor, "spam", picked, build)


def _decide(
    publication: Publication,
    actor: Actor,
    decision: Transition,
    picked: Picked,
    build: Callable[[list[queries.Correction], str | None], list[Intent]],
    article_id: str = "",
) -> list[queries.Correction]:
    _check_size(actor, picked)

    def decide(head: str | None) -> list[Intent]:
        corrections = [publication.correction(number) for number in sorted(picked)]
        refused = {}
        for correction in corrections:
            if article_id and correction.article != article_id:
                refused[correction.number] = "It belongs to another article."
                continue
            try:
                check_current(publication, correction, picked[correction.number])
                check_arrow(decision, correction.state, correction.decided_by)
                if correction.state is State.APPEALED:
                    check_right(actor, "judge")
            except CorrectionsError as error:
                refused[correction.number] = error.message
        _check(refused)
        return build(corrections, head)

    publication.write_together(decide)
    return [publication.correction(number) for number in sorted(picked)]


def _check_size(actor: Actor, picked: Picked) -> None:
    check_right(actor, "decide")
    if not picked:
        raise Invalid({"numbers": "Select at least one correction first."})
    if len(picked) > MOST_AT_ONCE:
        raise Invalid({"numbers": f"Select at most {MOST_AT_ONCE} corrections at once."})


def _one_after_another(
    publication: Publication, target: MergeTarget, corrections: list[queries.Correction]
) -> tuple[dict[int, Edit], dict[int, str]]:
    """Each correction's edit of its part as those before it leave that, by number; and why others cannot be made."""
    edits: dict[int, Edit] = {}
    owned: dict[Part, list[Edit]] = {part: [] for part in Part}
    refused: dict[int, str] = {}
    for correction in corrections:
        rebased = carried(publication, correction, target.article)
        if not isinstance(rebased, Clean):
            refused[correction.number] = _WHY[type(rebased).__name__]
            continue
        edit: Edit | None = rebased.edit
        current = target.source(correction).text
        for earlier in owned[correction.part]:
            edit = over(edit, earlier, current) if edit is not None else None
            current = earlier.apply(current)
        if edit is None:
            refused[correction.number] = "It changes the same text as another selected correction."
        elif edit.apply(current) == current:
            refused[correction.number] = _WHY["AlreadyApplied"]
        else:
            owned[correction.part].append(edit)
            edits[correction.number] = trim(edit, current)
    return edits, refused


_WHY = {
    "Conflict": "The article has changed at this point.",
    "AlreadyApplied": "This text is already published.",
    "NoneType": "It suggests no text.",
}


def _check(refused: dict[int, str]) -> None:
    if refused:
        explanation = "; ".join(f"#{number}: {why}" for number, why in refused.items())
        raise NotAll(
            f"Nothing was decided. {explanation}", refused={str(number): why for number, why in refused.items()}
        )
