"""What the database holds and promises: the same tables as the file, no lost update, few connections, locks between nodes."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlite_utils import Database

from corrections.cluster import Cluster, DatabaseUnavailable
from corrections.cluster.announcements import Announcements
from corrections.cluster.pool import DATABASE_CONNECTIONS
from corrections.config import BadSettings, cluster_from_environment
from corrections.errors import ReadOnly
from corrections.private import Private
from corrections.private.delivery.connections import Connection
from corrections.private.postgresql.schema import MIGRATIONS
from corrections.private.schema import migrations
from tests.postgres import Server
from tests.test_workers import wait_until

ROOT = Path(__file__).parents[2]
TYPES = {"TEXT": "text", "INTEGER": "bigint", "REAL": "double precision", "BLOB": "bytea"}
WORK = """
import sys
from pathlib import Path
from corrections.cluster import Cluster
from corrections.private import Private

private = Private(Path(sys.argv[1]), Cluster(sys.argv[2]))
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[3])):
    with private.databases.write() as database:
        count = int(database.execute("SELECT value FROM settings WHERE key='count'").fetchone()[0])
        database.execute("UPDATE settings SET value=? WHERE key='count'", (str(count + 1),))
    print(private.proofs.use(f"challenge {number}", 4e9))
"""


@pytest.fixture
def private(tmp_path: Path, cluster: Cluster) -> Private:
    return Private(tmp_path / "daily" / "private.db", cluster)


def test_the_tables_are_those_of_the_file_column_by_column(private: Private, postgres_server: Server):
    file = Database(memory=True)
    migrations.apply(file)
    expected = {
        table: [
            (column.name, TYPES[column.type], bool(column.notnull or column.is_pk), bool(column.is_pk))
            for column in file[table].columns
        ]
        for table in file.table_names()
        if not table.startswith("_sqlite")
    }
    keys = {
        (table, column)
        for table, column in postgres_server.execute(
            "SELECT table_name, column_name FROM information_schema.key_column_usage "
            "JOIN information_schema.table_constraints USING (constraint_schema, constraint_name, table_name) "
            "WHERE constraint_schema='corrections_daily' AND constraint_type='PRIMARY KEY'"
        )
    }
    stored: dict[str, list[tuple[str, str, bool, bool]]] = {}
    for table, column, kind, nullable in postgres_server.execute(
        "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns "
        "WHERE table_schema='corrections_daily' ORDER BY table_name, ordinal_position"
    ):
        stored.setdefault(table, []).append((column, kind, nullable == "NO", (table, column) in keys))
    assert stored.pop("migrations")
    assert stored == expected


def test_two_processes_lose_no_update_and_accept_a_proof_once(private: Private, cluster: Cluster, tmp_path: Path):
    private.settings.put("count", "0")
    arguments = [sys.executable, "-c", WORK, str(tmp_path / "daily" / "private.db"), cluster.database, "150"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(arguments, cwd=ROOT, **pipes) for _ in range(2)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:  # both begin now
        process.stdin.write("\n")
        process.stdin.flush()
    outputs = [process.communicate(timeout=60)[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert private.settings.get("count") == "300"
    assert [sorted(pair) for pair in zip(*outputs, strict=True)] == [["False", "True"]] * 150


def test_processes_that_open_a_new_store_at_once_share_its_secret(cluster: Cluster, tmp_path: Path):
    keys, path = [], tmp_path / "weekly" / "private.db"
    threads = [threading.Thread(target=lambda: keys.append(Private(path, cluster).reader_key("1"))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 6
    assert len(set(keys)) == 1


def test_many_publications_and_threads_share_a_few_connections(
    cluster: Cluster, tmp_path: Path, postgres_server: Server
):
    stores = [Private(tmp_path / f"title-{number}" / "private.db", cluster) for number in range(12)]
    threads = [threading.Thread(target=store.journal.note, args=("Mira", "came")) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(store.journal.latest()) for store in stores] == [1] * 12
    counted = "SELECT count(*) FROM pg_stat_activity WHERE application_name='corrections'"
    assert postgres_server.execute(counted)[0][0] <= DATABASE_CONNECTIONS
    cluster.close()


def test_a_text_with_nul_is_found_nowhere_and_breaks_nothing(private: Private):
    assert private.accounts.sign_in("Mi\0ra", "what\0ever") is None
    assert private.invitations.get("\0") is None
    private.journal.note("Mira", "signed in\0")
    assert private.journal.has_signed_in("Mira")


def test_names_sort_by_code_points_and_bytes_come_back_as_bytes(private: Private):
    for name in ("zoe", "Ärmel", "Zoe", "anna"):
        private.accounts.save(name, "editor", "long enough for a test")
    assert [account.name for account in private.accounts.all()] == ["Zoe", "anna", "zoe", "Ärmel"]
    connection = Connection("site", "webhook", {"url": "https://example.org/ü"}, b"\0\xff?%s", "active", 60, "2026")
    assert private.connections.add(connection, "event")
    assert not private.connections.add(connection, "event")
    assert private.connections.all() == [connection]


def test_a_store_of_a_newer_version_is_only_read(
    private: Private, cluster: Cluster, tmp_path: Path, postgres_server: Server
):
    private.settings.put("title", "The Daily")
    postgres_server.execute(
        "INSERT INTO corrections_daily.migrations (number, name, applied_at) VALUES (99, 'from_the_future', '2030')"
    )
    older = Private(tmp_path / "daily" / "private.db", cluster)
    assert older.settings.get("title") == "The Daily"
    assert "from_the_future" in str(older.newer)
    with pytest.raises(ReadOnly):
        older.settings.put("title", "Another")
    assert private.settings.get("title") == "The Daily"


def test_a_store_of_an_earlier_version_gets_what_is_missing(
    private: Private, cluster: Cluster, tmp_path: Path, postgres_server: Server, monkeypatch: pytest.MonkeyPatch
):
    private.settings.put("title", "The Daily")
    later = (*MIGRATIONS, type(MIGRATIONS[0])("later", "ALTER TABLE settings ADD COLUMN changed_at TEXT"))
    monkeypatch.setattr("corrections.private.postgresql.store.MIGRATIONS", later)
    for _ in range(2):
        assert Private(tmp_path / "daily" / "private.db", cluster).newer is None
    rows = postgres_server.execute("SELECT value, changed_at FROM corrections_daily.settings WHERE key='title'")
    assert rows == [("The Daily", None)]
    assert postgres_server.execute("SELECT name FROM corrections_daily.migrations ORDER BY number")[-1] == ("later",)


def test_a_role_that_may_not_create_works_where_the_tables_are_there(
    private: Private, cluster: Cluster, tmp_path: Path, postgres_server: Server
):
    postgres_server.execute(
        "DROP ROLE IF EXISTS plain; CREATE ROLE plain LOGIN; GRANT USAGE ON SCHEMA corrections_daily TO plain; "
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA corrections_daily TO plain"
    )
    limited = Private(tmp_path / "daily" / "private.db", Cluster(cluster.database.replace("postgres:@", "plain@")))
    limited.settings.put("title", "The Daily")
    assert private.settings.get("title") == "The Daily"
    limited.databases.close()
    Cluster(cluster.database.replace("postgres:@", "plain@")).close()
    postgres_server.execute("DROP OWNED BY plain; DROP ROLE plain")


def test_one_node_at_a_time_holds_the_lock_of_a_publication(cluster: Cluster):
    order = []

    def second() -> None:
        with cluster.advisory_lock("daily"):
            order.append("second")

    with cluster.advisory_lock("daily") as lock, cluster.advisory_lock("weekly"):
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
        lock.check()
        order.append("first")
    waiting.join(10)
    assert order == ["first", "second"]


def test_a_lock_that_was_lost_with_its_connection_is_noticed_and_free(cluster: Cluster, postgres_server: Server):
    with cluster.advisory_lock("daily") as lock:
        postgres_server.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype='advisory'")
        assert not lock.is_held
        with pytest.raises(DatabaseUnavailable):
            lock.check()
        with cluster.advisory_lock("daily") as again:
            again.check()


def test_a_node_hears_of_what_others_write_and_again_after_its_connection_was_lost(
    cluster: Cluster, postgres_server: Server, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("corrections.cluster.announcements.RECONNECT_SECONDS", 0.05)
    cluster.publications.add("daily")
    heard = Announcements(cluster.database)
    heard.listen()
    wait_until(lambda: heard.is_listening)
    cluster.publications.announce("daily", "a" * 64)
    wait_until(lambda: heard.head("daily") == "a" * 64)
    postgres_server.restart()
    wait_until(lambda: announced(cluster, "b" * 64) and heard.head("daily") == "b" * 64)
    assert cluster.publications.head("daily") == "b" * 64  # for those that did not hear it


def announced(cluster: Cluster, head: str) -> bool:
    cluster.publications.announce("daily", head)
    return True


@pytest.mark.parametrize(
    "address",
    [
        *("mysql://db.example.org/x", "db.example.org", "postgresql://[half/x?password=hush"),
        *(f"postgresql://u:{password}@db.example.org/x" for password in ("p@hush", "p/hush", "p#hush", "a/p@hush")),
    ],
)
def test_an_address_that_is_none_is_told_without_its_password(address: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CORRECTIONS_DATABASE", address)
    with pytest.raises(BadSettings, match="CORRECTIONS_DATABASE") as refused:
        cluster_from_environment()
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("password", ["p@hush", "p/hush", "p#hush", "a/p@hush", "p@a/hush"])
def test_a_password_that_is_cut_in_two_is_told_without_it(password: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CORRECTIONS_DATABASE", "postgresql://u:p%40hush@db.example.org/x")
    monkeypatch.setenv("CORRECTIONS_GIT_REMOTE", f"https://u:{password}@git.example.org/{{publication}}.git")
    with pytest.raises(BadSettings, match=r"CORRECTIONS_GIT_REMOTE.*%40") as refused:
        cluster_from_environment()
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("address", ["ssh://git@git.example.org:22/", "https://git.example.org/a@b/"])
def test_other_addresses_with_such_characters_are_taken(address: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CORRECTIONS_DATABASE", "postgresql://u:p%40hush@/x?host=/var/run/postgresql")
    monkeypatch.setenv("CORRECTIONS_GIT_REMOTE", f"{address}{{publication}}.git")
    assert cluster_from_environment() is not None


def test_without_the_driver_the_message_names_the_package(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CORRECTIONS_DATABASE", "postgresql://corrections@db.example.org/corrections")
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(BadSettings, match=r"pip install 'corrections\[cluster\]'"):
        cluster_from_environment()


def test_a_service_with_files_loads_no_driver():
    loaded = "import sys, corrections.app, corrections.server, corrections.cli; print('psycopg' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True).stdout == "False\n"
