"""The statistics of a publication: plots made here as SVG, the same figures as tables beside them and as CSV."""

from dataclasses import dataclass

from apiflask import APIBlueprint
from flask import Response, render_template
from flask.typing import ResponseReturnValue

from corrections.services.publication import Publication
from corrections.services.reporting.exports import csv_text
from corrections.services.reporting.statistics import Numbers, numbers
from corrections.web.access import publication

blueprint = APIBlueprint("statistics", __name__, enable_openapi=False)

WIDTH, HEIGHT = 720, 160  # of a plot, in its own units


@dataclass(frozen=True)
class Bar:
    x: float
    width: float
    top: float
    height: float
    title: str


@blueprint.get("/<publication>/review/numbers")
def page() -> ResponseReturnValue:
    figures = numbers(_caught_up())
    most = max([1, *(max(week.submitted, week.decided) for week in figures.weeks)])
    slot = WIDTH / len(figures.weeks)
    submitted = [
        _bar(at * slot, slot * 0.4, week.submitted, most, f"{week.monday}: {week.submitted} submitted")
        for at, week in enumerate(figures.weeks)
    ]
    decided = [
        _bar((at + 0.42) * slot, slot * 0.4, week.decided, most, f"{week.monday}: {week.decided} decided")
        for at, week in enumerate(figures.weeks)
    ]
    return render_template(
        "statistics.html",
        publication=publication(),
        numbers=figures,
        submitted=submitted,
        decided=decided,
        most=most,
        size=(WIDTH, HEIGHT),
        tables=tuple(TABLES),
    )


@blueprint.get("/<publication>/review/numbers/<table>.csv")
def table(table: str) -> ResponseReturnValue:
    if table not in TABLES:
        return Response("There is no such table.", 404, mimetype="text/plain")
    answer = Response(csv_text(TABLES[table](numbers(_caught_up()))), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{publication().name}-{table}.csv"'
    return answer


def _weeks(figures: Numbers) -> list[tuple[object, ...]]:
    head = ("week from", "submitted", "decided", "median hours to decision", "90th percentile, hours")
    rows = [
        (week.monday, week.submitted, week.decided, week.median_hours, week.ninetieth_hours) for week in figures.weeks
    ]
    return [head, *rows]


def _categories(figures: Numbers) -> list[tuple[object, ...]]:
    rows = [(category.name, category.submitted, category.judged, category.accepted) for category in figures.categories]
    return [("category", "submitted", "judged", "accepted"), *rows]


def _articles(figures: Numbers) -> list[tuple[object, ...]]:
    return [
        ("article", "headline", "corrections"),
        *((article[0], article[1], article[2]) for article in figures.articles),
    ]


TABLES = {"weeks": _weeks, "categories": _categories, "articles": _articles}


def _caught_up() -> Publication:
    return publication()


def _bar(x: float, width: float, value: int, most: int, title: str) -> Bar:
    height = HEIGHT * value / most
    return Bar(round(x, 1), round(width, 1), round(HEIGHT - height, 1), round(height, 1), title)
