"""Two readers about the same words: what is published is what one of them wrote, in either order, or the editor decides."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from corrections.index import queries
from corrections.services.articles import updates
from corrections.services.errors import InConflict, NotAll, NothingToApply, Unwritable
from corrections.services.publication import Publication
from corrections.services.review import bulk, decisions
from corrections.services.review.queue_lines import lines
from tests.newsroom import EDITOR, a_correction, an_article

ARTICLE = "2026/11/25/mayor"
BASE = "Yesterday mayor spoke.\n"

SAME_WORDS = [
    (("mayor", "mayor of Oslo"), ("mayor", "mayor of Bergen")),
    (("mayor", "the mayor"), ("mayor", "a mayor")),
    (("mayor", "mayor of Oslo"), ("mayor", "president")),
    (("mayor", "the mayor"), ("Yesterday mayor", "Yesterday the old mayor")),
    (("mayor", "mayor of Oslo"), ("spoke", "hardly spoke")),
    (("spoke.", "spoke. Two."), ("spoke.", "spoke. Three.")),
    (("Yesterday mayor spoke.", "Yesterday the mayor spoke."), ("spoke", "sang")),
    (("mayor", ""), ("mayor", "mayors")),
]


def submit_both(publication: Publication, one, other, article: str = ARTICLE, text: str = BASE) -> list[int]:
    an_article(publication, text, article)
    return [a_correction(publication, *each, article=article).number for each in (one, other)]


def accept(publication: Publication, number: int) -> None:
    decisions.accept(publication, EDITOR, number, publication.correction(number).last_event)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize(("one", "other"), SAME_WORDS)
def test_the_second_correction_of_the_same_words_is_a_conflict(publication: Publication, one, other, order):
    numbers = submit_both(publication, one, other)
    first, second = numbers[order[0]], numbers[order[1]]
    accept(publication, first)
    published = publication.current_text(ARTICLE)
    quote, replacement = (one, other)[order[0]]
    assert published.split() == BASE.replace(quote, replacement).split()
    (line,) = lines(publication, [publication.correction(second)])
    assert line.placement == "conflict"
    with pytest.raises(InConflict) as told:
        accept(publication, second)
    assert replacement in told.value.details["published"] if replacement else True
    assert publication.current_text(ARTICLE) == published


@pytest.mark.parametrize(("one", "other"), SAME_WORDS)
def test_the_second_is_an_alternative_when_it_is_sent(publication: Publication, one, other):
    first, second = submit_both(publication, one, other)
    assert publication.correction(second).alternative_to == first


@pytest.mark.parametrize(("one", "other"), SAME_WORDS)
def test_accepting_both_at_once_is_refused(publication: Publication, one, other):
    numbers = submit_both(publication, one, other)
    picked = {number: publication.correction(number).last_event for number in numbers}
    with pytest.raises(NotAll):
        bulk.accept_all(publication, EDITOR, ARTICLE, picked)
    assert publication.current_text(ARTICLE) == BASE
    together = bulk.clean_corrections(publication, ARTICLE)
    assert (together.numbers, sorted(together.refused)) == ((), numbers), "an editor chooses between the two"


def test_the_same_change_quoted_otherwise_is_a_duplicate_and_already_applied(publication: Publication):
    one, other = submit_both(publication, ("mayor", "mayor of Oslo"), ("mayor spoke", "mayor of Oslo spoke"))
    assert publication.correction(other).same_as == one
    assert publication.correction(other).state == "duplicate"
    accept(publication, one)
    decisions.reopen(publication, EDITOR, other, publication.correction(other).last_event)
    (line,) = lines(publication, [publication.correction(other)])
    assert line.placement == "already_applied"
    with pytest.raises(NothingToApply):
        accept(publication, other)


def test_a_reverted_correction_no_longer_stands_in_the_way(publication: Publication):
    one, other = submit_both(publication, ("mayor", "mayor of Oslo"), ("mayor", "mayor of Bergen"))
    accept(publication, one)
    decisions.revert(publication, EDITOR, one, publication.correction(one).last_event, "It was Bergen.")
    accept(publication, other)
    assert publication.current_text(ARTICLE) == "Yesterday mayor of Bergen spoke.\n"


def test_an_editor_s_own_words_own_what_the_reader_quoted(publication: Publication):
    one, other = submit_both(publication, ("mayor", "mayor of Oslo"), ("mayor", "mayor of Bergen"))
    decisions.accept(publication, EDITOR, one, publication.correction(one).last_event, text="lord mayor")
    with pytest.raises(InConflict):
        accept(publication, other)
    with pytest.raises(InConflict):
        decisions.accept(publication, EDITOR, other, publication.correction(other).last_event, text="late mayor")


def test_the_publisher_s_own_words_at_the_same_place_are_a_conflict(publication: Publication):
    _, other = submit_both(publication, ("Yesterday", "On Monday"), ("mayor", "mayor of Bergen"))
    updates.publish(publication, EDITOR, updates.ArticleText(ARTICLE, "Yesterday mayor of Oslo spoke at length.\n"))
    with pytest.raises(InConflict):
        accept(publication, other)


def test_quoting_several_paragraphs_bears_a_change_of_another_one(publication: Publication):
    text = "One teh first.\n\nTwo.\n\nThree.\n"
    an_article(publication, text, ARTICLE)
    sent = a_correction(publication, "One teh first.\n\nTwo.", "One the first.\n\nTwo.", article=ARTICLE)
    updates.publish(publication, EDITOR, updates.ArticleText(ARTICLE, text.replace("Three", "3")))
    accept(publication, sent.number)
    assert publication.current_text(ARTICLE) == "One the first.\n\nTwo.\n\n3.\n"


WORDS = ["Mayor", "Haaland", "of", "Oslo", "met", "the", "council", "on", "Monday"]
CHANGES = ["{} of Rome", "the {}", "very {} indeed", "new words", "{}s", ""]


def next_to_each_other(text: str) -> set[tuple[str, str]]:
    return set(pairwise(text.split()))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_in_either_order_the_same_text_or_the_second_is_told(publication: Publication, data: st.DataObject):
    words = data.draw(st.lists(st.sampled_from(WORDS), min_size=3, max_size=7))
    base = " ".join(words) + "."
    sent = []
    for _ in range(2):
        first = data.draw(st.integers(0, len(words) - 1))
        last = data.draw(st.integers(first + 1, min(len(words), first + 3)))
        quote = " ".join(words[first:last])
        prefix, suffix = " ".join([*words[:first], ""]), " ".join(["", *words[last:]]) + "."
        new = data.draw(st.sampled_from(CHANGES)).replace("{}", quote)
        sent.append((quote, new, prefix, suffix, range(first, last)))
    texts = []
    for order in ((0, 1), (1, 0)):
        article = f"2026/11/25/a{len(queries.articles(publication.index, limit=1000))}"
        an_article(publication, base + "\n", article)
        numbers = []
        for quote, new, prefix, suffix, _ in sent:
            try:
                sent_one = a_correction(publication, quote, new, article, prefix=prefix, suffix=suffix)
            except Unwritable:
                reject()
            numbers.append(sent_one.number)
        if publication.correction(numbers[1]).state == "duplicate":
            reject()
        accept(publication, numbers[order[0]])
        try:
            accept(publication, numbers[order[1]])
        except (InConflict, NothingToApply):
            texts.append(None)
        else:
            texts.append(publication.current_text(article))
    both = {text for text in texts if text is not None}
    assert len(both) <= 1, both
    if set(sent[0][4]) & set(sent[1][4]):
        alone = [prefix + new + suffix for _, new, prefix, suffix, _ in sent]
        allowed = next_to_each_other(base).union(*map(next_to_each_other, alone))
        for text in both:
            assert next_to_each_other(text) <= allowed
