"""Published notices in the posts of a real WordPress: a block of their own, which is no part of the article's text."""

import re
from datetime import UTC, datetime

import pytest
from babel.dates import format_date

from corrections.domain.decisions import DecisionKind
from corrections.services.operations import redaction
from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from corrections.services.review import notices
from corrections.services.review.decisions import Decision, decide
from corrections.services.review.notice_drafts import NoticeDraft
from tests.connectors.test_git_connector import ADMIN, decide_on
from tests.connectors.test_wordpress import BODY, connect, synchronise, the_article
from tests.connectors.test_wordpress_races import Editor, a_text, saved_in_the_same_moment
from tests.connectors.wordpress import WordPress
from tests.newsroom import EDITOR, a_correction

FIXED = BODY.replace("Tusday", "Tuesday")
CLASSIC = "Ministers met on Tusday.\r\n\r\nThe bridge opened in 1893."
DAY = "We misstated the day."
YEAR = "We misstated the year."
PATTERN = re.compile(
    r'<!-- wp:group \{"className":"corrections-notices"\} -->\n<div class="wp-block-group corrections-notices">'
    r"(?P<inner>.*)</div>\n<!-- /wp:group -->",
    re.DOTALL,
)


@pytest.fixture(autouse=True)
def _service_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORRECTIONS_URL", "https://corrections.example.org")


def today(locale: str = "en_US") -> str:
    return format_date(datetime.now(UTC), "long", locale)


def block(*texts: tuple[int, str]) -> str:
    """The block with these corrections' notices."""
    paragraphs = "\n\n".join(
        f"<!-- wp:paragraph -->\n<p>{line(number, text)}</p>\n<!-- /wp:paragraph -->" for number, text in texts
    )
    return (
        '<!-- wp:group {"className":"corrections-notices"} -->\n<div class="wp-block-group corrections-notices">'
        f"{paragraphs}</div>\n<!-- /wp:group -->"
    )


def classic_block(*texts: tuple[int, str]) -> str:
    paragraphs = "\n".join(f"<p>{line(number, text)}</p>" for number, text in texts)
    return f'<div class="corrections-notices" data-corrections-skip>\n{paragraphs}\n</div>'


def line(number: int, text: str) -> str:
    link = f'<a href="https://corrections.example.org/daily/c/{number}">View the change</a>'
    return f"<strong>Correction, {today()}:</strong> {text} {link}"


def accept(publication: Publication, replacing: str, by: str, text: str, place: str = "foot") -> int:
    """Accept a correction with a notice; its number."""
    number = a_correction(publication, replacing, by, the_article(publication).id).number
    event = publication.correction(number).last_event
    decide(
        publication,
        EDITOR,
        number,
        Decision(DecisionKind.ACCEPT, event, notice=NoticeDraft("correction", text, place)),
    )
    return number


def a_post(publication: Publication, wordpress: WordPress, source: str = BODY, **options: str) -> int:
    """A post that has become an article."""
    number = wordpress.create(source)
    connect(publication, wordpress, **options)
    assert synchronise(publication).last_error is None
    return number


def text_here(publication: Publication) -> str:
    return publication.current_text(the_article(publication).id)


def settle(publication: Publication, wordpress: WordPress, number: int) -> None:
    """Nothing more happens: no event, no revision."""
    before = publication.head().seq, wordpress.get(f"posts/{number}/revisions"), wordpress.content(number)
    for _ in range(2):
        assert synchronise(publication).last_error is None
    assert (publication.head().seq, wordpress.get(f"posts/{number}/revisions"), wordpress.content(number)) == before


def long_ago(wordpress: WordPress, publication: Publication, number: int) -> None:
    """The last writing to a post was more than an hour ago."""
    rows = publication.private.connections
    (row,) = rows.articles("wordpress")
    blob = re.sub(r'"pushed":"[^"]*"', '"pushed":"2020-01-01T00:00:00"', row.blob)
    assert blob != row.blob
    rows.put_article(type(row)(row.connection, row.article, row.path, blob, row.problem))


def test_an_accepted_correction_has_its_notice_in_the_post_and_not_in_the_article(
    publication: Publication, wordpress: WordPress
):
    number = a_post(publication, wordpress)
    first = accept(publication, "Tusday", "Tuesday", DAY)
    assert synchronise(publication).last_error is None
    assert wordpress.content(number) == f"{FIXED}\n\n{block((first, DAY))}"
    assert text_here(publication) == FIXED
    settle(publication, wordpress, number)
    second = accept(publication, "1893", "1894", YEAR)
    assert synchronise(publication).last_error is None
    both = FIXED.replace("1893", "1894")
    assert wordpress.content(number) == f"{both}\n\n{block((first, DAY), (second, YEAR))}"
    assert text_here(publication) == both
    settle(publication, wordpress, number)
    decide_on(publication, second, DecisionKind.REVERT)
    assert synchronise(publication).last_error is None
    assert wordpress.content(number) == f"{FIXED}\n\n{block((first, DAY))}"
    decide_on(publication, first, DecisionKind.REVERT)
    assert synchronise(publication).last_error is None
    assert wordpress.content(number) == BODY == text_here(publication)
    settle(publication, wordpress, number)
    assert audit_publication(publication.folder) == []


def test_a_notice_that_is_edited_or_withdrawn_changes_in_the_post(publication: Publication, wordpress: WordPress):
    number = a_post(publication, wordpress)
    article = the_article(publication).id
    first = accept(publication, "Tusday", "Tuesday", DAY)
    synchronise(publication)
    notices.edit(publication, EDITOR, article, 0, NoticeDraft("correction", "The day was <wrong> & [gallery]\nhere."))
    assert synchronise(publication).last_error is None
    edited = "The day was &lt;wrong&gt; &amp; &#91;gallery&#93;<br>here."
    assert wordpress.content(number) == f"{FIXED}\n\n{block((first, edited))}"
    settle(publication, wordpress, number)
    notices.withdraw(publication, EDITOR, article, 0, "It was right.")
    assert synchronise(publication).last_error is None
    assert wordpress.content(number) == FIXED == text_here(publication)
    settle(publication, wordpress, number)


def test_redacted_words_go_from_the_notice_in_the_post_too(publication: Publication, wordpress: WordPress):
    number = a_post(publication, wordpress)
    accept(publication, "Tusday", "Tuesday", "We named Walter Secret.")
    synchronise(publication)
    assert "Walter Secret" in wordpress.content(number)
    removal = redaction.Removal("A court's order.", article=the_article(publication).id, words=("Walter Secret",))
    redaction.redact(publication, ADMIN, removal)
    assert synchronise(publication).last_error is None
    content = wordpress.content(number)
    assert "Secret" not in content
    assert content.startswith(f"{FIXED}\n\n<!-- wp:group")
    assert text_here(publication) == FIXED
    settle(publication, wordpress, number)


def test_the_block_is_at_the_head_of_the_first_page_or_the_foot_of_the_last(
    publication: Publication, wordpress: WordPress
):
    pages = "<p>Page one.</p>\n<!--nextpage-->\n<p>Page twoo.</p>\n"
    number = a_post(publication, wordpress, pages, notices="head", language="de-AT")
    first = accept(publication, "twoo", "two", "Es war falsch.")
    assert synchronise(publication).last_error is None
    fixed = pages.replace("twoo", "two")
    words = f"<strong>Korrektur, {today('de_AT')}:</strong> Es war falsch."
    link = f'<a href="https://corrections.example.org/daily/c/{first}">Änderung ansehen</a>'
    expected = f'<div class="corrections-notices" data-corrections-skip>\n<p>{words} {link}</p>\n</div>'
    assert wordpress.content(number) == f"{expected}\n\n{fixed}"
    assert text_here(publication) == fixed
    settle(publication, wordpress, number)


def test_the_foot_of_a_post_with_several_pages_is_on_the_last(publication: Publication, wordpress: WordPress):
    number = a_post(publication, wordpress, "<p>Page one.</p>\n<!--nextpage-->\n<p>Page twoo.</p>\n")
    accept(publication, "twoo", "two", DAY)
    assert synchronise(publication).last_error is None
    link = wordpress.get(f"posts/{number}")["link"]
    assert DAY not in wordpress.page(link)
    last = wordpress.page(f"{link}2/")
    assert '<div class="corrections-notices" data-corrections-skip>' in last
    assert f"<p><strong>Correction, {today()}:</strong> {DAY}" in last


def test_a_classic_post_has_a_plain_element(publication: Publication, wordpress: WordPress):
    number = a_post(publication, wordpress, CLASSIC)
    first = accept(publication, "Tusday", "Tuesday", DAY)
    assert synchronise(publication).last_error is None
    fixed = CLASSIC.replace("Tusday", "Tuesday")
    assert wordpress.content(number) == f"{fixed}\n\n{classic_block((first, DAY))}"
    assert text_here(publication) == fixed
    # as the visual editor writes it down, with line ends as a browser sends them
    saved = wordpress.content(number).replace("data-corrections-skip", 'data-corrections-skip=""')
    saved = saved.replace("\r\n", "\n").replace("\n", "\r\n").replace("1893", "1892")
    wordpress.write(f"posts/{number}", content=saved)
    assert synchronise(publication).last_error is None
    assert text_here(publication) == fixed.replace("1893", "1892")
    second = accept(publication, "1892", "1894", YEAR)
    assert synchronise(publication).last_error is None
    content = wordpress.content(number)
    assert classic_block((first, DAY), (second, YEAR)) in content
    assert content.count("corrections-notices") == 1
    assert text_here(publication) == fixed.replace("1893", "1894")
    # the block editor takes the post over
    blocks = (
        "<!-- wp:paragraph -->\n<p>The bridge opened in 1894.</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:html -->\n"
        f"{classic_block((first, DAY), (second, YEAR))}\n<!-- /wp:html -->"
    )
    wordpress.write(f"posts/{number}", content=blocks)
    assert synchronise(publication).last_error is None
    assert text_here(publication) == blocks.partition("\n\n")[0]
    third = accept(publication, "opened", "was opened", "It did not open itself.")
    assert synchronise(publication).last_error is None
    three = block((first, DAY), (second, YEAR), (third, "It did not open itself."))
    assert wordpress.content(number) == f"{text_here(publication)}\n\n{three}"
    settle(publication, wordpress, number)


def test_what_editors_write_around_the_block_is_taken_over_and_the_block_stays_where_they_put_it(
    publication: Publication, wordpress: WordPress
):
    number = a_post(publication, wordpress)
    first = accept(publication, "Tusday", "Tuesday", DAY)
    synchronise(publication)
    written = block((first, DAY))
    beginning, ending = FIXED.split("\n\n\n")  # the line break stays with the block before
    more = "<!-- wp:paragraph -->\n<p>More at noon.</p>\n<!-- /wp:paragraph -->"
    moved = f"{beginning}\n\n{written}\n\n\n{ending}\n\n{more}"
    wordpress.write(f"posts/{number}", content=moved)
    assert synchronise(publication).last_error is None
    assert text_here(publication) == f"{FIXED}\n\n{more}"
    assert wordpress.content(number) == moved
    second = accept(publication, "1893", "1894", YEAR)
    third = accept(publication, "café", "old café", "The café is old.")
    assert synchronise(publication).last_error is None
    three = block((first, DAY), (second, YEAR), (third, "The café is old."))
    expected = moved.replace(written, three).replace("1893", "1894").replace("caf\u00e9 &amp;", "old caf\u00e9 &amp;")
    assert wordpress.content(number) == expected
    settle(publication, wordpress, number)
    decide_on(publication, first, DecisionKind.REVERT)
    notices.withdraw(publication, EDITOR, the_article(publication).id, 1, "Nobody minds.")
    notices.withdraw(publication, EDITOR, the_article(publication).id, 0, "Nobody minds.")
    assert synchronise(publication).last_error is None
    assert wordpress.content(number) == text_here(publication)
    assert "corrections-notices" not in wordpress.content(number)


def test_a_save_by_an_editor_who_had_the_post_open_takes_neither_the_correction_nor_its_notice_out(
    publication: Publication, wordpress: WordPress
):
    number = a_post(publication, wordpress)
    first = accept(publication, "Tusday", "Tuesday", DAY)
    synchronise(publication)
    one_notice = wordpress.content(number)
    wordpress.write(f"posts/{number}", content=BODY.replace("1893", "1892"))  # opened before the correction came
    assert synchronise(publication).last_error is None
    with_block = f"{FIXED.replace('1893', '1892')}\n\n{block((first, DAY))}"
    assert wordpress.content(number) == with_block
    wordpress.write(f"posts/{number}", content=FIXED.replace("1893", "1892"))  # just the block is missing
    assert synchronise(publication).last_error is None
    assert wordpress.content(number) == with_block
    second = accept(publication, "1892", "1894", YEAR)
    assert synchronise(publication).last_error is None
    stale = one_notice.replace("1893", "1892").replace("bridge", "long bridge")  # has the block with one notice
    wordpress.write(f"posts/{number}", content=stale)
    assert synchronise(publication).last_error is None
    words = FIXED.replace("1893", "1894").replace("bridge", "long bridge")
    assert text_here(publication) == words
    assert wordpress.content(number) == f"{words}\n\n{block((first, DAY), (second, YEAR))}"
    settle(publication, wordpress, number)


def test_a_block_that_an_editor_deletes_comes_back_with_the_next_change(publication: Publication, wordpress: WordPress):
    number = a_post(publication, wordpress)
    first = accept(publication, "Tusday", "Tuesday", DAY)
    synchronise(publication)
    long_ago(wordpress, publication, number)
    wordpress.write(f"posts/{number}", content=FIXED)
    assert synchronise(publication).last_error is None
    assert wordpress.content(number) == FIXED
    settle(publication, wordpress, number)
    decide_on(publication, a_correction(publication, "1893", "1894", the_article(publication).id).number)
    assert synchronise(publication).last_error is None
    assert wordpress.content(number) == f"{FIXED.replace('1893', '1894')}\n\n{block((first, DAY))}"


def test_words_that_somebody_wrote_into_the_block_are_not_overwritten(publication: Publication, wordpress: WordPress):
    number = a_post(publication, wordpress)
    first = accept(publication, "Tusday", "Tuesday", DAY)
    synchronise(publication)
    theirs = block((first, f"{DAY} We are sorry."))
    wordpress.write(f"posts/{number}", content=f"{FIXED}\n\n{theirs}")
    why = f"posts/{number}: the notices were edited in WordPress. They are not overwritten"
    error = synchronise(publication).last_error
    assert error is not None
    assert error.startswith(why)
    second = accept(publication, "1893", "1894", YEAR)
    error = synchronise(publication).last_error
    assert error is not None
    assert error.startswith(why)
    fixed = FIXED.replace("1893", "1894")
    assert wordpress.content(number) == f"{fixed}\n\n{theirs}", "the words are corrected, the block is theirs"
    assert text_here(publication) == fixed
    wordpress.write(f"posts/{number}", content=fixed)
    assert synchronise(publication).last_error is None
    assert wordpress.content(number) == f"{fixed}\n\n{block((first, DAY), (second, YEAR))}"
    settle(publication, wordpress, number)


def test_how_a_block_looks_is_the_editors_own(publication: Publication, wordpress: WordPress):
    number = a_post(publication, wordpress)
    first = accept(publication, "Tusday", "Tuesday", DAY)
    synchronise(publication)
    styled = block((first, DAY)).replace('notices"}', 'notices","backgroundColor":"pale-pink"}')
    styled = styled.replace("wp-block-group", "wp-block-group has-pale-pink-background-color has-background")
    wordpress.write(f"posts/{number}", content=f"{FIXED}\n\n{styled}")
    assert synchronise(publication).last_error is None
    decide_on(publication, a_correction(publication, "1893", "1894", the_article(publication).id).number)
    assert synchronise(publication).last_error is None
    assert wordpress.content(number) == f"{FIXED.replace('1893', '1894')}\n\n{styled}"


@pytest.mark.parametrize("place", ["foot", "head"])
def test_an_edit_saved_in_the_same_moment_as_a_correction_with_a_notice_stays(
    publication: Publication, wordpress: WordPress, place: str
):
    """What WordPress answers has neither the correction nor its notice then, as if it had changed them back."""
    text = a_text(2)
    number = a_post(publication, wordpress, text, notices=place)
    edited = text.replace("Sentence 1 has", "Sentence 1 had")
    with saved_in_the_same_moment(wordpress, "fixed0x", post_content=edited):
        accepted = accept(publication, "word0x", "fixed0x", YEAR, place)
        assert synchronise(publication).last_error is None
    expected, shown = edited.replace("word0x", "fixed0x"), block((accepted, YEAR))
    assert text_here(publication) == expected
    assert wordpress.content(number) == "\n\n".join([expected, shown] if place == "foot" else [shown, expected])
    settle(publication, wordpress, number)


def test_corrections_with_notices_accepted_while_the_post_is_saved_at_random_moments_lose_nothing(
    publication: Publication, wordpress: WordPress
):
    sentences = 8
    text = a_text(sentences)
    number = a_post(publication, wordpress, text)
    editor = Editor(wordpress, number, sentences)
    editor.start()
    shown = []
    for sentence in range(0, sentences, 2):
        words = f"Sentence {sentence} was wrong."
        shown.append((accept(publication, f"word{sentence}x", f"fixed{sentence}x", words), words))
        synchronise(publication)
    editor.join()
    assert synchronise(publication).last_error is None
    assert synchronise(publication).last_error is None
    expected = text
    for sentence in range(0, sentences, 2):
        expected = expected.replace(f"word{sentence}x", f"fixed{sentence}x")
        expected = expected.replace(f"Sentence {sentence + 1} has", f"Sentence {sentence + 1} had")
    assert text_here(publication) == expected, f"{text_here(publication)}\n\nnot\n\n{expected}"
    assert wordpress.content(number) == f"{expected}\n\n{block(*shown)}"
    assert audit_publication(publication.folder) == []


def test_a_block_that_was_doubled_becomes_one_again(publication: Publication, wordpress: WordPress):
    number = a_post(publication, wordpress)
    first = accept(publication, "Tusday", "Tuesday", DAY)
    synchronise(publication)
    once = block((first, DAY))
    wordpress.write(f"posts/{number}", content=f"{once}\n\n{FIXED}\n\n{once}")
    assert synchronise(publication).last_error is None
    assert wordpress.content(number) == f"{once}\n\n{FIXED}"
    assert text_here(publication) == FIXED
    settle(publication, wordpress, number)
