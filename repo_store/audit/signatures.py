"""What signatures prove: keys, checkpoints and signed commits against the chain of events."""

from collections.abc import Iterator, Sequence

from git import Repo

from repo_store.audit.checkpoints import NAMESPACE, Checkpoint, PublishedKey, checkpoints, digest
from repo_store.audit.known_keys import KnownKeys
from repo_store.errors import BadCheckpoint
from repo_store.git.command import read_bytes
from repo_store.git.packfile import taken_apart
from repo_store.model.events import Entry, HistoryRedacted, KeyChanged
from repo_store.model.finding import Finding
from repo_store.ssh_signatures import COMMITS, verified


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
    yield from _keys(keys)
    try:
        own = list(checkpoints(repo, tip))[::-1]
    except BadCheckpoint as error:
        yield Finding("checkpoint", error.message, str(error.details.get("commit", "")))
        own = []
    if keys and not own and chain[-1] is not keys[-1]:  # its process may have ended before the first checkpoint
        yield Finding("checkpoint", f"A key was announced at event {keys[0].seq}, but there is no checkpoint.")
    yield from _sequence(own)
    for each in own:
        yield from _statement(each, chain, keys)
    yield from _commits(repo, [*commits, *(each.commit for each in own)], keys)
    published = {each.text for each in own}
    for each in against:
        yield from _statement(each, chain, keys)
        yield from _uncovered(each, chain, [*own, *against])
        if each.text not in published:
            yield Finding("checkpoint", f"Checkpoint {each.statement.number}, which was kept, is not published here.")
    if known is not None:
        yield from _unknown(known, chain, keys, own, against)


def stated(each: Checkpoint, chain: Sequence[Entry]) -> Iterator[Finding]:
    """Whether a checkpoint's statement is true of the chain."""
    statement = each.statement
    told = f"Checkpoint {statement.number} of {statement.at:%Y-%m-%d %H:%M} UTC"
    if statement.events > len(chain):
        yield Finding(
            "checkpoint", f"{told} counts {statement.events} events, the ledger has {len(chain)}.", statement.ledger
        )
        return
    entry = chain[statement.events - 1]
    ledgers, mains = _names_of(entry)
    if statement.ledger not in ledgers:
        yield Finding(
            "checkpoint", f"{told} has {statement.ledger} as event {statement.events}: it was rewritten.", entry.id
        )
    elif statement.main not in mains or entry.corrections != statement.corrections:
        yield Finding("checkpoint", f"{told} states another main or another count than its event.", entry.id)
    redacted = [each.seq for each in chain[: statement.events] if isinstance(each.event, HistoryRedacted)]
    if list(statement.redactions) != redacted:
        yield Finding("checkpoint", f"{told} states other redactions than the ledger has.", entry.id)


def _unknown(
    known: KnownKeys, chain: Sequence[Entry], keys: list[Entry], own: list[Checkpoint], against: Sequence[Checkpoint]
) -> Iterator[Finding]:
    """Whether the newest checkpoint, and each one that was kept, is signed by a key that was known beforehand."""
    line = [
        PublishedKey(entry.seq, entry.event.key, entry.event.signature)
        for entry in keys
        if isinstance(entry.event, KeyChanged)
    ]
    known.follow(line)
    for checkpoint in [*own[-1:], *against]:
        if not known.signed(checkpoint):
            yield unknown_signer(checkpoint)
    for checkpoint in own[-1:]:
        yield from _uncovered(checkpoint, chain, against)


def unknown_signer(checkpoint: Checkpoint) -> Finding:
    """The finding that it was signed by no key that was known beforehand."""
    number = checkpoint.statement.number
    message = (
        f"Checkpoint {number} is signed by no key that was known beforehand, nor by one that such a key signed for."
    )
    return Finding("signature", message, checkpoint.commit)


def _uncovered(checkpoint: Checkpoint, chain: Sequence[Entry], others: Sequence[Checkpoint]) -> Iterator[Finding]:
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
        later.seq
        for later in chain[statement.events :]
        if isinstance(later.event, HistoryRedacted) and later.event.first <= entry.seq
    }
    for other in others:
        later = other.statement
        stands = later.events <= len(chain) and later.ledger == chain[later.events - 1].id
        if redactions and stands and redactions <= set(later.redactions):
            return
    message = (
        f"Checkpoint {statement.number} is of another history, and no later checkpoint lists what was redacted since."
    )
    yield Finding("checkpoint", message, statement.ledger)


def _names_of(entry: Entry) -> tuple[set[str], set[str]]:
    """The ids of an entry and of its main, those of before a redaction too."""
    return {entry.id, *(was.entry for was in entry.was)}, {entry.main, *(was.main for was in entry.was)}


def _statement(each: Checkpoint, chain: list[Entry], keys: list[Entry]) -> Iterator[Finding]:
    yield from stated(each, chain)
    key = _names([entry for entry in keys if entry.seq <= each.statement.events])[-1:]
    if not key or not verified(key[0], each.text.encode(), NAMESPACE, each.signature):
        yield Finding(
            "signature",
            f"Checkpoint {each.statement.number} is not signed by the key that the ledger names for it.",
            each.commit,
        )


def _names(keys: list[Entry]) -> list[str]:
    return [entry.event.key for entry in keys if isinstance(entry.event, KeyChanged)]


def _keys(keys: list[Entry]) -> Iterator[Finding]:
    before = ""
    for entry in keys:
        assert isinstance(entry.event, KeyChanged)
        if before and not verified(before, entry.event.key.encode(), NAMESPACE, entry.event.signature):
            yield Finding("key", f"The key of event {entry.seq} is not signed by the key before it.", entry.id)
        before = entry.event.key


def _sequence(own: list[Checkpoint]) -> Iterator[Finding]:
    previous = ""
    for number, each in enumerate(own, start=1):
        if each.statement.number != number or each.statement.previous != previous:
            yield Finding(
                "checkpoint", f"Checkpoint {each.statement.number} does not follow the one before it.", each.commit
            )
        previous = digest(each.text)


def _commits(repo: Repo, commits: Sequence[str], keys: list[Entry]) -> Iterator[Finding]:
    """Each signed commit is signed by a key that the ledger names (before one is announced there is none to ask)."""
    names = _names(keys)[::-1]
    for commit in commits if names else ():
        data = read_bytes(repo, commit)
        if b"\ngpgsig " not in data.partition(b"\n\n")[0]:
            continue
        header, message, signature = taken_apart(data)
        if not any(verified(name, header + b"\n" + message, COMMITS, signature) for name in names):
            yield Finding("signature", f"Commit {commit} is signed by no key that the ledger names.", commit)
