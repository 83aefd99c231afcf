"""Fragments of HTML, well formed and not, for tests of the tree, the text and the source map."""

PIECES = (
    "<p>", "</p>", "<p class='x'>", "<p title='a>b'>", "</p >", "<b>", "</b>", "<i class='x'>", "</i>", "<a href=q>",
    "</a>", "<em>", "</em>", "<strong>", "<small>", "<span>", "</span>", "<font>", "<nobr>", "<div>", "</div>",
    "<table>", "<caption>", "<colgroup>", "<col>", "<tbody>", "<tr>", "<th>", "<td>", "</td>", "</table>", "<ul>",
    "<li>", "</ul>", "<dl><dt>", "<dd>", "<h1>", "</h2>", "<blockquote>", "<pre>\n", "</pre>", "<hr>", "<br>",
    "<br/>", "<img alt=x>", "<details><summary>s</summary>", "<ruby>a<rt>b", "<figure><figcaption>f</figcaption>",
    "<!-- c -->", "<!---->", "<!--", "-->", "<![CDATA[q]]>", "<!x>", "<!DOCTYPE html>", "<?php >", "</3>", "</>", "<3",
    "</", "<", "&", "</x y=1>", "</b/>", "<custom-x a>", "</custom-x>", "<svg><text>q</text></svg>",
    "<math><mi>x</mi></math>", "<select><option>1</option></select>", "<script>", "</script>", "<style>", "</style>",
    "<textarea>", "<title>", "<iframe>", "</iframe>", "<noscript>", "</noscript>", "<video>", "</video>", "<object>",
    "</object>", "<form>", "</form>", "<button>", "<html>", "<head>", "<body>", "</body>", "<frameset>", "<marquee>",
    "</marquee>", " x", " y ", "z", "\n", "\r\n", "\r", "\t", "é", "\u00a0", "&amp;", "&amp", "&nbsp;", "&notit;",
    "&not;it", "&#x41", "&#65;", "&#128;", "&#x10FFFF1;", "&bogus;", "&lt;b&gt;", "&NotEqualTilde;",
)  # fmt: skip

WHOLE = (
    "", "plain", "a < b", "a<b", "1 <2> 3", "fish & chips", "AT&T", "&copy 2026", "&copy;2026", "&ampx", "x&#", "x&#x;",
    "<p>one<p>two", "<p>one</p>two", "<p>one<div>two</div>three</p>", "one</p>two", "<p>a<b>b<i>c</b>d</i>e",
    "<b>1<p>2</b>3</p>", "<a>1<a>2</a>3</a>", "<a>1<div>2<a>3</div>4", "<i>1<table>2</i>3", "<ul><li>a<li>b</ul>c",
    "<ol><li>a<ul><li>b</ol>c", "<dl><dt>a<dd>b<dt>c</dl>", "<select><option>a<option>b</select>c",
    "<table>x<tr><td>y</table>z", "<table><tr>x<td>y</td>z</tr></table>", "<table><td>a<td>b<tr><td>c</table>",
    "<table><tbody>x</tbody>y</table>", "<table><caption>c<tr><td>d</table>", "<table><b>x<tr><td>y</table>z",
    "<table><tr><td><table>a<td>b</table>c</table>d", "<table>\n x <tr>\n<td> y </td> z </table>",
    "<table><p>a</p><tr><td>b</table>", "<table><thead><tr><th>h<tbody><tr><td>d</table>",
    "<pre>\n\nx\n y</pre>", "<pre>x\r\n\r\ny</pre>", "<pre>\r\nx</pre>", "<pre>a <b> b </b></pre>", "<listing>\nx y</listing>",
    "<script>a<b</script>c", "<style><p></style>x", "<textarea>\n<p>x</textarea>y", "<title><b></title>x",
    "<script><!--<script></script>--></script>x", "<noscript><p>a</noscript>b", "<iframe><p>a</iframe>b",
    "<svg><text>a</text></svg>b", "<svg><p>a", "<svg><![CDATA[a>b]]></svg>c",
    "a<![CDATA[b]]>c", "a<!--b-->c", "a<!--b--!>c", "a<!-->b", "a<!--->b", "a<!-- b", "a<!b>c", "a<?b>c", "a</3>b",
    "a</>b", "a</", "a<", "a<b", "a<b c='", "a</b c=d>e", "<!DOCTYPE html>x", "<html><body>x</body></html>y",
    "<p>a</br>b", "a<br>b<br/>c", "<hr>a<hr/>b", "<h1>a<h2>b</h1>c", "<p>a<h1>b</p>c", "<figure><img alt=x>a</figure>b",
    "<details><summary>a</summary>b</details>", "<ruby>a<rp>(<rt>b<rp>)</ruby>c", "<custom-a>b</custom-a>c",
    "<p/>a", "<div/>a</div>b", "<b/>a", "<p a=b a=c>d", "<p a='&lt;'>&lt;", "<p\na\n>b", "<P>a</p>", "<p>a</P>",
    "&Aacute;&aacute", "&#xD800;", "&#0;", "&#x80;&#x99;", "&hellip;&mdash;&rsquo;", "&nbsp;&nbsp;a", "&shy;a",
    "a\r\nb\rc\nd", "a\u00adb", "\u0301a", "👩‍👩‍👧 family", "<b>مرحبا</b> بكم", "<p>日本<ruby>語<rt>ご</rt></ruby>",
)  # fmt: skip

NESTS = tuple(
    f"{outer}x{inner}y{close}z"
    for outer, close in (
        ("<p>", "</p>"), ("<b>", "</b>"), ("<a href=q>", "</a>"), ("<ul><li>", "</ul>"), ("<table><tr><td>", "</table>"),
        ("<table>", "</table>"), ("<h2>", "</h2>"), ("<pre>", "</pre>"), ("<blockquote>", "</blockquote>"),
    )
    for inner in (
        "<p>", "<b>", "</b>", "<a href=r>", "<li>", "<td>", "<tr>", "<h3>", "<div>", "</div>", "<table>", "</table>",
        "<!-- c -->", "<br>", "&amp;",
    )
)  # fmt: skip
