"""Folders as the last two versions wrote them open, audit clean, and can be worked in.

`seeds` has what each version wrote: a `git fast-import` stream, the ids that its commits had, and a dump of the private
store. The same was done in each: seven corrections were sent and decided, appealed against, withdrawn and reverted.
"""

import sqlite3
import subprocess
from pathlib import Path

import pytest

from corrections.index import queries
from corrections.private.contacts import Contact
from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from corrections.services.readers import status
from corrections.services.review import decisions
from tests.newsroom import EDITOR, TALKS, a_correction

SEEDS = Path(__file__).parent / "seeds"
PASSWORD = "a password of then"
STATES = {1: "accepted", 2: "accepted", 3: "appealed", 4: "open", 5: "open", 6: "withdrawn", 7: "reverted"}


def git(repository: Path, *command: str, stream: bytes | None = None) -> str:
    return subprocess.run(
        ["git", "-C", str(repository), *command], input=stream, capture_output=True, check=True
    ).stdout.decode()


@pytest.fixture(params=["2026-11-26", "2026-11-27"])
def landed(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A publication's folder of the version that landed on the day."""
    seed, folder = SEEDS / request.param, tmp_path / "data" / "daily"
    repository = folder / "articles.git"
    repository.mkdir(parents=True)
    git(repository, "init", "-q", "--bare", "--initial-branch=main")
    git(repository, "fast-import", "--quiet", stream=(seed / "articles.fast-import").read_bytes())
    references = git(repository, "for-each-ref", "--format=%(objectname) %(refname)")
    assert references == (seed / "references.txt").read_text(), "the commits are those that the version wrote"
    with sqlite3.connect(folder / "private.db") as private:
        private.executescript((seed / "private.sql").read_text())
    private.close()
    return folder


def test_a_folder_of_a_landed_version_opens_with_everything_in_it(landed: Path):
    publication = Publication(landed)
    corrections = queries.corrections(publication.index, queries.Filter())
    assert {correction.number: correction.state for correction in corrections} == STATES
    text = publication.current_text(TALKS)
    assert "Ministers met on Tuesday in teh capital" in text
    assert "- the bridge opened in 1895\n- and closed in 1971\n" in text
    meta = publication.store.meta(TALKS, publication.article(TALKS).revision)
    assert [notice.text[:18] for notice in meta.notices] == ["An earlier version"]
    contact = publication.private.contacts.get(publication.correction(1).id)
    assert contact == Contact("Ada", "ada@example.org", True, "de")
    assert publication.private.accounts.sign_in("Mira", PASSWORD) is not None
    publication.close()
    assert audit_publication(landed) == []


def test_readers_and_editors_go_on_where_they_were(landed: Path):
    publication = Publication(landed)
    again = a_correction(
        publication,
        "Tusday",
        "Tuesday",
        contact=Contact("Ada", "ada@example.org", True, "de"),
        key="first-key",
        comment="A day of the week.",
    )
    assert again.number == 1, "a request sent again is recognised"
    for number in (4, 7):
        if publication.correction(number).state == "reverted":
            decisions.reopen(publication, EDITOR, number, publication.correction(number).last_event)
        decisions.accept(publication, EDITOR, number, publication.correction(number).last_event)
    decisions.revert(publication, EDITOR, 2, publication.correction(2).last_event, "The archive was wrong.")
    status.add_word(publication, 5, "The first two.")
    assert a_correction(publication, "minister said", "minister told us").number == 8
    text = publication.current_text(TALKS)
    assert "Ministers met on Tuesday in the city" in text
    assert "- the bridge opened in 1893\n" in text
    publication.close()
    assert audit_publication(landed) == []
