"""The merge of a correction into an article: what accepting writes, for one correction or for several in a batch."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from corrections.index import queries
from corrections.services.actors import Actor
from corrections.services.articles.sources import edited
from corrections.services.articles.titles import retitled
from corrections.services.publication import Publication
from corrections.services.review import acceptance_policy
from corrections.services.review.notice_drafts import NoticeDraft
from corrections.text.comparison.edits import Edit
from corrections.text.formats.registry import format_named
from corrections.text.warnings import warnings
from repo_store import ArticleMeta, Intent, Notice, Revision, Source
from repo_store.model.events import CorrectionAccepted, NoticeChanged, Span
from repo_store.model.intents import PREVIOUS, EditedWords, Message, desk, reader

NoticesChange = Callable[[tuple[Notice, ...]], tuple[Notice, ...]]


@dataclass(frozen=True)
class MergeTarget:
    """What a correction is merged into: an article's source and meta as they stand at `onto`.

    `onto` is a revision, or `PREVIOUS` after another correction of the same batch.
    """

    article: queries.Article
    source: Source
    meta: ArticleMeta
    onto: str

    @property
    def text(self) -> str:
        return self.source.text


@dataclass(frozen=True)
class Merge:
    """How a correction is accepted: by `edit` of the target's text, in code points of the source.

    `edited` where the words are the editor's; `reason` and `notice` are checked.
    """

    edit: Edit
    edited: bool = False
    reason: str = ""
    notice: NoticeDraft | None = None


def current_target(publication: Publication, article_id: str) -> MergeTarget:
    """The article as it is published now. Raises `UnknownArticle`."""
    article = publication.article(article_id)
    source = publication.store.source(article.id, article.revision)
    meta = publication.store.meta(article.id, article.revision)
    return MergeTarget(article, source, meta, article.revision)


def check_policy(
    publication: Publication, actor: Actor, correction: queries.Correction, target: MergeTarget, merge: Merge
) -> None:
    """Whether the house's policy lets this be accepted. Raises `AgainstPolicy`, `Forbidden`, `BadPolicy`."""
    text, edit = target.text, merge.edit
    about = warnings(text, edit.apply(text), target.article.language)
    kind = merge.notice.kind if merge.notice else ""
    acceptance_policy.check_acceptance(publication, actor, correction, about, is_in_headline(target.source, edit), kind)


def is_in_headline(source: Source, edit: Edit) -> bool:
    """Whether an edit begins in the headline with which a source begins."""
    return format_named(source.format).is_in_headline(source.text, edit)


def acceptance(
    actor: Actor, correction: queries.Correction, target: MergeTarget, merge: Merge, head: str | None
) -> tuple[Intent, MergeTarget]:
    """The intent that merges a correction, and the article after it, for the next correction of the batch.

    `head` is the ledger's head that the acceptance was decided on.
    """
    source = edited(target.source, merge.edit)
    meta = retitled(target.meta, target.source, source)
    notice = dated_notice(merge.notice, correction.number) if merge.notice else None
    if notice is not None:
        meta = meta.model_copy(update={"notices": (*meta.notices, notice)})
    event = CorrectionAccepted(
        correction=correction.id,
        number=correction.number,
        article=correction.article,
        by=actor.name,
        onto=target.onto,
        edit=Span(start=merge.edit.start, end=merge.edit.end, text=merge.edit.text),
        edited=merge.edited,
        reason=merge.reason,
        notice=notice,
    )
    merged = _edited_words(correction, actor) if merge.edited else correction.commit
    message = _message(actor, correction, merge)
    who = reader(correction.id)
    content = Revision(correction.article, source.text, meta, who, message, merged, format=source.format)
    return Intent(event, head, content, correction.commit), MergeTarget(target.article, source, meta, PREVIOUS)


def notice_intent(
    publication: Publication, actor: Actor, article_id: str, change: NoticesChange, reason: str, head: str | None
) -> Intent:
    """The intent that puts what `change` makes of an article's notices in their place."""
    article = publication.article(article_id)
    meta = publication.store.meta(article_id, article.revision)
    meta = meta.model_copy(update={"notices": change(meta.notices)})
    event = NoticeChanged(article=article_id, by=actor.name, notices=meta.notices, reason=reason)
    message = Message(f"Change the notices of {article_id}", (("Published-by", actor.credit),))
    source = publication.store.source(article_id, article.revision)
    content = Revision(article_id, source.text, meta, desk(actor.credit), message, format=source.format)
    return Intent(event, head, content)


def dated_notice(draft: NoticeDraft, number: int | None = None) -> Notice:
    """A draft as a notice of this moment, about the correction `number`."""
    now = datetime.now(UTC).replace(microsecond=0)
    return Notice(kind=draft.kind, text=draft.text, at=now, number=number, place=draft.place)


def _message(actor: Actor, correction: queries.Correction, merge: Merge) -> Message:
    trailers = [("Correction", correction.id), ("Accepted-by", actor.credit)]
    trailers += [("Edited-by", actor.credit)] if merge.edited else []
    trailers += [("Notice", merge.notice.kind)] if merge.notice else []
    subject = f"Accept correction {correction.number}: {correction.category} in {correction.article}"
    return Message(subject, tuple(trailers))


def _edited_words(correction: queries.Correction, actor: Actor) -> EditedWords:
    slug = correction.article.rsplit("/", 1)[-1]
    trailers = (("Correction", correction.id), ("Category", correction.category), ("Edited-by", actor.credit))
    message = Message(f"Correction {correction.number}, edited: {correction.category} in {slug}", trailers)
    return EditedWords(reader(correction.id), message)
