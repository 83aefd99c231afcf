"""What a reader sends goes one way through the code: from module to module, and back to none that it has left."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from corrections.services.publication import Publication
from tests.newsroom import TALKS, an_article
from tests.submission_path import ValuePath

ARTICLE = "# The bridge\n\nThe “old” bridge was built in 1893.\n\nTraffic crossed the *river* there for decades.\n"
QUOTE, REPLACEMENT = 'The "old" bridge was built in 1893', 'The "old" bridge was inaugurated in 1893'
MARKS = ('"old"', "inaugurated")  # as the reader typed it; the article has other quotation marks
TEXT_ENGINE, STORE = "corrections/text/", "repo_store/"
# An entry of the ledger is encoded twice: to see whether it can be read back, and when its commits have their ids.
ENCODED_AGAIN = "repo_store/model/entries.py"
# Two commits are made of a submission, one after the other: of the words, and of the event, which names the first.
SECOND_COMMIT = ["repo_store/git/batches.py", "repo_store/git/object_batch.py", "repo_store/git/packfile.py"]


def by_api(client: FlaskClient) -> int:
    annotation = {
        "target": {"article": TALKS, "selector": {"type": "TextQuoteSelector", "exact": QUOTE}},
        "body": {"type": "TextualBody", "value": REPLACEMENT},
    }
    return client.post("/api/v1/daily/corrections", json=annotation).status_code


def by_form(client: FlaskClient) -> int:
    form = {"exact": QUOTE, "replacement": REPLACEMENT, "step": "send", "key": "one-and-only"}
    return client.post(f"/daily/a/{TALKS}/suggest", data=form).status_code


@pytest.mark.parametrize(
    ("libraries", "most", "returns"),
    [((TEXT_ENGINE, STORE), 25, []), ((TEXT_ENGINE,), 36, [ENCODED_AGAIN, *SECOND_COMMIT])],
    ids=["service", "service-and-store"],
)
@pytest.mark.parametrize(("send", "status"), [(by_api, 201), (by_form, 303)])
def test_a_submission_goes_from_module_to_module_and_never_back(
    publication: Publication,
    client: FlaskClient,
    send: Callable[[FlaskClient], int],
    status: int,
    libraries: tuple[str, ...],
    most: int,
    returns: list[str],
):
    an_article(publication, ARTICLE)
    path = ValuePath(MARKS, last="Store.write_together", libraries=libraries)
    with path.follow():
        assert send(client) == status
    assert path.is_over
    assert sorted(path.returns) == sorted(returns), path.stops
    assert len(path.stops) <= most, path.stops
