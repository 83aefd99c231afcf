"""Elements nested thousands deep end in a clear refusal, or in a page with every word on it."""

from pathlib import Path

import html5lib
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from corrections.cli import main
from corrections.services.publication import Publication
from corrections.text.formats.markdown.render import render
from corrections.text.formats.raw_html import DEPTH_LIMIT
from tests.newsroom import TALKS

API = "/api/v1/daily"
DEPTH = 3_000
NESTED = {
    "divisions": "<div>" * DEPTH + "words" + "</div>" * DEPTH,
    "divisions that are never closed": "<div>" * DEPTH + "words",
    "divisions with a stray quotation mark": '<div ">' * DEPTH + "words",
    "bold": "<b>" * DEPTH + "words" + "</b>" * DEPTH,
    "bold of several kinds": "".join(f"<b class=x{level}>" for level in range(DEPTH)) + "words",
    "lists": "<ul><li>" * DEPTH + "words" + "</li></ul>" * DEPTH,
    "tables": "<table><tr><td>" * DEPTH + "words" + "</td></tr></table>" * DEPTH,
    "quotations": "<blockquote>" * DEPTH + "words" + "</blockquote>" * DEPTH,
    "drawings": "<svg><g>" * DEPTH + "words",
    "links": "[" * DEPTH + "words" + "](x)" * DEPTH,
    "emphasis": "*a " * DEPTH + "words" + " a*" * DEPTH,
}


def depth_of(html: str) -> int:
    tree = html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False)
    level, depth = list(tree), 0
    while level:
        level, depth = [child for element in level for child in element], depth + 1
    return depth


@pytest.mark.parametrize("name", NESTED)
def test_a_deeply_nested_article_is_shown_with_all_its_words(
    client: FlaskClient, publication: Publication, name: str
) -> None:
    text = f"# Title\n\n{NESTED[name]}\n\nTail.\n"
    token = {"Authorization": f"Bearer {publication.private.tokens.issue('Mira', 'editor')}"}
    put = client.put(f"{API}/articles/{TALKS}", json={"text": text}, headers=token)
    assert put.status_code == 200
    for page in ("", "/suggest", "/history", "/blame", "/diff", "/annotations"):
        assert client.get(f"/daily/a/{TALKS}{page}").status_code == 200, page
    html = render(text).html
    assert "words" in html
    assert depth_of(html) <= 4 * DEPTH_LIMIT, "a list item or a cell counts with its list or table"
    assert client.get(f"{API}/articles/{TALKS}/text").json["text"] == text


@pytest.mark.parametrize("name", NESTED)
def test_a_deeply_nested_file_is_imported_or_refused_in_one_line(
    publication: Publication, tmp_path: Path, name: str
) -> None:
    for suffix in ("html", "md"):
        path = tmp_path / f"2026-11-24-{suffix}.{suffix}"
        body = NESTED[name]
        path.write_text(f"<html><body><article><h1>T</h1><p>Some words.</p>{body}</article></body></html>" if suffix == "html" else f"# T\n\n{body}\n")  # fmt: skip
        done = CliRunner().invoke(main, ["--data", str(publication.folder.parent), "import", "daily", str(path)])
        assert done.exception is None or isinstance(done.exception, SystemExit)
        assert "Traceback" not in done.output
        assert done.exit_code == 0 or "more than 200 levels deep" in done.output


def test_ordinary_markup_stays_as_it_is() -> None:
    items = "<ul>" + "<li>one" * 1_000 + "</ul>"
    paragraphs = "<p>two\n" * 1_000
    images = '<img src="https://example.org/x.png" alt="three">' * 1_000
    for html, tag in ((items, "<li>"), (paragraphs, "<p>"), (images, "<img ")):
        assert render(f"{html}\n").html.count(tag) == 1_000
    nested = "<div>" * 150 + "words" + "</div>" * 150
    assert render(f"{nested}\n").html.count("<div>") == 150
