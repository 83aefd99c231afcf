"""The merge of a correction into an article: what accepting writes, for one correction or for several in a batch."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from corrections.index import queries
from corrections.services.actors import Actor
from corrections.services.articles.sources import ArticleSources, edited, source_warnings
from corrections.services.articles.titles import retitled
from corrections.services.articles.versions import Version, version_at
from corrections.services.publication import Publication
from corrections.services.review import acceptance_policy
from corrections.services.review.notice_drafts import NoticeDraft
from corrections.text.comparison.edits import Edit
from corrections.text.formats.registry import format_named
from repo_store import ArticleMeta, Intent, Notice, Part, Revision, Source
from repo_store.model.events import CorrectionAccepted, NoticeChanged, Span
from repo_store.model.intents import PREVIOUS, EditedWords, Message, Person, desk, reader

NoticesChange = Callable[[tuple[Notice, ...]], tuple[Notice, ...]]


@dataclass(frozen=True)
class MergeTarget:
    """What a correction is merged into: an article as it stands at `onto`.

    `onto` is a revision, or `PREVIOUS` after another correction of the same batch.
    """

    article: queries.Article
    version: Version
    onto: str

    @property
    def sources(self) -> ArticleSources:
        return self.version.sources

    @property
    def meta(self) -> ArticleMeta:
        return self.version.meta

    def source(self, correction: queries.Correction) -> Source:
        """The source of the part that a correction is about."""
        return self.sources.of(correction.part)

    def edited(self, part: Part, edit: Edit) -> "MergeTarget":
        """The article with an edit of one part; a title that is taken from the body follows it."""
        sources = self.sources.replaced(part, edited(self.sources.of(part), edit))
        meta = retitled(self.meta, self.sources.body, sources.body)
        version = Version(sources.body.text, sources.body.format, meta, sources.parts)
        return replace(self, version=version)

    def with_notices(self, notices: tuple[Notice, ...]) -> "MergeTarget":
        """The article with other notices."""
        meta = self.meta.model_copy(update={"notices": notices})
        return replace(self, version=replace(self.version, meta=meta))


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
    return MergeTarget(article, version_at(publication, article.id, article.revision), article.revision)


def check_policy(
    publication: Publication, actor: Actor, correction: queries.Correction, target: MergeTarget, merge: Merge
) -> None:
    """Whether the house's policy lets this be accepted. Raises `AgainstPolicy`, `Forbidden`, `BadPolicy`."""
    source = target.source(correction)
    about = source_warnings(source, edited(source, merge.edit), target.article.language)
    kind = merge.notice.kind if merge.notice else ""
    in_headline = is_in_headline(correction.part, target.sources, merge.edit)
    acceptance_policy.check_acceptance(publication, actor, correction, about, in_headline, kind)


def is_in_headline(part: Part, sources: ArticleSources, edit: Edit) -> bool:
    """Whether an edit of a part changes the headline: that part, or the beginning of a body that holds it."""
    if part is not Part.BODY or sources.parts.headline is not None:
        return part is Part.HEADLINE
    return format_named(sources.body.format).is_in_headline(sources.body.text, edit)


def acceptance(
    actor: Actor, correction: queries.Correction, target: MergeTarget, merge: Merge, head: str | None
) -> tuple[Intent, MergeTarget]:
    """The intent that merges a correction, and the article after it, for the next correction of the batch.

    `head` is the ledger's head that the acceptance was decided on.
    """
    after = target.edited(correction.part, merge.edit)
    notice = dated_notice(merge.notice, correction.number) if merge.notice else None
    if notice is not None:
        after = after.with_notices((*after.meta.notices, notice))
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
        part=correction.part,
    )
    merged = _edited_words(correction, actor) if merge.edited else correction.commit
    message = _message(actor, correction, merge)
    who = reader(correction.id)
    content = revision_of(after, who, message, merged)
    return Intent(event, head, content, correction.commit), replace(after, onto=PREVIOUS)


def revision_of(
    after: MergeTarget, author: Person, message: Message, merges: str | EditedWords | None = None
) -> Revision:
    """The commit on `main` that publishes an article."""
    version = after.version
    return Revision(
        after.article.id,
        version.text,
        version.meta,
        author,
        message,
        merges,
        format=version.format,
        parts=version.parts,
    )


def notice_intent(
    publication: Publication, actor: Actor, article_id: str, change: NoticesChange, reason: str, head: str | None
) -> Intent:
    """The intent that puts what `change` makes of an article's notices in their place."""
    target = current_target(publication, article_id)
    after = target.with_notices(change(target.meta.notices))
    event = NoticeChanged(article=article_id, by=actor.name, notices=after.meta.notices, reason=reason)
    message = Message(f"Change the notices of {article_id}", (("Published-by", actor.credit),))
    return Intent(event, head, revision_of(after, desk(actor.credit), message))


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
    return EditedWords(reader(correction.id), message, correction.part)
