"""The languages of readers' pages: gettext catalogues (`translations/*.po`), one source for pages and widget."""

from functools import lru_cache
from importlib.resources import files
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request

from corrections.text.vocabulary import LANGUAGES

_TRANSLATED = ("reader.", "api.post_correction")  # endpoints that speak to readers; the desk speaks English


def install(app: Flask) -> None:
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.filters["said"] = said
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: catalogue(current()).gettext(text),
        lambda one, many, number: catalogue(current()).ngettext(one, many, number),
        newstyle=True,
    )

    @app.context_processor
    def _language() -> dict[str, str]:
        return {"page_language": current()}


def speak(article_language: str) -> None:
    """Let this request's page be in the article's language, where we speak it; else in the browser's."""
    g.language = known(article_language)


def current() -> str:
    """The language of the page being made."""
    if not has_request_context() or not (request.endpoint or "").startswith(_TRANSLATED):
        return "en"
    asked: str | None = g.get("language") or request.accept_languages.best_match(LANGUAGES)
    return asked or "en"


def said(sentence: str) -> str:
    """A whole sentence, such as a refusal, in the page's language; as it is where the catalogue lacks it."""
    return str(catalogue(current()).gettext(sentence)) if sentence else sentence


def known(tag: str) -> str | None:
    """Ours of the languages for a BCP 47 tag, or None."""
    code = tag.split("-")[0].lower()
    return code if code in LANGUAGES else None


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(language: str) -> NullTranslations:
    """What the pages say in a language; in English, the sentences themselves."""
    if language == "en":
        return NullTranslations()
    with (files("corrections.web") / "translations" / f"{language}.po").open("rb") as file:
        read = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    return Translations(compiled)
