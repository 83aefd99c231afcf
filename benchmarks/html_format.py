"""Real corrections of HTML as a content management system stores it: anchored, written, and no other byte changed.

    python -m benchmarks.html_format CORPUS-corrections.jsonl.gz [--limit N] [--show]

Each record's Markdown, before and after its maintainers' fix, is rendered to HTML with attributes, classes and a block
editor's comments. The selection is sought in the HTML, at the position that it has there. Right: the place found is the
one that the two versions differ in. Written exactly: after the reader's words are put there, the text is that of the
fixed version. Bytes unchanged: what the edit replaces lies within the place's own words and the tags beside them.
"""

import argparse
import re
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from benchmarks.anchor import Record, records
from corrections.text.anchoring.anchor import Anchored, Place, Selector, anchor
from corrections.text.comparison.edits import Edit
from corrections.text.formats.html.render import RenderedHtml, render
from corrections.text.formats.html.rewrite import write
from corrections.text.formats.markdown.render import render as render_markdown

_BLOCKS = {
    "p": "paragraph", "h1": "heading", "h2": "heading", "h3": "heading", "h4": "heading", "ul": "list", "ol": "list",
    "blockquote": "quote", "table": "table",
}  # fmt: skip
_TAGS_BEFORE = re.compile(r"(?:<[^<>]*>\s*)+\Z")
_TAGS_AFTER = re.compile(r"(?:\s*<[^<>]*>)+")


def cms_html(markdown: str) -> str:
    """Markdown as a block editor would store it."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    tokens = parser.parse(markdown)
    for token in tokens:
        block = _BLOCKS.get(token.tag)
        if token.nesting > 0 and block:
            token.attrSet("class", f"wp-block-{block}")
            token.attrSet("data-block", str(token.level))
    return "".join(_with_comments(parser, tokens))


def _with_comments(parser: MarkdownIt, tokens: list[Token]) -> list[str]:
    parts: list[str] = []
    first = 0
    for number, token in enumerate(tokens):
        if token.level or token.nesting > 0:
            continue
        html = parser.renderer.render(tokens[first : number + 1], parser.options, {})
        block = _BLOCKS.get(token.tag)
        parts.append(f"<!-- wp:{block} -->\n{html}<!-- /wp:{block} -->\n\n" if block else html)
        first = number + 1
    return parts


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def on_page(selector: Selector, markdown: str, text: str) -> Selector:
    """The selector with the position that its words have in `text`, which is the Markdown's but for white space."""
    if selector.start is None or selector.end is None:
        return selector
    letters = len("".join(render_markdown(markdown).text[: selector.start].split()))
    places = [at for at, char in enumerate(text) if not char.isspace()]
    start = places[min(letters, len(places) - 1)]
    return replace(selector, start=start, end=start + len(selector.exact))


def words_after(before: RenderedHtml, after: RenderedHtml, place: Place) -> str | None:
    """What the fixed version has at a place; None where it differs elsewhere too."""
    head, tail = before.text[: place.start], before.text[place.end :]
    for first, last in ((head, tail), (head.rstrip(), tail.lstrip())):
        stop = len(after.text) - len(last)
        if len(first) <= stop and after.text.startswith(first) and after.text.endswith(last):
            words = after.text[len(first) : stop]
            return words if first == head and last == tail else words.strip()
    return None


def verdict_of(record: Record) -> tuple[str, bool, bool]:
    """Right, wrong, declined or markup; whether the words are exact, and the other bytes unchanged."""
    before, after = render(cms_html(record.source)), render(cms_html(record.edit.apply(record.source)))
    if before.text == after.text or before.tokens() != after.tokens():
        return "markup", False, False
    anchored = anchor(on_page(record.selector, record.source, before.text), before.text)
    if not isinstance(anchored, Anchored):
        return "declined", False, False
    expected = words_after(before, after, anchored.place)
    if expected is None:
        return "wrong", False, False
    standing = before.text[anchored.place.start : anchored.place.end]
    edit = write(before, anchored.place, standing, expected)
    if not isinstance(edit, Edit):
        return "right", False, False
    exact = squeezed(render(edit.apply(before.source)).text) == squeezed(after.text)
    inside = [at for at in range(anchored.place.start, anchored.place.end) if before.starts[at] >= 0]
    first, last = before.starts[inside[0]], before.ends[inside[-1]]
    if tags := _TAGS_BEFORE.search(before.source, 0, first):
        first = tags.start()
    if tags := _TAGS_AFTER.match(before.source, last):
        last = tags.end()
    return "right", exact, first <= edit.start and edit.end <= last


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--limit", type=int, default=10_000)
    parser.add_argument("--show", action="store_true", help="print what is not right or not exact")
    options = parser.parse_args()
    score: Counter[str] = Counter()
    begin = time.process_time()
    for record in records(options.corpus, options.limit):
        verdict, exact, unchanged = verdict_of(record)
        score.update([verdict, *["exact"] * exact, *["unchanged"] * unchanged])
        if options.show and verdict != "markup" and not (exact and unchanged):
            print("   ", verdict, exact, unchanged, repr(record.quote), "→", repr(record.edit.text))
    spent = time.process_time() - begin
    compared = score["right"] + score["wrong"] + score["declined"]
    print(f"records            {compared} (and {score['markup']} that change markup)")
    print(f"anchored right     {score['right'] / max(1, compared):.1%}")
    print(f"wrong, declined    {score['wrong']}, {score['declined']}")
    print(f"written exactly    {score['exact'] / max(1, score['right']):.1%}")
    print(f"bytes unchanged    {score['unchanged'] / max(1, score['right']):.1%}")
    print(f"ms each            {spent * 1000 / max(1, compared):.1f}")


if __name__ == "__main__":
    main()
