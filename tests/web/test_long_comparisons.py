"""The comparison of long articles comes in pages, the first at once; nothing is on none of them."""

import re

import pytest
from flask.testing import FlaskClient

from corrections.services.articles import updates
from corrections.services.publication import Publication
from tests.newsroom import EDITOR, TALKS

DIFF = f"/daily/a/{TALKS}/diff"
PARAGRAPHS = [f"Paragraph {number} says that {'the river rose again ' * 20}.\n" for number in range(300)]


def publish(publication: Publication, *paragraphs: list[str]) -> None:
    for text in paragraphs:
        updates.publish(publication, EDITOR, updates.ArticleText(TALKS, "\n".join(text)))


def inserted(page: str) -> list[str]:
    return re.findall(r"<ins>(.*?)</ins>", page)


def changed(*numbers: int) -> list[str]:
    return [
        text.replace("rose", f"fell{number}", 1) if number in numbers else text
        for number, text in enumerate(PARAGRAPHS)
    ]


@pytest.mark.parametrize("view", ["", "&view=inline", "&source=1", "&source=1&view=inline"])
def test_every_change_is_on_one_of_the_pages_and_all_on_one_page_by_choice(
    client: FlaskClient, publication: Publication, view: str
):
    publish(publication, PARAGRAPHS, changed(*range(300)))
    expected = [f"fell{number}" for number in range(300)]
    first = client.get(f"{DIFF}?{view}").text
    match = re.search(r"Page 1 of (\d+)", first)
    assert match
    pages = [client.get(f"{DIFF}?page={number}{view}").text for number in range(1, int(match[1]) + 1)]
    assert inserted(pages[0]) == inserted(first)
    assert 0 < len(inserted(first)) < 100
    assert [word for page in pages for word in inserted(page)] == expected
    assert "Next page" in first
    assert "Previous page" not in first
    assert "Previous page" in pages[-1]
    assert "Next page" not in pages[-1]
    whole = client.get(f"{DIFF}?page=all{view}").text
    assert inserted(whole) == expected
    assert "Next page" not in whole
    assert "Show in pages" in whole


def test_a_page_keeps_the_revisions_and_the_view(client: FlaskClient, publication: Publication):
    publish(publication, PARAGRAPHS, changed(*range(300)), changed(7))
    head = client.get(DIFF).text
    second = re.search(r'href="([^"]*page=2[^"]*)"', client.get(f"{DIFF}?view=inline").text)
    assert second
    address = second[1].replace("&amp;", "&")
    publish(publication, changed(8))
    assert 'class="passage inline-view' in client.get(address).text
    assert inserted(client.get(address).text)[0] == "rose"
    assert head.count("Page 1 of") == 1


def test_one_change_far_down_in_a_long_article_is_on_the_first_page(client: FlaskClient, publication: Publication):
    publish(publication, PARAGRAPHS, changed(250))
    page = client.get(DIFF).text
    assert inserted(page) == ["fell250"]
    assert "249 unchanged paragraphs" in page
    assert "48 unchanged paragraphs" in page
    assert "Page 1 of" not in page


@pytest.mark.parametrize(("asked", "shown"), [("0", 1), ("-3", 1), ("x", 1), ("9999", None)])
def test_a_page_that_there_is_not_is_the_next_that_there_is(
    client: FlaskClient, publication: Publication, asked: str, shown: int | None
):
    publish(publication, PARAGRAPHS, changed(*range(300)))
    answer = client.get(f"{DIFF}?page={asked}")
    assert answer.status_code == 200
    match = re.search(r"Page (\d+) of (\d+)", answer.text)
    assert match
    assert match[1] == (match[2] if shown is None else str(shown))


def test_long_texts_between_which_readers_see_no_difference_say_so(client: FlaskClient, publication: Publication):
    publish(publication, [f"{text}*End.*\n" for text in PARAGRAPHS], [f"{text}_End._\n" for text in PARAGRAPHS])
    assert "Readers see no difference." in client.get(DIFF).text
    assert inserted(client.get(f"{DIFF}?source=1").text)
