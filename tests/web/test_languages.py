"""Readers' pages and the widget in seven languages, from one source."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from corrections.domain import labels
from corrections.services.articles import updates
from corrections.services.publication import Publication
from corrections.services.review import decisions
from corrections.text.anchoring.vocabulary import LANGUAGES
from corrections.text.formats.markdown import rewrite
from corrections.text.rendered_diff import remarks
from corrections.web.presentation import ERROR_TITLES, OTHER_ERROR_TITLE
from tests.markup import collapse_whitespace
from tests.newsroom import EDITOR, TALKS, TEXT, a_correction
from tests.web.test_pages import sending
from widget.catalogues import sentences

ROOT = Path(__file__).parents[2]
CATALOGUES = ROOT / "corrections" / "translations"
_PLACE = re.compile(r"%\(\w+\)s|\{\w+\}")


@cache
def used() -> frozenset[tuple[str | None, str]]:
    """Every sentence that a page or the widget says to a reader, each with its context, if it has one."""
    jinja = {"newstyle_gettext": "true", "trimmed": "true"}
    templates = extract_from_dir(
        str(ROOT / "corrections"),
        [("**.html", "jinja2"), ("**.txt", "jinja2")],
        {"**.html": jinja, "**.txt": jinja},
    )
    refusals = extract_from_dir(str(ROOT / "corrections"), [("**.py", "python")], keywords={"LazyString": None})
    messages: set[tuple[str | None, str]] = set()
    for _, _, text, _, context in (*templates, *refusals):
        texts = [text] if isinstance(text, str) else [form for form in text if isinstance(form, str)]
        messages.update((context, form) for form in texts)
    return frozenset(messages | {(None, text) for text in labelled()})


def labelled() -> set[str]:
    """The sentences of the widget and the labels, which no template spells out."""
    return (
        set(sentences())
        | set(labels.CATEGORIES.values())
        | set(labels.NOTICES.values())
        | set(labels.STATES.values())
        | set(labels.EVENTS.values())
        | set(labels.REVISIONS.values())
        | set(labels.REVISION_AUTHORS.values())
        | {*ERROR_TITLES.values(), OTHER_ERROR_TITLE}
        | set(remarks.SENTENCES)
        | {rewrite.BREAKS, rewrite.CHANGED, rewrite.Unwritable().message}
    )


def translated(message: Message) -> list[tuple[tuple[str | None, str], tuple[str, ...]]]:
    """Each sentence of a catalogue's entry, with its context, and what it is in the language: of a plural, all forms."""
    if isinstance(message.id, str):
        return [((message.context, message.id), (str(message.string),))]
    return [((message.context, text), tuple(message.string)) for text in message.id]


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_no_catalogue_lacks_a_message_or_a_placeholder(language: str):
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        said = dict(line for message in read_po(file) if message.id for line in translated(message))
    wanted = used()
    assert len(wanted) > 80
    assert {text for text in wanted if not all(said.get(text, [""]))} == set(), "not translated"
    assert set(said) - wanted == set(), "said nowhere"
    for (_, text), translations in said.items():
        for translation in translations:
            assert sorted(_PLACE.findall(text)) == sorted(_PLACE.findall(translation)), text


def an_article_in(publication: Publication, language: str) -> None:
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, TEXT, language=language))


@pytest.mark.parametrize(
    ("article", "browser", "language", "words"),
    [
        ("uk", "de", "uk", "Запропонувати виправлення"),
        ("ar-EG", "en", "ar", "اقتراح تصحيح"),
        ("ja", "pl,en;q=0.5", "pl", "Zaproponuj poprawkę"),
        ("ja", "ja", "en", "Suggest a correction"),
        ("en", "fr", "en", "Suggest a correction"),
    ],
)
def test_the_language_is_the_article_s_then_the_browser_s(
    client: FlaskClient, publication: Publication, article, browser, language, words
):
    an_article_in(publication, article)
    for page in (f"/daily/a/{TALKS}", f"/daily/a/{TALKS}/suggest"):
        text = client.get(page, headers={"Accept-Language": browser}).text
        assert words in text
        assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in text


def test_the_whole_way_of_a_reader_in_ukrainian(client: FlaskClient, publication: Publication):
    an_article_in(publication, "uk")
    assert "Перевірте своє виправлення" in sending(client, step="preview").text
    own = sending(client, step="send").headers["Location"]
    page = client.get(own).text
    assert "Дякуємо. Номер вашого виправлення — 1." in page
    assert "Очікує на рішення редакції" in page
    assert "Відкликати виправлення" in page


def test_the_desk_speaks_english(editor: FlaskClient, publication: Publication):
    an_article_in(publication, "uk")
    a_correction(publication, "Tusday", "Tuesday")
    assert '<html lang="en" dir="ltr">' in editor.get("/daily/review/1").text


def test_refusals_are_in_the_reader_s_language(client: FlaskClient, publication: Publication):
    an_article_in(publication, "uk")
    assert "Цього тексту немає в поточній версії статті" in sending(client, step="send", exact="no such words").text
    assert "Ваш текст збігається з опублікованим" in sending(client, step="send", replacement="Tusday").text
    selector = {"type": "TextQuoteSelector", "exact": "the"}
    annotation = {"target": {"article": TALKS, "selector": selector}, "body": {"value": "x"}}
    answer = client.post("/api/v1/daily/corrections", json=annotation, headers={"Accept-Language": "pl"})
    assert answer.json["detail"].startswith("Ten tekst występuje w kilku miejscach")


@pytest.mark.parametrize(
    ("language", "modifier", "enter"), [("en", "Ctrl", "Enter"), ("de", "Strg", "Eingabe"), ("es", "Ctrl", "Intro")]
)
def test_keys_are_called_as_the_language_calls_them(
    client: FlaskClient, publication: Publication, language: str, modifier: str, enter: str
):
    an_article_in(publication, language)
    keys = f"<kbd data-modifier>{modifier}</kbd> + <kbd>{enter}</kbd>"
    article = client.get(f"/daily/a/{TALKS}").text
    assert keys in article
    assert f'data-keys="{modifier} + {enter}"' in article
    browser = {"Accept-Language": language}
    for page in ("/daily/corrections", "/daily/corrections/policy"):
        assert keys in client.get(page, headers=browser).text


def test_the_invitation_in_english_is_the_sentence_that_was_agreed(client: FlaskClient, publication: Publication):
    an_article_in(publication, "en")
    invitation = re.search(r'<p class="invite">(.*?)</p>', client.get(f"/daily/a/{TALKS}").text, re.DOTALL)
    assert invitation is not None
    assert collapse_whitespace(re.sub(r"<[^>]+>", "", invitation[1])) == (
        "To suggest a correction or clarification, write to us here. "
        "You can also highlight the text and press Ctrl + Enter."
    )


@pytest.mark.parametrize(("language", "one", "many"), [("es", "Aceptada", "Aceptadas"), ("pl", "Przyjęta", "Przyjęte")])
def test_a_column_of_figures_has_a_heading_of_its_own(
    client: FlaskClient, publication: Publication, language: str, one: str, many: str
):
    an_article_in(publication, language)
    correction = a_correction(publication, "Tusday", "Tuesday")
    decisions.accept(publication, EDITOR, 1, correction.last_event)
    browser = {"Accept-Language": language}
    assert f'<th scope="col">{many}</th>' in client.get("/daily/corrections/openness", headers=browser).text
    assert f"<strong>{one}</strong>" in client.get("/daily/c/1", headers=browser).text
