"""What a reader sees, and where in the Markdown it stands."""

import html
import random
import re
from collections.abc import Iterator

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrections.text.formats.markdown.render import render
from corrections.text.formats.rendered import NO_ORIGIN, Rendered
from tests.npm_packages import npm_file

MARKDOWN = """# A *head* line ##

A par\\*agraph with **bold *nested* words**, `code  x`, [a link](https://x.y "t") &amp; &copy; <https://auto.link>
and a soft break,  
a hard one.

> a quotation
lazily continued

- item one
- item *two*
  1. nested

| a | b \\| c |
|---|--:|
| 1 | `x` |

Underlined *head*
===

    indented code
	tab code

```py
fence < 1
```
<div>raw <b>html</b> &eacute; <script>alert(1)</script></div>

inline <b onclick="x">tag</b> <script>alert(1)</script> ~~gone~~ ![alt *x*](/img.png)
"""


def text_content(html: str) -> str:
    return "".join(html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False).itertext())


def examples() -> Iterator[str]:
    text = npm_file("commonmark-spec/spec.txt").read_text().split("<!-- END TESTS -->")[0]
    for match in re.finditer(r"^`{32} example\n(.*?)^\.\n.*?^`{32}$", text, re.DOTALL | re.MULTILINE):
        yield match[1].replace("→", "\t")


def check(source: str) -> Rendered:
    """The text is what a browser shows, and each mapped character is its source, or what that was written for."""
    rendered = render(source)
    assert text_content(rendered.html) == rendered.text
    for char, start, end in zip(rendered.text, rendered.starts, rendered.ends, strict=True):
        if start == NO_ORIGIN:
            assert end == NO_ORIGIN
            continue
        assert 0 <= start < end <= len(source)
        assert char in written_as(source[start:end]), (char, source[start:end])
    return rendered


def written_as(source: str) -> str:
    """All that a piece of Markdown may be read as."""
    if len(source) == 1:
        return source + " " * (source == "\t") + " " * (source == "\n")
    if source.startswith("&"):
        return html.unescape(source) or "\ufffd"  # a reference to a control character
    if source.startswith("\\") and source[1] != "\n":
        return source[1]
    return "\n" if "\n" in source else ""


def test_every_example_of_the_commonmark_specification_is_mapped():
    found = list(examples())
    assert len(found) == 652
    for source in found:
        rendered = check(source)
        for char, start in zip(rendered.text, rendered.starts, strict=True):
            assert start != NO_ORIGIN or char == "\n", (source, char)


def test_mutated_examples_are_mapped_too():
    found, dice = list(examples()), random.Random(20261124)
    for _ in range(6_000):
        check(mutated(dice.choice(found), found, dice))


def mutated(source: str, others: list[str], dice: random.Random) -> str:
    for _ in range(dice.randint(1, 5)):
        at, other = dice.randint(0, len(source)), dice.choice(others)
        first = dice.randint(0, len(other))
        change = dice.choice(("insert", "delete", "splice"))
        if change == "insert":
            source = source[:at] + dice.choice(SIGNS) + source[at:]
        elif change == "delete":
            source = source[:at] + source[at + 1 :]
        else:
            source = source[:at] + other[first : first + dice.randint(1, 20)] + source[at:]
    return source


def test_the_plain_text_is_the_text_content_of_the_html():
    assert text_content(render(MARKDOWN).html) == render(MARKDOWN).text


def test_every_character_maps_to_itself_or_to_what_it_was_written_as():
    rendered = render(MARKDOWN)
    written = {"*": "\\*", "&": "&amp;", "©": "&copy;", "é": "&eacute;"}
    for at, char in enumerate(rendered.text):
        if rendered.starts[at] == NO_ORIGIN:
            assert char == "\n"
        else:
            source = MARKDOWN[rendered.starts[at] : rendered.ends[at]]
            assert source in (char, written.get(char)) or (char == "\n" and source.strip("\\ ") == "\n")


def test_no_script_handler_or_unsafe_address_is_left():
    html = render(
        MARKDOWN + '\n[x](javascript:alert(1)) <img src=x onerror=alert(1)> <a href="javascript:x">y</a>\n'
    ).html
    for bad in ("<script", "onclick", "onerror=", 'href="javascript'):
        assert bad not in html


MARKS = st.text(alphabet="ab *_`[]()<>!&;#-\n>|~\\:/é\u0301 ", max_size=80)


def test_footnotes_are_numbered_and_their_words_are_mapped():
    source = "A claim.[^a] Another.[^b] Again.[^a]\n\n[^a]: First *note*.\n[^b]: Second.\n\nEnd.\n"
    rendered = check(source)
    assert "A claim.1 Another.2 Again.1" in rendered.text
    at = rendered.text.index("First note.")
    assert source[rendered.starts[at] : rendered.ends[at + len("First")]] == "First *"[:-1]
    assert '<a href="#fn1"' in rendered.html
    assert '<li id="fn1">' in rendered.html


def test_an_image_s_alternative_text_is_mapped_and_not_in_the_text():
    source = "See [a ![one *two* &amp; `x`](i.png) end](y).\n"
    rendered = check(source)
    assert rendered.text == "See a  end.\n"
    (alternative,) = rendered.alternatives
    assert alternative.text == "one two & x"
    spans = zip(alternative.starts, alternative.ends, strict=True)
    assert [source[start:end] for start, end in spans] == [*"one two ", "&amp;", *" x"]


def test_text_that_a_browser_would_move_out_of_a_raw_table_stays_in_its_place():
    check("<table>\n\n  <tr>\n\n    <td>\n      Hi\n    </td>\n\n  </tr>\n\n</table>\n")
    check("<table><tr><td>a</td>lost<td>b</td></tr></table>\n")
    whole = check("<table><tr><td>a</td><td>b</td></tr></table>\n")
    assert "<td>a</td>" in whole.html


@pytest.mark.parametrize(
    "odd",
    [
        "<![",
        "<![x",
        "<![if a]>",
        "<![CDATA[x<b>]]>",
        "<!",
        "<!-",
        "<!doctype",
        "<?x",
        "</",
        "<a",
        "&#",
        '<b class="x>',
        "<b =x>",
        "<b x = >",
    ],
)
def test_unfinished_html_is_no_trouble(odd: str):
    check(f"<div>before {odd}</div>\n\nafter {odd}\n")


def test_ids_of_raw_html_are_dropped():
    assert 'id="' not in render('<a id="session" href="/x">y</a>\n\n<ul><li id="main">z</li></ul>\n').html


SIGNS = "ab *_`[]()<>!&;#-\n>|~\\:/é\u0301^1."
BLOCKS = st.sampled_from(
    (
        *(
            "# {}\n",
            "{}\n===\n",
            "> {}\n",
            "- {}\n",
            "1. {}\n",
            "    {}\n",
            "```\n{}\n```\n",
            "| {} | b |\n|---|---|\n",
        ),
        *(
            "<div>{}</div>\n",
            "<table><tr><td>{}</td></tr></table>\n",
            "[^1]: {}\n",
            "{}\n",
            "  \t{}\n",
            "- a\n\n  {}\n",
        ),
    )
)
INLINES = st.sampled_from(
    (
        *("**{}**", "*{}*", "`{}`", "[{}](/u 'x')", "![{}](/i)", "<b>{}</b>", "~~{}~~", "\\*{}", "&amp;{}", "{}[^1]"),
        *("{}  \n", "{}\\\n", "<https://{}>", "[{}][r]", "{}"),
    )
)
WORDS = st.text(alphabet=SIGNS + "мівשלום中文", max_size=12)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Markdown as it is written, and as it is not."""
    parts = []
    for _ in range(draw(st.integers(1, 4))):
        inline = "".join(draw(INLINES).replace("{}", draw(WORDS)) for _ in range(draw(st.integers(1, 3))))
        parts.append(draw(BLOCKS).replace("{}", inline))
    return draw(st.sampled_from(("", "\n"))).join(parts) + "\n[r]: /ref\n"


@settings(max_examples=400, deadline=None)
@given(documents())
def test_generated_documents_are_mapped(source: str):
    check(source)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=SIGNS, max_size=80))
def test_any_text_is_mapped(source: str):
    check(source)


RAW = st.sampled_from(
    (
        *("<div>", "</div>", "<table>", "<tr>", "<td>", "</td>", "</tr>", "</table>", "<b>", "</b>", "<pre>", "</pre>"),
        *(
            "<![",
            "<!--",
            "-->",
            "<?",
            "?>",
            "]]>",
            "<script>",
            "</script>",
            "<style>",
            "</style>",
            "<textarea>",
            "<svg>",
        ),
        *(
            "<a href='x>y'>",
            "<b x='>",
            '<p class="x>',
            "</a>",
            "<br>",
            "<p>",
            "</p>",
            "<ul><li>",
            "</li>",
            "<select>",
            "<title>",
            "<details><summary>",
        ),
        *(
            "&amp;",
            "&#x",
            "&#13;",
            "&notit;",
            '"',
            "'",
            "=",
            "/>",
            "<",
            "\n",
            "\n\n",
            " ",
            "x",
            "\x0c",
            "*a*",
            "- ",
            "> ",
        ),
        *("<img alt='<b>' src=x>", "[^1]", "[^1]: y"),
    )
)


@settings(max_examples=600, deadline=None)
@given(st.lists(RAW, min_size=1, max_size=14))
def test_raw_html_of_any_shape_is_mapped(pieces: list[str]):
    source = "".join(pieces) + "\n"
    rendered = render(source)
    assert text_content(rendered.html) == rendered.text
    assert len(rendered.text) == len(rendered.starts) == len(rendered.ends)
