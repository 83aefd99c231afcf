"""The title of an article that came without one: words as a reader sees them, never markup, never torn."""

import pytest

from corrections.text.comparison.words import tokens
from corrections.text.formats.markdown.headline import title_of

SENTENCE = "Ministers met in the capital and agreed on two points. "


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("# The *talks* and [points](https://a.example)\n\nText.\n", "The talks and points"),
        ("Text first.\n\n## Then a heading ##\n", "Then a heading"),
        ("The *head*\nof it\n===\n\nText.\n", "The head of it"),
        ("Head\n---\n", "Head"),
        ("**Ministers** met on [two points](https://a.example \"t\"),\n`code` and ~~all~~.\n", "Ministers met on two points, code and all."),
        ("```\n# not a heading\n```\n\nText.\n", "Text."),
        ("    # not a heading\n\nText.\n", "Text."),
        ("```\n# only code\n```\n", "# only code"),
        ("> # Quoted\n\nText.\n", "Quoted"),
        ("- # Listed\n\n# Head\n", "Head"),
        ("#\n\n# \n\n## Second\n", "Second"),
        ("# <!-- c -->\n\nText.\n", "Text."),
        ("# AT&amp;T &copy; \\*2026\\* &#35;\n", "AT&T © *2026* #"),
        ("# Talks[^1]\n\n[^1]: A note.\n", "Talks"),
        ("# ![A bridge](b.png)\n\nText.\n", "Text."),
        ("![A *bridge* at dawn](b.png)\n", "A bridge at dawn"),
        ("![](b.png)\n", "Untitled"),
        ("# A ![bridge](b.png) story\n", "A story"),
        ("<h1 class=x>Raw <b>head</b></h1>\n\nText.\n", "Raw head"),
        ("<div>\n<p>One <i>line</i></p>\n<p>two</p>\n</div>\n", "One line"),
        ("<!-- a comment -->\n\n<script>x()</script>\n\nText.\n", "Text."),
        ("A <b>bold</b> word<br>and more.\n", "A bold word and more."),
        ("Line one  \nline two\\\nline three\n", "Line one line two line three"),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n", "a"),
        ("- first item\n- second\n", "first item"),
        ("Minis\x08ters\x0cmet\uffff.\n", "Ministers met."),
        ("***\n\nText.\n", "Text."),
        ("[x]: /only-a-reference\n", "Untitled"),
        ("", "Untitled"),
        (SENTENCE * 8, (SENTENCE * 5).strip()),
        ("Dr. A. B. Smith of the U.S. Senate " + "said so " * 50, None),
        ("word " * 100, None),
        ("x" * 400, None),
        ("新闻" * 200, None),
        ("👩‍👩‍👧‍👦" * 60, None),
        ("# " + "long heading " * 40, None),
        ("e\u0301" * 200, None),
    ],
)  # fmt: skip
def test_the_title_is_what_a_reader_sees(source: str, title: str | None):
    found = title_of(source, 300)
    assert len(found) <= 300
    if title is not None:
        assert found == title
        return
    assert found.endswith("…")
    kept = found.removesuffix("…")
    assert len(kept) > 200
    whole = " ".join(source.strip("# ").split())
    assert whole.startswith(kept)
    if " " in whole:
        assert whole[len(kept)] == " "
    elif tokens(whole)[0] != whole:
        assert kept == "".join(tokens(whole)[: len(tokens(kept))])
