"""The command line's contract, as another program would use it."""

import json
import subprocess
import urllib.request
from pathlib import Path
from xml.etree import ElementTree

import pytest

from corrections.text.formats.markdown.render import render
from corrections.text.formats.registry import format_named
from tests.importers.news_pages import HEADLINE, JSON_LD, paragraphs, whole
from tests.newsroom import serving
from tests.service import run_command


def run(data: Path, *arguments: str, status: int = 0) -> str:
    result = run_command("--data", data, *arguments)
    assert result.returncode == status, result.stderr + result.stdout
    if status == 2:
        assert result.stdout == ""
        assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    return result.stdout or result.stderr


def test_files_of_every_kind_are_imported(data: Path, tmp_path: Path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.md").write_text("---\ntitle: Front\ndate: 2026-01-02\nlanguage: uk\n---\n# Привіт\n\nТекст.\n")
    (folder / "b.html").write_text(
        "<html lang=de><title>Titel</title><nav>x</nav><article><h1>Kopf</h1><p>Ein <b>Satz</b>.</p></article></html>"
    )
    (folder / "c.txt").write_text("A *plain* text\n\n# not a heading\n")
    rows = json.loads(run(data, "import", "daily", *map(str, sorted(folder.iterdir())), "--json"))
    assert (rows[0]["id"], rows[0]["title"], rows[0]["language"]) == ("2026/01/02/a", "Front", "uk")
    assert (rows[1]["title"], rows[1]["language"]) == ("Kopf", "de")
    assert run(
        data, "import", "daily", str(folder / "a.md"), "--id", "2026/11/24/slug", "--url", "https://example.org/a"
    )
    run(data, "audit", "daily")
    stored_text = subprocess.run(
        ["git", "-C", data / "daily/articles.git", "show", f"main:articles/{rows[2]['id']}/text.md"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert render(stored_text.stdout).text == "A *plain* text\n# not a heading\n"


def mixed(folder: Path) -> Path:
    """Files of every kind, good and bad, dated 24 November 2026."""
    (folder / "2026/11/24/deep").mkdir(parents=True)
    files: dict[str, bytes] = {
        "bridge.md": b"---\ntitle: Yes\nlanguage: no\n---\nThe bridge opened in 1893.\n",
        "control.md": b"# Head\n\nMinis\x08ters met.\n",
        "deep/page.html": b"<html><body><article><h1>Kopf</h1><p>Ein Satz.</p></article></body></html>",
        "latin.md": "Le café.\n".encode("latin-1"),
        "plain.txt": b"Shown &amp; ~~as~~ <b>it</b> stands.\n",
        "yaml.md": b"---\ntitle: a: b\n---\nText.\n",
        ".hidden.md": b"Hidden.\n",
        "picture.png": b"\x89PNG",
    }
    for name, content in files.items():
        (folder / "2026/11/24" / name).write_bytes(content)
    return folder


def test_a_folder_of_mixed_files_is_reported_file_by_file(data: Path, tmp_path: Path):
    folder = mixed(tmp_path / "in")
    report = run(data, "import", "daily", str(folder), status=1).splitlines()
    assert [line.split()[0] for line in report] == [
        *("new", "new", "warning:", "new", "taken:", "refused", "new", "refused", "4"),
    ]
    assert "2026/11/24/bridge  Yes" in report[0]
    assert "U+0008 (backspace)" in report[2]
    assert "line 3" in report[2]
    assert "latin.md: It is not UTF-8 (byte 6, in line 1)" in report[5]
    assert "yaml.md: The front matter cannot be read in line 2" in report[7]
    assert report[-1] == "4 new, 2 refused"
    assert run(data, "import", "daily", str(folder), status=1).endswith("4 unchanged, 2 refused\n")
    (folder / "2026/11/24/bridge.md").write_text("The bridge opened in 1894.\n")
    rows = json.loads(run(data, "import", "daily", str(folder), "--json", status=1))
    assert [row["outcome"] for row in rows] == ["revised", "unchanged", "unchanged", "refused", "unchanged", "refused"]
    assert rows[0]["id"] == "2026/11/24/bridge"
    assert rows[1]["warnings"]
    assert (rows[3]["id"], rows[3]["file"]) == (None, str(folder / "2026/11/24/latin.md"))
    assert "windows-1252" in rows[3]["error"]
    assert "No problems found" in run(data, "audit", "daily")


def test_what_is_not_refused_makes_an_import_succeed(data: Path, tmp_path: Path):
    (tmp_path / "a.md").write_text("One.\n")
    run(data, "import", "daily", str(tmp_path / "a.md"), "--title", "Of its own", "--id", "2026/11/24/a")
    (row,) = json.loads(run(data, "import", "daily", str(tmp_path / "a.md"), "--id", "2026/11/24/a", "--json"))
    assert (row["outcome"], row["title"], row["error"]) == ("unchanged", "Of its own", None)


def test_what_is_not_shown_harms_no_feed_page_or_export(data: Path, tmp_path: Path):
    odd = "\x01\x08\x1f\x7f\x80\ufdd0\uffff"
    (tmp_path / "a.md").write_text(f"# Head{odd}\n\nMinis{odd}ters met on Tusday{odd}.\n")
    run(data, "import", "daily", str(tmp_path / "a.md"), "--id", "2026/11/24/a")
    with serving(data) as address:
        correction = {
            "target": {"article": "2026/11/24/a",
                       "selector": [{"type": "TextQuoteSelector", "exact": f"Tus{odd}day", "suffix": f"{odd}."}]},
            "body": {"type": "TextualBody", "purpose": "editing", "value": "Tuesday"},
        }  # fmt: skip
        request = urllib.request.Request(
            f"{address}/api/v1/daily/corrections", json.dumps(correction).encode(), {"Content-Type": "application/json"}
        )
        assert json.load(urllib.request.urlopen(request))["verdict"] == "exact"
        run(data, "accept", "daily", "1", "--by", "Mira")
        for path in ("corrections.atom", "a/2026/11/24/a/corrections.atom", "sitemap-2026-11.xml"):
            ElementTree.fromstring(urllib.request.urlopen(f"{address}/daily/{path}").read())
        for path in ("a/2026/11/24/a", "a/2026/11/24/a/history", "c/1", "corrections", "a/2026/11/24/a/blame"):
            page = urllib.request.urlopen(f"{address}/daily/{path}").read().decode()
            assert not set(odd) & set(page), path
    assert not set(odd) & set(run(data, "export", "daily", "--format", "csv"))
    stored_text = subprocess.run(
        ["git", "-C", data / "daily/articles.git", "show", "main:articles/2026/11/24/a/text.md"],
        capture_output=True, check=True,
    ).stdout.decode()  # fmt: skip
    assert stored_text == f"# Head{odd}\n\nMinis{odd}ters met on Tuesday{odd}.\n"


def stored(data: Path, article: str) -> str:
    return subprocess.run(
        ["git", "-C", data / "daily/articles.git", "show", f"main:articles/{article}/text.html"],
        capture_output=True, check=True,
    ).stdout.decode()  # fmt: skip


@pytest.mark.parametrize("suffix", ["html", "htm", "xhtml", "HTML"])
def test_an_html_fragment_is_imported_byte_for_byte(data: Path, tmp_path: Path, suffix: str):
    path = tmp_path / f"bridge.{suffix}"
    path.write_text(
        source
        := "<!-- wp:heading -->\n<h1 data-x='1'>The bridge</h1>[gallery ids=\"1,2\"]<header><p>Standfirst.</p></header><p>1986. That was &lt;name withheld&gt;’s <i>year</i>"
        "<ul><li>alpha</li><li>は<strong>「重要」</strong>で</li></ul><table><tr><td>1|2</td></tr></table>"
    )
    rows = json.loads(run(data, "import", "daily", str(path), "--json"))
    assert rows[0]["title"] == "The bridge"
    assert stored(data, rows[0]["id"]) == source
    text = " ".join(format_named("html").render(source).text.split())
    assert text == "The bridge Standfirst. 1986. That was <name withheld>’s year alpha は「重要」で 1|2"
    run(data, "audit", "daily")


def test_what_was_taken_of_an_html_page_and_what_was_not_is_told(data: Path, tmp_path: Path):
    page = tmp_path / "page.html"
    page.write_text(whole(f"<article><h1>{HEADLINE}</h1>{paragraphs()}<iframe src=/v></iframe></article>", JSON_LD))
    result = run_command("--data", data, "import", "daily", page)
    assert result.returncode == 0
    assert f"page.html  2026/11/24/page  {HEADLINE}" in result.stdout
    assert "taken: the article on a page" in result.stdout
    text = stored(data, "2026/11/24/page")
    assert text.startswith(f"<h1>{HEADLINE}</h1>")
    assert '<iframe src="/v"></iframe>' in text


def test_html_as_deep_as_nobody_writes_it_is_kept_and_shown(data: Path, tmp_path: Path):
    source = "<div>" * 10_000 + "x"
    (tmp_path / "deep.html").write_text(source)
    (row,) = json.loads(run(data, "import", "daily", str(tmp_path / "deep.html"), "--json"))
    assert stored(data, row["id"]) == source
    run(data, "audit", "daily")


def test_html_documents_are_compared_by_their_words(data: Path, tmp_path: Path):
    (tmp_path / "a.html").write_text("<p>1986. One <b>two</b></p>")
    (tmp_path / "b.html").write_text("<div><p>1986. One <strong>three</strong></div>")
    old, new = str(tmp_path / "a.html"), str(tmp_path / "b.html")
    shown = run(data, "diff", old, new, status=1)
    assert "three" in shown
    assert "<" not in shown
    assert "<strong>" in run(data, "diff", old, new, "--source", status=1)
    assert "three++}" in run(data, "diff", old, new, "--critic", status=1)
    (tmp_path / "b.md").write_text("1986\\. One **two**\n")
    assert "Readers see no difference" in run(data, "diff", old, str(tmp_path / "b.md"), status=1)


@pytest.mark.parametrize(
    "arguments",
    [
        ["import", "daily", "good.md", "good.md", "latin.md", "--id", "2026/11/24/x"],
        ["import", "daily", "good.md", "latin.md", "--title", "x"],
        ["import", "daily", "clash"],
        ["import", "daily", "nothing"],
        ["import", "daily", "missing.md"],
        ["import", "daily", "good.md", "--id", "2026/02/30/x"],
        ["import", "daily", "good.md", "--id", "../../x"],
        ["import", "daily", "good.md", "--id", "2026/11/24/.git"],
        ["import", "daily", "latin.md"],
        ["import", "nobody", "good.md"],
        ["init", "daily"],
        ["init", "../x"],
        ["audit", "nobody"],
        ["token", "daily", "--role", "editor", "--name", "a\nb"],
        ["accept", "daily", "7", "--by", "Mira"],
        ["reject", "daily", "7", "--by", "Mira", "--reason", "x"],
    ],
)
def test_bad_input_is_one_line_and_status_two(data: Path, tmp_path: Path, arguments: list[str]):
    (tmp_path / "good.md").write_text("Good.\n")
    (tmp_path / "latin.md").write_bytes(b"caf\xe9\n")
    for name in ("nothing", "clash"):
        (tmp_path / name).mkdir()
    for name in ("новини.md", "novini.md"):
        (tmp_path / "clash" / name).write_text("News.\n")
    arguments = [
        str(tmp_path / word) if word.endswith(".md") or word in ("nothing", "clash") else word for word in arguments
    ]
    run(data, *arguments, status=2)


def test_token_prints_the_token_alone(data: Path):
    token = run(data, "token", "daily", "--role", "editor", "--name", "Mira")
    assert len(token.split()) == 1
    assert token.strip() not in (data / "daily" / "private.db").read_bytes().decode("latin-1")


def test_two_documents_are_compared_as_diff_does(data: Path, tmp_path: Path):
    old, new = tmp_path / "old.md", tmp_path / "new.md"
    old.write_text("Stays.\n\nMet on Tusday <b>.\n")
    new.write_text("Stays.\n\nMet on Tuesday <b>.\n")
    assert "Tuesday" in run(data, "diff", str(old), str(new), status=1)
    assert "-Met on Tusday <b>.\n+Met on Tuesday <b>.\n" in run(data, "diff", str(old), str(new), "--unified", status=1)
    assert run(data, "diff", str(old), str(new), "--critic", status=1) == (
        "Stays.\n\nMet on {--Tusday--}{++Tuesday++} <b>.\n"
    )
    assert json.loads(run(data, "diff", str(old), str(new), "--json", status=1))["same"] is False
    for shown in ((), ("--source",)):
        page = run(data, "diff", str(old), str(new), "--html", *shown, status=1)
        assert "<del>Tusday</del>" in page
    assert "<b>" not in page
    assert "href" not in page, "the page stands alone"
    assert run(data, "diff", str(old), str(old), "--unified") == ""
    new.write_text("Stays.\n\nMet on *Tusday* <b>.\n")
    rendered, source = (run(data, "diff", str(old), str(new), *shown, status=1) for shown in ((), ("--source",)))
    assert "Tusday [Now italic]" in rendered
    assert "*Tusday*" not in rendered
    assert "*Tusday*" in source
    run(data, "diff", str(old), str(tmp_path / "none.md"), status=2)


def test_the_demo_backup_restore_reindex_export_and_audit(data: Path, tmp_path: Path):
    first = run(data, "demo", "--port", "8000")
    assert "password" in first
    rows = [json.loads(line) for line in run(data, "list", "demo", "--state", "all", "--json").splitlines()]
    assert len(rows) == 16
    placements = {json.loads(run(data, "show", "demo", str(row["number"]), "--json"))["placement"] for row in rows}
    assert {"conflict", "already_applied", "no_words"} <= placements
    assert run(data, "export", "demo").count("\n") == 16
    assert "Replayed" in run(data, "reindex", "demo")
    (data / "demo" / "index.db").unlink()
    assert "No problems found" in run(data, "audit", "demo")
    run(data, "backup", "demo", str(tmp_path / "demo.tar"))
    run(data, "backup", "demo", str(tmp_path / "demo.tar"), status=2)
    assert "the audit found no problems" in run(tmp_path / "elsewhere", "restore", "demo", str(tmp_path / "demo.tar"))
    assert run(tmp_path / "elsewhere", "export", "demo") == run(data, "export", "demo")
    run(tmp_path / "elsewhere", "restore", "again", str(Path(__file__)), status=2)
    backups = f"{tmp_path / 'backups'}/"
    assert "whole)" in run(data, "backup", "demo", backups)
    assert "continues demo-000001.backup)" in run(data, "backup", "demo", backups)
    assert "a folder a backup continues the last" in run(data, "backup", "demo", backups, "--since", "x", status=2)
    assert "the audit found no problems" in run(tmp_path / "third", "restore", "demo", backups)
    accepted = run(data, "accept", "demo", "1", "--by", "Mira")
    assert "accepted" in accepted
    subprocess.run(["git", "-C", data / "demo" / "articles.git", "update-ref", "refs/heads/main", "main~1"], check=True)
    report = json.loads(run(data, "audit", "demo", "--json", status=1))
    assert not report["clean"]
    assert report["findings"][0]["commit"]


def test_settings_are_listed_changed_and_checked(data: Path):
    assert json.loads(run(data, "settings", "daily", "--json"))["reply-days"] == "3"
    assert "reply-days = 5" in run(data, "settings", "daily", "reply-days=5", "blocked-words=casino, free money")
    assert "whole number" in run(data, "settings", "daily", "reply-days=soon", status=2)
    assert json.loads(run(data, "settings", "daily", "--json"))["reply-days"] == "5"


def test_mail_tells_how_it_stands(data: Path):
    assert json.loads(run(data, "mail", "daily", "--json")) == {"counts": {}, "troubles": [], "refusals": {}}


@pytest.mark.parametrize("url", ["example.org", "data:,x", "https://mira:secret@example.org", "https://"])
def test_a_publications_site_is_a_web_address(tmp_path: Path, url: str):
    assert "not a web address" in run(tmp_path / "data", "init", "daily", "--url", url, status=2)


def test_an_address_that_another_article_has_is_told_with_both_ids(data: Path, tmp_path: Path):
    (tmp_path / "a.md").write_text("One.\n")
    run(
        data, "import", "daily", str(tmp_path / "a.md"), "--id", "2026/11/24/one", "--url", "https://example.org/новини"
    )
    equivalent_url = "https://EXAMPLE.org/%D0%BD%D0%BE%D0%B2%D0%B8%D0%BD%D0%B8?utm_source=x"
    output = run(
        data, "import", "daily", str(tmp_path / "a.md"), "--id", "2026/11/24/two", "--url", equivalent_url, status=2
    )
    assert "2026/11/24/one" in output
    assert "2026/11/24/two" in output
