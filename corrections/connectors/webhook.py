"""Webhooks: each event of the ledger is sent to an address of the publisher's, signed as Standard Webhooks says.

The specification is at https://www.standardwebhooks.com/. Messages go out one after the other, in the order of the
ledger, each again until the receiver answers with a status of 2xx: at least once, so the receiver keeps the ids it has
seen.
"""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

from standardwebhooks import Webhook

from corrections.connectors.connector import ConnectionFailed, Connector, Run
from corrections.connectors.credentials import create_signing_secret
from corrections.connectors.webhook_messages import event_message
from corrections.http_client import OutgoingRequest, RequestFailed, is_reachable, send
from corrections.index import queries
from corrections.private.delivery.connections import Delivery
from corrections.services.errors import Invalid
from corrections.urls import serialize_url
from repo_store.model.events import EVENT_TYPES

FIRST_PAUSE = 5.0  # seconds after the first failure; each further one doubles it
LONGEST_PAUSE = 6 * 3600.0
ATTEMPTS = 16  # about two days
ANSWER_LIMIT = 64 * 1024  # bytes of an answer that are read
EVENTS_A_TRANSACTION = 1000
MESSAGES_A_RUN = 500
BEGINNING = ""  # the cursor before the first event of a ledger
_GONE = 410  # the receiver wants no more


def check(options: Mapping[str, str]) -> dict[str, str]:
    """The address, and the types of events to send (empty: all). Raises `Invalid`."""
    url = serialize_url(options.get("url", ""))
    if url is None:
        raise Invalid({"url": "Give --url, a web address such as https://cms.example.org/corrections."})
    types = [name.strip() for name in options.get("events", "").split(",") if name.strip()]
    if unknown := sorted(set(types) - set(EVENT_TYPES)):
        raise Invalid(
            {"events": f"Unknown types of events: {', '.join(unknown)}. There are: {', '.join(EVENT_TYPES)}."}
        )
    return {"url": url, "events": ",".join(types)}


def create_secret(_password: str) -> str:
    return create_signing_secret()


def run(turn: Run) -> None:
    """Write messages about new events, and send those that are due. Raises `ConnectionFailed`."""
    _write_messages(turn)
    connections, name = turn.publication.private.connections, turn.connection.name
    for _ in range(MESSAGES_A_RUN):
        delivery = connections.next_delivery(name)
        if delivery is None or delivery.due > time.time() or turn.stop.is_set():
            break
        connections.note_attempt(_attempt(turn, delivery))
    waiting = connections.next_delivery(name)
    if waiting is not None and waiting.error:
        again = datetime.fromtimestamp(waiting.due, UTC).strftime("%H:%M:%S UTC")
        raise ConnectionFailed(f"{waiting.error} Attempt {waiting.attempts} of {ATTEMPTS}; the next is at {again}.")


def _write_messages(turn: Run) -> None:
    publication, name = turn.publication, turn.connection.name
    connections, wanted = publication.private.connections, turn.connection.options.get("events", "")
    types = set(wanted.split(",")) if wanted else set(EVENT_TYPES)
    cursor = connections.cursor(name) or BEGINNING
    cursor = queries.moved_to(publication.index, cursor) or cursor
    if cursor and not publication.has_event(cursor):
        raise ConnectionFailed(
            f"The last event that was sent ({cursor[:12]}) is not in the ledger: an older copy was restored, or a node "
            "wrote a ledger of its own. Nothing is sent, because it is not known what the receiver has. Disconnect and "
            "connect again: what happens from then on is sent."
        )
    head = publication.store.ledger() or BEGINNING
    while cursor != head:
        entries = list(islice(publication.store.entries(after=cursor or None, until=head), EVENTS_A_TRANSACTION))
        messages = [(entry.id, entry.event.type) for entry in entries if entry.event.type in types]
        cursor = entries[-1].id
        connections.add_deliveries(name, messages, up_to=cursor)


def _attempt(turn: Run, delivery: Delivery) -> Delivery:
    """Send a message once; the delivery as it is afterwards."""
    entry = turn.publication.store.entry(delivery.event)
    body, now = event_message(turn.publication, entry), datetime.now(UTC)
    identifier = f"msg_{turn.connection.name}_{entry.seq}"
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Corrections webhooks",
        "webhook-id": identifier,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(turn.secret).sign(identifier, now, body),
    }
    url = turn.connection.options["url"]
    status, error = None, ""
    try:
        answer = send(OutgoingRequest(url, "POST", headers, body.encode(), ANSWER_LIMIT), is_reachable)
        status = answer.status
        error = "" if 200 <= status < 300 else f"The receiver answers with status {status}."
    except RequestFailed as failure:
        error = str(failure)
    attempts = delivery.attempts + 1
    if not error:
        return replace(delivery, state="delivered", attempts=attempts, status=status, error=None)
    if attempts >= ATTEMPTS or status == _GONE:
        return replace(delivery, state="dead", attempts=attempts, status=status, error=error)
    pause = min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
    return replace(delivery, due=time.time() + pause, attempts=attempts, status=status, error=error)


CONNECTOR = Connector("webhook", frozenset({"url", "events"}), check, create_secret, run, shows_secret=True)
