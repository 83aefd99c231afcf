"""An article's text is kept as it came, byte for byte; an accepted correction changes the bytes of its words alone."""

import gzip
import json
import subprocess
import unicodedata
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest

from corrections.services.articles import updates
from corrections.services.publication import Publication
from corrections.services.review import decisions
from corrections.text.anchoring.anchor import Anchored, Selector, anchor
from corrections.text.comparison.edits import Edit
from corrections.text.formats.registry import format_named
from repo_store import Format
from tests.newsroom import EDITOR, TALKS, a_correction

DATA = Path(__file__).parents[3] / "shared" / "data"
EACH = 12  # of a corpus, in each form
STORED = 12  # texts of a corpus that are imported; each costs a transaction
SLACK = 200  # code points of markup beside the words that an edit may replace
MARKDOWN = "# Le café\n\nMinisters met on Tusday  in *teh* capital.\n\n> “ক্ষমা”, they said.\n\n- one  \n- two\t\n"
HTML = "<h1>Le café</h1>\n<p class=a>Ministers met on Tusday  in <em>teh</em>&nbsp;capital.</p>\n<!-- x -->\n<p>two  </p>\n"
FORMS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "CR LF": lambda text: text.replace("\n", "\r\n"),
    "CR": lambda text: text.replace("\n", "\r"),
    "mixed line ends": lambda text: text.replace("\n", "\r\n", 2),
    "byte order mark": lambda text: f"\ufeff{text}",
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "no final line end": lambda text: text.rstrip("\n"),
    "many final line ends": lambda text: f"{text}\n\n\n",
    "trailing blanks": lambda text: text.replace("\n", "  \n") + " \t",
}


def published(publication: Publication, article: str, format: Format) -> str:
    """The bytes that git holds of an article's text, as UTF-8."""
    path = f"articles/{article}/{format.file}"
    command = ["git", "-C", str(publication.folder / "articles.git"), "show", f"main:{path}"]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("format", "text"), [(Format.MARKDOWN, MARKDOWN), (Format.HTML, HTML)])
def test_text_in_every_form_is_kept_and_corrected(publication: Publication, format: Format, text: str, form: str):
    source = FORMS[form](text)
    sent = updates.ArticleText(TALKS, source, format=format)
    article = updates.publish(publication, EDITOR, sent).article
    assert published(publication, TALKS, format) == source
    assert article.title == "Le café"
    assert updates.publish(publication, EDITOR, sent).outcome == "unchanged"
    for quote, words in (("Tusday", "Tuesday"), ("teh", "the"), ("Le café", "Le thé")):
        correction = a_correction(publication, quote, words)
        decisions.accept(publication, EDITOR, correction.number, correction.last_event)
    expected = source.replace("Tusday", "Tuesday").replace("teh", "the")
    written = published(publication, TALKS, format)
    assert written in {expected.replace(cafe, "thé") for cafe in ("café", "cafe\u0301")}
    assert unicodedata.normalize("NFC", format_named(format).render(written).text).count("Le thé") == 1
    last = publication.correction(1)
    decisions.revert(publication, EDITOR, 1, last.last_event, "It was right")
    assert published(publication, TALKS, format) == written.replace("Tuesday", "Tusday")


@pytest.mark.parametrize("format", [Format.MARKDOWN, Format.HTML])
def test_the_publisher_s_other_line_ends_are_taken_with_the_corrections(publication: Publication, format: Format):
    text = MARKDOWN if format is Format.MARKDOWN else HTML
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, text, format=format))
    correction = a_correction(publication, "Tusday", "Tuesday")
    decisions.accept(publication, EDITOR, correction.number, correction.last_event)
    source = FORMS["CR LF"](text)
    outcome = updates.publish(publication, EDITOR, updates.ArticleText(TALKS, source))
    assert (outcome.outcome, outcome.kept) == ("merged", (1,))
    assert published(publication, TALKS, format) == source.replace("Tusday", "Tuesday")


def rows_of(corpus: str, kind: str) -> Iterator[dict[str, object]]:
    if not DATA.is_dir():
        pytest.skip(f"no corpus at {DATA}")
    with gzip.open(DATA / f"{corpus}-{kind}.jsonl.gz", "rt", newline="") as lines:
        yield from map(json.loads, lines)


@pytest.mark.parametrize("corpus", ["handbook", "rustbook"])
def test_real_texts_are_stored_as_they_are(publication: Publication, corpus: str):
    texts = [str(row["text"]) for row in rows_of(corpus, "texts")]
    forms = list(FORMS.values())
    for number, text in enumerate(texts[:: max(1, len(texts) // STORED)]):
        source = forms[number % len(forms)](text)
        article = f"2026/11/24/text-{number}"
        updates.publish(publication, EDITOR, updates.ArticleText(article, source))
        assert published(publication, article, Format.MARKDOWN) == source, article


@pytest.mark.parametrize("form", ["as it is", "CR LF", "byte order mark", "decomposed"])
@pytest.mark.parametrize("corpus", ["handbook", "rustbook"])
def test_real_corrections_change_no_byte_outside_their_words(corpus: str, form: str):
    texts = {row["id"]: str(row["text"]) for row in rows_of(corpus, "texts")}
    markdown = format_named("markdown")
    written = 0
    for row in islice(rows_of(corpus, "corrections"), list(FORMS).index(form), None, EACH):
        if not row["selector"]:
            continue
        selector = Selector(**row["selector"])  # type: ignore[arg-type]
        source = FORMS[form](texts[row["base"]])
        rendered = markdown.render(source)
        found = anchor(selector, rendered.text)
        if not isinstance(found, Anchored):
            continue
        edit = markdown.write(rendered, found.place, selector.exact, str(row["replacement"]))
        if not isinstance(edit, Edit) or edit == Edit(0, 0, ""):
            continue
        written += 1
        inside = [at for at in range(found.place.start, found.place.end) if rendered.starts[at] >= 0]
        first = min(rendered.starts[at] for at in inside)
        last = max(rendered.ends[at] for at in inside)
        assert first - SLACK <= edit.start <= edit.end <= last + SLACK, selector
        head, tail = source[edit.start : first], source[last : edit.end]
        changed = edit.apply(source)
        assert changed.encode().startswith(source[: edit.start].encode()), selector
        assert changed.encode().endswith(source[edit.end :].encode()), selector
        assert not any(char.isalnum() for char in head + tail if char not in changed), (head, tail)
    assert written > 15
