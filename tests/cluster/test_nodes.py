"""Publications on several nodes: found through the database, moved into it, backed up from it and restored to it."""

import json
import os
from pathlib import Path

import pytest

from corrections.app import create_app
from corrections.cluster import Cluster
from corrections.config import Settings
from corrections.private.contacts import Contact
from corrections.services.errors import Invalid, UnknownPublication
from corrections.services.publication import Publication, Publications
from tests.newsroom import a_correction, an_article
from tests.postgres import Server
from tests.service import run_command

PASSWORD = "long enough for a test"


@pytest.fixture
def environment(cluster: Cluster) -> dict[str, str]:
    return {**os.environ, "CORRECTIONS_DATABASE": cluster.database}


def test_a_publication_of_one_node_is_found_and_opened_on_another(cluster: Cluster, tmp_path: Path):
    here = Publication.create(tmp_path / "one", "daily", "The Daily", cluster=cluster)
    here.private.accounts.save("Mira", "editor", PASSWORD)
    there = Publications(tmp_path / "two", cluster=cluster)
    assert there.names() == ["daily"]
    assert there.get("daily").title == "The Daily"
    client = create_app(Settings(tmp_path / "two", cluster=cluster)).test_client()
    page = client.get("/daily/sign-in").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    signed_in = client.post("/daily/sign-in", data={"name": "Mira", "password": PASSWORD, "csrf_token": token})
    assert signed_in.status_code == 303
    assert len(here.private.sessions.of(1)) == 1
    here.close()
    there.close()


def test_a_name_is_taken_on_every_node(cluster: Cluster, tmp_path: Path):
    Publication.create(tmp_path / "one", "daily", cluster=cluster).close()
    with pytest.raises(Invalid, match="already a publication daily"):
        Publication.create(tmp_path / "two", "daily", cluster=cluster)
    with pytest.raises(UnknownPublication):
        Publications(tmp_path / "two", cluster=cluster).get("weekly")
    assert not (tmp_path / "two" / "weekly").exists()


def test_commands_work_from_a_node_whose_folder_is_empty(environment: dict[str, str], tmp_path: Path):
    made = run_command("--data", tmp_path / "one", "init", "daily", "--title", "The Daily", environment=environment)
    assert made.returncode == 0, made.stderr
    there = ("--data", tmp_path / "two")
    assert run_command(*there, "settings", "daily", "reply-days=7", environment=environment).returncode == 0
    here = run_command("--data", tmp_path / "one", "settings", "daily", "--json", environment=environment)
    assert json.loads(here.stdout)["reply-days"] == "7"
    shown = run_command(*there, "config", environment=environment)
    assert "postgres on" in shown.stdout
    assert "postgres:@" not in shown.stdout


def test_a_store_is_moved_into_the_database_with_all_that_is_in_it(
    environment: dict[str, str], cluster: Cluster, tmp_path: Path
):
    before = Publication.create(tmp_path, "daily", "The Daily")
    before.private.accounts.save("Mira", "editor", PASSWORD)
    an_article(before)
    correction = a_correction(before, "Tusday", "Tuesday", contact=Contact("Ada", "ada@example.org", True, "de")).id
    key = before.private.reader_key(correction)
    before.close()
    unmoved = run_command("--data", tmp_path, "settings", "daily", environment=environment)
    assert unmoved.returncode == 2
    assert "move-to-database daily" in unmoved.stderr
    moved = run_command("--data", tmp_path, "move-to-database", "daily", environment=environment)
    assert moved.returncode == 0, moved.stderr
    assert not (tmp_path / "daily" / "private.db").exists()
    after = Publication(tmp_path / "daily", cluster=cluster)
    assert after.private.contacts.get(correction) == Contact("Ada", "ada@example.org", True, "de")
    assert after.private.reader_key(correction) == key
    assert after.private.accounts.sign_in("Mira", PASSWORD) is not None
    after.private.accounts.save("Noor", "editor", PASSWORD)  # ids go on after those that were moved
    assert [account.id for account in after.private.accounts.all()] == [1, 2]
    after.close()
    without = run_command("--data", tmp_path, "settings", "daily")
    assert without.returncode == 2
    assert "Set CORRECTIONS_DATABASE" in without.stderr
    assert not (tmp_path / "daily" / "private.db").exists()


def test_a_backup_from_the_database_is_restored_into_a_file_and_into_a_database(
    environment: dict[str, str], cluster: Cluster, postgres_server: Server, tmp_path: Path
):
    made = Publication.create(tmp_path / "one", "daily", "The Daily", cluster=cluster)
    made.private.accounts.save("Mira", "editor", PASSWORD)
    made.close()
    backup = tmp_path / "daily.tar"
    written = run_command("--data", tmp_path / "one", "backup", "daily", backup, environment=environment)
    assert written.returncode == 0, written.stderr
    taken = run_command("--data", tmp_path / "two", "restore", "daily", backup, environment=environment)
    assert taken.returncode == 2
    assert "already a publication daily in the database" in taken.stderr
    as_file = run_command("--data", tmp_path / "two", "restore", "daily", backup)
    assert as_file.returncode == 0, as_file.stdout + as_file.stderr
    opened = Publication(tmp_path / "two" / "daily")
    assert opened.private.accounts.sign_in("Mira", PASSWORD) is not None
    opened.close()
    postgres_server.drop_publications()
    restored = run_command("--data", tmp_path / "three", "restore", "daily", backup, environment=environment)
    assert restored.returncode == 0, restored.stdout + restored.stderr
    opened = Publication(tmp_path / "three" / "daily", cluster=Cluster(cluster.database))
    assert opened.private.accounts.sign_in("Mira", PASSWORD) is not None
    opened.close()
    assert list((tmp_path / "three").rglob("private.db*")) == []


def test_an_audit_compares_the_contacts_in_the_database_with_the_ledger(
    environment: dict[str, str], cluster: Cluster, tmp_path: Path
):
    made = Publication.create(tmp_path, "daily", cluster=cluster)
    an_article(made)
    correction = a_correction(made, "Tusday", "Tuesday")
    made.private.contacts.put(correction.id, Contact("Ada", "ada@example.org", False))
    assert run_command("--data", tmp_path, "audit", "daily", environment=environment).returncode == 0
    made.private.contacts.put("in-no-ledger", Contact("Bo", "bo@example.org", False))
    audited = run_command("--data", tmp_path, "audit", "daily", environment=environment)
    assert audited.returncode == 1
    assert "in-no-ledger" in audited.stdout
    assert "bo@example.org" not in audited.stdout
    made.close()
