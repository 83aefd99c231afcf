"""Files that are imported again, after corrections of the articles were accepted."""

import json
from contextlib import closing
from pathlib import Path

from corrections.services.actors import Actor
from corrections.services.operations import redaction
from corrections.services.publication import Publication
from tests.newsroom import a_correction
from tests.test_cli import run


def _accepted(data: Path, exact: str, replacement: str, article: str = "2026/11/24/talks") -> int:
    opened = Publication(data / "daily")
    number = a_correction(opened, exact, replacement, article).number
    opened.close()
    run(data, "accept", "daily", str(number), "--by", "Mira")
    return number


def _published(data: Path, article: str = "2026/11/24/talks") -> str:
    opened = Publication(data / "daily")
    text = opened.current_text(article)
    opened.close()
    return text


def test_the_same_file_again_changes_nothing_and_a_changed_one_keeps_the_corrections(data: Path, tmp_path: Path):
    file = tmp_path / "talks.md"
    file.write_text("# The talks\n\nThe goverment met on Monday.\n\nIt closed in 1971.\n")
    importing = ("import", "daily", str(file), "--id", "2026/11/24/talks")
    run(data, *importing)
    number = _accepted(data, "goverment", "government")
    assert "unchanged" in run(data, *importing)
    assert "The government met" in _published(data)
    file.write_text(file.read_text().replace("Monday", "Tuesday"))
    (row,) = json.loads(run(data, *importing, "--json"))
    assert (row["outcome"], row["kept"], row["id"]) == ("merged", [number], "2026/11/24/talks")
    assert _published(data) == "# The talks\n\nThe government met on Tuesday.\n\nIt closed in 1971.\n"
    assert "No problems found" in run(data, "audit", "daily")


def test_a_clash_is_told_in_three_versions_and_decided_by_an_option(data: Path, tmp_path: Path):
    file = tmp_path / "talks.md"
    file.write_text("# The talks\n\nThe bridge opened in 1893.\n\nIt closed in 1971.\n")
    run(data, "import", "daily", str(file), "--id", "2026/11/24/talks")
    number = _accepted(data, "1971", "1972")
    _accepted(data, "1893", "1839")
    file.write_text(file.read_text().replace("1971", "1973"))
    output = run(data, "import", "daily", str(file), "--id", "2026/11/24/talks", status=1)
    for words in (
        f"correction {number}",
        "It closed in 1972.",
        "It closed in 1971.",
        "It closed in 1973.",
        "--theirs",
        "--ours",
    ):
        assert words in output
    assert "1893" not in output, "what does not clash is not told"
    assert "1972" in _published(data)
    (row,) = json.loads(run(data, "import", "daily", str(file), "--id", "2026/11/24/talks", "--json", status=1))
    assert (row["id"], row["outcome"], row["clashes"][0]["corrections"]) == ("2026/11/24/talks", "clashes", [number])
    ours = run(data, "import", "daily", str(file), "--id", "2026/11/24/talks", "--ours")
    assert "unchanged" in ours
    assert _published(data) == "# The talks\n\nThe bridge opened in 1839.\n\nIt closed in 1972.\n"
    file.write_text(file.read_text().replace("1973", "1974"))
    run(data, "import", "daily", str(file), "--id", "2026/11/24/talks", status=1)
    run(data, "import", "daily", str(file), "--id", "2026/11/24/talks", "--theirs")
    assert _published(data) == "# The talks\n\nThe bridge opened in 1839.\n\nIt closed in 1974.\n"


def test_of_several_files_those_without_a_clash_are_imported(data: Path, tmp_path: Path):
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / f"{name}.md").write_text(f"---\ndate: 2026-11-24\n---\n# {name}\n\nIt closed in 1971.\n")
    run(data, "import", "daily", str(folder))
    _accepted(data, "1971", "1972", "2026/11/24/b")
    for file in folder.iterdir():
        file.write_text(file.read_text().replace("1971", "1973"))
    rows = json.loads(run(data, "import", "daily", str(folder), "--json", status=1))
    assert {row["id"]: row["outcome"] for row in rows} == {
        "2026/11/24/a": "revised", "2026/11/24/b": "clashes", "2026/11/24/c": "revised",
    }  # fmt: skip
    assert "1973" in _published(data, "2026/11/24/c")


def test_words_taken_down_come_back_by_no_import(data: Path, tmp_path: Path):
    file = tmp_path / "talks.md"
    file.write_text("# The talks\n\nJohn Q. Example took the money.\n")
    importing = ("import", "daily", str(file), "--id", "2026/11/24/talks")
    run(data, *importing)
    opened = Publication(data / "daily")
    removal = redaction.Removal("A court's order.", article="2026/11/24/talks", words=("John Q. Example",))
    redaction.redact(opened, Actor("Ines", "admin"), removal)
    opened.close()
    assert "A court's order" in run(data, *importing, status=2)
    assert "Example" not in _published(data)


def test_a_redacted_revision_says_that_headline_and_standfirst_stay(data: Path, tmp_path: Path):
    note = "The headline and standfirst of this revision stay; remove their words with --words.\n"
    article, revisions = "2026/11/24/talks", []
    for text in ("They met on Tusday.\n", "They met.\n", "# Talks\n\nThey met.\n", "# Talks\n\nThey had met.\n"):
        (tmp_path / "talks.md").write_text(f"---\ntitle: Talks\n---\n{text}")
        run(data, "import", "daily", str(tmp_path / "talks.md"), "--id", article)
        with closing(Publication(data / "daily")) as opened:
            revisions.append(opened.article(article).revision)
    redact = ("redact", "daily", "--article", article, "--reason", "By order of a court.", "--yes", "--revision")
    assert note not in run(data, *redact, revisions[2])
    assert note in run(data, *redact, revisions[0])
