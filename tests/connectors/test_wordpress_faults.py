"""What a WordPress can do wrong, each said in plain words: nothing is lost, written twice or overwritten."""

import re
import sqlite3
import threading
import time
from contextlib import closing
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from corrections.connectors import connections
from corrections.connectors.connections import NewConnection
from corrections.connectors.connector import Run
from corrections.connectors.wordpress.session import open_session
from corrections.connectors.wordpress.state import Seen, load_state
from corrections.index import queries
from corrections.services.actors import Actor
from corrections.services.articles import updates
from corrections.services.articles.updates import ArticleText
from corrections.services.publication import Publication
from tests.connectors.false_wordpress import TEXT, Answer, FalseWordPress, answering
from tests.connectors.false_wordpress import false_wordpress as false_wordpress  # the fixture `site`
from tests.connectors.test_git_connector import ADMIN
from tests.connectors.test_wordpress import accept, imported, synchronise
from tests.connectors.wordpress import USER, WordPress

HTML = (200, {"Content-Type": "text/html"}, b"<!DOCTYPE html><title>Down for maintenance</title>")


def connect(publication: Publication, url: str, password: str = "xxxx yyyy", actor: Actor = ADMIN, **options: str):
    new = NewConnection("wordpress", {"url": url, "user": USER, **options}, password=password)
    return connections.connect(publication, actor, new)


def run_in_background(publication: Publication) -> connections.ConnectionStatus:
    """A turn as the service gives it by itself."""
    connection = connections.known_connection(publication, "wordpress")
    connections.run_connection(publication, connection, threading.Event())
    return connections.status_of(publication, "wordpress")


@pytest.mark.parametrize(
    ("failure", "message"),
    [
        ((429, {"Retry-After": "900"}, b"{}"), "127.0.0.1 answers that it gets too many requests (status 429)."),
        ((503, {"Retry-After": "900"}, b"<p>no"), "127.0.0.1 has a problem and answers with status 503."),
        ((502, {}, b""), "127.0.0.1 has a problem and answers with status 502."),
        (
            HTML,
            "127.0.0.1 answers with a web page instead of JSON (status 200). A plugin, a firewall or maintenance mode",
        ),
        (
            (301, {"Location": "https://other.example/"}, b""),
            "127.0.0.1 redirects to https://other.example. The password is",
        ),
        (
            (401, {}, b'{"code": "incorrect_password"}'),
            "127.0.0.1 does not accept the application password of editor: it",
        ),
        (
            (400, {}, b'{"code": "rest_invalid_param", "message": "Bad status."}'),
            "127.0.0.1 does not accept the request for posts/1: Bad status. Nothing is lost;",
        ),
        ((403, {}, b'{"code": "rest_forbidden", "message": "No."}'), "127.0.0.1 does not let editor use posts"),
        ((200, {}, b"[" * 100_000), "127.0.0.1 answers with something else instead of JSON (status 200)."),
        ((200, {}, b'[{"id": "x"}]'), "The REST API’s answer is not that of a WordPress: "),
    ],
)
def test_a_failure_is_said_with_the_next_attempt_and_is_over_by_itself(
    publication: Publication, site: FalseWordPress, failure: Answer, message: str
):
    connect(publication, site.url)
    synchronise(publication)
    (article,) = imported(publication).values()
    accept(publication, "Tusday", "Tuesday", article)
    site.failure = failure
    error = run_in_background(publication).last_error
    assert error is not None
    assert error.startswith(message)
    assert re.search(r"Nothing is lost; the next attempt is at \d\d:\d\d:\d\d UTC\.$", error)
    site.failure = None
    asked = site.asked
    assert run_in_background(publication).last_error == error, "it waits for as long as it said"
    assert site.asked == asked
    assert synchronise(publication).last_error is None, "an admin need not wait"
    assert site.content(1) == TEXT.replace("Tusday", "Tuesday")
    assert site.revisions[1] == [TEXT, TEXT.replace("Tusday", "Tuesday")]


def test_a_site_that_is_down_is_asked_less_and_less_often(publication: Publication, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CORRECTIONS_PRIVATE_HOSTS", "127.0.0.0/8")
    with answering() as site:
        site.write(1, TEXT)
        connect(publication, site.url)
    pauses: list[float] = []
    for _ in range(4):
        before = time.time()
        error = synchronise(publication).last_error
        assert error is not None
        assert error.startswith("127.0.0.1: The site did not answer. Nothing is lost; the next attempt is at ")
        pauses.append(load_state(publication, "wordpress").not_before - before)
    assert all(later > 1.5 * earlier > 0 for earlier, later in pairwise(pauses))


@pytest.mark.parametrize(
    "date", ["-0001-11-30T00:00:00", "0000-00-00T00:00:00", "2026-13-45T99:00:00", "9999-12-31T23:59:59"]
)
def test_an_odd_date_of_a_post_holds_up_nothing(publication: Publication, site: FalseWordPress, date: str):
    site.write(2, "<p>Another.</p>")
    site.posts[1] |= {"date": date, "modified_gmt": date}
    connect(publication, site.url)
    for _ in range(2):
        assert synchronise(publication).last_error is None
    articles = imported(publication)
    assert articles.keys() == {"Post 1", "Post 2"}
    accept(publication, "Tusday", "Tuesday", articles["Post 1"])
    assert synchronise(publication).last_error is None
    site.write(1, TEXT.replace("Tusday", "Tuesday").replace("Ministers", "Mayors"))
    assert synchronise(publication).last_error is None
    assert publication.current_text(articles["Post 1"]) == site.content(1)


@pytest.mark.parametrize(
    "wait", ["Fri, 27 Nov 2026 10:00:00", "Fri, 27 Nov 2026 10:00:00 -0000", "soon", "²", "Fri, 99 Nov 2026 10:00:00"]
)
def test_an_odd_time_to_wait_is_a_failure_like_others(publication: Publication, site: FalseWordPress, wait: str):
    connect(publication, site.url)
    site.failure = (503, {"Retry-After": wait.encode().decode("latin-1")}, b"{}")
    error = synchronise(publication).last_error
    assert error is not None
    assert error.startswith("127.0.0.1 has a problem and answers with status 503. Nothing is lost;")


def test_a_list_that_does_not_say_how_long_it_is_is_not_taken_for_the_whole(
    publication: Publication, site: FalseWordPress
):
    connect(publication, site.url)
    site.failure = (200, {"Content-Type": "application/json"}, b"[]")
    error = synchronise(publication).last_error
    assert error is not None
    assert "the header X-WP-Total is missing" in error
    site.failure = None
    assert synchronise(publication).last_error is None
    assert imported(publication).keys() == {"Post 1"}


@pytest.mark.parametrize("hours", [1, 5])
def test_an_edit_that_could_not_be_stored_is_taken_over_by_the_next_turn(
    publication: Publication, site: FalseWordPress, hours: int
):
    site.clock = timedelta(hours=-hours)
    connect(publication, site.url)
    synchronise(publication)
    (article,) = imported(publication).values()
    site.write(1, TEXT.replace("Ministers", "Mayors"))
    site.clock = timedelta()  # the save was hours ago
    lock = publication.store.path / "refs/heads/ledger.lock"
    lock.touch()
    assert synchronise(publication).last_error is not None
    lock.unlink()
    assert synchronise(publication).last_error is None
    assert publication.current_text(article) == site.content(1) == TEXT.replace("Ministers", "Mayors")


def test_many_new_posts_at_once_with_addresses_that_articles_have(publication: Publication, site: FalseWordPress):
    for number in range(1, 60):
        link = f"https://daily.example.org/{number // 2}/"
        site.write(number, f"<p>Words {number}.</p>", link=link)
        if number % 2:
            updates.publish(publication, ADMIN, ArticleText(f"2020/01/01/a{number}", f"Text {number}.", url=link))
    connect(publication, site.url)
    error = synchronise(publication).last_error
    assert error is not None
    assert error.count("It has the address of posts/") == 5
    assert "And 24 more." in error


def test_a_post_is_looked_up_while_others_are_imported(publication: Publication, site: FalseWordPress):
    connect(publication, site.url)
    connection = connections.known_connection(publication, "wordpress")
    session = open_session(Run(publication, connection, "", threading.Event()))
    for number in range(300):
        session.put(f"posts/{number}", Seen(), f"2026/11/24/a{number}")

    def import_more() -> None:
        for number in range(300, 500):
            session.put(f"posts/{number}", Seen(), f"2026/11/24/a{number}")

    importer = threading.Thread(target=import_more)
    importer.start()
    while importer.is_alive():
        assert session.path_of("2026/11/24/a299") == "posts/299"
        assert session.path_of("2026/11/24/none") == ""
    importer.join()
    assert session.path_of("2026/11/24/a499") == "posts/499"


def test_a_writing_that_is_not_answered_is_not_written_twice(publication: Publication, site: FalseWordPress):
    connect(publication, site.url)
    synchronise(publication)
    (article,) = imported(publication).values()
    accept(publication, "Tusday", "Tuesday", article)
    site.forget = 1
    error = synchronise(publication).last_error
    assert error is not None
    assert error.startswith("127.0.0.1: The site did not answer.")
    assert synchronise(publication).last_error is None
    assert site.revisions[1] == [TEXT, TEXT.replace("Tusday", "Tuesday")]


def test_a_writing_of_a_title_that_is_not_answered_is_not_written_twice(publication: Publication, site: FalseWordPress):
    site.write(1, TEXT, title="Talks on Wensday")
    connect(publication, site.url)
    synchronise(publication)
    (article,) = imported(publication).values()
    accept(publication, "Wensday", "Wednesday", article)
    site.forget = 1
    error = synchronise(publication).last_error
    assert error is not None
    assert error.startswith("127.0.0.1: The site did not answer.")
    assert synchronise(publication).last_error is None
    assert site.titles[1] == ["Post 1", "Talks on Wensday", "Talks on Wednesday"]


@pytest.mark.parametrize("rendered", [2_000_000, 17_000_000])
def test_revisions_too_large_for_one_answer_stop_no_correction(
    publication: Publication, site: FalseWordPress, rendered: int
):
    for count in range(30):
        site.write(1, f"{TEXT}<p>Draft {count}.</p>")
    site.write(1, TEXT)
    site.rendered = rendered
    connect(publication, site.url)
    synchronise(publication)
    (article,) = imported(publication).values()
    accept(publication, "Tusday", "Tuesday", article)
    assert synchronise(publication).last_error is None
    assert site.content(1) == publication.current_text(article) == TEXT.replace("Tusday", "Tuesday")


def test_a_type_without_revisions_has_its_corrections_and_later_edits(publication: Publication, wordpress: WordPress):
    plugin = wordpress.mu_plugins / "no-revisions.php"
    plugin.write_text("<?php add_action('init', fn() => remove_post_type_support('post', 'revisions'), 99);")
    number = wordpress.create(TEXT)
    connect(publication, wordpress.url, wordpress.password)
    synchronise(publication)
    (article,) = imported(publication).values()
    accept(publication, "Tusday", "Tuesday", article)
    assert synchronise(publication).last_error is None
    edited = TEXT.replace("Tusday", "Tuesday").replace("Ministers", "Mayors")
    assert wordpress.content(number) == TEXT.replace("Tusday", "Tuesday")
    wordpress.write(f"posts/{number}", content=edited)
    assert synchronise(publication).last_error is None
    assert wordpress.content(number) == publication.current_text(article) == edited


def test_a_decision_that_the_index_does_not_know_yet_is_written(
    publication: Publication, site: FalseWordPress, tmp_path: Path
):
    connect(publication, site.url)
    synchronise(publication)
    (article,) = imported(publication).values()
    before = publication.index.path
    kept = tmp_path / "index.db"
    with closing(sqlite3.connect(before)) as index, closing(sqlite3.connect(kept)) as copy:
        index.backup(copy)
    accept(publication, "Tusday", "Tuesday", article)
    with closing(sqlite3.connect(kept)) as copy, closing(sqlite3.connect(before)) as index:
        copy.backup(index)  # another process has decided, and nothing has been read since
    assert run_in_background(publication).last_error is None
    assert site.content(1) == TEXT.replace("Tusday", "Tuesday")
    assert run_in_background(publication).lag == 0


def test_a_conflict_that_an_editor_ends_within_the_same_second_is_over(publication: Publication, site: FalseWordPress):
    connect(publication, site.url)
    synchronise(publication)
    (article,) = imported(publication).values()
    accept(publication, "Tusday", "Tuesday", article)
    site.write(1, TEXT.replace("Tusday", "Thursday"))
    assert synchronise(publication).last_error is not None
    second = site.posts[1]["modified_gmt"]
    site.write(1, TEXT.replace("Tusday", "Tuesday"))
    site.posts[1]["modified_gmt"] = second
    assert synchronise(publication).last_error is None


def test_a_body_that_is_too_large_is_said_and_stops_no_other(publication: Publication, site: FalseWordPress):
    site.write(2, f"<p>{'word ' * 1_000_000}</p>")
    site.write(3, f"<p>{'word ' * 4_000_000}</p>")
    site.write(4, "<p>A short one.</p>")
    connect(publication, site.url)
    error = synchronise(publication).last_error
    assert error is not None
    assert "posts/2: The article is larger than the limit of" in error
    assert "posts/3 is too large to be fetched." in error
    assert imported(publication).keys() == {"Post 1", "Post 4"}
    site.write(2, "<p>Cut.</p>")
    site.write(3, "<p>Cut.</p>")
    assert synchronise(publication).last_error is None
    assert imported(publication).keys() == {"Post 1", "Post 2", "Post 3", "Post 4"}


def test_a_post_that_has_become_too_large_holds_up_no_correction_of_another(
    publication: Publication, site: FalseWordPress
):
    site.write(2, TEXT)
    connect(publication, site.url)
    synchronise(publication)
    articles = imported(publication)
    large = f"{TEXT}<p>{'word ' * 4_000_000}</p>"
    site.write(1, large)
    for title in ("Post 1", "Post 2"):
        accept(publication, "Tusday", "Tuesday", articles[title])
    for _ in range(2):
        status = synchronise(publication)
        assert status.last_error is not None
        assert re.match(r"posts/1\b.* too large", status.last_error)
    assert status.lag == 0, "the connection has come past the corrections"
    assert (site.content(1), site.content(2)) == (large, TEXT.replace("Tusday", "Tuesday"))
    site.write(1, TEXT)
    assert synchronise(publication).last_error is None
    assert site.content(1) == TEXT.replace("Tusday", "Tuesday")


def test_of_two_posts_with_one_address_the_second_waits_for_an_address_of_its_own(
    publication: Publication, site: FalseWordPress
):
    site.write(2, "<p>Another.</p>", f"{site.url}/1/")
    connect(publication, site.url)
    error = synchronise(publication).last_error
    assert error is not None
    assert re.match(r"posts/[12]: It has the address of posts/[12], http://127\.0\.0\.1:\d+/1/, so it was not", error)
    assert len(queries.articles(publication.index)) == 1
    second = int(error[6])
    site.posts[second]["link"] = f"{site.url}/2/"
    site.write(second, site.content(second))
    assert synchronise(publication).last_error is None
    assert len(queries.articles(publication.index)) == 2


@pytest.mark.parametrize("hours", [-1, 1])
def test_clocks_an_hour_apart_or_set_meanwhile_hide_no_edit(publication: Publication, site: FalseWordPress, hours: int):
    site.clock = timedelta(hours=hours)
    connect(publication, site.url)
    synchronise(publication)
    (article,) = imported(publication).values()
    for clock, words in ((timedelta(hours=hours), "Monday"), (timedelta(0), "Friday"), (timedelta(hours=-1), "Sunday")):
        site.clock = clock
        site.write(1, TEXT.replace("Tusday", words))
        assert synchronise(publication).last_error is None
        assert words in publication.current_text(article)


def test_a_connection_paused_during_its_import_asks_for_no_further_run(
    publication: Publication, site: FalseWordPress, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("corrections.connectors.wordpress.pull.TURN_SECONDS", -1)  # a turn for each type of posts
    connect(publication, site.url)
    connections.pause(publication, ADMIN, "wordpress")
    status = synchronise(publication)
    assert (status.progress, status.requested) == ("1 of 1 posts compared", False)
    connections.resume(publication, ADMIN, "wordpress")
    status = run_in_background(publication)
    assert (status.last_error, status.progress) == (None, "")
