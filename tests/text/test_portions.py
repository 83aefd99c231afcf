"""Long texts are compared in portions that together are both texts, and say what comparing the whole says."""

from random import Random

import pytest

from corrections.services.articles.part_diffs import body_portions, rendered_portion_rows, source_portion_rows
from corrections.services.articles.sources import ArticleSources
from corrections.text.comparison.diff import Fold
from corrections.text.comparison.portions import LENGTH, Passage
from corrections.text.formats.registry import render
from repo_store import Format, Parts, Source

WORDS = ("apple", "birch", "cedar", "daisy", "elder", "fern", "grass", "holly")


def paragraphs(chance: Random, count: int) -> list[str]:
    return [f"Paragraph {number} has {' '.join(chance.choices(WORDS, k=60))}.\n\n" for number in range(count)]


def article(text: str, form: Format = Format.MARKDOWN) -> ArticleSources:
    return ArticleSources(Source(text, form), Parts())


def edited(chance: Random, blocks: list[str], share: float) -> list[str]:
    """Words changed, and here and there a paragraph left out, added or moved on."""
    out: list[str] = []
    for block in blocks:
        roll = chance.random()
        if roll < share:
            block = block.replace("apple", "pear").replace("Paragraph", "Section")
        elif roll < share * 1.1:
            continue
        elif roll < share * 1.2:
            out.append(block.replace("has", "had had"))
        out.append(block)
    return out


@pytest.mark.parametrize("form", [Format.MARKDOWN, Format.HTML])
@pytest.mark.parametrize("share", [0.9, 0.1, 0.01])
def test_portions_together_are_both_texts(share: float, form: Format):
    chance = Random(3)
    blocks = paragraphs(chance, 500)
    texts = ["".join(blocks), "".join(edited(chance, blocks, share))]
    if form is Format.HTML:
        texts = [render(text, Format.MARKDOWN).html for text in texts]
    old, new = (article(text, form) for text in texts)
    portions = body_portions(old, new)
    passages = [item for portion in portions for item in portion if isinstance(item, Passage)]
    assert sum(map(len, passages)) <= len(portions) * LENGTH * 1.6
    assert len(portions) <= sum(map(len, passages)) / LENGTH + 1
    assert (len(portions) > 10) == (share == 0.9)
    for passage_of, text in ((lambda item: item.old, texts[0]), (lambda item: item.new, texts[1])):
        at = 0
        for passage in passages:  # in order, with nothing but unchanged sections between them
            at = text.index(passage_of(passage), at) + len(passage_of(passage))
    folded = [item for portion in portions for item in portion if isinstance(item, Fold)]
    assert (sum(fold.count for fold in folded) > 0) == (share < 0.9)


@pytest.mark.parametrize("form", [Format.MARKDOWN, Format.HTML])
def test_the_rows_of_all_portions_tell_the_changes_that_the_rows_of_the_whole_tell(form: Format):
    chance = Random(4)
    blocks = paragraphs(chance, 400)
    texts = ["".join(blocks), "".join(edited(chance, blocks, 0.5))]
    if form is Format.HTML:
        texts = [render(text, Format.MARKDOWN).html for text in texts]
    old, new = (article(text, form) for text in texts)
    portions = body_portions(old, new)
    assert len(portions) > 2
    by_source = (source_portion_rows,) if form is Format.MARKDOWN else ()  # this HTML is one paragraph as a source
    for rows_of in (rendered_portion_rows, *by_source):
        whole = rows_of(old, new, (Passage(*texts),), True)
        rows = [row for portion in portions for row in rows_of(old, new, portion, False)]
        count = sum(row.count if isinstance(row, Fold) else 1 for row in rows)
        assert count == len(whole)
        changes = [
            [(row.kind, row.left, row.right) for row in some if not isinstance(row, Fold) and row.kind != "same"]
            for some in (rows, whole)
        ]
        assert changes[0] == changes[1]


def test_a_text_that_cannot_be_divided_or_is_short_has_one_portion():
    chance = Random(5)
    long = "".join(paragraphs(chance, 200))
    linked = long + "[a]: https://example.org\n"
    for old, new in (("Short.\n", "Shorter.\n"), (linked, linked.replace("apple", "pear"))):
        assert body_portions(article(old), article(new)) == [(Passage(old, new),)]
    html = article(render(long, Format.MARKDOWN).html, Format.HTML)
    assert len(body_portions(article(long), html)) == 1
