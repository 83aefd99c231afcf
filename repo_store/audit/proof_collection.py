"""What a proof bundle holds, collected from a store: checkpoints, and the objects of git that lead to them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from git import Repo

from repo_store.audit.checkpoints import Checkpoint, PublishedKey, checkpoints
from repo_store.audit.proofs import (
    Audience,
    GitObject,
    Proof,
    ProvenEvent,
    ProvenKey,
    PublishedChange,
    SignedStatement,
    encode_object,
)
from repo_store.errors import BadProof, NotProvenYet
from repo_store.git.command import read_bytes
from repo_store.git.repository import CHECKPOINTS, LEDGER
from repo_store.model.articles import part_path
from repo_store.model.entries import Entry
from repo_store.model.events import CorrectionAccepted, CorrectionReverted
from repo_store.model.kinds import Part
from repo_store.queries import is_ancestor, read_entry, read_part, reference

COMMITS_LIMIT = 20_000  # in one bundle


@dataclass(frozen=True)
class ProofRequest:
    """Which correction is to be proven, to whom, by which of its events (ids, oldest first).

    `proposal`: the commit with the reader's words, where they may be shown. `shown_events`: the ids of the events whose
    commits are in the bundle, with all they say. `with_chain`: the ledger's commits between are in it too. `part` is
    what of the article the correction is about.
    """

    publication: str
    number: int
    correction: str
    article: str
    state: str
    audience: Audience
    events: Sequence[str]
    keys: Sequence[PublishedKey]
    proposal: str = ""
    shown_events: Sequence[str] = ()
    with_chain: bool = False
    part: Part = Part.BODY


def collect_proof(repo: Repo, request: ProofRequest) -> Proof:
    """The proof of a correction. Raises `NotProvenYet` where no checkpoint covers its last event yet, and `BadProof`
    where there is too much between it and the checkpoint."""
    entries = [read_entry(repo, event) for event in request.events]
    moving = [entry for entry in entries if isinstance(entry.event, CorrectionAccepted | CorrectionReverted)]
    covering = _covering(repo, [entry.seq for entry in [*moving, entries[-1]]])
    published = tuple(
        PublishedChange(seq=entry.seq, commit=entry.main, checkpoint=checkpoint.statement.number)
        for entry, checkpoint in zip(moving, covering, strict=False)
    )
    objects = chain(
        _ledger_objects(repo, request, entries, covering[-1]),
        *(_main_objects(repo, request, *step) for step in zip(moving, covering, strict=False)),
        _text_objects(repo, request.article, request.part, request.proposal) if request.proposal else (),
    )
    unique_checkpoints = {checkpoint.statement.number: checkpoint for checkpoint in covering}
    return Proof(
        publication=request.publication,
        number=request.number,
        correction=request.correction,
        article=request.article,
        state=request.state,
        audience=request.audience,
        chain=request.with_chain,
        proposal=request.proposal,
        events=tuple(
            ProvenEvent(seq=entry.seq, id=entry.id, type=entry.event.type, at=entry.at.isoformat()) for entry in entries
        ),
        published=published,
        checkpoints=tuple(
            SignedStatement(statement=checkpoint.text, signature=checkpoint.signature)
            for checkpoint in unique_checkpoints.values()
        ),
        keys=tuple(ProvenKey(from_event=key.from_event, key=key.key, signature=key.signature) for key in request.keys),
        objects=tuple(dict.fromkeys(objects)),
    )


def _covering(repo: Repo, numbers: Sequence[int]) -> list[Checkpoint]:
    """For each event, by its number, the first checkpoint that covers it and is of the history as it is now."""
    ledger = reference(repo, LEDGER)
    candidates: list[Checkpoint] = []  # newest first
    for checkpoint in checkpoints(repo, reference(repo, CHECKPOINTS)):
        if checkpoint.statement.events < min(numbers):
            break
        candidates.append(checkpoint)
    covering = []
    for number in numbers:
        later = (checkpoint for checkpoint in reversed(candidates) if checkpoint.statement.events >= number)
        current = (item for item in later if ledger is not None and is_ancestor(repo, item.statement.ledger, ledger))
        first = next(current, None)
        if first is None:
            raise NotProvenYet("No checkpoint covers this decision yet. Try again after the next one.")
        covering.append(first)
    return covering


def _ledger_objects(
    repo: Repo, request: ProofRequest, entries: list[Entry], checkpoint: Checkpoint
) -> Iterator[GitObject]:
    commits: Iterable[str] = request.shown_events
    if request.with_chain:
        commits = [*_first_parents(repo, entries[0].id, checkpoint.statement.ledger), entries[0].id]
    for commit in commits:
        yield encode_object("commit", read_bytes(repo, commit))


def _main_objects(repo: Repo, request: ProofRequest, entry: Entry, checkpoint: Checkpoint) -> Iterator[GitObject]:
    """The commits from the checkpoint's `main` back to what the entry published, and the texts before and after."""
    for commit in _first_parents(repo, entry.main, checkpoint.statement.main):
        yield encode_object("commit", read_bytes(repo, commit))
    yield from _text_objects(repo, request.article, request.part, entry.main)


def _first_parents(repo: Repo, after: str, until: str) -> list[str]:
    commits: list[str] = repo.git.rev_list(
        "--first-parent", f"--max-count={COMMITS_LIMIT + 1}", f"{after}..{until}", "--"
    ).split()
    if len(commits) > COMMITS_LIMIT:
        raise BadProof(f"More than {COMMITS_LIMIT} commits lie between this correction and its checkpoint.")
    return commits


def _text_objects(repo: Repo, article: str, part: Part, commit: str) -> Iterator[GitObject]:
    """A commit, its first parent, and in both the part of the article with the trees that lead to it."""
    path = part_path(article, part, read_part(repo, article, commit, part).format)
    for name in (commit, f"{commit}^1"):
        yield encode_object("commit", read_bytes(repo, name))
        *folders, _ = path.split("/")
        for depth in range(len(folders) + 1):
            yield _object(repo, "tree", f"{name}:{'/'.join(folders[:depth])}")
        yield _object(repo, "blob", f"{name}:{path}")


def _object(repo: Repo, kind: Literal["tree", "blob"], name: str) -> GitObject:
    return encode_object(kind, read_bytes(repo, name))
