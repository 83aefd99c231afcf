"""One batch of intents as commits, made here and put into the repository as one durable pack.

Nothing of it needs a git process. References are moved by the writer afterwards. An event names the `main` that
results from it, so contents come before events.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from git import Repo

from repo_store.errors import GitRefused, RefusedWrite, WriteFailed
from repo_store.git.command import LedgerCommit
from repo_store.git.environment import EMAIL, NAME
from repo_store.git.object_batch import KnownTrees, ObjectBatch
from repo_store.model.articles import Source, article_paths, part_path, part_paths
from repo_store.model.entries import message
from repo_store.model.events import CorrectionAccepted, CorrectionSubmitted, Event
from repo_store.model.head import Head
from repo_store.model.intents import PREVIOUS, EditedWords, Intent, Person, Proposal, Revision, SourceVersion
from repo_store.model.kinds import Part
from repo_store.ssh_signatures import Key

COMMITTER = Person(NAME, EMAIL)


@dataclass
class WrittenIntent:
    """The ids that one intent's commits received; `commit` is the second parent of its entry."""

    content: str | None = None
    commit: str | None = None
    entry: str = ""
    main: str = ""
    corrections: int = 0
    seq: int = 0
    event: Event | None = None  # as it was written, where that is not as it was asked for
    entry_commit: LedgerCommit = field(default_factory=lambda: LedgerCommit([], "", ""))


@contextmanager
def write_batch(
    repo: Repo,
    head: Head,
    intents: Sequence[Intent],
    at: datetime,
    key: Key | None = None,
    known: KnownTrees | None = None,
) -> Iterator[list[WrittenIntent]]:
    """Make a batch's commits durable and yield their ids, in order; with `key`, signed. `known` need not be read again.

    A `git gc` by hand does not throw them away before the references have been moved to them, which is to be done
    within. Raises `WriteFailed`; the references then stand as before.
    """
    stream = ObjectBatch(repo, COMMITTER, at, key, known)
    try:
        written = _write_contents(stream, head, intents)
        _write_events(stream, head, intents, written)
    except GitRefused as error:  # of what is there already, and cannot be read
        if isinstance(error, RefusedWrite):
            raise
        raise RefusedWrite(error.message, words=error.words, environmental=error.environmental) from error
    with stream.written():
        stream.remember()
        yield written


def _write_contents(stream: ObjectBatch, head: Head, intents: Sequence[Intent]) -> list[WrittenIntent]:
    main = head.main
    corrections = head.corrections
    written = []
    for offset, intent in enumerate(intents, start=1):
        result = WrittenIntent(seq=head.seq + offset, commit=intent.about)
        if isinstance(intent.event, CorrectionSubmitted):
            corrections += 1
        match intent.content:
            case Proposal() as proposal:
                result.content = result.commit = _write_proposal(stream, proposal, corrections)
            case Revision() as revision:
                if revision.source is not None:
                    result.commit = _write_source(stream, revision.source, main)
                result.content = main = _write_revision(stream, revision, main)
            case SourceVersion() as source:
                result.content = result.commit = _write_source(stream, source, main)
            case None:
                pass
            case _:
                assert_never(intent.content)
        if main is None:
            raise WriteFailed("The first event of a ledger imports an article.")
        result.main = main
        result.corrections = corrections
        written.append(result)
    return written


def _write_proposal(stream: ObjectBatch, proposal: Proposal, number: int) -> str:
    path = part_path(proposal.article, proposal.part, proposal.format)
    files = [] if proposal.text is None else [(path, proposal.text.encode())]
    text = proposal.message.encode().replace(b"{number}", str(number).encode(), 1)
    return stream.commit(text, proposal.author, [proposal.revision], files)


def _write_revision(stream: ObjectBatch, revision: Revision, main: str | None) -> str:
    merged = revision.merges
    if isinstance(merged, EditedWords):
        if main is None:
            raise WriteFailed("The first event of a ledger accepts no correction.")
        words = _edited_file(revision, merged.part)
        merged = stream.commit(merged.message.encode(), merged.author, [main], [words])
    parents = [parent for parent in (main, merged) if parent is not None]
    return stream.commit(revision.message.encode(), revision.author, parents, _files(revision))


def _write_source(stream: ObjectBatch, source: SourceVersion, main: str | None) -> str:
    if main is None:
        raise WriteFailed("The first event of a ledger publishes an article as it was sent.")
    return stream.commit(source.message.encode(), source.author, [main], _files(source))


def _edited_file(revision: Revision, part: Part) -> tuple[str, bytes]:
    """The file of the part that an editor changed."""
    source = None if revision.parts is None else revision.parts.of(part)
    if part is Part.BODY or source is None:
        source = Source(revision.text, revision.format)
    return part_path(revision.article, part, source.format), source.text.encode()


def _files(content: Revision | SourceVersion) -> list[tuple[str, bytes | None]]:
    """The files of an article: a part in another format, which it may have had before, is taken out."""
    sources: dict[Part, Source | None] = {Part.BODY: Source(content.text, content.format)}
    if content.parts is not None:
        sources |= {part: content.parts.of(part) for part in (Part.HEADLINE, Part.STANDFIRST)}
    files: list[tuple[str, bytes | None]] = []
    for part, source in sources.items():
        path = None if source is None else part_path(content.article, part, source.format)
        files += [(other, None) for other in part_paths(content.article, part) if other != path]
        if path is not None and source is not None:
            files.append((path, source.text.encode()))
    return [*files, (article_paths(content.article)[1], content.meta.encode())]


def _write_events(stream: ObjectBatch, head: Head, intents: Sequence[Intent], written: Sequence[WrittenIntent]) -> None:
    previous, main = head.ledger, head.main
    for intent, result in zip(intents, written, strict=True):
        commit = result.commit
        event = intent.event
        if isinstance(event, CorrectionAccepted) and event.onto == PREVIOUS:
            event = result.event = event.model_copy(update={"onto": main})
        main = result.main
        text = message(result.seq, stream.at, result.main, result.corrections, event)
        parents = [previous] if previous is not None else []
        if previous is None and commit is not None:
            raise WriteFailed("The first event of a ledger is about no correction.")
        if commit is not None:
            parents.append(commit)
        result.entry = previous = stream.commit(text, COMMITTER, parents)
        result.entry_commit = LedgerCommit(parents, text.decode(), stream.tree(result.entry))
