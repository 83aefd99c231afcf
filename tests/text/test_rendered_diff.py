"""What an editor is shown as changed is what a reader would see changed, in every format."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrections.text.comparison.diff import diff
from corrections.text.formats.registry import format_named
from corrections.text.rendered_diff.blocks import BlockKind
from corrections.text.rendered_diff.remarks import Message
from corrections.text.rendered_diff.rendered_diff import rendered_diff
from corrections.text.rendered_diff.rows import Part, RenderedRow
from tests.text.formats.html.fragments import PIECES

PIECES_OF_MARKDOWN = (
    *("# Head", "a b", "*b*", "**b\n", "[l](/a)", "![i](/i.png)", "\n\n", "\n", "- ", "1. ", "> ", "`c`", "  \n"),
    *("| a | b |\n|---|---|\n| 1 | 2 |\n", "```\ncode\n```\n", "<br>", "<b>", "</b>", "<pre>\n\nx", "&amp;lt;"),
    *("---\n", "[^a]", "\n[^a]: note\n", "\u0301", "שלום", "\t", "\r\n", "\u00a0", "\x01"),
)
MARKDOWN = st.lists(st.sampled_from(PIECES_OF_MARKDOWN), max_size=14).map("".join)
HTML = st.lists(st.sampled_from(PIECES), max_size=10).map("".join)


def words(parts: tuple[Part, ...]) -> str:
    return "".join(part.text for part in parts)


def assert_complete(old: str, new: str, name: str) -> list[RenderedRow]:
    rows = rendered_diff(old, new, name)
    article_format = format_named(name)
    assert "".join(words(row.left) for row in rows) == article_format.render(old).text
    assert "".join(words(row.right) for row in rows) == article_format.render(new).text
    for row in rows:
        assert {part.kind for part in row.left} <= {"same", "removed"}
        assert {part.kind for part in row.right} <= {"same", "added"}
    return rows


@settings(max_examples=300, deadline=None)
@given(MARKDOWN, MARKDOWN)
def test_the_sides_together_are_the_two_renderings_of_markdown(old: str, new: str):
    assert_complete(old, new, "markdown")


@settings(max_examples=300, deadline=None)
@given(HTML, HTML)
def test_the_sides_together_are_the_two_renderings_of_html(old: str, new: str):
    assert_complete(old, new, "html")


@settings(max_examples=100, deadline=None)
@given(MARKDOWN)
def test_an_article_is_the_same_as_itself(source: str):
    assert {row.kind for row in rendered_diff(source, source)} <= {"same"}


def in_both(markdown: str) -> list[tuple[str, str]]:
    return [("markdown", markdown), ("html", format_named("markdown").render(markdown).html)]


def compare(old: str, new: str) -> list[list[RenderedRow]]:
    """The rows of two Markdown articles, and of the same two in HTML."""
    return [
        assert_complete(ours, theirs, name)
        for (name, ours), (_, theirs) in zip(in_both(old), in_both(new), strict=True)
    ]


def remarked(rows: list[RenderedRow]) -> list[tuple[Message, str, str]]:
    """All remarks, those about whole blocks first."""
    blocks = [tuple(remark) for row in rows for remark in row.remarks]
    parts = [tuple(remark) for row in rows for part in (*row.left, *row.right) for remark in part.remarks]
    return blocks + parts


def test_changed_words_are_marked_inside_their_formatting():
    for rows in compare("It *opened in 1893* here.\n", "It *opened in 1839* here.\n"):
        (row,) = rows
        assert [(part.kind, part.text) for part in row.inline if part.text.strip()] == [
            ("same", "It "),
            ("same", "opened in "),
            ("removed", "1893"),
            ("added", "1839"),
            ("same", " here."),
        ]
        assert [part.formatting.styles for part in row.left] == [(), ("em",), ("em",), (), ()]
        assert remarked(rows) == []


@pytest.mark.parametrize(
    ("old", "new", "remark"),
    [
        ("The [report](/a) says.", "The [report](/b) says.", (Message.LINK_CHANGED, "/a", "/b")),
        ("The report says.", "The [report](/b) says.", (Message.LINK_ADDED, "", "/b")),
        ("The [report](/a) says.", "The report says.", (Message.LINK_REMOVED, "/a", "")),
        ("The [old report](/a) says.", "The [new report](/b) says.", (Message.LINK_CHANGED, "/a", "/b")),
        ("The [old](/a) report.", "The [new](/b) report.", (Message.LINK_CHANGED, "/a", "/b")),
        ("One two three.", "One **two** three.", (Message.NOW_BOLD, "", "")),
        ("One **two *three***.", "One **two three**.", (Message.NO_LONGER_ITALIC, "", "")),
        ("One two three.", "One **other** three.", (Message.NOW_BOLD, "", "")),
        ("Words here.", "## Words here.", (Message.NOW_HEADING, "", "")),
        ("# Words here.", "## Words here.", (Message.LEVEL_CHANGED, "1", "2")),
        ("Words here.", "> Words here.", (Message.NOW_QUOTATION, "", "")),
        ("- Words here.", "1. Words here.", (Message.NOW_NUMBERED_ITEM, "", "")),
        ("- one\n- Words here.", "- one\n  - Words here.", (Message.NESTING_CHANGED, "1", "2")),
        ("3. Words here.", "5. Words here.", (Message.NUMBERING_CHANGED, "3", "5")),
        ("An ![view](/a.png) here.", "An ![view](/b.png) here.", (Message.IMAGE_CHANGED, "/a.png", "/b.png")),
        ("![view](/a.png)", "![a view](/a.png)", (Message.ALTERNATIVE_CHANGED, "view", "a view")),
        ("An image.", "An ![](/a.png)image.", (Message.IMAGE_ADDED, "", "/a.png")),
        ("An ![](/a.png)image.", "An image.", (Message.IMAGE_REMOVED, "/a.png", "")),
        ("Old.", "Old.\n\nSee [all of it](/b).", (Message.LINK_ADDED, "", "/b")),
    ],
)
def test_a_change_beside_words_is_told_once_at_its_place(old: str, new: str, remark: tuple[Message, str, str]):
    for rows in compare(old + "\n", new + "\n"):
        assert remarked(rows) == [remark]
        assert "same" not in {row.kind for row in rows if row.remarks or any(part.remarks for part in row.right)}


def test_a_link_that_keeps_its_target_is_not_remarked_when_its_words_change():
    for rows in compare("The [old report](/a) says.\n", "The [new report](/a) says.\n"):
        assert remarked(rows) == []
        assert [part.text for part in rows[0].right if part.kind == "added"] == ["new"]


def test_what_a_reader_does_not_see_is_no_change():
    old = "A paragraph that was\nwrapped *here*.\n\n* one\n* two\n"
    new = "A paragraph that was wrapped _here_.\n\n- one\n- two\n"
    for rows in compare(old, new):
        assert {row.kind for row in rows} == {"same"}


def test_a_moved_paragraph_is_shown_as_moved_with_its_changed_link():
    stays = "One paragraph stays here.\n\nAnother one stays, too.\n\n"
    old, new = f"See [the report](/a).\n\n{stays}", f"{stays}See [the report](/b).\n"
    for rows in compare(old, new):
        assert [row.kind for row in rows] == ["moved", "same", "same", "moved"]
        assert remarked(rows) == [(Message.LINK_CHANGED, "/a", "/b")]


def test_blocks_are_told_apart_in_both_formats():
    source = "# H\n\nP\n\n- L\n\n1. N\n\n> Q\n\n| T |\n|---|\n| C |\n\n```\nX\n```\n\n***\n"
    for rows in compare(source, source):
        assert [row.new.kind for row in rows if row.new] == [
            BlockKind.HEADING,
            BlockKind.PARAGRAPH,
            BlockKind.LIST_ITEM,
            BlockKind.NUMBERED_ITEM,
            BlockKind.QUOTATION,
            BlockKind.TABLE_HEADING,
            BlockKind.TABLE_CELL,
            BlockKind.CODE,
            BlockKind.RULE,
        ]


def test_a_cell_is_compared_with_the_cell_of_its_place():
    table = "| Year | Dead |\n|---|---|\n| 1893 | {} |\n"
    for rows in compare(table.format(2), table.format(7)):
        (changed,) = [row for row in rows if row.kind != "same"]
        assert (words(changed.left).strip(), words(changed.right).strip()) == ("2", "7")


def test_a_caption_is_a_block_of_its_own():
    figure = '<figure><img src="/a.png" alt="View"><figcaption>The bridge in {}.</figcaption></figure>'
    rows = assert_complete(figure.format(1893), figure.format(1839), "html")
    assert [(row.kind, row.new.kind) for row in rows if row.new][-1] == ("changed", BlockKind.CAPTION)


def test_an_article_that_changed_its_format_is_compared_by_its_words():
    (_, markdown), (_, html) = in_both("# Head\n\nThe **old** bridge.\n")
    rows = rendered_diff(markdown, html.replace("bridge", "ferry"), "markdown", "html")
    assert [row.kind for row in rows] == ["same", "changed"]


SOURCES = (
    ("The *old* bridge opened in 1893.\n\nIt stays.", "The *new* bridge opened in 1839.\n\nIt stays."),
    ("# The bridge\n\nOne [link](/a) here &amp; there.", "# A bridge\n\nOne [word](/a) here &amp; now."),
    ("- one\n- two\n\nEnd.", "- one\n- three\n\nEnd."),
    ("| a | b |\n|---|---|\n| 1 | 2 |\n", "| a | b |\n|---|---|\n| 1 | 7 |\n"),
    ("First paragraph.\n\nGone paragraph here.\n\nLast.", "First paragraph.\n\nLast."),
)


@pytest.mark.parametrize(("old", "new"), SOURCES)
def test_the_source_view_marks_what_readers_see_changed(old: str, new: str):
    for (name, before), (_, after) in zip(in_both(old), in_both(new), strict=True):
        in_source = [
            ["".join(part.text for part in side if part.kind != "same") for side in (row.left, row.right)]
            for row in diff(before, after)
        ]
        for side, kind in enumerate(("removed", "added")):
            marked = iter("".join(changed[side] for changed in in_source))
            for row in rendered_diff(before, after, name):
                for part in (row.left, row.right)[side]:
                    if part.kind == kind:
                        assert all(letter in marked for letter in part.text.strip()), (name, part.text)
