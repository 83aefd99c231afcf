"""A reader's words are read in HTML as they were typed, and no byte outside them changes."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from corrections.text.anchoring.anchor import Anchored, Place, Selector, anchor
from corrections.text.comparison.edits import Edit
from corrections.text.formats.html.render import render
from corrections.text.formats.html.rewrite import write
from corrections.text.formats.html.source_spans import source_edit
from corrections.text.formats.passages import CHANGED, Unwritable


def place_of(source: str, exact: str) -> Place:
    verdict = anchor(Selector(exact), render(source).text)
    assert isinstance(verdict, Anchored)
    return verdict.place


def corrected(source: str, exact: str, replacement: str) -> str:
    edit = write(render(source), place_of(source, exact), exact, replacement)
    assert isinstance(edit, Edit), edit
    return edit.apply(source)


@pytest.mark.parametrize(
    ("source", "exact", "replacement", "wanted"),
    [
        ("<p>A <b>bald</b> move.</p>", "bald move", "bold move", "<p>A <b>bold</b> move.</p>"),
        ("<p>Fish &amp chps &nbsp;x</p>", "Fish & chps", "Fish & chips", "<p>Fish &amp chips &nbsp;x</p>"),
        ("<p>teh cap&shy;ital&mdash;so</p>", "teh", "the", "<p>the cap&shy;ital&mdash;so</p>"),
        ("<p>caf&eacute;s nice</p>", "cafés", "cafés!", "<p>caf&eacute;s! nice</p>"),
        ("<p>a\r\nteh b</p>\r\n<p>c</p>", "teh", "the", "<p>a\r\nthe b</p>\r\n<p>c</p>"),
        ("<P CLASS = x >teh</P >", "teh", "the", "<P CLASS = x >the</P >"),
        ("<td>teh", "teh", "the", "<td>the"),
        ("<figure><figcaption>Teh cat", "Teh", "The", "<figure><figcaption>The cat"),
        ("<p>see <a href=q>link</a></p>", "see link", "see link now", "<p>see <a href=q>link</a> now</p>"),
        ("<pre>a b\nc</pre>", "a b", "a  bb", "<pre>a  bb\nc</pre>"),
        ("<p>He said “no”.</p>", 'said "no"', 'never said "no"', "<p>He never said “no”.</p>"),
    ],
)
def test_only_the_words_that_differ_are_replaced(source: str, exact: str, replacement: str, wanted: str):
    assert corrected(source, exact, replacement) == wanted


@pytest.mark.parametrize(
    ("source", "exact", "replacement", "wanted"),
    [
        ("<p>a <b>x</b> c</p>", "x ", "", "<p>a c</p>"),
        ("<p>a <b><i>x</i> y</b> c</p>", "x", "", "<p>a <b> y</b> c</p>"),
        ("<p>one <b>two <i>three</i></b> four</p>", "one two three four", "one four", "<p>one four</p>"),
        ("<p>a</p>\n<p>b</p>\n<p>c</p>", "b", "", "<p>a</p>\n<p>c</p>"),
        ("<p>a</p>\n<p>b</p>\n", "b", "", "<p>a</p>\n"),
        ("<ul>\n<li>a one\n<li>b two\n<li>c\n</ul>", "b two", "", "<ul>\n<li>a one\n<li>c\n</ul>"),
        ("<ul><li>a</li></ul><p>x</p>", "a", "", "<p>x</p>"),
        ("<figure><img src=a><figcaption>Cap</figcaption></figure>", "Cap", "", "<figure><img src=a></figure>"),
        (
            "<table><tr><td>a</td><td>b</td></tr></table>", "a", "",
            "<table><tr><td></td><td>b</td></tr></table>",
        ),
        ("<table><tr><td>a<td>b</tr><tr><td>c</table>", "a\nb", "", "<table><tr><td>c</table>"),
        ("<p><a href=q><img src=a></a> x</p>", "x", "", "<p><a href=q><img src=a></a> </p>"),
    ],
)  # fmt: skip
def test_what_is_left_without_a_word_goes_and_what_is_seen_stays(
    source: str, exact: str, replacement: str, wanted: str
):
    assert corrected(source, exact, replacement) == wanted


def block(words: str, attributes: str = "") -> str:
    return f"<!-- wp:paragraph -->\n<p{attributes}>{words}</p>\n<!-- /wp:paragraph -->"


@pytest.mark.parametrize(
    ("exact", "replacement", "wanted"),
    [
        ("Two.", "", [block("One teh.", " id=a class=b"), block("Three.")]),
        ("One teh.\nTwo.", "One the. Two.", [block("One the. Two.", " id=a class=b"), block("Three.")]),
        ("teh.\nTwo.\nThr", "the.\nTow.\nThr", [block("One the.", " id=a class=b"), block("Tow."), block("Three.")]),
        (
            "One teh.", "One.\n\nThe.",
            [block("One.", " id=a class=b"), block("The.", " class=b"), block("Two."), block("Three.")],
        ),
    ],
)  # fmt: skip
def test_paragraphs_of_a_block_editor_are_deleted_joined_and_split_with_their_comments(exact, replacement, wanted):
    source = "\n\n".join([block("One teh.", " id=a class=b"), block("Two."), block("Three.")]) + "\n"
    assert corrected(source, exact, replacement) == "\n\n".join(wanted) + "\n"


@pytest.mark.parametrize(
    ("source", "exact", "replacement", "wanted"),
    [
        ("<p>one<br>two</p>", "one\ntwo", "one two", "<p>one two</p>"),
        ("<ul><li>a b<li>c d</ul>", "a b\nc d", "a b c d", "<ul><li>a b c d</ul>"),
        ("<ul><li>a b</li><li>c</li></ul>", "a b", "a\nb", "<ul><li>a</li><li>b</li><li>c</li></ul>"),
        ("<p>a <b>b c</b></p>", "b c", "b\nc d", "<p>a <b>b c d</b></p>"),
    ],
)
def test_line_ends_join_and_split_where_that_can_be_and_are_blanks_elsewhere(source, exact, replacement, wanted):
    assert corrected(source, exact, replacement).replace("\n", "") == wanted


def test_words_do_not_move_from_one_cell_to_another():
    source = "<table><tr><td>aa<td>bb</table>"
    assert isinstance(write(render(source), place_of(source, "aa\nbb"), "aa\nbb", "ab ba"), Unwritable)
    assert corrected(source, "aa\nbb", "ab\nba") == "<table><tr><td>ab<td>ba</table>"


@pytest.mark.parametrize("typed", ["Teh talks now", "Now Teh talks", "Teh long talks", "The talks", ""])
def test_words_that_the_parser_finds_nowhere_in_the_source_cannot_be_corrected(typed: str):
    source = "<p>Before</p><svg></div><title>x</svg><![CDATA[Teh talks"
    assert isinstance(write(render(source), place_of(source, "Teh talks"), "Teh talks", typed), Unwritable)


@pytest.mark.parametrize(
    "typed",
    [
        "<b>x</b>", "<script>alert(1)</script>", "&lt;", "&amp", "a & b", "</p>", "<!-- wp:html -->", "]]>", '" onx="',
        "<img src=x onerror=y>", '[gallery ids="1"]', "[embed]https://a.example[/embed]", "x\u00a0y", "-->", "<",
    ],
)  # fmt: skip
def test_what_a_reader_types_is_read_as_typed_and_never_becomes_markup(typed: str):
    source = "<p class='x'>Before <em>words</em> after.</p>"
    after = render(corrected(source, "words", typed))
    assert after.text == f"Before {typed} after.\n"
    assert after.tokens() == render(source).tokens()


@pytest.mark.parametrize("typed", ["[", "words [", "[/", "]", "] words", "[[", "[caption"])
def test_brackets_typed_beside_a_shortcode_are_read_and_leave_it_whole(typed: str):
    source = '<p>[caption id="a"]words[/caption] after</p>'
    after = render(corrected(source, "words", typed))
    assert after.text == f"{typed} after\n"
    assert after.tokens() == render(source).tokens()


def test_words_changed_since_the_reader_saw_them_are_kept_where_the_reader_did_not_touch_them():
    source = "<p>Ministers met on <b>Tuesday</b> in the old capital, and the minister said thay agreed.</p>"
    seen = "met on Tusday in the old capital, and the minister said thay agreed"
    place = place_of(source, seen)
    edit = write(render(source), place, seen, seen.replace("thay", "they"))
    assert isinstance(edit, Edit)
    assert edit.apply(source) == source.replace("thay", "they")
    assert write(render(source), place, seen, seen.replace("Tusday", "Friday")) == Unwritable(CHANGED)


ARTICLE = (
    '<!-- wp:heading -->\r\n<h2 class="h">Head &amp; <em>tail</em></h2>\r\n<!-- /wp:heading -->\r\n\r\n'
    "<p>Some <b>bold <a href='/u'>link words</a> end</b> &copy and&nbsp;more,\r\n  second line with "
    "<custom-x a=1>own</custom-x> text.<!-- c --> Co&shy;op.\r\n<script>x = '<p>'</script>\r\n"
    "<ul>\r\n\t<li>item <b>one</b>\r\n\t<li>item two\r\n</ul>\r\n"
    "<table><tr><th>head</th><td>cell one<td>cell <i>two</i></table>\r\n"
    '[caption id="a"]<img src=a alt="alt words"> Caption words[/caption]\r\n'
    "<blockquote><p>Quoted “words”</blockquote>\r\n<pre>pre\r\n  formatted</pre>\r\nlast words &bogus; 1 < 2"
)
WORDS = st.text(alphabet="ab é<>&;[]\"'/-!#=x1", min_size=1, max_size=12)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_any_words_in_any_place_are_read_as_typed_and_no_other_byte_changes(data):
    rendered = render(ARTICLE)
    start = data.draw(st.integers(0, len(rendered.text) - 1))
    end = data.draw(st.integers(start + 1, min(len(rendered.text), start + 40)))
    exact = rendered.text[start:end]
    typed = data.draw(WORDS | st.just(""))
    assume(exact.strip() and "\n" not in exact and typed != exact)
    edit = write(rendered, Place(start, end), exact, typed)
    if isinstance(edit, Unwritable):  # what is before would become markup with it, and that is another's character
        ends_a_reference = ARTICLE[: rendered.starts[start]].endswith("&copy") and typed.startswith(";")
        assert ARTICLE[rendered.starts[start] - 1] in "<&" or set("<&;") & set(exact) or ends_a_reference
        return
    assert isinstance(edit, Edit)
    after = edit.apply(ARTICLE)
    assert render(after).text.split() == (rendered.text[:start] + typed + rendered.text[end:]).split()
    inside = [at for at in range(start, end) if rendered.starts[at] >= 0]
    reach = 20 if typed.strip() else 200  # of words that go, the element goes too
    assert min(rendered.starts[at] for at in inside) - reach <= edit.start
    assert edit.end <= max(rendered.ends[at] for at in inside) + reach
    left = iter(render(after).tokens())
    before = rendered.tokens()
    assert all(token in before for token in left)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_over_several_blocks_each_keeps_its_markup(data):
    rendered = render(ARTICLE)
    start = data.draw(st.integers(0, len(rendered.text) - 2))
    end = data.draw(st.integers(start + 1, len(rendered.text)))
    exact = rendered.text[start:end]
    words = [at for at in range(len(exact)) if exact[at].isalpha() and exact[at].isascii()]
    assume(words)
    at = data.draw(st.sampled_from(words))
    typed = exact[:at] + "Q" + exact[at + 1 :]
    edit = write(rendered, Place(start, end), exact, typed)
    assert isinstance(edit, Edit)
    after = render(edit.apply(ARTICLE))
    assert after.text == rendered.text[:start] + typed + rendered.text[end:]
    assert after.tokens() == rendered.tokens()
    assert after.alternatives[0].text == "alt words"


@pytest.mark.parametrize(
    ("exact", "html", "wanted"),
    [
        ("the deck", "the slides", '<p>See <a href="/d">the slides</a> now.</p>'),
        ("the deck", '<a href="/s">the slides</a>', '<p>See <a href="/s">the slides</a> now.</p>'),
        ("the deck", "the deck", "<p>See the deck now.</p>"),
        ("deck now", "slides</a> then", '<p>See <a href="/d">the slides</a> then.</p>'),
    ],
)
def test_an_editors_html_takes_the_markup_at_its_edges_along_or_leaves_it(exact: str, html: str, wanted: str):
    source = '<p>See <a href="/d">the deck</a> now.</p>'
    assert source_edit(render(source), place_of(source, exact), html).apply(source) == wanted


@pytest.mark.parametrize(
    ("source", "exact", "replacement"),
    [
        ("<p>I <3 hearts</p>", "3", "b"),
        ("<p>I <3 hearts</p>", "3 hearts", "a hearts"),
        ("<p>AT&T lt; here</p>", "T lt", "lt lt"),
        ("<p>fish &am p; chips</p>", "am", "amp"),
        ("<p>fish &x lt; here</p>", "x lt", "lt"),
        ("<p>a > b word</p>", "word", "world"),
        ("<p>see [gallery x] now</p>", "gallery", "galleries"),
        ("<p>3 < 4 words</p>", "4 words", "script words"),
        ("<p>one&nbsp;two</p>", "two", "three"),
        ("<p>x<b>y</b></p>", "x", "z"),
    ],
)
def test_plain_words_beside_signs_of_markup_are_read_as_typed(source: str, exact: str, replacement: str):
    rendered = render(source)
    start = rendered.text.index(exact)
    edit = write(rendered, Place(start, start + len(exact)), exact, replacement)
    if isinstance(edit, Edit):
        after = render(edit.apply(source))
        assert after.text == rendered.text[:start] + replacement + rendered.text[start + len(exact) :]
        assert after.tokens() == rendered.tokens()
