"""What themes and content management systems do to a text on its way to the page: the place is found all the same, and
what the reader did not change is kept as the source spells it, in every format."""

import re
from collections.abc import Callable

import pytest

from corrections.text.anchoring.anchor import Anchored, Selector, anchor
from corrections.text.comparison.edits import Edit
from corrections.text.formats.registry import format_named

SENTENCE = (
    "It's \"a start\" - ministers said on Tusday... the office's efficient new bridge is 12' 6\" wide, 3 x 4 metres "
    "long -- and it cost 5 000 000 euros"
)


def spaced(char: str) -> Callable[[str], str]:
    return lambda text: text.replace(" 000", f"{char}000").replace(" euros", f"{char}euros")


TRANSFORMATIONS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "curly quotation marks": lambda text: re.sub(r'"(a start)"', "“\\1”", text),
    "angled quotation marks": lambda text: re.sub(r'"(a start)"', "«\\1»", text),
    "low quotation marks": lambda text: re.sub(r'"(a start)"', "„\\1“", text),
    "angled quotation marks with spaces": lambda text: re.sub(r'"(a start)"', "«\u202f\\1\u202f»", text),
    "apostrophes": lambda text: re.sub(r"(?<=[a-z])'(?=s)", "’", text),
    "primes": lambda text: text.replace("12' 6\"", "12′ 6″"),
    "an en dash": lambda text: text.replace(" - ", " – "),
    "an em dash": lambda text: text.replace(" - ", " — "),
    "a dash of two hyphens": lambda text: text.replace(" -- ", " — "),
    "an ellipsis": lambda text: text.replace("...", "…"),
    "a multiplication sign": lambda text: text.replace(" x ", " × "),
    "ligatures": lambda text: text.replace("ffi", "\ufb03"),
    "no-break spaces": spaced("\u00a0"),
    "narrow no-break spaces": spaced("\u202f"),
    "thin spaces": spaced("\u2009"),
    "soft hyphens": lambda text: text.replace("ministers", "minis\u00adters").replace("efficient", "effi\u00adcient"),
    "zero-width spaces": lambda text: text.replace("metres", "me\u200btres"),
    "word joiners": lambda text: text.replace("new", "new\u2060"),
    "lines broken by the browser": lambda text: text.replace(" bridge ", "\nbridge\n"),
    "everything that WordPress does": lambda text: (
        re.sub(r'"(a start)"', "“\\1”", re.sub(r"(?<=[a-z])'(?=s)", "’", text))
        .replace("12' 6\"", "12′ 6″").replace(" - ", " – ").replace(" -- ", " — ").replace("...", "…")
        .replace(" x ", " × ")
    ),
}  # fmt: skip
SOURCES = {
    "markdown": (lambda text: f"# The talks\n\nBefore it.\n\n{text}.\n\nAfter it.\n"),
    "html": (lambda text: f"<h2>The talks</h2>\n\n<p>Before it.</p>\n\n<p>{text}.</p>\n\n<p>After it.</p>\n"),
}


@pytest.fixture(params=SOURCES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def corrected(name: str, stored: str, selector: Selector, replacement: str) -> str:
    """The source after the correction of what a reader selected, which must be found exactly."""
    format_ = format_named(name)
    source = SOURCES[name](stored)
    rendered = format_.render(source)
    verdict = anchor(selector, rendered.text)
    assert isinstance(verdict, Anchored)
    assert verdict.verdict == "exact"
    edit = format_.write(rendered, verdict.place, selector.exact, replacement)
    assert isinstance(edit, Edit)
    return edit.apply(source)


@pytest.mark.parametrize("transformation", TRANSFORMATIONS)
@pytest.mark.parametrize("inverse", [False, True], ids=["page", "source"])
@pytest.mark.parametrize("words", ["Tusday", "all"])
def test_a_word_is_corrected_and_the_rest_is_as_the_source_spells_it(
    name: str, transformation: str, inverse: bool, words: str
):
    """`inverse`: the source has the fine typography, and the page does not."""
    transformed = TRANSFORMATIONS[transformation](SENTENCE)
    stored, shown = (transformed, SENTENCE) if inverse else (SENTENCE, transformed)
    if words == "all":
        selector = Selector(shown, "Before it.\n", ".\nAfter it.")
    else:
        before, word, after = shown.partition(words)
        selector = Selector(word, before[-30:], after[:30])
    written = corrected(name, stored, selector, selector.exact.replace("Tusday", "Tuesday"))
    assert written == SOURCES[name](stored.replace("Tusday", "Tuesday"))


@pytest.mark.parametrize(
    ("page", "where"),
    [
        ('I\nt\'s "a start"', "a first letter in an element of its own"),
        ('It\'s "a start" - ministers said on Tusday[1]... the', "a footnote's mark"),
        ('It\'s "a start" - ministers said on Tusday¹... the', "a raised footnote's mark"),
        ('Read more\nIt\'s "a start"', "a toggle before the words"),
    ],
    ids=lambda value: value if len(value) > 0 and " " in value and "\n" not in value else None,
)
def test_what_a_page_puts_around_the_words_does_not_hide_them(name: str, page: str, where: str):
    del where
    format_ = format_named(name)
    rendered = format_.render(SOURCES[name](SENTENCE))
    quote = "start"
    before, _, after = page.partition(quote)
    verdict = anchor(Selector(quote, before, after), rendered.text)
    assert isinstance(verdict, Anchored)
    assert rendered.text[verdict.place.start : verdict.place.end] == quote
