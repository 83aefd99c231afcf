"""A fragment of HTML becomes Markdown that shows its words, all of them and no others."""

import html as html_entities

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrections.importers.html import read_html
from corrections.importers.html_tree import DEPTH_LIMIT, ELEMENT_LIMIT, UnreadableHtml
from corrections.text.formats.markdown.render import render
from corrections.text.formats.raw_html import TAGS
from tests.importers.html_reference import shown_words, words
from tests.text.test_rendering import text_content

EXAMPLES = [
    # what Markdown would take for the beginning of a list, a heading, a quotation, a rule, a table, a definition
    *(f"<p>{start} was the year.</p>" for start in ("1986.", "1.", "12)", "0.", "999999999.", "1234567890.", "-1.")),
    *(f"<p>{sign} a line</p>" for sign in ("-", "+", "*", "#", "######", "#######", "&gt;", ">", "–", "•", "=", ":", "|")),
    *(f"<p>{line}</p>" for line in ("-", "+", "---", "- - -", "***", "___", "===", "=", "#", "~~~", "```", "1.", ":-")),
    *(f"<p>Text<br>{line}</p>" for line in ("---", "===", "- x", "# x", "1. x", "5. x", "> x", "|-|", ":-:|-", "```x")),
    "<p>a | b<br>--- | ---<br>c | d</p>",
    "<p>[note]: https://example.org</p>",
    "<p>[^1]: a note</p><p>see [^1]</p>",
    "<p>    four spaces</p>",
    "<p>&#9;a tab</p>",
    # what it would take for markup within a line
    "The &lt;name withheld&gt; told us",
    "&amp;copy; &amp;amp; &amp;lt;b&amp;gt; &amp;#65; AT&T &copy 2026 &notit; &NotEqualTilde;",
    "a `tick` and ``two``",
    "a ` beside <code>code</code>` and <code>`</code> and <code>a`b</code><code>c</code> <code> </code>",
    "<code>**a** &lt;b&gt; &amp;copy; \\* [x](y)</code>",
    "<code>a <b>b</b> c</code>",
    "<b><code>x</code></b><code>y</code>",
    "[sic](really) ![no](image) [a][b] [x] ]( <a href='/x'>[y]</a>",
    "Wow!<a href='/x'>link</a> <a href='/x'>^1</a> a^b^ ^c",
    "*not* _emphasis_ **at** __all__ snake_case _x_y_ 2*3*4 ~~gone~~ ~a~ a~b",
    "C:\\new\\*folder* back\\slash\\\\ end\\",
    "a line\\<br>another\\",
    "https://example.org/a_b_c &lt;https://example.org&gt; me@example.org",
    "$x$ {y} :z: --- ... (c) \"q\" 'q'",
    # emphasis where Markdown's signs cannot stand
    "one<i> </i>two",
    "one<b> two</b>three <b>four </b>five",
    "<strong>bold&nbsp;</strong>text",
    "は<strong>「重要」</strong>で",
    "これは<em>強調</em>です。<b>「引用」。</b>続き",
    "a<b>(b)</b>c <i>«d»</i>e f<b>.</b>g",
    "<b>a</b><i>b</i><b>c</b>",
    "<b><i>both</i></b> <i><b>both</b></i> <i>a<b>b</b></i> <b><i>a</i>b</b>",
    "<b>a<b>b</b>c</b> <i><em>x</em></i>",
    "<b></b><i> </i><b><i></i></b>x",
    "in<b>tra</b>word and <s>st<b>ru</b>ck</s>~",
    "*<b>*</b>* _<i>_</i>_ `<b>`</b>` ~<s>~</s>~",
    "<b>a<br>b</b> <i><br>c<br></i>d",
    "<b>مهم</b>، نص <i>عربي</i>. שלום<b>עולם</b>!",
    "H<sub>2</sub>O, 3<sup>rd</sup>, <mark>m</mark><u>u</u><ins>i</ins><kbd>k</kbd><kbd>l</kbd><q>q</q><q>r</q>",
    "<b><p>one</p><p>two</p></b><a href='/x'><h3>Three</h3><div>four</div></a>",
    # links and pictures
    "<a href='https://example.org/a b(c)\"d\"?e=&lt;f>&amp;copy;=|`'>words</a>",
    "<a href='javascript:alert(1)'>words</a> <a href=' JaVaScRiPt:x'>more</a> <a href='data:text/html,x'>d</a>",
    "<a href=''>empty</a> <a name=x>anchor</a> <a href='/a'></a><a href='/b'> </a>x",
    "<a href='/a' title='a \"title\" &lt;b> `c` &amp;copy;\n\n\\'>t</a>",
    "<a href='/a'>one <b>two</b><br>three <img src='/i.jpg' alt='[alt] *x*'></a>",
    "<a href='/a'>a</a><a href='/b'>b</a>(c)",
    "<img src='/i (1).jpg' alt='a ] b'>text<img alt='no source'><img src='data:image/png;base64,AA==' alt='inline'>",
    # lists
    "<ul><li>alpha<li>beta</ul>",
    "<ul><li>a<ul><li>b<ol start=7><li>c<li>d</ol></ul><li>e</ul>",
    "<ul><li><p>a</p><p>b</p><li><blockquote>c</blockquote><li><pre>d\n\ne</pre><li><h2>f</h2>g</ul>",
    "<ul><li>a</ul><ul><li>b</ul><ol><li>c</ol><ol><li>d</ol><ol><li>e</ol>",
    "<ul><li>- a<li>1. b<li># c<li><li>&gt; d<li><hr><li>```</ul>",
    "<ul>stray<li>a</li>between<p>and</p><li>b</li>after<ul><li>nested</ul></ul><li>alone",
    "<ol start=1986><li>a</ol><ol start=0><li>b</ol><ol start=-3><li>c</ol><ol start=99999999999><li>d</ol>",
    "<ol><li>a<li value=9>b<li>c</ol><ol reversed><li>x<li>y<li>z</ol>",
    "<ul><li><ul><li><ul><li>deep</ul></ul></ul>",
    # tables
    "<table><tr><th>a<th>b<tr><td>1|2<td>\\|3\\<tr><td>`a|b`<td><code>c|d</code></table>",
    "<table><tr><td>no<td>header</table><table><tr><td>frame</table>",
    "<table><caption>Caption</caption><thead><tr><th>a</thead><tbody><tr><td><p>x</p><ul><li>y</ul></tbody></table>",
    "<table><tr><th colspan=2>wide<tr><td>a<td>b</table><table><tr><th>a<th>b<tr><td>short</table>",
    "<table><tr><th>a<br>b<th><b>c</b><tr><td>d<br>---<td><a href='/x|y'>e|f</a></table>",
    "<table><tr><th><th>b<tr><td>c<td></table>",
    "<table>foster<tr><td>a</td>parent</tr><p>moved</p></table>",
    "<table><tr><th>a<tr><td><table><tr><td>n<td>o</table></table>",
    # blocks that Markdown has no form for
    "<figure><img src='/i.jpg' alt='Alt'><figcaption>A <b>caption</b> &lt;x&gt; &amp;copy;</figcaption></figure>",
    "<figure><img src='/i.jpg' alt='Alt'></figure><figcaption>alone</figcaption>",
    "<figure><blockquote>q</blockquote><pre>a\n\n\nb</pre><figcaption><p>one</p><p>two</p></figcaption></figure>",
    "<details open><summary>More <i>words</i></summary><p>- inside</p><ul><li>a</ul></details>",
    "<dl><dt>term<dt>other<dd>what<p>it is</p><dd>more</dl>",
    "<blockquote>a<blockquote>b</blockquote>c</blockquote><blockquote>d</blockquote>",
    "<pre>\n  two  spaces\n\n\n```\n~~~\n&lt;b&gt;</pre><pre>a<b>b</b>\n\nc<br>d</pre>",
    "<h1>Head # </h1><h2>#</h2><h3>a<br>b</h3><h4><p>c</p><p>d</p></h4><h5></h5><h6>1. x</h6><h2>C#</h2>",
    "a<hr>b<hr><hr>",
    "<p>one<br><br>two<br> <br>three<br></p>",
    # what is and what is not text
    "<header><p>Standfirst</p></header><nav>nav</nav><aside>aside</aside><footer>foot</footer><form>f<label>l</label></form>",
    "a<script>x</script><style>y</style><noscript>z</noscript><template>t</template><!-- c -->b<![CDATA[d]]>e<?pi?>f",
    "a<span hidden>b</span><p style='color:red; display: none'>c</p><dialog>d</dialog><textarea>e</textarea>",
    "<video>a</video><iframe src='/x'>b</iframe><svg><title>c</title><text>d</text></svg><math><mi>x</mi></math>",
    "<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby> <bdo dir=rtl>abc</bdo> <bdi>אב</bdi> <my-elem>own</my-elem>",
    "&nbsp;a&nbsp;&nbsp;b&nbsp;<br>&nbsp;c&shy;d&#8203;e&zwj;f&#x200f;g<wbr>h",
    "<p>&#x3000;日本</p><p>&#x2003;em</p><p>&#xfeff;bom</p><p>&nbsp;</p>",
    "&#x80; &#x85; &#x9f; &#0; a&#x0;b &#xD800; &#x110000; &#1;&#x1f;x &#13;y &#127;",
    "&#8;- x<br>\x80# y<p>\x7f1. z</p>\ufdd0> q<p>a&#x8;<b>&#8;b&#8;</b>&#8;c\x0bd\x85e<pre>&#8;f\x0bg</pre><code>&#8;h</code>",
    "e&#x301; <b>e</b>&#x301; &lt;&#x338; <b>a</b>&#x338;b <u>a</u>&#x338; x&#x2028;y <b>z</b>&#x2028;<i>w</i>",
    "👩‍👩‍👧 <b>👍🏽</b>x€<b>€</b>€ 5 < 6 <3 <- a&lt;b",
    "<p>unclosed <b>bold <i>both</b> italic</i> <p>next</p></div></p>",
    "<td>cell</td><tr><td>x</tr></html>",
]  # fmt: skip


def check(html: str) -> str:
    article = read_html(html)
    rendered = render(article.text)
    assert article.differences == (), (html, article.text)
    assert words(rendered.text) == shown_words(html), (html, article.text)
    assert words(text_content(rendered.html)) == shown_words(html), (html, article.text)
    return article.text


@pytest.mark.parametrize("html", EXAMPLES)
def test_every_word_and_no_other_is_shown(html: str):
    check(html)


@pytest.mark.parametrize("html", EXAMPLES)
@pytest.mark.parametrize(
    "frame", ["<ul><li>before<li>{}</ul>", "<blockquote>{}</blockquote>", "<figure>{}<figcaption>c"]
)
def test_so_it_is_inside_other_blocks(html: str, frame: str):
    check(frame.format(html))


WORDS = [
    *("word", "a", "1986.", "1.", "2)", "-", "+", "*", "#", "##", ">", "|", "1|2", "`", "``", "```", "~", "~~"),
    *("_", "__", "[x](y)", "![", "[^1]:", "[a]: b", "]", "(", "<", "&lt;", "&gt;", "&amp;", "&amp;amp;"),
    *("&copy", "&copy;", "&nbsp;", "&shy;", "&#x3000;", "&#8203;", "\\", "\\\\", "!", "=", "===", "---", ":"),
    *(
        "- - -",
        "***",
        "|-|",
        "---|---",
        "は",
        "「重要」",
        "、",
        "привіт",
        "שלום",
        "مرحبا",
        "é",
        "e&#x301;",
        "हिन्दी",
    ),
    *(
        "&#x338;",
        "👩‍👩‍👧",
        "€",
        "“q”",
        "—",
        "…",
        "\n",
        "\n\n",
        "  ",
        "\t",
        "http://a.b",
        "&#0;",
        "&#x80;",
        "ไทย",
    ),
    *(
        "&#xD800;",
        "&#1;",
        "\x0b",
        "\x0c",
        "%",
        "^",
        "'",
        '"',
        "{",
        "&#10;",
        "&#13;",
        "&#xfeff;",
        "don't",
        "x_y",
    ),
    *("a*b", "<!-- c -->", "<![CDATA[x]]>", "&", "&#x2028;", "&#x85;", "&#x200f;", "</p>"),
]
_ANY_WORD = st.sampled_from(WORDS) | st.text(max_size=3).map(html_entities.escape)
TEXT = st.tuples(st.sampled_from(["", " "]), st.lists(_ANY_WORD, max_size=6)).map(lambda parts: parts[0].join(parts[1]))
ELEMENTS = [
    *("p", "div", "section", "article", "header", "span", "font", "b", "strong", "i", "em", "u", "s", "del", "ins"),
    *("code", "kbd", "q", "sub", "sup", "mark", "small", "cite", "a", "h1", "h2", "h6", "ul", "ol", "li", "blockquote"),
    *("pre", "table", "tr", "td", "th", "tbody", "thead", "caption", "figure", "figcaption", "details", "summary"),
    *("dl", "dt", "dd", "center", "address", "button", "label", "ruby", "rt", "form", "fieldset", "legend", "select"),
    *("option", "textarea", "script", "style", "noscript", "my-elem", "nav", "aside", "footer", "main", "svg", "math"),
    *("menu", "nobr", "abbr", "bdo", "video", "iframe", "dialog", "hgroup"),
]
VOID = ["<br>", "<hr>", "<img src='/a.jpg' alt='al*t [x]'>", "<wbr>", "<br><br>", "<img alt=''>"]
ATTRIBUTES = [
    *("", "", "", "", " hidden", ' href="/x(y)"', ' href="javascript:1"', ' href="http://a.b/?q=&quot; &amp;copy;|`"'),
    *(" start=5", " value=3", " colspan=2", ' style="display:none"', ' title="t &quot;q"', " reversed", " open"),
]


def element(parts: tuple[str, str, list[str], bool]) -> str:
    name, attributes, inside, closed = parts
    return f"<{name}{attributes}>{''.join(inside)}" + f"</{name}>" * closed


NESTED = st.recursive(
    TEXT | st.sampled_from(VOID),
    lambda inner: st.tuples(
        st.sampled_from(ELEMENTS),
        st.sampled_from(ATTRIBUTES),
        st.lists(inner, max_size=4),
        st.booleans() | st.just(True),
    ).map(element),
    max_leaves=14,
)
TAG_SOUP = st.lists(
    TEXT | st.sampled_from([*(f"<{name}>" for name in ELEMENTS), *(f"</{name}>" for name in ELEMENTS), *VOID]),
    max_size=30,
)


@settings(max_examples=1500, deadline=None)
@given(st.lists(NESTED, min_size=1, max_size=5).map("".join))
def test_nested_elements_keep_their_words(html: str):
    check(html)


@settings(max_examples=1000, deadline=None)
@given(TAG_SOUP.map("".join))
def test_tag_soup_keeps_its_words(html: str):
    check(html)


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>Some <b>bold</b>, <i>italic</i>.</p>", "<p>Some <strong>bold</strong>, <em>italic</em>.</p>"),
        ("は<strong>「重要」</strong>で", "<p>は<strong>「重要」</strong>で</p>"),
        ("a<b> b </b>c", "<p>a <strong>b</strong> c</p>"),
        ("H<sub>2</sub>O", "<p>H<sub>2</sub>O</p>"),
        ("<h2>A <em>b</em></h2>", "<h2>A <em>b</em></h2>"),
        ("<ol start=5><li>a<li>b</ol>", '<ol start="5"> <li>a</li> <li>b</li> </ol>'),
        ("<ol start=-1><li>a</ol>", '<ol start="-1"> <li>a</li> </ol>'),
        ("<ul><li>a<ul><li>b</ul></ul>", "<ul> <li>a <ul> <li>b</li> </ul> </li> </ul>"),
        ("<ul><li>a</ul><ul><li>b</ul>", "<ul> <li>a</li> </ul> <ul> <li>b</li> </ul>"),
        ("<ol><li>a<li value=9>b</ol>", '<ol> <li>a</li> </ol> <ol start="9"> <li>b</li> </ol>'),
        ("<blockquote>a</blockquote><blockquote>b</blockquote>",
         "<blockquote> <p>a</p> </blockquote> <blockquote> <p>b</p> </blockquote>"),
        ("<pre>a\n\n  b</pre>", "<pre><code>a   b </code></pre>"),
        ("a<hr>b", "<p>a</p> <hr> <p>b</p>"),
        ("<table><tr><th>a<tr><td>1|2</table>",
         "<table> <thead> <tr> <th>a</th> </tr> </thead> <tbody> <tr> <td>1|2</td> </tr> </tbody> </table>"),
        ("<table><tr><td colspan=2>a<tr><td>b<td>c</table>",
         '<table> <tbody><tr> <td colspan="2">a</td> </tr> <tr> <td>b</td> <td>c</td> </tr> </tbody></table>'),
        ("<figure><img src=/i.jpg alt=x><figcaption>c</figcaption></figure>",
         '<figure> <img src="/i.jpg" alt="x"> <figcaption>c</figcaption> </figure>'),
        ("<details><summary>s</summary>t</details>", "<details> <summary>s</summary> <p>t</p> </details>"),
        ("<dl><dt>a<dd>b</dl>", "<dl> <dt>a</dt> <dd>b</dd> </dl>"),
        ("<a href='/a(b) c'>x</a>", '<p><a href="/a(b)%20c" rel="noopener noreferrer">x</a></p>'),
        ("<a href='/a'><h3>x</h3></a>", '<h3><a href="/a" rel="noopener noreferrer">x</a></h3>'),
        ("<img src='/i (1).jpg' alt='a]*b*'>", '<p><img src="/i%20(1).jpg" alt="a]*b*"></p>'),
        ("a<br>b<br><br>c", "<p>a<br> b</p> <p>c</p>"),
        ("<s>a</s> <code>b</code> <q>c</q>", "<p><s>a</s> <code>b</code> <q>c</q></p>"),
    ],
)  # fmt: skip
def test_the_structure_is_kept(html: str, shown: str):
    assert " ".join(render(check(html)).html.split()).replace("> </p>", "></p>") == " ".join(shown.split())


@pytest.mark.parametrize("kept", ["a&nbsp;b", "&nbsp;a", "a&shy;b", "&#x3000;a", "a&#x2009;b", "a&nbsp;"])
def test_special_spaces_and_soft_hyphens_are_kept(kept: str):
    assert render(read_html(kept).text).text.strip("\n") == html_entities.unescape(kept)


@pytest.mark.parametrize("name", ["div", "b", "blockquote", "span", "em", "ul><li", "table><tr><td", "font color=1"])
def test_elements_too_deep_inside_one_another_are_refused(name: str):
    with pytest.raises(UnreadableHtml, match=f"{DEPTH_LIMIT} levels deep"):
        read_html(f"<{name}>" * 10_000 + "x")


@pytest.mark.parametrize("name", ["div", "blockquote", "span", "ul><li", "details", "figure"])
def test_elements_just_within_the_limit_are_read(name: str):
    elements = name.count("<") + 1
    assert render(check(f"<{name}>" * (DEPTH_LIMIT // elements - 5) + "x")).text.split() == ["x"]


def test_too_many_elements_are_refused():
    with pytest.raises(UnreadableHtml, match=f"{ELEMENT_LIMIT:,}"):
        read_html("<p>" * (ELEMENT_LIMIT + 1))


def test_ten_thousand_paragraphs_are_read():
    html = "".join(f"<p>{number}. <b>Word</b> {number}|</p>" for number in range(10_000))
    assert len(words(render(read_html(html).text).text)) == 30_000


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ("<p>Kicker</p><h1>The <i>bridge</i></h1><h2>x</h2>", "The bridge"),
        ("<p>Lead.</p><h2>1. A * heading</h2>", "1. A * heading"),
        ("<p>1986. That was *it*</p><p>More.</p>", "1986. That was *it*"),
        ("<title>A title</title><p>Text.</p>", "A title"),
        ("<figure><img src=/i.jpg alt=x><figcaption>A caption</figcaption></figure>", "A caption"),
    ],
)
def test_a_fragment_has_its_first_words_as_title_where_it_has_no_other(html: str, title: str):
    assert read_html(html).title == title


def test_what_cannot_be_imported_is_told():
    article = read_html("<p>a</p><iframe src='/x'></iframe><video></video><video></video>")
    assert any("iframe" in note for note in article.notes)
    assert any("2 × <video>" in note for note in article.notes)
    assert any("1 × U+0008 (backspace)" in note for note in read_html("a&#8;b").notes)


def test_raw_html_in_the_markdown_is_what_readers_get():
    assert {"figure", "figcaption", "details", "summary", "dl", "dt", "dd", "sub", "sup", "mark", "q"} <= TAGS
