"""What the public is told: drafts by the house's templates, checked; edited and withdrawn later, as events."""

from corrections.domain.kinds import NOTICE_KINDS, Category, NoticeKind
from corrections.domain.roles import RIGHTS
from corrections.errors import CorrectionsError
from corrections.i18n import quoted, supported_language, translate
from corrections.index import queries
from corrections.services.actors import Actor, check_right
from corrections.services.errors import Invalid, UnknownRevision
from corrections.services.publication import Publication
from corrections.services.reporting import public_log
from corrections.services.review.acceptance import NoticesChange, dated_notice, notice_intent
from corrections.services.review.acceptance_policy import of as policy_of
from corrections.services.review.notice_drafts import (
    ADDED,
    REMOVED,
    TEMPLATES,
    NoticeDraft,
    WordChange,
    checked_notice,
    template_of,
)
from corrections.services.review.notice_quotations import QUOTED, check_quotations, shortened
from corrections.services.review.transitions import checked_reason
from repo_store import Intent, Notice, Part
from repo_store.model.events import RevisionLogged

_SERIOUS = (Category.FACTUAL,)


class NoticeGone(CorrectionsError):
    code = "unknown_notice"


def drafts(publication: Publication, change: WordChange | None, language: str) -> dict[str, str]:
    """A text for each kind of notice, made from what is published and what will be: in the article's language, or by
    the house's template. None where no words change: there is nothing to quote."""
    if change is None:
        return {}
    spoken = supported_language(language) or "en"
    texts: dict[str, str] = {}
    for kind in TEMPLATES:
        template, is_own = template_of(publication, kind, spoken)
        if "{now}" in template and not change.now:
            template, is_own = translate(REMOVED, spoken), False
        elif "{was}" in template and not change.was:
            template, is_own = translate(ADDED, spoken), False
        was, now = shortened(change.was), shortened(change.now)
        if not is_own:  # a house's template brings its own quotation marks
            was, now = quoted(was, spoken), quoted(now, spoken)
        texts[kind] = template.replace("{was}", was).replace("{now}", now)
    return texts


def mislabelled(kind: str, correction: queries.Correction) -> bool:
    """Whether a notice is called an update or a clarification while it corrects an error of fact."""
    return correction.category in _SERIOUS and kind in (NoticeKind.UPDATE, NoticeKind.CLARIFICATION)


def doubts(kind: str, text: str, change: WordChange | None) -> list[str]:
    """What an editor should look at again in a notice's text."""
    reasons = []
    was, now = (change.was, change.now) if change else ("", "")
    if kind in (NoticeKind.CORRECTION, NoticeKind.RETRACTION) and was.casefold()[:QUOTED] not in text.casefold():
        reasons.append("it does not quote what was wrong in the article")
    if kind == NoticeKind.CORRECTION and now and now.casefold()[:QUOTED] not in text.casefold():
        reasons.append("it does not say what is correct")
    if kind != NoticeKind.RETRACTION and len(text.split()) < 5:
        reasons.append("readers who do not know the article may not understand it")
    return reasons


def marks(
    publication: Publication, article: queries.Article, notices: tuple[Notice, ...]
) -> dict[int, tuple[Part, int]]:
    """The part of the article's present revision, and where in its source the words end that each notice (from 0) is
    about.

    Words that are gone, and notices without a correction, have no mark.
    """
    marks_by_number = {}
    for at, notice in enumerate(notices):
        correction = queries.correction(publication.index, notice.number) if notice.number else None
        place = public_log.ends(publication, article, correction) if correction else None
        if correction is not None and place is not None:
            marks_by_number[at] = (correction.part, place[1])
    return marks_by_number


def edit(
    publication: Publication, actor: Actor, article_id: str, at: int, draft: NoticeDraft, reason: str = ""
) -> queries.Article:
    """Put another text or kind in place of an article's notice number `at` (from 0).

    Raises `Forbidden`, `Invalid`, `NoticeGone`, `UnknownArticle`.
    """
    clean = checked_notice(draft)
    if clean is None:
        raise Invalid({"notice": f"A notice must be one of {', '.join(NOTICE_KINDS)}."})
    _check_chief(publication, actor, clean.kind)
    article = publication.article(article_id)
    check_quotations(publication, article, clean, publication.sources(article_id, article.revision))

    def change(notices: tuple[Notice, ...]) -> tuple[Notice, ...]:
        old = _at(notices, at)
        return (
            *notices[:at],
            old.model_copy(update={"kind": NoticeKind(clean.kind), "text": clean.text, "place": clean.place}),
            *notices[at + 1 :],
        )

    return _change(publication, actor, article_id, change, reason)


def withdraw(publication: Publication, actor: Actor, article_id: str, at: int, reason: str) -> queries.Article:
    """Take an article's notice number `at` away; why stands in the ledger. Raises as `edit` does."""
    reason = checked_reason(reason, required=True)

    def change(notices: tuple[Notice, ...]) -> tuple[Notice, ...]:
        _at(notices, at)
        return (*notices[:at], *notices[at + 1 :])

    return _change(publication, actor, article_id, change, reason)


def log_revision(
    publication: Publication, actor: Actor, article_id: str, revision: str, kind: str, text: str = "", reason: str = ""
) -> None:
    """Say what a revision without a correction behind it was; with a notice's `text`, the public is told.

    Raises `Forbidden`, `Invalid`, `UnknownRevision`.
    """
    check_right(actor, "decide")
    reason = checked_reason(reason)
    if kind != "nothing" and kind not in NOTICE_KINDS:
        raise Invalid({"kind": f"Choose one of {', '.join(NOTICE_KINDS)}, or nothing."})
    if queries.revision(publication.index, article_id, revision) is None:
        raise UnknownRevision("This is not a revision of the article.")
    draft = checked_notice(NoticeDraft(kind, text)) if kind != "nothing" else None
    if draft is not None:
        _check_chief(publication, actor, kind)
        article = publication.article(article_id)
        check_quotations(publication, article, draft, publication.sources(article_id, article.revision))

    def decide(head: str | None) -> list[Intent]:
        event = RevisionLogged(article=article_id, revision=revision, by=actor.name, kind=kind, reason=reason)
        intents = [Intent(event, head)]
        if draft is not None:
            notice = dated_notice(draft)
            intents.append(
                notice_intent(publication, actor, article_id, lambda notices: (*notices, notice), reason, head)
            )
        return intents

    publication.write_together(decide)


def _change(
    publication: Publication,
    actor: Actor,
    article_id: str,
    change: NoticesChange,
    reason: str,
) -> queries.Article:
    check_right(actor, "decide")
    reason = checked_reason(reason)
    publication.article(article_id)
    publication.write(lambda head: notice_intent(publication, actor, article_id, change, reason, head))
    return publication.article(article_id)


def _check_chief(publication: Publication, actor: Actor, kind: str) -> None:
    if kind in policy_of(publication).chief_approves and actor.role not in RIGHTS["judge"]:
        raise Invalid({"notice": f"Only a chief editor or an admin can publish a notice of the type {kind}."})


def _at(notices: tuple[Notice, ...], at: int) -> Notice:
    if not 0 <= at < len(notices):
        raise NoticeGone("This notice no longer exists. Reload the page.")
    return notices[at]
