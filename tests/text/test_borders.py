"""At the first and the last words of a text a page shows its own words beside them, of which the text knows nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrections.text.anchoring.anchor import Ambiguous, Anchored, Gone, Selector, Verdict, anchor

BODY = (
    "Rain fell on the harbour all night, and nobody slept.\n"
    "By noon the mayor had closed two bridges, one of them for good.\n"
    "Trains will run again tomorrow\n"
)
SHORT = "Rain stopped play\n"
TITLES = [
    "",
    "A\n",
    "Storm closes bridges\n",
    "Home News Sport Weather Log in Subscribe Storm closes bridges By Jane Doe 12 May 2026, 08:30 ",
    "Storm closes bridges | The Daily Harbour",
]
FOOTERS = [
    "",
    "\nB",
    "\nShare this article",
    "\nTo suggest a correction or clarification, write to us here. © 2026 The Daily Harbour. All rights reserved.",
    "Read more: Sunny days ahead",
]


def selected(body: str, start: int, end: int, title: str, footer: str, context: int) -> Selector:
    """What a page's script sends of `body[start:end]`, where the page has a title and a footer around the body."""
    page = title + body + footer
    first, last = start + len(title), end + len(title)
    prefix, suffix = page[max(0, first - context) : first], page[last : last + context]
    return Selector(page[first:last], prefix, suffix)


def spans_of(body: str) -> list[tuple[int, int]]:
    words = body.split()
    last = body.rstrip()
    paragraphs = body.rstrip().split("\n")
    return [
        (0, len(words[0])),
        (0, len(" ".join(words[:3]))),
        (len(words[0]) + 1, len(" ".join(words[:2]))),
        (len(last) - len(words[-1]), len(last)),
        (len(last) - len(" ".join(words[-3:])), len(last)),
        (0, len(paragraphs[0])),
        (len(last) - len(paragraphs[-1]), len(last)),
        (0, len(last)),
        (0, len(body)),
    ]


@pytest.mark.parametrize("context", [8, 32, 64, 500])
@pytest.mark.parametrize("footer", FOOTERS)
@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("body", [BODY, SHORT])
def test_the_first_and_last_words_are_found_where_they_stand_once(body: str, title: str, footer: str, context: int):
    for start, end in spans_of(body):
        verdict = anchor(selected(body, start, end, title, footer, context), body)
        assert isinstance(verdict, Anchored), (verdict, body[start:end])
        assert body[verdict.place.start : verdict.place.end].strip() == body[start:end].strip()
        assert verdict.place.start == start
        assert verdict.verdict == "exact", "nothing has changed"


def test_a_border_does_not_win_for_want_of_context():
    text = "Rain fell. Later there was more Rain\n"
    for selector in (
        Selector("Rain", "The weather page: ", ""),
        Selector("Rain", "", "Share this article"),
        Selector("Rain", "The weather page: ", " fel"),
    ):
        verdict = anchor(selector, text)
        assert isinstance(verdict, Ambiguous), verdict
        assert len(verdict.candidates) == 2
    assert isinstance(anchor(Selector("Rain", "The weather page: ", "Share this article"), text), Gone)


def test_what_is_known_beside_the_border_chooses_among_several():
    text = "Rain fell on the harbour. Nobody had expected so much rain. Rain was a rare thing to see there.\n"
    verdict = anchor(Selector("Rain", "Storm closes bridges\n", " fell on the harbour. Nob"), text)
    assert isinstance(verdict, Anchored)
    assert verdict.place.start == 0


def test_a_context_inside_the_text_still_speaks_against_a_place():
    assert isinstance(anchor(Selector("Rain", "Title ", " was never seen in the desert"), BODY), Gone)
    assert isinstance(anchor(Selector("harbour", "the train had left the old ", " without them"), BODY), Gone)


def test_moved_is_told_where_words_or_surroundings_differ():
    def verdict_of(selector: Selector, text: str = BODY) -> str:
        return anchor(selector, text).verdict

    assert verdict_of(Selector("two bridges", "the mayor had closed ", ", one of them")) == "exact"
    assert verdict_of(Selector("two bridges", "the mayor had  closed\u00a0", ", one\nof them")) == "exact"
    assert verdict_of(Selector("two bridges", "slept.By noon the mayor had closed ", ", one")) == "exact"
    assert verdict_of(Selector("two bridges", "the mayor closed ", ", one of them")) == "moved"
    assert verdict_of(Selector("two bridges", "the mayor had closed ", " and one of them")) == "moved"
    assert verdict_of(Selector("the mayor had closed two bridgges", "By noon ", ", one of them")) == "moved"
    assert verdict_of(Selector("Rain", "Title ", " fell upon the harbour")) == "moved"


def test_misspelt_first_and_last_words_are_found_beside_a_title_and_a_footer():
    for quote, standing in (("Rain fell on the harbuor all night", "Rain fell on the harbour all night"),):
        verdict = anchor(Selector(quote, "Storm closes bridges | Daily Harbour ", ", and nobody slept."), BODY)
        assert isinstance(verdict, Anchored)
        assert BODY[verdict.place.start : verdict.place.end] == standing
    verdict = anchor(Selector("Trians will run again tomorrow", "for good.", "Share this article on the web"), BODY)
    assert isinstance(verdict, Anchored)
    assert BODY[verdict.place.start : verdict.place.end] == "Trains will run again tomorrow"


@pytest.mark.parametrize(
    ("body", "start", "footer", "context"),
    [
        ("fell fell fell", 10, "Read more", 2),
        ("fell fell rain fell fell", 20, "Read more", 3),
        ("rain on rain", 8, "or", 3),
    ],
)
def test_a_footer_that_resembles_the_words_inside_does_not_draw_a_selection_there(
    body: str, start: int, footer: str, context: int
):
    assert is_right(anchor(selected(body, start, start + 4, "", footer, context), body), start, start + 4)


WORDS = st.lists(st.sampled_from(["rain", "fell", "on", "the", "bridge", "1893", "é", "—"]), min_size=1, max_size=12)


def is_right(verdict: Verdict, start: int, end: int) -> bool:
    match verdict:
        case Anchored():
            return (verdict.place.start, verdict.place.end) == (start, end)
        case Ambiguous():
            return any((place.start, place.end) == (start, end) for place in verdict.candidates)
    return False


@settings(max_examples=400, deadline=None)
@given(WORDS, st.sampled_from(TITLES), st.sampled_from(FOOTERS), st.integers(0, 40), st.data())
def test_whole_words_beside_any_title_and_footer_are_found_or_asked_about(
    words: list[str], title: str, footer: str, context: int, data: st.DataObject
):
    body = " ".join(words)
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    start, end = len(" ".join(words[:first])) + (first > 0), len(" ".join(words[: last + 1]))
    assert is_right(anchor(selected(body, start, end, title, footer, context), body), start, end)
