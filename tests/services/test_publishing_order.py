"""Corrections and a new version from the publisher, in either order: the text is the same, or somebody is told."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corrections.services.errors import Clashing, InConflict, NothingToApply
from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from corrections.services.review import decisions
from repo_store.errors import Stale
from tests.newsroom import EDITOR, TEXT, a_correction, an_article
from tests.services.test_publishing import send, text

WORDS = [
    "the",
    "bridge",
    "of",
    "the",
    "town",
    "opened",
    "in",
    "1893",
    "and",
    "the",
    "other",
    "one",
    "closed",
    "in",
    "1971",
]


@st.composite
def stories(draw: st.DrawFn) -> tuple[str, list[tuple[int, int, str]], str]:
    """An article, corrections of spans of it that touch different words, and what its publisher makes of it."""
    paragraphs = [
        draw(st.lists(st.sampled_from(WORDS), min_size=4, max_size=9)) for _ in range(draw(st.integers(1, 3)))
    ]
    base = "\n\n".join(" ".join(words) for words in paragraphs) + "\n"
    places = sorted(draw(st.lists(st.integers(0, len(base.split()) - 1), min_size=1, max_size=2, unique=True)))
    corrections = []
    at = 0
    for number, word in enumerate(base.split()):
        at = base.index(word, at)
        if number in places:
            corrections.append((at, at + len(word), draw(st.sampled_from(["a", "1839", "one bridge"]))))
        at += len(word)
    words = [list(each) for each in paragraphs]
    for _ in range(draw(st.integers(1, 3))):
        paragraph = draw(st.sampled_from(words))
        place = draw(st.integers(0, len(paragraph) - 1))
        match draw(st.sampled_from(["change", "in", "out"])):
            case "change":
                paragraph[place] = draw(st.sampled_from([*WORDS, "new"]))
            case "in":
                paragraph.insert(place, draw(st.sampled_from([*WORDS, "new"])))
            case _ if len(paragraph) > 1:
                del paragraph[place]
    return base, corrections, "\n\n".join(" ".join(each) for each in words) + "\n"


@settings(max_examples=10, deadline=None)
@given(stories())
def test_in_either_order_the_text_is_the_same_or_somebody_is_told(story: tuple[str, list[tuple[int, int, str]], str]):
    base, corrections, sent = story
    with tempfile.TemporaryDirectory() as folder:
        results = []
        for first in ("corrections", "publisher"):
            publication = Publication.create(Path(folder), first)
            an_article(publication, base)
            for start, end, words in corrections:
                a_correction(
                    publication,
                    base[start:end],
                    words,
                    prefix=base[max(0, start - 60) : start],
                    suffix=base[end : end + 60],
                )
            results.append(_outcome(publication, first, len(corrections), sent))
            assert audit_publication(publication.folder) == []
            publication.close()
    one, other = results
    assert "told" in (one, other) or one == other


def _outcome(publication: Publication, first: str, corrections: int, sent: str) -> str:
    """The text in the end, or that somebody was told of a conflict."""
    try:
        if first == "publisher":
            send(publication, sent)
        for number in range(1, corrections + 1):
            try:
                decisions.accept(publication, EDITOR, number, publication.correction(number).last_event)
            except NothingToApply:
                continue
        if first == "corrections":
            send(publication, sent)
    except (Clashing, InConflict, Stale):
        return "told"
    return text(publication)


@pytest.mark.parametrize("first", ["correction", "publisher"])
@pytest.mark.parametrize("kept", [False, True], ids=["accepted since", "kept before"])
def test_words_that_a_reader_quoted_are_the_corrections_own(publication: Publication, first: str, kept: bool):
    an_article(publication)
    sent = a_correction(publication, "closed in 1971", "closed in 1972")
    base = TEXT + "\nMore.\n" if kept else TEXT
    changed = base.replace("closed in", "was shut in")
    if first == "correction":
        decisions.accept(publication, EDITOR, sent.number, sent.last_event)
        send(publication, base)
        with pytest.raises(Clashing):
            send(publication, changed)
    else:
        send(publication, changed)
        with pytest.raises(InConflict):
            decisions.accept(publication, EDITOR, sent.number, sent.last_event)
