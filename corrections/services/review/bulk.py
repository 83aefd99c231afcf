"""Decisions on many corrections at once: all of them or none, with a report of what stands in the way."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from corrections.domain.states import State
from corrections.domain.transitions import Transition
from corrections.errors import CorrectionsError
from corrections.index import queries
from corrections.services.actors import Actor, check_arrow, check_right
from corrections.services.articles.titles import title_events
from corrections.services.errors import Invalid, NotAll
from corrections.services.publication import Publication
from corrections.services.review import rejection_reasons
from corrections.services.review.acceptance import Merge, MergeTarget, acceptance, check_policy, current_target
from corrections.services.review.rebasing import carried
from corrections.services.review.transitions import check_current, checked_reason
from corrections.text.comparison.diff import Row, diff
from corrections.text.comparison.edits import Edit, trim
from corrections.text.comparison.rebase import Clean, over
from repo_store import Intent
from repo_store.model.events import CorrectionRejected, CorrectionSpam

MOST_AT_ONCE = 200
Picked = dict[int, str]  # number and the event that each was looked at with


@dataclass(frozen=True)
class BulkPreview:
    """Corrections of one article that can be accepted at once, and the text that would result."""

    article: queries.Article
    numbers: tuple[int, ...]
    refused: dict[int, str]
    before: str
    after: str

    @property
    def rows(self) -> list[Row]:
        return diff(self.before, self.after)


def clean_corrections(publication: Publication, article_id: str) -> BulkPreview:
    """What would become of an article with all its open corrections that are clean. Raises `UnknownArticle`."""
    article = publication.article(article_id)
    found = queries.corrections(publication.index, queries.Filter(State.OPEN, article=article_id), limit=MOST_AT_ONCE)
    before = publication.store.text(article.id, article.revision)
    edits, refused = _one_after_another(publication, article, found, before)
    after = before
    for edit in edits.values():
        after = edit.apply(after)
    return BulkPreview(article, tuple(edits), refused, before, after)


def accept_all(publication: Publication, actor: Actor, article_id: str, picked: Picked) -> list[queries.Correction]:
    """Accept all of these corrections of one article, in one batch, or none.

    Raises `Forbidden`, `Invalid`, and `NotAll` with what stands in the way of which.
    """

    def build(found: list[queries.Correction], seen: str | None) -> list[Intent]:
        target = current_target(publication, article_id)
        edits, refused = _one_after_another(publication, target.article, found, target.text)
        _check(refused)
        _check(_against_policy(publication, actor, target, found, edits))
        intents: list[Intent] = []
        for correction in found:
            intent, target = acceptance(actor, correction, target, Merge(edits[correction.number]), seen)
            intents.append(intent)
        return [*intents, *title_events(publication, actor, target.article, target.meta, seen)]

    return _decide(publication, actor, "accept", picked, build, article_id)


def _against_policy(
    publication: Publication,
    actor: Actor,
    target: MergeTarget,
    found: list[queries.Correction],
    edits: dict[int, Edit],
) -> dict[int, str]:
    """Which of these the house's policy does not let be accepted like this, and why, by number."""
    refused = {}
    for correction in found:
        edit = edits[correction.number]
        try:
            check_policy(publication, actor, correction, target, Merge(edit))
        except CorrectionsError as error:
            refused[correction.number] = error.message
        target = replace(target, text=edit.apply(target.text))
    return refused


def reject_all(
    publication: Publication, actor: Actor, picked: Picked, reason: str = "", code: str = ""
) -> list[queries.Correction]:
    """Reject all of these with one reason, each reader told in the article's language. Raises as `accept_all` does."""
    if code and not reason.strip():
        chosen = rejection_reasons.by_code(publication, code)
        own = None
    else:
        own = checked_reason(reason, required=True)

    def build(found: list[queries.Correction], seen: str | None) -> list[Intent]:
        intents = []
        for each in found:
            said = own if own is not None else chosen.text(publication.article(each.article).language)
            event = CorrectionRejected(correction=each.id, number=each.number, by=actor.name, reason=said, code=code)
            intents.append(Intent(event, seen, about=each.commit))
        return intents

    return _decide(publication, actor, "reject", picked, build)


def spam_all(publication: Publication, actor: Actor, picked: Picked) -> list[queries.Correction]:
    """Mark all of these as spam. Raises as `accept_all` does."""

    def build(found: list[queries.Correction], seen: str | None) -> list[Intent]:
        events = [CorrectionSpam(correction=each.id, number=each.number, by=actor.name) for each in found]
        return [Intent(event, seen, about=each.commit) for event, each in zip(events, found, strict=True)]

    return _decide(publication, actor, "spam", picked, build)


def _decide(
    publication: Publication,
    actor: Actor,
    decision: Transition,
    picked: Picked,
    build: Callable[[list[queries.Correction], str | None], list[Intent]],
    article_id: str = "",
) -> list[queries.Correction]:
    check_right(actor, "decide")
    if not 1 <= len(picked) <= MOST_AT_ONCE:
        raise Invalid({"numbers": f"Pick 1 to {MOST_AT_ONCE} corrections."})

    def decide(seen: str | None) -> list[Intent]:
        found = [publication.correction(number) for number in sorted(picked)]
        refused = {}
        for each in found:
            if article_id and each.article != article_id:
                refused[each.number] = "It belongs to another article."
                continue
            try:
                check_current(publication, each, picked[each.number])
                check_arrow(decision, each.state, each.decided_by)
                if each.state is State.APPEALED:
                    check_right(actor, "judge")
            except CorrectionsError as error:
                refused[each.number] = error.message
        _check(refused)
        return build(found, seen)

    publication.write_together(decide)
    return [publication.correction(number) for number in sorted(picked)]


def _one_after_another(
    publication: Publication, article: queries.Article, found: list[queries.Correction], text: str
) -> tuple[dict[int, Edit], dict[int, str]]:
    """Each correction's edit on the text that those before it leave, by number; and why others cannot be made."""
    edits: dict[int, Edit] = {}
    owned: list[Edit] = []
    refused: dict[int, str] = {}
    for each in found:
        rebased = carried(publication, each, article)
        if not isinstance(rebased, Clean):
            refused[each.number] = _WHY[type(rebased).__name__]
            continue
        edit: Edit | None = rebased.edit
        current = text
        for made in owned:
            edit = over(edit, made, current) if edit is not None else None
            current = made.apply(current)
        if edit is None:
            refused[each.number] = "It changes the same text as another selected correction."
        elif edit.apply(current) == current:
            refused[each.number] = _WHY["AlreadyApplied"]
        else:
            owned.append(edit)
            edits[each.number] = trim(edit, current)
    return edits, refused


_WHY = {
    "Conflict": "The article has changed at this point.",
    "AlreadyApplied": "This text is already published.",
    "NoneType": "It suggests no text.",
}


def _check(refused: dict[int, str]) -> None:
    if refused:
        told = "; ".join(f"#{number}: {why}" for number, why in refused.items())
        raise NotAll(f"Nothing was decided. {told}", refused={str(number): why for number, why in refused.items()})
