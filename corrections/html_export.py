"""Pages that stand alone: made outside the service, their style is in them."""

from importlib.resources import files

from babel.numbers import format_decimal
from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup, escape

from corrections.domain import labels
from corrections.i18n import quoted
from corrections.text.comparison.diff import condensed
from corrections.text.comparison.diff_html import marked
from corrections.text.rendered_diff.markup import Side, row_html
from corrections.text.rendered_diff.rows import RenderedRow

_STYLES = ("house.css", "change.css", "desk.css", "rendered-diff.css")


def standalone(template: str, **context: object) -> str:
    """A template of the service's as a whole page, in English."""
    environment = Environment(loader=PackageLoader("corrections", "web/templates"), autoescape=select_autoescape())
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.add_extension("jinja2.ext.i18n")
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    environment.filters.update(condensed=condensed, marked=marked, rendered=_rendered, direction=lambda _: "auto")
    environment.filters.update(number=lambda value: format_decimal(value, locale="en"), quoted=_quoted)
    environment.globals.update(
        staff_states=labels.STAFF_STATES, category_words=labels.CATEGORIES, notice_words=labels.NOTICES
    )
    static = files("corrections") / "web" / "static"
    style = "".join((static / name).read_text() for name in _STYLES)
    return environment.get_template(template).render(style=style, **context)


def _rendered(row: RenderedRow, side: Side) -> str:
    return row_html(row, side, lambda sentence: sentence)


def _quoted(text: str) -> Markup:
    return quoted(escape(text), "en")
