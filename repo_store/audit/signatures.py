"""What signatures prove: keys, checkpoints and signed commits against the chain of events."""

from collections.abc import Iterator, Sequence

from git import Repo

from repo_store.audit.checkpoints import NAMESPACE, Checkpoint, PublishedKey, checkpoints, digest
from repo_store.audit.known_keys import KnownKeys
from repo_store.errors import BadCheckpoint
from repo_store.git.command import read_bytes
from repo_store.git.packfile import split_commit
from repo_store.model.entries import Entry
from repo_store.model.events import HistoryRedacted, KeyChanged
from repo_store.model.finding import Finding
from repo_store.ssh_signatures import COMMITS, is_valid_signature


def signature_findings(
    repo: Repo,
    chain: list[Entry],
    commits: Sequence[str],
    tip: str | None,
    against: Sequence[Checkpoint] = (),
    known: KnownKeys | None = None,
) -> Iterator[Finding]:
    """What is wrong with keys, with the checkpoints from `tip` back, with those kept elsewhere, with signed commits.

    With `known`, the newest checkpoint has to be signed by a key that was known beforehand, or leads back to one.
    """
    keys = [entry for entry in chain if isinstance(entry.event, KeyChanged)]
    yield from _check_key_changes(keys)
    try:
        stored_checkpoints = list(checkpoints(repo, tip))[::-1]
    except BadCheckpoint as error:
        yield Finding("checkpoint", error.message, str(error.details.get("commit", "")))
        stored_checkpoints = []
    if (
        keys and not stored_checkpoints and chain[-1] is not keys[-1]
    ):  # its process may have ended before the first checkpoint
        yield Finding("checkpoint", f"A key was announced at event {keys[0].seq}, but there is no checkpoint.")
    yield from _check_sequence(stored_checkpoints)
    for checkpoint in stored_checkpoints:
        yield from _check_checkpoint(checkpoint, chain, keys)
    yield from _check_commits(repo, [*commits, *(checkpoint.commit for checkpoint in stored_checkpoints)], keys)
    published = {checkpoint.text for checkpoint in stored_checkpoints}
    for checkpoint in against:
        yield from _check_checkpoint(checkpoint, chain, keys)
        yield from _check_covered(checkpoint, chain, [*stored_checkpoints, *against])
        if checkpoint.text not in published:
            yield Finding(
                "checkpoint", f"Checkpoint {checkpoint.statement.number}, which was kept, is not published here."
            )
    if known is not None:
        yield from _check_known_signers(known, chain, keys, stored_checkpoints, against)


def _check_statement(checkpoint: Checkpoint, chain: Sequence[Entry]) -> Iterator[Finding]:
    """Whether a checkpoint's statement is true of the chain."""
    statement = checkpoint.statement
    description = f"Checkpoint {statement.number} of {statement.at:%Y-%m-%d %H:%M} UTC"
    if statement.events > len(chain):
        yield Finding(
            "checkpoint",
            f"{description} counts {statement.events} events, the ledger has {len(chain)}.",
            statement.ledger,
        )
        return
    entry = chain[statement.events - 1]
    ledgers, mains = _ids_of(entry)
    if statement.ledger not in ledgers:
        yield Finding(
            "checkpoint",
            f"{description} has {statement.ledger} as event {statement.events}: it was rewritten.",
            entry.id,
        )
    elif statement.main not in mains or entry.corrections != statement.corrections:
        yield Finding("checkpoint", f"{description} states another main or another count than its event.", entry.id)
    redacted = [
        checkpoint.seq for checkpoint in chain[: statement.events] if isinstance(checkpoint.event, HistoryRedacted)
    ]
    if list(statement.redactions) != redacted:
        yield Finding("checkpoint", f"{description} states other redactions than the ledger has.", entry.id)


def _check_known_signers(
    known: KnownKeys,
    chain: Sequence[Entry],
    keys: list[Entry],
    stored_checkpoints: list[Checkpoint],
    against: Sequence[Checkpoint],
) -> Iterator[Finding]:
    """Whether the newest checkpoint, and each one that was kept, is signed by a key that was known beforehand."""
    published_keys = [
        PublishedKey(entry.seq, entry.event.key, entry.event.signature)
        for entry in keys
        if isinstance(entry.event, KeyChanged)
    ]
    known.follow(published_keys)
    for checkpoint in [*stored_checkpoints[-1:], *against]:
        if not known.has_signed(checkpoint):
            yield unknown_signer(checkpoint)
    for checkpoint in stored_checkpoints[-1:]:
        yield from _check_covered(checkpoint, chain, against)


def unknown_signer(checkpoint: Checkpoint) -> Finding:
    """The finding that it was signed by no key that was known beforehand."""
    number = checkpoint.statement.number
    message = (
        f"Checkpoint {number} is signed by no key that was known beforehand, nor by one that such a key signed for."
    )
    return Finding("signature", message, checkpoint.commit)


def _check_covered(checkpoint: Checkpoint, chain: Sequence[Entry], others: Sequence[Checkpoint]) -> Iterator[Finding]:
    """Whether a checkpoint of before a redaction is followed by one that lists the redaction.

    That an event had another id before (`was`) is only said by the event itself, which anybody can make up.
    """
    statement = checkpoint.statement
    if statement.events > len(chain):
        return  # told already
    entry = chain[statement.events - 1]
    if (statement.ledger, statement.main) == (entry.id, entry.main):
        return
    redactions = {
        later_statement.seq
        for later_statement in chain[statement.events :]
        if isinstance(later_statement.event, HistoryRedacted) and later_statement.event.first <= entry.seq
    }
    for other in others:
        later_statement = other.statement
        is_on_chain = (
            later_statement.events <= len(chain) and later_statement.ledger == chain[later_statement.events - 1].id
        )
        if redactions and is_on_chain and redactions <= set(later_statement.redactions):
            return
    message = (
        f"Checkpoint {statement.number} is of another history, and no later checkpoint lists what was redacted since."
    )
    yield Finding("checkpoint", message, statement.ledger)


def _ids_of(entry: Entry) -> tuple[set[str], set[str]]:
    """The ids of an entry and of its main, those of before a redaction too."""
    return {entry.id, *(previous.entry for previous in entry.was)}, {
        entry.main,
        *(previous.main for previous in entry.was),
    }


def _check_checkpoint(checkpoint: Checkpoint, chain: list[Entry], keys: list[Entry]) -> Iterator[Finding]:
    yield from _check_statement(checkpoint, chain)
    key = _public_keys([entry for entry in keys if entry.seq <= checkpoint.statement.events])[-1:]
    if not key or not is_valid_signature(key[0], checkpoint.text.encode(), NAMESPACE, checkpoint.signature):
        yield Finding(
            "signature",
            f"Checkpoint {checkpoint.statement.number} is not signed by the key that the ledger names for it.",
            checkpoint.commit,
        )


def _public_keys(keys: list[Entry]) -> list[str]:
    return [entry.event.key for entry in keys if isinstance(entry.event, KeyChanged)]


def _check_key_changes(keys: list[Entry]) -> Iterator[Finding]:
    previous_key = ""
    for entry in keys:
        assert isinstance(entry.event, KeyChanged)
        if previous_key and not is_valid_signature(
            previous_key, entry.event.key.encode(), NAMESPACE, entry.event.signature
        ):
            yield Finding("key", f"The key of event {entry.seq} is not signed by the key before it.", entry.id)
        previous_key = entry.event.key


def _check_sequence(stored_checkpoints: list[Checkpoint]) -> Iterator[Finding]:
    previous = ""
    for number, checkpoint in enumerate(stored_checkpoints, start=1):
        if checkpoint.statement.number != number or checkpoint.statement.previous != previous:
            yield Finding(
                "checkpoint",
                f"Checkpoint {checkpoint.statement.number} does not follow the one before it.",
                checkpoint.commit,
            )
        previous = digest(checkpoint.text)


def _check_commits(repo: Repo, commits: Sequence[str], keys: list[Entry]) -> Iterator[Finding]:
    """Each signed commit is signed by a key that the ledger names (before one is announced there is none to ask)."""
    public_keys = _public_keys(keys)[::-1]
    for commit in commits if public_keys else ():
        data = read_bytes(repo, commit)
        if b"\ngpgsig " not in data.partition(b"\n\n")[0]:
            continue
        header, message, signature = split_commit(data)
        if not any(
            is_valid_signature(public_key, header + b"\n" + message, COMMITS, signature) for public_key in public_keys
        ):
            yield Finding("signature", f"Commit {commit} is signed by no key that the ledger names.", commit)
