"""Folders of other versions: an older one opens as if it had been written today, a newer one is refused in plain words."""

import json
import sqlite3
import subprocess
import urllib.request
from pathlib import Path

import pytest

from corrections.errors import CorrectionsError
from corrections.index import queries
from corrections.services.operations.audit import audit_publication
from corrections.services.operations.backup import back_up, restore
from corrections.services.publication import Publication
from corrections.services.review import decisions
from tests.foreign import append_message, git
from tests.newsroom import EDITOR, a_correction, serving
from tests.service import run_command
from tests.upgrades import first_version
from tests.upgrades.first_version import ARTICLE, IDS, NOTICE, PASSWORD, TOKEN


@pytest.fixture
def old(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "daily"
    first_version.make(folder)
    return folder


def test_a_folder_of_the_first_version_opens_with_everything_in_it(old: Path) -> None:
    publication = Publication(old)
    corrections = {
        correction.number: correction for correction in queries.corrections(publication.index, queries.Filter())
    }
    states = {number: correction.state for number, correction in corrections.items()}
    assert states == {1: "reverted", 2: "accepted", 3: "open", 4: "rejected", 5: "open"}
    assert corrections[4].reason == "It closed in 1971."
    assert corrections[3].comment == "Which day?"
    assert "1894" in publication.current_text(ARTICLE)
    assert publication.current_text(ARTICLE).endswith("More.\n")
    meta = publication.store.meta(ARTICLE, publication.article(ARTICLE).revision)
    assert [notice.text for notice in meta.notices] == [NOTICE["text"]]
    assert publication.title == "The Daily"
    contact = publication.private.contacts.get(IDS[3])
    assert contact is not None
    assert (contact.name, contact.email, contact.credit) == ("Ada", "ada@example.org", True)
    publication.close()
    assert audit_publication(old) == []


def test_work_goes_on_in_it(old: Path, tmp_path: Path) -> None:
    publication = Publication(old)
    decisions.accept(publication, EDITOR, 5, publication.store.head().ledger)
    assert "told us." in publication.current_text(ARTICLE)
    assert a_correction(publication, "teh", "the", ARTICLE).number == 6
    publication.store.maintain()
    back_up(publication, tmp_path / "backup")
    publication.close()
    assert audit_publication(old) == []
    assert restore(tmp_path / "elsewhere", "daily", [tmp_path / "backup"]) == []


def test_accounts_tokens_and_pages_of_it_are_served(old: Path) -> None:
    publication = Publication(old)
    assert publication.private.accounts.sign_in("Mira", PASSWORD) is not None
    publication.close()
    with serving(old.parent) as site:
        request = urllib.request.Request(
            f"{site}/api/v1/daily/corrections?state=open", headers={"Authorization": f"Bearer {TOKEN}"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            listing = json.load(answer)
        assert {correction["number"] for correction in listing["corrections"]} == {3, 5}
        for page in (f"a/{ARTICLE}", f"a/{ARTICLE}/history", "corrections", "corrections.atom", "corrections/openness"):
            assert urllib.request.urlopen(f"{site}/daily/{page}", timeout=30).status == 200


def command_on(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_command("--data", folder.parent, *arguments)


def test_a_private_store_of_a_newer_version_is_only_read_and_left_as_it_was(old: Path) -> None:
    with sqlite3.connect(old / "private.db") as private:
        private.execute("INSERT INTO _sqlite_migrations VALUES (99, 'private', 'of_a_later_time', '2030-01-01')")
    private.close()
    before = (old / "private.db").read_bytes()
    publication = Publication(old)
    with pytest.raises(CorrectionsError, match=r"newer version.*of_a_later_time"):
        publication.private.settings.put("title", "Another")
    publication.close()
    assert (old / "private.db").read_bytes() == before
    result = command_on(old, "list", "daily")
    assert result.returncode == 2
    assert "newer version" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("change", [('"version": 1', '"version": 2'), ("correction.rejected", "correction.forwarded")])
def test_events_of_a_newer_version_are_named_and_nothing_is_written(old: Path, change: tuple[str, str]) -> None:
    message = git(old, "log", "-1", "--format=%B", "--grep=rejected", "ledger").replace(*change)
    commit = append_message(old, message)
    publication = Publication(old)
    assert publication.correction(3).comment == "Which day?"
    with pytest.raises(CorrectionsError, match=rf"newer version.*{commit}.*upgrade"):
        a_correction(publication, "teh", "the", ARTICLE)
    publication.close()
    result = command_on(old, "list", "daily")
    assert result.returncode == 2
    assert "Which day?" in result.stdout
    assert commit in result.stderr
    assert "upgrade" in result.stderr


def test_an_index_of_a_newer_version_is_made_anew(old: Path) -> None:
    Publication(old).close()
    with sqlite3.connect(old / "index.db") as index:
        index.execute("UPDATE state SET value='999' WHERE key='schema'")
        index.execute("CREATE TABLE of_a_later_time (x)")
    index.close()
    publication = Publication(old)
    assert publication.correction(3).comment == "Which day?"
    publication.close()
    assert audit_publication(old) == []
