"""Checkpoints of a publication, and the key that signs them."""

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

from corrections.index import queries
from corrections.services import settings
from corrections.services.actors import Actor, check_right
from corrections.services.publication import KEY, Publication
from corrections.services.review.transitions import checked_reason
from repo_store import Intent
from repo_store.audit.checkpoints import NAMESPACE, Checkpoint, PublishedKey, announced_keys
from repo_store.model.events import KeyChanged
from repo_store.ssh_signatures import Key

NEXT = "signing.key.next"  # a key that is not announced yet
AT_ONCE = 500  # events, from which on a checkpoint does not wait for its time


def checkpoint(publication: Publication) -> Checkpoint | None:
    """State where the ledger stands, signed; the first time, the key is announced on the ledger before.

    None where there is nothing to state: no article yet, or nothing new.
    """
    publication.check_writable()
    if publication.index.head is None:
        return None
    settle_key(publication)
    _announce_first(publication)
    redactions = tuple(event.seq for event in queries.redactions(publication.index))
    return publication.store.checkpoint(publication.key, publication.name, redactions)


def seconds_until_due(publication: Publication, now: datetime | None = None) -> float:
    """Until it is time for a checkpoint, not more than 0 where it is: there is something new, and the last one is old
    enough or far behind. Infinite where there is nothing new."""
    head = publication.store.head()
    last = next(iter(publication.store.checkpoints(limit=1)), None)
    if head.ledger is None or (last and last.statement.ledger == head.ledger):
        return math.inf
    if last is None or head.seq - last.statement.events >= AT_ONCE:
        return 0
    wait = timedelta(minutes=settings.number(publication, "checkpoint-minutes"))
    return (last.statement.at + wait - (now or datetime.now(UTC))).total_seconds()


def keys(publication: Publication) -> list[queries.SigningKey]:
    """The keys that have signed, oldest first."""
    return queries.signing_keys(publication.index)


def published_keys(publication: Publication) -> list[PublishedKey]:
    """The keys that have signed, oldest first, each with its signature by the key before it, as the ledger has them."""
    return announced_keys(publication.store.entry(event) for event in queries.key_events(publication.index))


def rotate(publication: Publication, actor: Actor, reason: str = "") -> str:
    """Sign with a new key from here on; the old one signs for it, unless it is lost. Returns the new public key.

    Raises `Forbidden`, `Invalid`.
    """
    check_right(actor, "staff")
    reason = checked_reason(reason)
    old: Key | None = None
    if (publication.folder / KEY).exists():
        checkpoint(publication)  # what stands until here is the old key's to state
        old = publication.key
    path = publication.folder / NEXT
    path.unlink(missing_ok=True)  # of an attempt that was never announced
    new = Key.generate(path)
    signature = old.sign(new.public.encode(), NAMESPACE) if old else ""
    event = KeyChanged(key=new.public, by=actor.name, signature=signature, reason=reason)
    publication.write(lambda head: Intent(event, head))
    publication.take_key(path)
    return new.public


def settle_key(publication: Publication) -> None:
    """Finish a change of keys that was announced on the ledger when its process died."""
    path: Path = publication.folder / NEXT
    if path.exists() and (known := keys(publication)) and known[-1].key == Key.read(path).public:
        publication.take_key(path)


def _announce_first(publication: Publication) -> None:
    def decide(head: str | None) -> Intent | None:
        if keys(publication):
            return None
        return Intent(KeyChanged(key=publication.key.public, by="the service", reason="The first key."), head)

    publication.write(decide)
