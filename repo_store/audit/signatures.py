"""What signatures prove: keys, checkpoints and signed commits against the chain of events."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from git import Repo

from repo_store.audit.checkpoints import NAMESPACE, Checkpoint, PublishedKey, checkpoints, digest
from repo_store.audit.continuation import stored_commit
from repo_store.audit.known_keys import KnownKeys
from repo_store.audit.ledger_chain import LedgerChain
from repo_store.errors import BadCheckpoint
from repo_store.git.command import read_bytes
from repo_store.git.object_stream import read_objects
from repo_store.git.packfile import split_commit
from repo_store.model.entries import Entry
from repo_store.model.events import HistoryRedacted
from repo_store.model.finding import Finding
from repo_store.ssh_signatures import COMMITS, is_valid_signature


@dataclass(frozen=True)
class SignedLedger:
    """What signatures are held against: the ledger, the entries that announce keys, and those that redact.

    `keys` begin with those of before the first entry that is walked; `since` is the checkpoint that it goes on from.
    """

    chain: LedgerChain
    keys: list[PublishedKey]
    redactions: list[Entry]
    since: Checkpoint | None = None

    def checkpoints(self, repo: Repo, tip: str | None) -> list[Checkpoint]:
        """The published ones after `since`, oldest first. Raises `BadCheckpoint`."""
        first = self.since.statement.number if self.since else 0
        later = takewhile(lambda checkpoint: checkpoint.statement.number > first, checkpoints(repo, tip))
        return list(later)[::-1]


def signature_findings(
    repo: Repo,
    ledger: SignedLedger,
    commits: Iterable[str],
    tip: str | None,
    against: Sequence[Checkpoint] = (),
    known: KnownKeys | None = None,
) -> Iterator[Finding]:
    """What is wrong with keys, with the checkpoints from `tip` back, with those kept elsewhere, with signed commits.

    With `known`, the newest checkpoint has to be signed by a key that was known beforehand, or leads back to one.
    """
    chain, keys = ledger.chain, ledger.keys
    yield from _check_key_changes(keys)
    try:
        stored_checkpoints = ledger.checkpoints(repo, tip)
    except BadCheckpoint as error:
        yield Finding("checkpoint", error.message, str(error.details.get("commit", "")))
        stored_checkpoints = []
    if (
        keys and not stored_checkpoints and ledger.since is None and chain.id_at(len(chain)) != keys[-1].entry
    ):  # its process may have ended before the first checkpoint
        yield Finding("checkpoint", f"A key was announced at event {keys[0].from_event}, but there is no checkpoint.")
    yield from _check_sequence(stored_checkpoints, ledger.since)
    for checkpoint in stored_checkpoints:
        yield from _check_checkpoint(checkpoint, ledger)
    yield from _check_commits(repo, commits, keys)
    yield from _check_commits(repo, [checkpoint.commit for checkpoint in stored_checkpoints], keys)
    published = {checkpoint.text for checkpoint in stored_checkpoints}
    if ledger.since is not None and stored_commit(repo, tip, ledger.since) is not None:
        published.add(ledger.since.text)
    for checkpoint in against:
        if not chain.has(checkpoint.statement.events) and checkpoint.statement.events <= len(chain):
            continue  # of before the checkpoint that this audit goes on from
        yield from _check_checkpoint(checkpoint, ledger)
        yield from _check_covered(checkpoint, ledger, [*stored_checkpoints, *against])
        if checkpoint.text not in published:
            yield Finding(
                "checkpoint", f"Checkpoint {checkpoint.statement.number}, which you kept, is not published here."
            )
    if known is not None:
        yield from _check_known_signers(known, ledger, stored_checkpoints, against)


def _check_statement(checkpoint: Checkpoint, ledger: SignedLedger) -> Iterator[Finding]:
    """Whether a checkpoint's statement is true of the chain."""
    statement, chain = checkpoint.statement, ledger.chain
    description = f"Checkpoint {statement.number} of {statement.at:%Y-%m-%d %H:%M} UTC"
    if statement.events > len(chain):
        yield Finding(
            "checkpoint",
            f"{description} counts {statement.events} events, the ledger has {len(chain)}.",
            statement.ledger,
        )
        return
    entry = chain.entry_at(statement.events)
    ledgers, mains = _ids_of(entry)
    if statement.ledger not in ledgers:
        yield Finding(
            "checkpoint",
            f"{description} has {statement.ledger} as event {statement.events}: it was rewritten.",
            entry.id,
        )
    elif statement.main not in mains or entry.corrections != statement.corrections:
        yield Finding("checkpoint", f"{description} states another main or another count than its event.", entry.id)
    before = ledger.since.statement.redactions if ledger.since else ()
    redacted = [*before, *(redaction.seq for redaction in ledger.redactions if redaction.seq <= statement.events)]
    if list(statement.redactions) != redacted:
        yield Finding("checkpoint", f"{description} states other redactions than the ledger has.", entry.id)


def _check_known_signers(
    known: KnownKeys,
    ledger: SignedLedger,
    stored_checkpoints: list[Checkpoint],
    against: Sequence[Checkpoint],
) -> Iterator[Finding]:
    """Whether the newest checkpoint, and each one that was kept, is signed by a key that was known beforehand."""
    known.follow(ledger.keys)
    for checkpoint in [*stored_checkpoints[-1:], *against]:
        if not known.has_signed(checkpoint):
            yield unknown_signer(checkpoint)
    for checkpoint in stored_checkpoints[-1:]:
        yield from _check_covered(checkpoint, ledger, against)


def unknown_signer(checkpoint: Checkpoint) -> Finding:
    """The finding that it was signed by no key that was known beforehand."""
    number = checkpoint.statement.number
    message = (
        f"Checkpoint {number} is not signed by a key that was known beforehand, or by one that such a key signed for."
    )
    return Finding("signature", message, checkpoint.commit)


def _check_covered(checkpoint: Checkpoint, ledger: SignedLedger, others: Sequence[Checkpoint]) -> Iterator[Finding]:
    """Whether a checkpoint of before a redaction is followed by one that lists the redaction.

    That an event had another id before (`was`) is only said by the event itself, which anybody can make up.
    """
    statement, chain = checkpoint.statement, ledger.chain
    if statement.events > len(chain):
        return  # told already
    entry = chain.entry_at(statement.events)
    if (statement.ledger, statement.main) == (entry.id, entry.main):
        return
    redactions = {
        redaction.seq
        for redaction in ledger.redactions
        if redaction.seq > statement.events
        and isinstance(redaction.event, HistoryRedacted)
        and redaction.event.first <= entry.seq
    }
    for other in others:
        later = other.statement
        is_on_chain = chain.has(later.events) and later.ledger == chain.id_at(later.events)
        if redactions and is_on_chain and redactions <= set(later.redactions):
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


def _check_checkpoint(checkpoint: Checkpoint, ledger: SignedLedger) -> Iterator[Finding]:
    yield from _check_statement(checkpoint, ledger)
    keys = [key.key for key in ledger.keys if key.from_event <= checkpoint.statement.events]
    if not keys or not is_valid_signature(keys[-1], checkpoint.text.encode(), NAMESPACE, checkpoint.signature):
        yield Finding(
            "signature",
            f"Checkpoint {checkpoint.statement.number} is not signed by the key that the ledger names for it.",
            checkpoint.commit,
        )


def _check_key_changes(keys: list[PublishedKey]) -> Iterator[Finding]:
    for before, key in pairwise(keys):
        if not is_valid_signature(before.key, key.key.encode(), NAMESPACE, key.signature):
            yield Finding("key", f"The key of event {key.from_event} is not signed by the key before it.", key.entry)


def _check_sequence(stored_checkpoints: list[Checkpoint], since: Checkpoint | None) -> Iterator[Finding]:
    previous, first = (digest(since.text), since.statement.number + 1) if since else ("", 1)
    for number, checkpoint in enumerate(stored_checkpoints, start=first):
        if checkpoint.statement.number != number or checkpoint.statement.previous != previous:
            yield Finding(
                "checkpoint",
                f"Checkpoint {checkpoint.statement.number} does not follow the one before it.",
                checkpoint.commit,
            )
        previous = digest(checkpoint.text)


def _check_commits(repo: Repo, commits: Iterable[str], keys: list[PublishedKey]) -> Iterator[Finding]:
    """Each signed commit is signed by a key that the ledger names (before one is announced there is none to ask)."""
    public_keys = [key.key for key in keys][::-1]
    for commit, git_object in read_objects(repo, commits) if public_keys else ():
        data = read_bytes(repo, commit) if git_object is None else git_object.data  # the former says why it is missing
        if b"\ngpgsig " not in data.partition(b"\n\n")[0]:
            continue
        header, message, signature = split_commit(data)
        if not any(
            is_valid_signature(public_key, header + b"\n" + message, COMMITS, signature) for public_key in public_keys
        ):
            yield Finding("signature", f"Commit {commit} is not signed by a key that the ledger names.", commit)
