"""What the publisher sent of an article last, and what corrections have made of it since: both from git and the ledger.

Where other text was published than was sent, the event names a commit with what was sent as its second parent.
"""

from dataclasses import dataclass, replace
from itertools import zip_longest

from corrections.index import queries
from corrections.services.articles.sources import rendered
from corrections.services.articles.versions import Version, version_at
from corrections.services.publication import Publication
from corrections.services.review.rebasing import published_change
from corrections.text.comparison.merge import Merged, merge
from corrections.text.comparison.patch import Change, Patch, apply, compose, difference, numbers_of
from corrections.text.formats.conversion import merge_over_formats
from repo_store import Part, Source

MOST_SENDINGS = 200  # walked through, the last ones
MOST_EDITS = 1000  # by corrections, after one sending


@dataclass(frozen=True)
class Sent(Version):
    """An article as its publisher sent it, the event that tells it, the commit that holds it, and that on main as it
    was published."""

    seq: int
    commit: str
    published: str


def last_sent(publication: Publication, article_id: str) -> Sent | None:
    """What the publisher sent last; None for an article that is not known."""
    events = queries.sendings(publication.index, article_id, 1)
    return _sent(publication, article_id, events[0]) if events else None


def sent_before(publication: Publication, article_id: str, limit: int) -> list[Sent]:
    """What the publisher sent up to now, the last first, up to `limit`."""
    return [_sent(publication, article_id, event) for event in queries.sendings(publication.index, article_id, limit)]


def patch_since(publication: Publication, article: queries.Article, sent: Sent, part: Part = Part.BODY) -> Patch:
    """What corrections made of a part that was sent last: the patch of it that gives the published text."""
    history = _PartHistory(publication, article.id, part)
    patch: Patch = ()
    before: Sent | None = None
    walk = history.walk(sent)
    for earlier, later in zip_longest(walk, walk[1:]):
        patch = history.at_sending(before, patch, earlier)
        patch = history.with_corrections(earlier, patch, later.seq if later else None)
        before = earlier
    text, current = sent.sources.of(part).text, history.published(article.revision)
    return patch if apply(patch, text) == current else difference(text, current)


def kept_since(publication: Publication, article: queries.Article, sent: Sent) -> tuple[int, ...]:
    """The corrections that are published and not in what was sent last, by their numbers."""
    published = publication.sources(article.id, sent.published)
    if any(published.of(part) != sent.sources.of(part) for part in Part):
        return tuple(
            sorted({number for part in Part for number in numbers_of(patch_since(publication, article, sent, part))})
        )
    numbers: set[int] = set()
    for event in queries.edits_since(publication.index, article.id, sent.seq, MOST_EDITS):
        assert event.number is not None
        (numbers.add if event.type == "correction.accepted" else numbers.discard)(event.number)
    return tuple(sorted(numbers))


def _sent(publication: Publication, article_id: str, event: queries.Event) -> Sent:
    commit = publication.store.entry(event.id).commit or event.main
    version = version_at(publication, article_id, commit)
    return Sent(version.text, version.format, version.meta, version.parts, event.seq, commit, event.main)


@dataclass(frozen=True)
class _PartHistory:
    """How one part of an article was sent and published."""

    publication: Publication
    article_id: str
    part: Part

    def published(self, revision: str) -> str:
        return self.publication.store.source(self.article_id, revision, self.part).text

    def walk(self, last: Sent) -> list[Sent]:
        """The sendings up to the last one, oldest first, from the last of which just what was sent was published."""
        walk = [last]
        for event in queries.sendings(self.publication.index, self.article_id, MOST_SENDINGS)[1:]:
            if self.published(walk[0].published) == walk[0].sources.of(self.part).text:
                break
            walk.insert(0, _sent(self.publication, self.article_id, event))
        return walk

    def at_sending(self, before: Sent | None, patch: Patch, sent: Sent) -> Patch:
        """The patch of what was sent that gave what was published then; `patch` is that of what was sent `before`."""
        published, now = self.published(sent.published), sent.sources.of(self.part)
        if published == now.text:
            return ()
        if before is not None:
            merged = merge_sources(before.sources.of(self.part), patch, now)
            for carried in (merged.decided("theirs"), merged.decided("ours")):
                if apply(carried, now.text) == published:
                    return carried
            return _named(difference(now.text, published), merged.carried)
        return difference(now.text, published)

    def with_corrections(self, sent: Sent, patch: Patch, until: int | None) -> Patch:
        """The patch with what corrections changed after that sending, and before the event `until`."""
        text = sent.sources.of(self.part).text
        for event in queries.edits_since(self.publication.index, self.article_id, sent.seq, MOST_EDITS):
            if until is not None and event.seq > until:
                break
            change = published_change(event.id, self.publication)
            assert change is not None
            if change.part is not self.part:
                continue
            edit = change.owned(apply(patch, text))
            if change.reverts:
                patch = compose(patch, edit, text, undone=event.number)
            else:
                patch = compose(patch, edit, text, number=event.number)
        return patch


def _named(patch: Patch, known: Patch) -> Patch:
    """A patch whose corrections are not known, with the numbers of those changes that are known in the same places."""
    return tuple(
        replace(change, numbers=numbers_of(other for other in known if _overlap(change, other))) for change in patch
    )


def _overlap(one: Change, other: Change) -> bool:
    return one.edit.start <= other.edit.end and other.edit.start <= one.edit.end


def merge_sources(sent: Source, patch: Patch, now: Source) -> Merged:
    """`patch`, our changes of what was `sent`, carried over to what is sent `now`, in whatever format that is."""
    if sent.format is now.format:
        return merge(sent.text, patch, now.text)
    return merge_over_formats(rendered(sent), patch, rendered(now))
