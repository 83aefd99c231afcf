"""One queue over all publications where the account may decide."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from corrections.domain.roles import Role
from corrections.index import queries
from corrections.private.account import Account
from corrections.services import memberships
from corrections.services.publication import Publication, Publications
from tests.markup import collapse_whitespace
from tests.newsroom import a_correction, an_article

ALL = "/daily/review/all"


def opened(publication: Publication, name: str) -> Publication:
    return Publication.create(publication.folder.parent, name, f"The {name.title()}")


@pytest.fixture
def weekly(app: Flask, editor: FlaskClient, publication: Publication) -> Iterator[Publication]:
    """A second publication, where the editor of the first is an editor too."""
    created = opened(publication, "weekly")
    member(app, created, "editor")
    yield created
    created.close()


def member(app: Flask, publication: Publication, role: str) -> None:
    publications: Publications = app.extensions["publications"]
    memberships.add(publications, publication, Account("Mira", Role(role)), "daily", "Mira")


def rows(page: str) -> list[str]:
    return re.findall(r'<tr data-row="([^"]+)"', page)


def pick(publication: Publication, number: int) -> str:
    publication.refresh()
    return f"{publication.name}/{number}:{publication.correction(number).last_event}"


def test_rows_of_all_publications_are_in_one_order_and_name_theirs(
    editor: FlaskClient, publication: Publication, weekly: Publication
):
    for each in (publication, weekly):
        an_article(each)
    a_correction(publication, "teh", "the")
    a_correction(weekly, "Tusday", "Tuesday")
    a_correction(publication, "Tusday", "Tuesday")
    page = editor.get(ALL).text
    assert rows(page) == ["/daily/review/1", "/weekly/review/1", "/daily/review/2"]
    assert '<span class="of-publication" dir="auto">The Weekly</span>' in page
    assert 'data-count="Open">3<' in page
    newest = editor.get(f"{ALL}?q=is:open sort:newest").text
    assert rows(newest) == ["/daily/review/2", "/weekly/review/1", "/daily/review/1"]
    assert rows(editor.get(f"{ALL}?q=is:open publication:weekly").text) == ["/weekly/review/1"]
    assert rows(editor.get(f"{ALL}?q=is:open Tuesday").text) == ["/weekly/review/1", "/daily/review/2"]
    assert rows(editor.get(f"{ALL}?q=%231").text) == ["/daily/review/1", "/weekly/review/1"]
    unknown = editor.get(f"{ALL}?q=publication:monthly")
    assert (unknown.status_code, "publication: takes daily, weekly." in unknown.text) == (422, True)


def test_what_the_account_may_not_decide_is_not_in_it(
    app: Flask, editor: FlaskClient, publication: Publication, weekly: Publication
):
    monthly, foreign = opened(publication, "monthly"), opened(publication, "foreign")
    member(app, monthly, "viewer")
    for each in (publication, monthly, foreign):
        an_article(each)
        a_correction(each, "teh", "the")
    assert rows(editor.get(ALL).text) == ["/daily/review/1"]
    editor.post(f"{ALL}/many", data={"decision": "spam", "pick": [pick(monthly, 1), pick(foreign, 1)]})
    for each in (monthly, foreign):
        each.refresh()
        assert each.correction(1).state == "open"
        each.close()


def test_who_may_decide_nowhere_sees_an_empty_queue(app: Flask, publication: Publication):
    an_article(publication)
    a_correction(publication, "teh", "the")
    publication.private.accounts.save("Vic", "viewer", "long enough for a test")
    viewer = app.test_client()
    viewer.post("/daily/sign-in", data={"name": "Vic", "password": "long enough for a test"})
    assert rows(viewer.get(ALL).text) == []
    refused = viewer.post(f"{ALL}/many", data={"decision": "spam", "pick": [pick(publication, 1)]})
    assert refused.status_code == 422
    assert publication.correction(1).state == "open"


def test_one_decision_goes_across_publications_and_is_all_or_none_in_each_article(
    editor: FlaskClient, publication: Publication, weekly: Publication
):
    for each in (publication, weekly):
        an_article(each)
        a_correction(each, "teh", "the")
    a_correction(weekly, "1893", "1839")
    picks = [pick(publication, 1), pick(weekly, 1), pick(weekly, 2)]
    form = {"decision": "accept", "pick": picks}
    answer = editor.post(f"{ALL}/many", data=form, headers={"Accept": "application/json"}).json
    assert answer is not None
    assert [decided["key"] for decided in answer["decided"]] == ["daily/1"]
    assert answer["refused"] == {"weekly/2": "It changes a number."}
    assert answer["told"] == "The Daily: Accepted: 1 correction (#1)."
    assert answer["detail"].startswith("The Weekly: Open these first")
    for each in (publication, weekly):
        each.refresh()
    assert [publication.correction(1).state, weekly.correction(1).state] == ["accepted", "open"]
    page = editor.post(f"{ALL}/many", data={"decision": "accept", "pick": picks[1:]}).text
    assert collapse_whitespace(page).count(" checked>") == 2
    assert 'title="It changes a number.">It changes a number.</span>' in page
    done = editor.post(f"{ALL}/many", data={"decision": "accept", "pick": picks[1:2]})
    assert done.status_code == 303
    nothing = editor.post(f"{ALL}/many", data={"decision": "accept"})
    assert (nothing.status_code, "Select at least one correction first." in nothing.text) == (422, True)


def test_pages_go_through_everything_once(editor: FlaskClient, publication: Publication, weekly: Publication):
    for each in (publication, weekly):
        an_article(each, "# Words\n\n" + " ".join(f"word{number}" for number in range(40)) + "\n")
    for number in range(40):
        a_correction((publication, weekly)[number % 2], f"word{number}", f"Word{number}")
        a_correction(weekly, f"word{number}", f"Work{number}")
    first = editor.get(f"{ALL}?q=is:open sort:age").text
    assert len(rows(first)) >= queries.PAGE
    address = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    second = editor.get(ALL + address).text
    assert 'rel="next"' not in second
    assert len(rows(first) + rows(second)) == 80
    assert len({*rows(first), *rows(second)}) == 80


def test_a_page_that_is_up_to_date_is_not_sent_again(
    editor: FlaskClient, publication: Publication, weekly: Publication
):
    for each in (publication, weekly):
        an_article(each)
    answer = editor.get(f"{ALL}/rows")
    etag = answer.headers["ETag"]
    assert editor.get(f"{ALL}/rows", headers={"If-None-Match": etag}).status_code == 304
    a_correction(weekly, "teh", "the")
    answer = editor.get(f"{ALL}/rows", headers={"If-None-Match": etag})
    assert answer.json is not None
    assert rows(answer.json["html"]) == ["/weekly/review/1"]
