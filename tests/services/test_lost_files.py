"""Files of a publication that are lost or damaged: the service says so and does not go on as if it were empty."""

import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from corrections.app import create_app
from corrections.config import Settings
from corrections.errors import CorrectionsError
from corrections.services.publication import Publication
from repo_store.errors import WriteFailed
from tests.newsroom import TALKS, a_correction, an_article
from tests.service import run_command


@pytest.fixture
def folder(publication: Publication) -> Path:
    """That of a publication with an article and a correction, which is closed."""
    an_article(publication)
    a_correction(publication, "teh", "the")
    publication.close()
    return publication.folder


def ask(folder: Path, address: str) -> tuple[int, str]:
    """The status and the text of what a service of this folder answers."""
    app = create_app(Settings(folder.parent, submit_limit="off", metrics="a-token-for-figures"))
    client: FlaskClient = app.test_client()
    answer = client.get(address, headers={"Authorization": "Bearer a-token-for-figures"})
    app.extensions["publications"].close()
    return answer.status_code, answer.text


@pytest.mark.parametrize("index", ["there", "gone"])
def test_a_lost_ledger_is_not_taken_for_an_empty_one(folder: Path, index: str):
    git = folder / "articles.git"
    main = (git / "refs" / "heads" / "main").read_text()
    (git / "refs" / "heads" / "ledger").unlink()
    if index == "gone":
        for file in folder.glob("index.db*"):
            file.unlink()
    with pytest.raises(WriteFailed, match="the ledger was lost"):
        Publication(folder)
    status, text = ask(folder, "/readyz")
    assert (status, "the ledger was lost" in text) == (503, True)
    text_file = folder.parent / "new.md"
    text_file.write_text("# New\n\nWords.\n")
    for command in (["reindex", "daily"], ["import", "daily", str(text_file)], ["backup", "daily", "a.backup"]):
        done = run_command("--data", folder.parent, *command)
        assert (done.returncode, "the ledger was lost" in done.stderr) == (2, True), command
    assert (git / "refs" / "heads" / "main").read_text() == main


@pytest.mark.parametrize("left", ["nothing", "an empty file"])
def test_a_lost_private_store_is_not_replaced_unasked(folder: Path, left: str):
    for file in folder.glob("private.db*"):
        file.unlink()
    if left == "an empty file":
        (folder / "private.db").touch()
    with pytest.raises(CorrectionsError, match=r"private\.db is missing or empty"):
        Publication(folder)
    status, text = ask(folder, "/readyz")
    assert (status, "private.db is missing or empty" in text) == (503, True)
    assert "private.db" not in ask(folder, f"/daily/a/{TALKS}")[1]
    done = run_command("--data", folder.parent, "audit", "daily")
    assert (done.returncode, "private.db is missing or empty" in done.stdout + done.stderr) == (1, True)
    made = run_command("--data", folder.parent, "create-private-store", "daily")
    assert made.returncode == 0, made.stderr
    reopened = Publication(folder)
    assert reopened.correction(1).state == "open"
    reopened.close()
    again = run_command("--data", folder.parent, "create-private-store", "daily")
    assert (again.returncode, "exists. Nothing was changed." in again.stderr) == (2, True)


def test_no_private_store_is_made_beside_one_in_postgresql(folder: Path):
    for file in folder.glob("private.db*"):
        file.unlink()
    (folder / "private.database").write_text("corrections\n")
    done = run_command("--data", folder.parent, "create-private-store", "daily")
    assert (done.returncode, "is in PostgreSQL. Nothing was changed." in done.stderr) == (2, True)
    assert not (folder / "private.db").exists()


def test_a_damaged_private_store_of_one_publication_leaves_the_others_alone(folder: Path):
    Publication.create(folder.parent, "weekly", "Weekly").close()
    for file in folder.glob("private.db-*"):
        file.unlink()
    (folder / "private.db").write_bytes(b"no database" * 1000)
    status, text = ask(folder, "/readyz")
    assert (status, "private.db cannot be read" in text, "Restore it from a backup" in text) == (503, True, True)
    assert ask(folder, "/weekly/")[0] == 200
    assert ask(folder, "/weekly/sign-in")[0] == 200
    assert ask(folder, "/")[0] == 200
    status, text = ask(folder, "/metrics")
    assert (status, 'publication="weekly"' in text) == (200, True)
    for command in (["settings", "daily"], ["mail", "daily"], ["backup", "daily", "a.backup"]):
        done = run_command("--data", folder.parent, *command)
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
        assert "private.db cannot be read" in done.stderr


def damage(index: Path) -> None:
    """Overwrite all but the first page, which says what tables there are."""
    size = index.stat().st_size
    with index.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (size - 4096))


def test_reindex_replaces_a_damaged_index(folder: Path):
    for file in folder.glob("index.db-*"):
        file.unlink()
    damage(folder / "index.db")
    done = run_command("--data", folder.parent, "reindex", "daily")
    assert done.returncode == 0, done.stderr
    reopened = Publication(folder)
    assert reopened.correction(1).state == "open"
    reopened.close()
    assert run_command("--data", folder.parent, "audit", "daily").returncode == 0


def test_a_running_service_reads_the_index_that_replaces_a_damaged_one(folder: Path):
    app = create_app(Settings(folder.parent, submit_limit="off"))

    def history() -> tuple[int, bool]:
        answer = app.test_client().get(f"/daily/a/{TALKS}/history")
        return answer.status_code, "History" in answer.text

    with ThreadPoolExecutor(1) as thread:  # with a connection of its own
        assert [history(), thread.submit(history).result()] == [(200, True)] * 2
        with closing(sqlite3.connect(folder / "index.db")) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            damage(folder / "index.db")
            database.execute("PRAGMA user_version=7")  # what was read of the file counts no more
        assert [history()[0], thread.submit(history).result()[0]] == [503, 503]
        assert run_command("--data", folder.parent, "reindex", "daily").returncode == 0
        assert [history(), thread.submit(history).result()] == [(200, True)] * 2
    app.extensions["publications"].close()


def test_an_index_of_another_version_is_not_read_in_the_place_of_ones_own(folder: Path):
    app = create_app(Settings(folder.parent, submit_limit="off"))
    client = app.test_client()
    assert client.get(f"/daily/a/{TALKS}/history").status_code == 200
    index = folder / "index.db"
    index.rename(folder / "own.db")
    with closing(sqlite3.connect(index)) as other:
        other.execute("CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT)")
        other.execute("INSERT INTO state VALUES ('schema', '9999')")
        other.commit()
    assert client.get(f"/daily/a/{TALKS}/history").status_code == 200
    app.extensions["publications"].close()


def test_a_folder_that_disappears_is_named(folder: Path):
    app = create_app(Settings(folder.parent, submit_limit="off"))
    client = app.test_client()
    assert client.get("/readyz").status_code == 200
    shutil.move(folder, folder.with_name(".elsewhere"))
    answer = client.get("/readyz")
    assert (answer.status_code, "daily: its folder is gone." in answer.text) == (503, True)
    shutil.move(folder.with_name(".elsewhere"), folder)
    assert client.get("/readyz").status_code == 200
    app.extensions["publications"].close()


@pytest.mark.parametrize("address", ["/nope/", "/api/v1/nope/ledger/head"])
def test_a_reader_is_not_told_where_the_data_are(folder: Path, address: str):
    status, text = ask(folder, address)
    assert status == 404
    assert str(folder.parent) not in text
    assert "corrections --data" not in text
