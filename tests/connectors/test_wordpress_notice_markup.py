"""The markup of notices in posts: the block as WordPress reads it, and a publisher's own template."""

import re

import pytest

from corrections.connectors.wordpress.notice_blocks import join, moved, split
from corrections.connectors.wordpress.notice_template import TEMPLATE_LIMIT
from corrections.services.publication import Publication
from tests.connectors.test_wordpress import connect, synchronise
from tests.connectors.test_wordpress_notices import (
    CLASSIC,
    DAY,
    FIXED,
    _service_address,  # noqa: F401 - a fixture
    a_post,
    accept,
    settle,
    text_here,
    today,
)
from tests.connectors.wordpress import WordPress

OWN = '<span class="notice-kind">{label}</span> &middot; <em lang="en">{text}</em> ({date}) &#91;{link}&#93; {{1}}'


def own(number: int, text: str) -> str:
    link = f'<a href="https://corrections.example.org/daily/c/{number}">View the change</a>'
    kind = '<span class="notice-kind">Correction</span>'
    return f'{kind} &middot; <em lang="en">{text}</em> ({today()}) &#91;{link}&#93; {{1}}'


def test_wordpress_reads_the_block_as_a_group_of_paragraphs(publication: Publication, wordpress: WordPress):
    number = a_post(publication, wordpress)
    accept(publication, "Tusday", "Tuesday", DAY)
    accept(publication, "1893", "1894", "“1893” -- we said so & were <wrong>.")
    synchronise(publication)
    done = wordpress.run(
        f"$content = get_post({number})->post_content; $blocks = parse_blocks($content); $group = end($blocks);"
        " echo $group['blockName'], '|', $group['attrs']['className'], '|',"
        " implode(',', array_column($group['innerBlocks'], 'blockName')), '|',"
        " serialize_blocks($blocks) === $content ? 'same' : 'other';"
    )
    assert done == "core/group|corrections-notices|core/paragraph,core/paragraph|same"


def test_a_template_of_the_publisher_is_the_markup_of_each_notice(publication: Publication, wordpress: WordPress):
    number = a_post(publication, wordpress, **{"notice-markup": OWN})
    corrected = accept(publication, "Tusday", "Tuesday", "We wrote “Tusday” [so] & <wrong>.")
    assert synchronise(publication).last_error is None
    paragraph = own(corrected, "We wrote “Tusday” &#91;so&#93; &amp; &lt;wrong&gt;.")
    assert f"<!-- wp:paragraph -->\n<p>{paragraph}</p>\n<!-- /wp:paragraph -->" in wordpress.content(number)
    assert text_here(publication) == FIXED
    settle(publication, wordpress, number)
    second = accept(publication, "1893", "1894", "A {date} [gallery].")
    assert synchronise(publication).last_error is None
    assert own(second, "A {date} &#91;gallery&#93;.") in wordpress.content(number)
    settle(publication, wordpress, number)


def test_a_template_is_used_in_a_classic_post_too(publication: Publication, wordpress: WordPress):
    number = a_post(publication, wordpress, CLASSIC, **{"notice-markup": "<small>{text}</small>"})
    accept(publication, "Tusday", "Tuesday", DAY)
    synchronise(publication)
    assert f"<p><small>{DAY}</small></p>\n</div>" in wordpress.content(number)
    settle(publication, wordpress, number)


def test_without_an_address_of_the_service_the_link_is_left_out(
    publication: Publication, wordpress: WordPress, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("CORRECTIONS_URL")
    number = a_post(publication, wordpress, **{"notice-markup": "<b>{text}</b> {link}"})
    accept(publication, "Tusday", "Tuesday", DAY)
    synchronise(publication)
    assert f"<p><b>{DAY}</b></p>" in wordpress.content(number)


def test_a_wrong_option_is_refused(publication: Publication, wordpress: WordPress):
    for option in ("top", "field:", "field:a b"):
        with pytest.raises(Exception, match="--notices"):
            connect(publication, wordpress, notices=option)


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ("{label}, {date}", "does not have {text}"),
        ("{text} {0}", "has {0}"),
        ("{text} {}", "has {}"),
        ("{text!r}", "has {text}; it can have"),
        ("{text:>9}", "has {text}; it can have"),
        ("{text.__class__}", "has {text.__class__}"),
        ("{text} {", "a brace that is not closed"),
        ("<p>{text}</p>", "has the element <p>"),
        ("<script>{text}</script>", "has the element <script>"),
        ("<img src=x>{text}", "has the element <img>"),
        ('<b onclick="x()">{text}</b>', "has the attribute onclick"),
        ('<a href="javascript:x()">{text}</a>', "has a link to javascript:x()"),
        ("<a href>{text}</a>", "has a link to "),
        ('<b title="{text}">{text}</b>', "a placeholder within a tag"),
        ("<b {text}>{text}</b>", "has the attribute {text}"),
        ("<b>{text}", "does not close <b>"),
        ("<b><i>{text}</b></i>", "closes <b>"),
        ("{text}</b>", "closes <b>"),
        ("<!-- wp:x -->{text}", "has a comment"),
        ("<!doctype html>{text}", "has a declaration"),
        ("<?php x ?>{text}", "has a processing instruction"),
        ("{text} [gallery]", "has square brackets"),
        ("{text}\n\n{label}", "has several lines"),
        ("a < b {text}", "has a < that begins no tag"),
        ("{text} <b", "has a < that begins no tag"),
        ("{text}" + "x" * TEMPLATE_LIMIT, "is longer than 1,000 characters"),
    ],
)  # fmt: skip
def test_a_template_that_is_no_valid_paragraph_is_refused(
    publication: Publication, wordpress: WordPress, markup: str, reason: str
):
    with pytest.raises(Exception, match=f"--notice-markup .*{re.escape(reason)}"):
        connect(publication, wordpress, **{"notice-markup": markup})


def test_a_template_is_for_notices_in_the_content(publication: Publication, wordpress: WordPress):
    for place in ("none", "field:notice"):
        with pytest.raises(Exception, match="--notice-markup is for notices at the foot or head"):
            connect(publication, wordpress, notices=place, **{"notice-markup": "{text}"})


GROUP = '<!-- wp:group {"className":"wide corrections-notices","layout":{"type":"flow"}} -->\n<div>x</div>\n<!-- /wp:group -->'


@pytest.mark.parametrize(
    ("content", "source", "count"),
    [
        (f"<p>a</p>\n\n{GROUP}", "<p>a</p>", 1),
        (f"<p>a</p>\n\n\n{GROUP}\n", "<p>a</p>\n\n", 1),
        (f"{GROUP}\r\n\r\n<p>a</p>", "<p>a</p>", 1),
        (f"<p>a</p>{GROUP}<p>b</p>\n\n{GROUP}\n\n", "<p>a</p><p>b</p>\n\n", 2),
        (f"<!-- wp:group -->\n<div>{GROUP}</div>\n<!-- /wp:group -->", "<!-- wp:group -->\n<div></div>\n<!-- /wp:group -->", 1),
        (GROUP.replace("x", "<!-- wp:group --><div>y</div><!-- /wp:group -->"), "", 1),
        (GROUP.removesuffix("<!-- /wp:group -->"), GROUP.removesuffix("<!-- /wp:group -->"), 0),
        ('<div class="corrections-notices">Our own.</div>', '<div class="corrections-notices">Our own.</div>', 0),
        ("<div data-corrections-skip='' class='corrections-notices'><div>x</div></div> a", " a", 1),
        ("<p>The class is corrections-notices.</p>", "<p>The class is corrections-notices.</p>", 0),
    ],
)  # fmt: skip
def test_blocks_are_taken_off_and_put_back_byte_for_byte(content: str, source: str, count: int):
    taken_off, blocks = split(content)
    assert (taken_off, len(blocks)) == (source, count)
    assert join(taken_off, blocks) == content


def test_a_block_whose_surroundings_are_rewritten_goes_to_the_end_rather_than_into_words():
    before, after = "<p>One two.</p>\n\n<p>Three four.</p>", "<p>One four.</p>"
    _, blocks = split(before.replace("\n\n", f"\n\n{GROUP}\n\n"))
    assert join(after, moved(blocks, before, after)) == f"{after}\n\n{GROUP}"
