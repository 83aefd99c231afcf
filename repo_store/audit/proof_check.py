"""Checks of a proof bundle, with nothing but the file: signatures, checkpoints, the chains of commits, the texts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from repo_store.audit.checkpoints import NAMESPACE as CHECKPOINT_NAMESPACE
from repo_store.audit.checkpoints import Checkpoint, digest
from repo_store.audit.known_keys import KnownKeys
from repo_store.audit.proofs import NAMESPACE, Bundle, ProvenEvent
from repo_store.errors import BadProof, RepoStoreError
from repo_store.git.packfile import commit_parents
from repo_store.model.articles import all_part_paths
from repo_store.model.entries import Entry, decode
from repo_store.model.events import CorrectionAccepted, CorrectionReverted, CorrectionSubmitted, Span
from repo_store.model.finding import Finding
from repo_store.ssh_signatures import armored_again, is_valid_signature


@dataclass(frozen=True)
class Commit:
    """A commit of the bundle: its tree, its parents and its message."""

    tree: str
    parents: list[str]
    message: str


@dataclass(frozen=True)
class Change:
    """Two texts of the article: `what` is `proposed` or `published`."""

    what: str
    commit: str
    before: str
    after: str


class ProofReader:
    """The objects of a bundle, read by their computed ids. Raises `BadProof` where the bundle holds no such object."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self._objects = bundle.objects()

    def __contains__(self, name: str) -> bool:
        return name in self._objects

    def commit(self, name: str) -> Commit:
        head, _, message = self._read(name, "commit").decode("utf-8", "surrogateescape").partition("\n\n")
        tree = head.partition("\n")[0].removeprefix("tree ")
        return Commit(tree, commit_parents(head), message)

    def parent(self, name: str) -> str:
        """The first parent of a commit."""
        parents = self.commit(name).parents
        if not parents:
            raise BadProof(f"Commit {name} has no parent.")
        return parents[0]

    def text(self, commit: str, article: str) -> str:
        """The part of the article in a commit that the bundle holds, through the trees on its path."""
        paths = [path.split("/") for path in all_part_paths(article)]
        tree = self.commit(commit).tree
        for folder in paths[0][:-1]:
            tree = self._in_tree(tree, folder)
        return self._read(self._in_tree(tree, *(name for *_, name in paths)), "blob").decode("utf-8", "surrogateescape")

    def _in_tree(self, tree: str, *names: str) -> str:
        """What a tree holds under the first of `names` that the bundle has too. Raises `BadProof`."""
        entries = dict(self._entries(tree))
        held = [entries[name] for name in names if name in entries]
        if not held:
            raise BadProof(f"Tree {tree} has no {names[-1]}.")
        return next((name for name in held if name in self), held[0])

    def _entries(self, tree: str) -> Iterator[tuple[str, str]]:
        data = self._read(tree, "tree")
        while data:
            entry, _, rest = data.partition(b"\0")
            yield entry.partition(b" ")[2].decode("utf-8", "surrogateescape"), rest[:20].hex()
            data = rest[20:]

    def _read(self, name: str, kind: str) -> bytes:
        known_kind, data = self._objects.get(name, ("", b""))
        if known_kind != kind:
            raise BadProof(f"The bundle does not contain the {kind} {name}: it was left out or changed.")
        return data


def proof_findings(bundle: Bundle, kept: Sequence[Checkpoint], known: KnownKeys | None) -> Iterator[Finding]:
    """What is wrong with a bundle. `kept` are checkpoints that somebody kept, `known` the keys known beforehand."""
    yield from _check_signature(bundle, known)
    try:
        checkpoints = bundle.checkpoints
        yield from _check_checkpoints(bundle, checkpoints, kept)
        reader = ProofReader(bundle)
        yield from _check_events(reader, checkpoints)
        yield from _check_published(reader, {checkpoint.statement.number: checkpoint for checkpoint in checkpoints})
        yield from _check_proposal(reader)
    except RepoStoreError as error:
        yield Finding("bundle", error.message)


def proven_changes(bundle: Bundle) -> list[Change]:
    """The texts before and after, as far as they are in the bundle. Raises `RepoStoreError`."""
    reader, proof = ProofReader(bundle), bundle.proof
    commits = [("proposed", proof.proposal)] if proof.proposal else []
    commits += [("published", change.commit) for change in proof.published]
    return [Change(what, commit, *_two_texts(reader, commit)) for what, commit in commits]


def _two_texts(reader: ProofReader, commit: str) -> tuple[str, str]:
    article = reader.bundle.proof.article
    return reader.text(reader.parent(commit), article), reader.text(commit, article)


def _check_signature(bundle: Bundle, known: KnownKeys | None) -> Iterator[Finding]:
    """The whole file is signed by the publication's newest key, which is known or follows from one that is."""
    key = bundle.keys[-1].key if bundle.keys else ""
    is_signed = key and is_valid_signature(key, bundle.signed, NAMESPACE, bundle.signature)
    if not is_signed or armored_again(bundle.signature) != bundle.signature:
        yield Finding("signature", "The bundle is not signed by the key that it names: it was changed.")
    for before, after in zip(bundle.keys, bundle.keys[1:], strict=False):
        signature = after.signature
        if signature and not is_valid_signature(before.key, after.key.encode(), CHECKPOINT_NAMESPACE, signature):
            yield Finding("key", f"The key from event {after.from_event} on is not signed by the key before it.")
    if known is not None:
        known.follow(bundle.keys)
        if key not in known.keys or key in known.replaced:
            yield Finding("signature", "The bundle is not signed by a key that was known beforehand.")


def _check_checkpoints(bundle: Bundle, checkpoints: list[Checkpoint], kept: Sequence[Checkpoint]) -> Iterator[Finding]:
    """Each is the publication's and signed by its key of that time, and none contradicts one that was kept."""
    kept_texts = {checkpoint.statement.number: checkpoint.text for checkpoint in kept}
    following = {checkpoint.statement.number - 1: checkpoint.statement.previous for checkpoint in kept}
    for checkpoint in checkpoints:
        statement = checkpoint.statement
        keys = [key.key for key in bundle.keys if key.from_event <= statement.events]
        signed = keys and is_valid_signature(
            keys[-1], checkpoint.text.encode(), CHECKPOINT_NAMESPACE, checkpoint.signature
        )
        if not signed or statement.publication != bundle.proof.publication:
            yield Finding("checkpoint", f"Checkpoint {statement.number} is not signed by the publication's key.")
        other_text = kept_texts.get(statement.number, checkpoint.text) != checkpoint.text
        if other_text or following.get(statement.number, digest(checkpoint.text)) != digest(checkpoint.text):
            yield Finding("checkpoint", f"Checkpoint {statement.number} is not the one that you kept.")


def _check_events(reader: ProofReader, checkpoints: list[Checkpoint]) -> Iterator[Finding]:
    """The events are in order, before a checkpoint, and those whose commits are in the bundle say what it states."""
    proof = reader.bundle.proof
    numbers = [event.seq for event in proof.events]
    newest = max(checkpoints, key=lambda checkpoint: checkpoint.statement.events, default=None)
    if not numbers or numbers != sorted(set(numbers)) or proof.events[0].type != "correction.submitted":
        yield Finding("event", "The events are not in order.")
    elif newest is None or newest.statement.events < numbers[-1]:
        yield Finding("checkpoint", f"No checkpoint covers event {numbers[-1]}.")
    elif proof.chain:
        yield from _check_chain(reader, newest)
    for event in proof.events:
        if event.id in reader:
            yield from _check_event(_entry(reader, event.id), event, proof.correction)


def _entry(reader: ProofReader, name: str) -> Entry:
    commit = reader.commit(name)
    return decode(name, commit.parents, commit.message)


def _check_event(entry: Entry, stated: ProvenEvent, correction: str) -> Iterator[Finding]:
    facts = (entry.seq, entry.event.type, entry.at.isoformat(), getattr(entry.event, "correction", ""))
    if facts != (stated.seq, stated.type, stated.at, correction):
        yield Finding("event", f"Event {stated.seq} is not the event that the bundle states.", stated.id)


def _check_chain(reader: ProofReader, newest: Checkpoint) -> Iterator[Finding]:
    """From the checkpoint's ledger back to the first event, each commit is the parent of the next."""
    proof = reader.bundle.proof
    stated = {event.seq: event.id for event in proof.events}
    name: str | None = newest.statement.ledger
    seq = newest.statement.events
    while name is not None and seq >= proof.events[0].seq:
        entry = _entry(reader, name)
        if entry.seq != seq or stated.get(seq, name) != name:
            yield Finding("chain", f"The ledger has {name} as event {entry.seq}, not what the bundle states.", name)
            return
        name, seq = entry.previous, seq - 1
    if seq >= proof.events[0].seq:
        yield Finding("chain", "The chain ends before the first event of the correction.")


def _check_published(reader: ProofReader, checkpoints: dict[int, Checkpoint]) -> Iterator[Finding]:
    """The checkpoint's `main` leads back to each published commit, which names the correction."""
    proof = reader.bundle.proof
    stated = {event.seq: event for event in proof.events}
    if proof.state in ("accepted", "reverted") and not proof.published:
        yield Finding("main", "The bundle contains no commit that published the correction.")
    for change in proof.published:
        checkpoint, event = checkpoints.get(change.checkpoint), stated.get(change.seq)
        if checkpoint is None or event is None or checkpoint.statement.events < change.seq:
            yield Finding("checkpoint", f"No checkpoint covers what event {change.seq} published.", change.commit)
            continue
        name = checkpoint.statement.main
        while name != change.commit:
            name = reader.parent(name)
        commit = reader.commit(name)
        if f"\nCorrection: {proof.correction}\n" not in f"\n{commit.message}\n":
            yield Finding("main", f"{name} does not name the correction.", name)
        before, after = _two_texts(reader, name)
        if event.id in reader:
            entry = _entry(reader, event.id)
            if isinstance(entry.event, CorrectionAccepted | CorrectionReverted) and not entry.was:
                yield from _check_edit(entry.event.edit, before, after, name)


def _check_proposal(reader: ProofReader) -> Iterator[Finding]:
    """The reader's words are those of the event that was submitted, where this is in the bundle."""
    proof = reader.bundle.proof
    if not proof.proposal:
        return
    before, after = _two_texts(reader, proof.proposal)
    commit = reader.commit(proof.proposal)
    if f"\nCorrection: {proof.correction}\n" not in f"\n{commit.message}\n":
        yield Finding("proposal", f"{proof.proposal} does not name the correction.", proof.proposal)
    submitted = proof.events[0].id
    if submitted not in reader:
        return
    entry = _entry(reader, submitted)
    if entry.commit != proof.proposal:
        yield Finding("proposal", f"Event {entry.seq} is about another commit than {proof.proposal}.", submitted)
    if isinstance(entry.event, CorrectionSubmitted) and entry.event.edit and not entry.was:
        yield from _check_edit(entry.event.edit, before, after, proof.proposal)


def _check_edit(edit: Span, before: str, after: str, commit: str) -> Iterator[Finding]:
    if before[: edit.start] + edit.text + before[edit.end :] != after:
        yield Finding("text", f"The text of {commit} is not what its event states.", commit)
