"""What somebody meets in the first hour with the command line: dry runs, a missing data folder, the service's start."""

import json
import urllib.request
from pathlib import Path

import pytest

from corrections.services.publication import Publication
from tests.newsroom import free_port, kill, logged, start
from tests.test_cli import mixed, run


def head(data: Path) -> str | None:
    opened = Publication(data / "daily")
    ledger = opened.store.ledger()
    opened.close()
    return ledger


def test_a_dry_run_says_for_each_file_what_an_import_would_do_and_writes_nothing(data: Path, tmp_path: Path):
    folder = mixed(tmp_path / "in")
    before = head(data)
    expected = run(data, "import", "daily", str(folder), "--dry-run", status=1).splitlines()
    assert expected[-1] == "Dry run, nothing was written: 4 new, 2 refused"
    assert head(data) == before
    report = run(data, "import", "daily", str(folder), status=1).splitlines()
    assert expected[:-1] == report[:-1], "an import then does what its dry run said"
    (folder / "2026/11/24/bridge.md").write_text("The bridge opened in 1894.\n")
    (folder / "loop").symlink_to(folder)
    before = head(data)
    rows = json.loads(run(data, "import", "daily", str(folder), "--dry-run", "--json", status=1))
    outcomes = {Path(row["file"]).name: row["outcome"] for row in rows}
    assert outcomes == {
        "bridge.md": "revised", "control.md": "unchanged", "page.html": "unchanged", "latin.md": "refused",
        "plain.txt": "unchanged", "yaml.md": "refused", "loop": "skipped",
    }  # fmt: skip
    assert head(data) == before


def test_a_dry_run_names_the_id_and_title_of_a_new_article(data: Path, tmp_path: Path):
    (tmp_path / "a.md").write_text("---\ndate: 2026-11-24\ntitle: Front\n---\nOne.\n")
    (row,) = json.loads(run(data, "import", "daily", str(tmp_path / "a.md"), "--dry-run", "--json"))
    assert (row["outcome"], row["id"], row["title"]) == ("new", "2026/11/24/a", "Front")


def test_a_folder_without_importable_files_is_an_error(data: Path, tmp_path: Path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "picture.png").write_bytes(b"\x89PNG")
    for options in ([], ["--dry-run"], ["--json"]):
        run(data, "import", "daily", str(tmp_path / "in"), *options, status=2)


@pytest.mark.parametrize(
    "command", [["serve"], ["import", "daily", __file__], ["list", "daily"], ["audit", "daily"], ["settings", "daily"]]
)
def test_a_data_folder_that_does_not_exist_is_an_error_and_is_not_created(tmp_path: Path, command: list[str]):
    missing = tmp_path / "mistyped"
    assert str(missing) in run(missing, *command, status=2)
    assert not missing.exists()


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::1", "[::1]")],
)
def test_the_service_says_once_that_it_serves_and_at_an_address_that_answers(data: Path, host: str, address: str):
    port = free_port()
    process = start(data, port, host=host, reached=address)
    try:
        lines = [line for line in logged(process).splitlines() if line.startswith("Serving")]
        (line,) = lines
        assert f"at http://{address}:{port}/ " in line
        urllib.request.urlopen(line.split()[3] + "readyz", timeout=10).close()
    finally:
        kill(process)
