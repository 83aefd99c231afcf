"""The language of each page: the article's, then the browser's."""

from flask import Flask, g, has_request_context, request

from corrections import i18n
from corrections.i18n import load_catalog
from corrections.text.anchoring.vocabulary import LANGUAGES

# endpoints that speak to readers; the editors' pages are in English
_TRANSLATED = (
    "articles.",
    "submission.",
    "status.",
    "proofs.proof",
    "history.",
    "public_log.",
    "transparency.",
    "api.post_correction",
)


def install(app: Flask) -> None:
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.filters["translate"] = translate
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: load_catalog(current()).gettext(text),
        lambda one, many, number: load_catalog(current()).ngettext(one, many, number),
        newstyle=True,
        pgettext=lambda context, text: load_catalog(current()).pgettext(context, text),
    )

    @app.context_processor
    def _language() -> dict[str, str]:
        return {"page_language": current()}


def speak(article_language: str) -> None:
    """Let this request's page be in the article's language, where we speak it; else in the browser's."""
    g.language = i18n.supported_language(article_language)


def current() -> str:
    """The language of the page being made."""
    if not has_request_context() or not (request.endpoint or "").startswith(_TRANSLATED):
        return "en"
    language: str | None = g.get("language") or request.accept_languages.best_match(LANGUAGES)
    return language or "en"


def translate(sentence: str) -> str:
    """A whole sentence, such as a refusal, in the page's language; as it is where the catalogue lacks it."""
    return i18n.translate(sentence, current())
