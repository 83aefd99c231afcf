"""Hostile HTML: nothing dangerous comes out, the source is kept, and work grows with the length."""

import pytest

from corrections.text.anchoring.anchor import Place
from corrections.text.comparison.edits import Edit
from corrections.text.formats.html.headline import title_of
from corrections.text.formats.html.render import render
from corrections.text.formats.html.rewrite import write

ATTACKS = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<a href='javascript:alert(1)'>x</a>",
    "<a href=' java\nscript:alert(1)'>x</a>", "<a href='&#106;avascript:alert(1)'>x</a>", "<p onclick=alert(1)>x</p>",
    "<svg onload=alert(1)>", "<svg><script>alert(1)</script></svg>", "<math><mtext><style><img src=x onerror=y></style>",
    "<base href=//evil.example>", "<form action=//evil.example><input name=q>", "<iframe srcdoc='<script>x</script>'>",
    "<object data=//evil.example>", "<embed src=//evil.example>", "<link rel=stylesheet href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>", "<style>*{background:url(//evil.example)}</style>",
    "<noscript><p title='</noscript><img src=x onerror=y>'>", "<template><script>x</script></template>",
    "<table><td><math><mi><style></math><img src=x onerror=y>", "<p title='`\"><script>x</script>'>x</p>",
    "<!--><script>alert(1)</script>-->", "<![CDATA[><script>x</script>]]>", "<b><style></b><img src=x onerror=y>",
    "<a href=\"data:text/html,<script>x</script>\">x</a>", "<p style='background:url(javascript:x)'>x</p>",
    "<textarea></textarea><script>x</script>", "<title><img src=x onerror=y></title>", "<xmp><img src=x onerror=y>",
    "<img src=x alt='\"><script>x</script>'>", "<a id=cookie name=body href=#>x</a>", "<p x='<script>",
)  # fmt: skip
DANGEROUS = ("<script", "onerror", "onload=", "onclick", "javascript:", "<iframe", "<object", "<embed", "<base", "<form",
    "<input", "<style", "style=", "<svg", "<math", "<meta", "<link", "data:", "srcdoc", "name=", "id=")  # fmt: skip


@pytest.mark.parametrize("source", ATTACKS)
def test_safe_html_comes_out_and_the_source_is_kept(source: str):
    rendered = render(f"<p>Before</p>{source}")
    tags = "".join(piece.split(">")[0] + ">" for piece in rendered.html.split("<")[1:])
    outside_values = "".join(tags.split('"')[::2])
    assert not [word for word in DANGEROUS if word in outside_values.lower() or f"<{word}" in rendered.html.lower()]
    assert "javascript:" not in rendered.html.lower().replace("\n", "")
    assert rendered.source.endswith(source)
    edit = write(rendered, Place(0, 6), "Before", "After")
    assert isinstance(edit, Edit)
    assert edit.apply(rendered.source) == f"<p>After</p>{source}"


LONG = (
    "<div>" * 10_000 + "x", "<b>" * 10_000 + "x", "<p>a " * 5_000, "<table>x<tr><td>" * 1_000, "</x>y" * 10_000,
    "<b><p>" * 1_500 + "x", "<ul><li>" * 2_000 + "x", "&amp;" * 50_000, "<!--" * 20_000, "<![CDATA[" * 20_000,
    "<a href='" * 10_000, "<p x=" + "y" * 200_000, "[gallery " * 20_000, '[a b="c"' * 10_000, "[/a]" * 20_000, "<" * 50_000,
    "</" * 50_000, "x\r" * 50_000, " \n" * 100_000, "<table>" + "x</z>" * 5_000, "<svg>" * 2_000 + "<![CDATA[x]]>",
    "<pre>" * 2_000 + "\nx", "<img alt='" + "&quot;" * 20_000 + "'>", "<script>" * 10_000, "<i></b>" * 5_000,
)  # fmt: skip


@pytest.mark.parametrize("source", LONG, ids=lambda source: source[:12])
def test_work_is_bounded(source: str):
    rendered = render(source)
    assert len(rendered.starts) == len(rendered.text)
    assert rendered.html is not None
    assert len(title_of(source, 80)) <= 80


def test_two_megabytes_in_one_line_are_corrected():
    source = "<p>" + "some words and <b>teh</b> &amp; more; " * 55_000 + "last</p>"
    rendered = render(source)
    end = len(rendered.text) - 1
    edit = write(rendered, Place(end - 4, end), "last", "end <")
    assert isinstance(edit, Edit)
    assert edit.apply(source) == source.removesuffix("last</p>") + "end &lt;</p>"
