"""Webhooks: each event reaches the publisher's server at least once, in order, signed, and says what changed."""

import json
import os
import re
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import DEVNULL, Popen
from subprocess import run as run_program

import pytest

from corrections.config import Settings
from corrections.connectors import connections, webhook
from corrections.connectors.connections import NewConnection
from corrections.connectors.credentials import FILE, BadConnectKey
from corrections.domain.decisions import DecisionKind
from corrections.http_client import OutgoingRequest, PrivateNetwork, is_reachable, send
from corrections.services.errors import Forbidden, Invalid
from corrections.services.operations.redaction import Removal, redact
from corrections.services.publication import Publication
from corrections.services.review.decisions import Decision, decide
from corrections.services.submission.submission import Contact
from corrections.subscribers import connectors
from tests.connectors.receiver import Receiver, receiving
from tests.newsroom import EDITOR, TALKS, TEXT, a_correction, an_article, free_port, kill, start
from tests.service import run_command

ADMIN = EDITOR.__class__("Ada", "admin")


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("CORRECTIONS_PRIVATE_HOSTS", "127.0.0.0/8")
    with receiving() as server:
        yield server


@pytest.fixture
def connected(publication: Publication, receiver: Receiver) -> Receiver:
    """A publication with an article, then connected."""
    an_article(publication)
    _, receiver.secret = connections.connect(publication, ADMIN, NewConnection("webhook", {"url": receiver.url}))
    return receiver


def accept(publication: Publication, number: int) -> None:
    correction = publication.correction(number)
    decide(publication, EDITOR, number, Decision(DecisionKind.ACCEPT, correction.last_event))


def synchronise(publication: Publication, name: str = "webhook") -> connections.ConnectionStatus:
    return connections.synchronise(publication, ADMIN, name)


def wait_until(happened: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def test_an_accepted_correction_arrives_with_what_is_needed_to_change_the_article(
    publication: Publication, connected: Receiver, tmp_path: Path
):
    a_correction(publication, "Tusday", "Tuesday")
    accept(publication, 1)
    status = synchronise(publication)
    assert (status.state, status.lag, status.last_error, status.waiting) == ("active", 0, None, 0)
    assert [message["type"] for message in connected.messages] == ["correction.submitted", "correction.accepted"]
    submitted, accepted = (message["data"] for message in connected.messages)
    assert submitted["change"] is None
    assert submitted["correction"]["selector"]["exact"] == "Tusday"
    assert (accepted["publication"], accepted["article"]["id"]) == ("daily", TALKS)
    assert (accepted["correction"]["number"], accepted["correction"]["state"]) == (1, "accepted")
    change = accepted["change"]
    assert (change["before"], change["after"]) == (TEXT, TEXT.replace("Tusday", "Tuesday"))
    (tmp_path / "text.md").write_text(TEXT)
    applied = run_program(["patch", "text.md"], input=change["patch"], text=True, cwd=tmp_path, capture_output=True)
    assert (applied.returncode, (tmp_path / "text.md").read_text()) == (0, change["after"])
    assert connected.forged == 0


def test_a_connection_whose_last_event_is_not_in_the_ledger_says_what_to_do(
    publication: Publication, connected: Receiver
):
    a_correction(publication, "Tusday", "Tuesday")
    publication.private.connections.add_deliveries("webhook", (), up_to="f" * 40)  # as a lost history leaves it
    status = synchronise(publication)
    assert "is not in the ledger" in str(status.last_error)
    assert "connect again" in str(status.last_error)
    assert connections.status_of_all(publication) == [status]
    assert connected.messages == []


def test_a_run_that_was_noted_by_a_clock_ahead_of_this_one_is_due(publication: Publication, connected: Receiver):
    synchronise(publication)
    a_correction(publication, "Tusday", "Tuesday")
    later = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    with publication.private.databases.write() as database:
        database.execute("UPDATE connections SET last_run=?, last_error='no answer'", (later,))
    runs = connectors.ConnectionRuns()
    runs.start_due(publication, threading.Event())
    runs.wait()
    assert [message["type"] for message in connected.messages] == ["correction.submitted"]


def test_nothing_of_a_reader_s_person_is_sent(publication: Publication, connected: Receiver):
    a_correction(publication, "Tusday", "Tuesday", contact=Contact("Ada Reader", "ada@example.org", credit=True))
    synchronise(publication)
    assert connected.messages
    assert not re.search(
        r"\bada\b|reader@|example\.org", json.dumps(connected.messages).lower()
    )  # hashes have letters too


def test_what_the_receiver_did_not_take_comes_again_in_order(publication: Publication, connected: Receiver):
    connected.failing = 503
    a_correction(publication, "Tusday", "Tuesday")
    accept(publication, 1)
    status = synchronise(publication)
    assert status.waiting == 2
    assert status.last_error is not None
    assert status.last_error.startswith("The receiver answers with status 503. Attempt 1 of 16; the next is at ")
    assert connected.refused == [503], "the second waits for the first"
    connected.failing = None
    connected.forget = 1
    assert synchronise(publication).waiting == 2, "an answer that was lost is no answer"
    assert synchronise(publication).waiting == 0
    types = [message["type"] for message in connected.messages]
    assert types == ["correction.submitted", "correction.submitted", "correction.accepted"]
    assert connected.ids[0] == connected.ids[1] != connected.ids[2]


def test_a_receiver_that_never_answers_is_given_up_and_tried_again_by_hand(
    publication: Publication, connected: Receiver, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(webhook, "ATTEMPTS", 1)
    connected.failing = 500
    a_correction(publication, "Tusday", "Tuesday")
    assert (synchronise(publication).dead, synchronise(publication).waiting) == (1, 0)
    connected.failing = None
    assert synchronise(publication).dead == 0
    assert len(connected.messages) == 1
    (delivery,) = connections.latest_deliveries(publication, "webhook", 10)
    connections.redeliver(publication, ADMIN, "webhook", delivery.id)
    synchronise(publication)
    assert connected.ids == [connected.ids[0]] * 2


def test_only_the_events_that_were_asked_for_are_sent(publication: Publication, receiver: Receiver):
    an_article(publication)
    options = {"url": receiver.url, "events": "correction.accepted, correction.reverted"}
    name, receiver.secret = connections.connect(publication, ADMIN, NewConnection("webhook", options, "cms"))
    a_correction(publication, "Tusday", "Tuesday")
    accept(publication, 1)
    synchronise(publication, name)
    assert [message["type"] for message in receiver.messages] == ["correction.accepted"]


def test_what_was_redacted_before_a_message_went_out_is_not_in_it(publication: Publication, connected: Receiver):
    a_correction(publication, "Tusday", "Tuesday unspeakable")
    accept(publication, 1)
    current = publication.current_text(TALKS)
    assert "unspeakable" in current
    redact(publication, ADMIN, Removal("A court ordered it.", number=1, words=("unspeakable",)))
    synchronise(publication)
    assert "unspeakable" not in json.dumps(connected.messages)
    assert connected.messages[-1]["type"] == "history.redacted"


def test_a_paused_connection_sends_later_and_a_removed_one_nothing(publication: Publication, connected: Receiver):
    connections.pause(publication, ADMIN, "webhook")
    a_correction(publication, "Tusday", "Tuesday")
    (status,) = connections.status_of_all(publication)
    assert status.state == "paused"
    connections.resume(publication, ADMIN, "webhook")
    synchronise(publication)
    assert len(connected.messages) == 1
    connections.disconnect(publication, ADMIN, "webhook")
    assert connections.status_of_all(publication) == []
    with pytest.raises(connections.UnknownConnection):
        synchronise(publication)


def test_the_secret_is_stored_encrypted_and_a_lost_key_is_told(publication: Publication, connected: Receiver):
    data = publication.folder.parent
    assert (data / FILE).stat().st_mode & 0o077 == 0
    for path in publication.folder.glob("private.db*"):
        assert connected.secret.encode() not in path.read_bytes()
    (data / FILE).write_text("another key altogether")
    a_correction(publication, "Tusday", "Tuesday")
    status = synchronise(publication)
    assert status.last_error is not None
    assert "cannot be read with this key" in status.last_error
    assert connected.messages == []
    assert BadConnectKey.code == "bad_connect_key"


@pytest.mark.parametrize(
    ("new", "message"),
    [
        (NewConnection("webhook", {}), "Give --url"),
        (NewConnection("webhook", {"url": "cms.example.org"}), "Give --url"),
        (
            NewConnection("webhook", {"url": "https://a.example", "events": "correction.accept"}),
            "Unknown types of events",
        ),
        (NewConnection("webhook", {"url": "https://a.example"}, "Not a name"), "A connection’s name"),
        (NewConnection("fax", {}), "There is no connector"),
        (NewConnection("webhook", {"url": "https://a.example", "branch": "main"}), "is not an option of webhook"),
    ],
)
def test_what_cannot_be_connected_is_refused_with_the_reason(
    publication: Publication, new: NewConnection, message: str
):
    with pytest.raises(Invalid, match=message):
        connections.connect(publication, ADMIN, new)
    with pytest.raises(Forbidden):
        connections.connect(publication, EDITOR, NewConnection("webhook", {"url": "https://a.example"}))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254", "2130706433"])
def test_private_networks_are_out_of_reach_unless_the_operator_lists_them(host: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("CORRECTIONS_PRIVATE_HOSTS", raising=False)
    with pytest.raises(PrivateNetwork):
        send(OutgoingRequest(f"http://{host}:9/", "POST", body=b"{}"), is_reachable)


def test_the_service_sends_by_itself_and_a_kill_loses_nothing(publication: Publication, receiver: Receiver):
    data, port = publication.folder.parent, free_port()
    an_article(publication)
    made = run_command("--data", data, "connect", "daily", "webhook", "--url", receiver.url, "--every", "1")
    receiver.secret = made.stdout.strip()
    assert receiver.secret.startswith("whsec_")
    receiver.failing = 503
    service = start(data, port)
    a_correction(publication, "Tusday", "Tuesday")
    wait_until(lambda: bool(receiver.refused))
    kill(service)
    receiver.failing = None
    service = start(data, port)
    accept(publication, 1)
    wait_until(lambda: "correction.accepted" in [message["type"] for message in receiver.messages])
    wait_until(lambda: connections.status_of(publication, "webhook").last_error is None)  # noted after the last answer
    kill(service)
    sent = [(message["data"]["seq"], message["type"]) for message in receiver.messages]
    assert [kind for _, kind in sent if kind.startswith("correction.")] == [
        "correction.submitted",
        "correction.accepted",
    ]
    assert sent == sorted(set(sent)), "each once, in order"
    (row,) = json.loads(run_command("--data", data, "connections", "daily", "--json").stdout)
    assert {"name": "webhook", "kind": "webhook", "state": "active", "last_error": None}.items() <= row.items()
    assert row["lag"] >= 0
    assert "delivered" in run_command("--data", data, "deliveries", "daily", "webhook").stdout


def test_the_example_in_the_documentation_keeps_a_folder_in_step(
    publication: Publication, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("CORRECTIONS_PRIVATE_HOSTS", "127.0.0.1")
    page = (Path(__file__).parents[2] / "docs" / "connecting.md").read_text()
    (tmp_path / "receiver.py").write_text(page.partition("```python\n")[2].partition("```")[0])
    an_article(publication)
    port = free_port()
    name, secret = connections.connect(
        publication, ADMIN, NewConnection("webhook", {"url": f"http://127.0.0.1:{port}/"})
    )
    environment = {**os.environ, "FOLDER": str(tmp_path), "PORT": str(port), "WEBHOOK_SECRET": secret}
    example = Popen([sys.executable, str(tmp_path / "receiver.py")], env=environment, stderr=DEVNULL)
    try:
        wait_until(lambda: is_listening(port))
        a_correction(publication, "Tusday", "Tuesday")
        accept(publication, 1)
        assert synchronise(publication, name).waiting == 0
    finally:
        example.terminate()
        example.wait()
    assert (tmp_path / f"{TALKS.replace('/', '-')}.txt").read_text() == publication.current_text(TALKS)


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_receiver_that_does_not_answer_delays_no_other(publication: Publication, receiver: Receiver):
    an_article(publication)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        connections.connect(publication, ADMIN, NewConnection("webhook", {"url": url}, "silent"))
        _, receiver.secret = connections.connect(publication, ADMIN, NewConnection("webhook", {"url": receiver.url}))
        a_correction(publication, "Tusday", "Tuesday")
        subscriber, stop = connectors.subscriber(Settings(publication.folder.parent)), threading.Event()
        for _ in range(2):
            subscriber.handle(publication, stop)
            wait_until(lambda: len(receiver.messages) == 1)
        silent.settimeout(60)
        asked, _ = silent.accept()  # from here on its run waits for an answer
        waiting = publication.private.connections.next_delivery("silent")
        assert waiting is not None
        assert waiting.attempts == 0, "it has not given up waiting for the other"
        stop.set()
        subscriber.handle(publication, stop)
        assert connections.status_of(publication, "silent").last_error is not None
        asked.close()
