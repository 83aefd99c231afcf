"""Background work: what one subscriber does wrong or slowly is nothing to the others."""

import errno
import os
import threading
import time
from collections.abc import Callable

import pytest

from corrections import background
from corrections.background import BackgroundWork
from corrections.config import Settings
from corrections.services.publication import Publication, Publications
from corrections.subscribers import Subscriber, subscribers


@pytest.fixture(autouse=True)
def _frequent_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "POLL_SECONDS", 0.02)


def test_an_error_of_one_subscriber_is_logged_with_its_name_and_stops_nobody(
    publication: Publication, caplog: pytest.LogCaptureFixture
):
    failures, turns = [], []

    def fail(publication: Publication, _stop: threading.Event) -> None:
        failures.append(publication.name)
        raise RuntimeError("it is broken" if len(failures) < 4 else "it is still broken")

    def work(publication: Publication, _stop: threading.Event) -> None:
        turns.append(publication.name)

    run_until(
        publication,
        [Subscriber("broken", fail, cursor=lambda _: "a1b2"), Subscriber("sound", work)],
        lambda: len(failures) > 5 and len(turns) > 1,
    )
    assert "daily: broken failed, after event a1b2" in caplog.text
    logged = [str(record.exc_info[1]) for record in caplog.records if record.exc_info]
    assert logged == ["it is broken", "it is still broken"], "what failed in the same way was logged before"


def test_a_subscriber_that_hangs_delays_no_other_and_is_waited_for_at_the_stop(publication: Publication):
    turns, ended = [], []

    def hang(_publication: Publication, stop: threading.Event) -> None:
        stop.wait(30)
        ended.append(True)

    def work(publication: Publication, _stop: threading.Event) -> None:
        turns.append(publication.name)

    run_until(publication, [Subscriber("slow", hang), Subscriber("quick", work)], lambda: len(turns) > 2)
    assert ended == [True]


def test_work_goes_on_after_the_publications_could_not_be_listed(
    publication: Publication, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    names, failures, turns = Publications.names, [], []

    def fail_at_first(publications: Publications) -> list[str]:
        if len(failures) < 3:
            failures.append(True)
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        return names(publications)

    monkeypatch.setattr(Publications, "names", fail_at_first)
    work = Subscriber("sound", lambda publication, _stop: turns.append(publication.name))
    run_until(publication, [work], lambda: bool(turns))
    assert caplog.text.count("sound: the publications cannot be listed: Too many open files") == 1


def test_work_is_left_to_another_node_only_when_nobody_is_at_it(
    publication: Publication, monkeypatch: pytest.MonkeyPatch
):
    begun, may_end = threading.Event(), threading.Event()
    passed: list[bool] = []  # whether the slow one had ended

    def send(_publication: Publication, _stop: threading.Event) -> None:
        begun.set()
        may_end.wait(30)

    def notice(publication: Publication, _stop: threading.Event) -> None:
        if begun.is_set() and not passed:
            monkeypatch.setattr(Publication, "is_cut_off", True)

    monkeypatch.setattr(Publications, "pass_lead", lambda *_: passed.append(may_end.is_set()))
    looks: list[bool] = []

    def has_passed() -> bool:
        looks.append(bool(passed))
        if len(looks) > 10:
            may_end.set()
        return bool(passed)

    run_until(publication, [Subscriber("slow", send), Subscriber("quick", notice)], has_passed)
    assert passed[0]
    assert not any(looks[:10])


def test_a_subscriber_has_its_turns_in_the_time_it_asks_for_and_at_the_stop(publication: Publication):
    hourly, final, looks = [], [], []
    run_until(
        publication,
        [
            Subscriber("hourly", lambda *_: hourly.append(1), seconds=3600),
            Subscriber("final", lambda *_: final.append(1), seconds=3600, runs_at_stop=True),
            Subscriber("often", lambda *_: looks.append(1)),
        ],
        lambda: len(looks) > 3 and bool(hourly) and bool(final),
    )
    assert len(hourly) == 1
    assert len(final) == 2


def test_mail_is_a_subscriber_only_where_a_mail_server_is_set(publication: Publication):
    data = publication.folder.parent
    names = ["checkpoints", "retention", "queue-lines"]
    assert [subscriber.name for subscriber in subscribers(Settings(data))] == [*names, "connectors"]
    assert [subscriber.name for subscriber in subscribers(Settings(data, smtp="smtp://127.0.0.1:1"))] == [
        *names,
        "mail",
        "connectors",
    ]


def run_until(publication: Publication, registered: list[Subscriber], happened: Callable[[], bool]) -> None:
    """Run a worker with these subscribers until something has happened, then stop it."""
    publications = Publications(publication.folder.parent)
    work = BackgroundWork(publications, registered, publication.folder.parent)
    work.start()
    end = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)
    work.stop()
    publications.close()
