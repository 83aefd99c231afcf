"""What templates call: dates as people say them, words for codes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_timedelta
from babel.numbers import format_decimal
from flask import Flask, g
from markupsafe import Markup, escape

from corrections.domain import labels
from corrections.domain.roles import RIGHTS, Role
from corrections.domain.states import PUBLISHED, UNDECIDED, WAITING, State
from corrections.domain.transitions import TRANSITIONS
from corrections.i18n import quoted, text_direction
from corrections.index import queries
from corrections.services import settings
from corrections.services.actors import Actor
from corrections.text.comparison.diff import AnyRow, Fold, condensed
from corrections.text.comparison.diff_html import marked
from corrections.text.control_characters import interchangeable
from corrections.text.rendered_diff.markup import Side, row_html
from corrections.text.rendered_diff.rows import RenderedRow
from corrections.web import languages
from corrections.web.access import own_memberships, publication, staff
from corrections.web.staff.device_names import device_name

ERROR_TITLES = {404: "Page not found", 403: "Access denied", 401: "Sign-in required", 429: "Too many requests"}
OTHER_ERROR_TITLE = "Something went wrong"


def install(app: Flask) -> None:
    app.jinja_env.filters.update(
        ago=ago, day=day, condensed=_condensed, direction=text_direction, marked=marked, stamp=stamp
    )
    app.jinja_env.filters.update(local_day=local_day, month=month, took=took, from_word=from_word, to_word=to_word)
    app.jinja_env.filters.update(
        number=number, quoted=quoted_text, rendered=rendered_row, role=role_label, device=device_name
    )
    app.jinja_env.globals.update(
        state_words=labels.STATES,
        staff_states=labels.STAFF_STATES,
        badges=labels.PLACEMENTS,
        notice_words=labels.NOTICES,
        category_words=labels.CATEGORIES,
        event_words=labels.EVENTS,
        counted=counted,
        Fold=Fold,
        kind_words=labels.REVISIONS,
        who_words=labels.REVISION_AUTHORS,
        revision_kind=revision_kind,
        error_titles=ERROR_TITLES,
        other_error_title=OTHER_ERROR_TITLE,
        State=State,
        WAITING=WAITING,
        UNDECIDED=UNDECIDED,
        PUBLISHED=PUBLISHED,
        transitions=TRANSITIONS,
        own_memberships=own_memberships,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.finalize = _shown

    @app.context_processor
    def _who() -> dict[str, Actor | bool | None]:
        person = staff()
        return {"staff": person, "may_decide": person is not None and person.role in RIGHTS["decide"]}


def ago(when: str, now: datetime | None = None) -> Markup:
    """A time as people say it, with the exact one on hover and for machines."""
    moment = datetime.fromisoformat(when).astimezone(UTC)
    passed = (now or datetime.now(UTC)) - moment
    if languages.current() != "en":
        return _time(moment, format_timedelta(-passed, add_direction=True, locale=languages.current()))
    for limit, unit, word in ((60, 1, ""), (3600, 60, "min"), (86400, 3600, "h"), (86400 * 60, 86400, "d")):
        if passed.total_seconds() < limit:
            words = "just now" if not word else f"{int(passed.total_seconds() // unit)} {word} ago"
            break
    else:
        words = f"{moment:%Y-%m-%d}"
    return _time(moment, words)


def day(when: str) -> Markup:
    """A day as it is in the publication's time zone; of a date without a time, that date."""
    moment = datetime.fromisoformat(when).astimezone(UTC)
    local = moment if len(when) == len("2026-11-24") else moment.astimezone(_zone())
    return _time(moment, format_date(local, "long", _locale()))


def local_day(when: str, zone: str) -> Markup:
    """A day as it is in a time zone, with the zone named where it is not UTC."""
    moment = datetime.fromisoformat(when)
    words = format_date(moment.astimezone(ZoneInfo(zone)), "long", _locale())
    return _time(moment.astimezone(UTC), words if zone == "UTC" else f"{words} ({zone})")


def stamp(when: str) -> Markup:
    """A time of the publication's time zone, with the zone."""
    moment = datetime.fromisoformat(when).astimezone(UTC)
    local = moment.astimezone(_zone())
    return _time(moment, f"{format_date(local, 'long', _locale())}, {local:%H:%M %Z}")


def _zone() -> ZoneInfo:
    """The time zone of the publication that the request is about; UTC where it is about none."""
    if "publication" not in g:
        return ZoneInfo("UTC")
    if "time_zone" not in g:
        g.time_zone = ZoneInfo(settings.text(publication(), "time-zone"))
    zone: ZoneInfo = g.time_zone
    return zone


def took(hours: float | None) -> str:
    """How long something took, as people say it."""
    if hours is None:
        return "–"
    return format_timedelta(timedelta(hours=max(hours, 1 / 60)), granularity="minute", threshold=2, locale=_locale())


def month(name: str) -> str:
    """2026-11 as people say it; a half-year as it is."""
    try:
        moment = datetime.fromisoformat(f"{name}-01")
    except ValueError:
        return name
    return format_skeleton("yMMMM", moment, locale=_locale())


def number(value: int) -> str:
    """A number as the page's language writes it."""
    return str(format_decimal(value, locale=_locale()))


def counted(count: int, one: str, many: str) -> str:
    """A number with what is counted, for pages in English."""
    return f"{number(count)} {one if count == 1 else many}"


def revision_kind(revision: queries.Revision) -> str:
    """What a revision is called: its kind, or `edited` where an editor's words were accepted in place of a reader's."""
    if revision.kind != State.ACCEPTED or revision.number is None:
        return revision.kind
    correction = queries.correction(publication().index, revision.number)
    is_edited = correction is not None and correction.edited and correction.published_revision == revision.revision
    return "edited" if is_edited else revision.kind


def quoted_text(text: str, language: str | None = None) -> Markup:
    """Text or markup in the quotation marks of a language, by default the page's."""
    return quoted(escape(text), language or languages.current())


def rendered_row(row: RenderedRow, side: Side) -> str:
    """A row of a diff on what readers see, as safe HTML in the page's language."""
    return row_html(row, side, languages.translate)


def role_label(role: str) -> str:
    """What a role is called."""
    return labels.ROLES[Role(role)]


def from_word(context: str) -> str:
    """What comes before a quote, without the piece of a word at its beginning."""
    return context.split(" ", 1)[-1]


def to_word(context: str) -> str:
    """What follows a quote, without the piece of a word at its end."""
    return context.rsplit(" ", 1)[0]


def _locale() -> str:
    return "en_GB" if languages.current() == "en" else languages.current()


def _time(moment: datetime, words: str) -> Markup:
    exact = moment.isoformat(timespec="seconds").replace("+00:00", "Z")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(exact, f"{moment:%Y-%m-%d %H:%M:%S} UTC", words)


def _condensed(rows: list[AnyRow], context: int = 1) -> list[AnyRow | Fold]:
    return condensed(rows, context)


def _shown(value: object) -> object:
    """What a template prints, without control characters; `|e` keeps them, for a source that is sent back."""
    return interchangeable(value) if isinstance(value, str) and not isinstance(value, Markup) else value
