"""What corrections made of an article since its file was last read, and how that is written into the file."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from corrections.article_files.front_matter_edit import with_value
from corrections.connectors.connector import Run
from corrections.connectors.git.mirror import CommitMessage, GitMirror
from corrections.domain.states import State
from corrections.index import queries
from corrections.private.delivery.connections import ConnectedArticle
from corrections.services.articles.source_versions import last_sent, patch_since
from corrections.services.publication import Publication
from corrections.text.comparison.patch import Change, Patch
from repo_store import Part
from repo_store.model.intents import desk, reader

_MOST_EDITS = 1000  # by corrections, after one sending
_LAST = 1 << 62  # greater than any correction's number
_KEYS = {Part.HEADLINE: ("title", "headline"), Part.STANDFIRST: ("standfirst",)}


@dataclass(frozen=True)
class PartChanges:
    """Changes of the source of one part, `base`; `numbers` are their corrections, empty where they are not known.

    `is_revert`: they take back what these corrections had changed.
    """

    part: Part
    base: str
    numbers: tuple[int, ...]
    patch: Patch
    is_revert: bool = False

    def joined(self, other: "PartChanges") -> "PartChanges":
        """Both at once; they are of the same part."""
        numbers = tuple(sorted({*self.numbers, *other.numbers}))
        patch = sorted((*self.patch, *other.patch), key=lambda change: (change.edit.start, change.edit.end))
        return PartChanges(self.part, self.base, numbers, tuple(patch), self.is_revert and other.is_revert)


def corrected_files(turn: Run, mirror: GitMirror, files: Mapping[str, str]) -> Iterator[tuple[ConnectedArticle, str]]:
    """The articles with corrections whose files are as they were imported, with the files' texts.

    `files` are the ids of the files' contents by their paths.
    """
    corrected = queries.articles_with_corrections(turn.publication.index)
    for connected in turn.publication.private.connections.articles(turn.connection.name):
        if connected.article in corrected and files.get(connected.path) == connected.blob:
            with suppress(UnicodeDecodeError):  # HTML can say that it is in another encoding; nothing is written to it
                yield connected, mirror.read(connected.blob).decode()


def changes_of(publication: Publication, article_id: str) -> Iterator[PartChanges]:
    """What corrections made of what the publisher sent last, part by part, the corrections in their order.

    Changes of one part whose corrections cannot be told apart come together.
    """
    sent = last_sent(publication, article_id)
    article = queries.article(publication.index, article_id)
    if sent is None or article is None:
        return
    for part in Part:
        source = sent.sources.of(part)
        if publication.store.source(article_id, article.revision, part) == source:
            continue
        reverted = _reverted(publication, article_id, sent.seq, part)
        groups: dict[tuple[int, ...], list[Change]] = {}
        for change in patch_since(publication, article, sent, part):
            groups.setdefault(change.numbers, []).append(change)
        for numbers in sorted(groups, key=lambda numbers: numbers or reverted or (_LAST,)):
            is_revert = not numbers and bool(reverted)
            yield PartChanges(part, source.text, numbers or reverted, tuple(groups[numbers]), is_revert)


def _reverted(publication: Publication, article_id: str, seq: int, part: Part) -> tuple[int, ...]:
    """The corrections of a part that the text has that was sent with the event `seq`, and that are reverted.

    They were accepted before it and reverted after it; or else, where it was not known yet that the publisher had taken
    them over, reverted right before it.
    """
    index = publication.index
    before = [event.seq for event in queries.sendings(index, article_id, 2) if event.seq < seq]
    first_events: dict[int, str] = {}
    earlier: set[int] = set()
    for event in queries.edits_since(index, article_id, before[0] if before else seq, _MOST_EDITS):
        correction = queries.correction(index, event.number) if event.number else None
        if correction is None or correction.part != part or correction.state is not State.REVERTED:
            continue
        if event.seq < seq:
            earlier.add(correction.number)
        else:
            first_events.setdefault(correction.number, event.type)
    later = {number for number, type in first_events.items() if type == "correction.reverted"}
    return tuple(sorted(later or earlier - first_events.keys()))


def with_patch(data: str, part: Part, before: str, after: str) -> str | None:
    """A file in which a part is `after` in the place of `before`, in its text or in its front matter; None where the
    file has something else there."""
    if part is not Part.BODY:
        return with_value(data, _KEYS[part], before, after)
    return data[: len(data) - len(before)] + after if data.endswith(before) else None


def describe(publication: Publication, article_id: str, numbers: Sequence[int]) -> CommitMessage:
    """The author and the message of the commit that publishes these corrections."""
    slug = article_id.rsplit("/", 1)[-1]
    corrections = [
        correction for number in numbers if (correction := queries.correction(publication.index, number)) is not None
    ]
    if len(corrections) != 1:
        which = f" {' and '.join(map(str, numbers))}" if numbers else ""
        is_revert = bool(corrections) and all(correction.state is State.REVERTED for correction in corrections)
        said = f"Revert corrections{which} in {slug}\n" if is_revert else f"Apply corrections{which} to {slug}\n"
        return CommitMessage(desk("Corrections"), said, datetime.now(UTC))
    (correction,) = corrections
    verb = "Revert correction" if correction.state is State.REVERTED else "Correction"
    message = (
        f"{verb} {correction.number}: {correction.category} in {slug}\n\n"
        f"Correction: {correction.id}\nCategory: {correction.category}\n"
    )
    at = datetime.fromisoformat(correction.decided_at or correction.submitted_at)
    return CommitMessage(reader(correction.id), message, at)
