"""Changes are shown as readers see them on every page that compares texts; the markup is one control away."""

import re

import html5lib
import pytest
from flask.testing import FlaskClient

from corrections.services.articles import updates
from corrections.services.publication import Publication
from corrections.services.review import decisions
from tests.newsroom import EDITOR, TALKS, TEXT, a_correction, an_article

DIFF = f"/daily/a/{TALKS}/diff"
MARKUP = ("**agreed**", "](https://example.org", "# The talks", "> “We")
HOSTILE = """# Head

[x](javascript:alert(1)) ![y](javascript:alert(2)) <img src=x onerror=alert(3)> <a href="data:text/html,x" onclick=a>z</a>

"><script>alert(4)</script> `<script>alert(5)</script>` &lt;script&gt;alert(6)&lt;/script&gt; <b title="</td><script>">b</b>

<table><tr><td></table></td></tr></table><style>*{}</style><form><input></form> %(old)s %(new)s
"""


def view_of(page: str, name: str) -> str:
    """The part of a review page that shows what readers see, or the source."""
    start = page.index(f'<div class="{name}-view"')
    return page[start : page.index("</table>", start)]


def hears(html: str) -> str:
    """What a screen reader says, without markup."""
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def test_an_editor_sees_words_and_the_markup_beside_them(editor: FlaskClient, publication: Publication):
    an_article(publication)
    a_correction(publication, "agreed", "settled")
    page = editor.get("/daily/review/1").text
    readers, source = view_of(page, "readers"), view_of(page, "source")
    assert not any(markup in readers for markup in MARKUP)
    assert "<del><strong>agreed</strong></del>" in readers
    assert "<ins><strong>settled</strong></ins>" in readers
    assert 'href="https://example.org/points"' in readers
    assert "Deleted: agreed" in hears(readers)
    assert "**<del>agreed</del>**" in source
    assert "**<ins>settled</ins>**" in source
    assert 'data-key="m"' in page
    assert 'class="review shows-source"' in editor.get("/daily/review/1?source=1").text, "without scripts, too"


def test_a_conflict_shows_three_versions_as_readers_see_them(editor: FlaskClient, publication: Publication):
    an_article(publication)
    a_correction(publication, "agreed", "settled")
    text = TEXT.replace("**agreed** on [two points](https://example.org/points)", "*decided* on [two points](/other)")
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, text))
    page = editor.get("/daily/review/1").text
    columns = page[page.index('<section class="three readers-view"') :]
    columns = columns[: columns.index("</section>")]
    assert not any(markup in columns for markup in MARKUP)
    assert "<ins><em>decided</em></ins>" in columns
    assert "No longer bold" in columns
    assert "Link changed: https://example.org/points → /other" in hears(columns)
    assert "<ins><strong>settled</strong></ins>" in columns


def test_two_revisions_are_compared_as_readers_saw_them(client: FlaskClient, publication: Publication):
    an_article(publication)
    changed = TEXT.replace("**agreed**", "agreed").replace("/points", "/all-points").replace("1971", "1972")
    an_article(publication, changed)
    for view in ("side-by-side", "inline"):
        page = client.get(f"{DIFF}?view={view}").text
        assert not any(markup in page for markup in MARKUP)
        assert "No longer bold" in page
        assert "Link changed: https://example.org/points → https://example.org/all-points" in hears(page)
        assert "Deleted: 1971" in hears(page)
        source = client.get(f"{DIFF}?view={view}&source=1").text
        assert "<del>**agreed**</del>" in source
        assert f"view={view}&amp;source=1" in page
        assert (
            f"view={view}&amp;source=1"
            not in source[source.index('class="view"') :].split("Patch")[0].split("Inline")[1]
        )


def test_a_revision_that_only_its_markup_changed_says_so(client: FlaskClient, publication: Publication):
    an_article(publication)
    an_article(publication, TEXT.replace("**agreed**", "__agreed__"))
    assert "Readers see no difference." in client.get(DIFF).text
    assert "__" in client.get(f"{DIFF}?source=1").text


def test_a_moved_paragraph_is_shown_as_moved(client: FlaskClient, publication: Publication):
    an_article(publication, "# Talks\n\nFirst it rained.\n\nThen they met.\n\nThen they left the town.\n")
    an_article(publication, "# Talks\n\nThen they met.\n\nThen they left the town.\n\nFirst it rained.\n")
    page = hears(client.get(DIFF).text)
    assert "Moved from hereDeleted: First it rained." in page
    assert "Moved hereInserted: First it rained." in page


def test_the_previews_of_all_clean_corrections_and_of_an_editor_s_text(editor: FlaskClient, publication: Publication):
    an_article(publication)
    a_correction(publication, "Tusday", "Tuesday", category="typo")
    a_correction(publication, "teh", "the", category="typo")
    page = editor.get(f"/daily/review/of/{TALKS}").text
    readers = view_of(page, "readers")
    assert readers.count("<ins>") == 2
    assert not any(markup in readers for markup in MARKUP)
    assert "[two points](https://example.org/points)" in view_of(page, "source")
    preview = editor.post("/daily/review/1/preview", data={"text": "*Tuesday*", "as_markdown": "1"}).text
    assert "<ins><em>Tuesday</em></ins>" in view_of(preview, "readers")
    assert "<ins>*Tuesday*</ins>" in view_of(preview, "source")


def test_the_page_speaks_the_article_s_language(client: FlaskClient, publication: Publication):
    for text in ("# رأس\n\nكلمة [رابط](/a).\n", "# رأس\n\nكلمة **أخرى** [رابط](/b).\n"):
        updates.publish(publication, EDITOR, updates.ArticleText(TALKS, text, language="ar"))
    page = client.get(DIFF).text
    assert "<td data-side" in page
    assert 'dir="rtl"' in page
    assert "تغيّر الرابط: /a → /b" in hears(page)
    assert "مُدرج: أخرى" in hears(page)


@pytest.mark.parametrize("address", [DIFF, f"{DIFF}?view=inline", "/daily/review/1"])
def test_hostile_articles_stay_text(editor: FlaskClient, publication: Publication, address: str):
    an_article(publication, "# Head\n\nWords to correct.\n")
    an_article(publication, HOSTILE + "\nWords to correct.\n")
    a_correction(publication, "Words to correct", "Words <script>alert(7)</script>")
    tree = html5lib.parse(editor.get(address).text, namespaceHTMLElements=False)
    places = [*tree.iter("table"), *(div for div in tree.iter("div") if "rendered-diff" in div.get("class", ""))]
    assert places
    for place in places:
        for element in place.iter():
            assert element.tag not in ("script", "style", "form", "input", "img", "iframe"), element.tag
            assert not [name for name in element.keys() if name.startswith("on")]  # noqa: SIM118 (an element, no dict)
            assert not re.match(r"\s*(javascript|data):", element.get("href", ""), re.IGNORECASE)
    said = "".join(tree.itertext())
    assert "<script>alert(5)</script>" in said
    assert "%(old)s" in said


def test_an_accepted_correction_shows_what_it_changed(editor: FlaskClient, publication: Publication):
    an_article(publication)
    sent = a_correction(publication, "agreed", "settled")
    decisions.accept(publication, EDITOR, 1, sent.last_event)
    page = editor.get("/daily/review/1").text
    assert "<del><strong>agreed</strong></del>" in view_of(page, "readers")


def test_a_timeline_tells_what_readers_saw_change(client: FlaskClient, publication: Publication):
    for text in (
        TEXT,
        TEXT.replace("/points", "/all-points"),
        TEXT.replace("/points", "/all-points").replace("two points", "three points"),
        TEXT.replace("/points", "/all-points").replace("two points", "three points").replace("**", ""),
    ):
        an_article(publication, text)
    page = client.get(f"/daily/a/{TALKS}/history").text
    assert "on <del>two</del> <ins>three</ins> points." in page
    assert "Link changed: https://example.org/points → https://example.org/all-points" in page
    assert "No longer bold" in page
    assert not any(markup in page for markup in MARKUP)


def test_a_reader_sees_no_markup_before_sending_and_after(client: FlaskClient, publication: Publication):
    an_article(publication)
    sent = a_correction(publication, "agreed", "settled")
    key = publication.private.reader_key(sent.id)
    form = {"exact": "two points", "replacement": "three points", "action": "change", "category": "factual"}
    preview = client.post(f"/daily/a/{TALKS}/suggest", data={**form, "step": "preview"}).text
    assert '<del><a href="https://example.org/points"' in preview
    own = client.get(f"/daily/c/1?key={key}").text
    assert "<ins><strong>settled</strong></ins>" in own
    for page in (preview, own):
        assert not any(markup in page for markup in MARKUP)
        assert "warned" not in page, "warnings are for editors"
