"""An article's history as people read it: each revision with what it changed in a line, and whose it was."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from corrections.index import queries
from corrections.services import settings
from corrections.services.articles.sources import rendered
from corrections.services.publication import Publication
from corrections.text.comparison.change_summary import ChangeSummary, summarize_change
from corrections.text.rendered_diff.change_line import summarize_rendered
from repo_store import Part


@dataclass(frozen=True)
class Step:
    """A revision, what it changed (None: it is the first), and the correction behind it."""

    revision: queries.Revision
    change: ChangeSummary | None
    correction: queries.Correction | None


@dataclass(frozen=True)
class Neighbours:
    """Where a revision stands among the article's: the `number`th of `count`, with those before and after it."""

    number: int
    count: int
    earlier: queries.Revision | None
    later: queries.Revision | None


def page(publication: Publication, article_id: str, before: int | None = None) -> list[Step]:
    """A page of an article's history, newest first; `before` is the place (`seq`) of the last page's end."""
    revisions = queries.revisions_page(publication.index, article_id, before, queries.PAGE + 1)
    older = [*revisions[1:], None]
    return [
        step(publication, revision, before) for revision, before in zip(revisions[: queries.PAGE], older, strict=False)
    ]


def step(publication: Publication, revision: queries.Revision, older: queries.Revision | None) -> Step:
    """A revision with what it changed against the one before it."""
    correction = queries.correction(publication.index, revision.number) if revision.number else None
    change = None if older is None else change_between(publication, older, revision)
    return Step(revision, change, correction)


def change_between(publication: Publication, old: queries.Revision, new: queries.Revision) -> ChangeSummary:
    """What readers saw change from one revision to the next."""
    old_sources, new_sources = (publication.sources(new.article, revision.revision) for revision in (old, new))
    changed = [part for part in Part if old_sources.of(part) != new_sources.of(part)]
    if len(changed) > 1:
        return summarize_change(old_sources.seen.text, new_sources.seen.text)
    before, after = (sources.of(part) for part in changed or [Part.BODY] for sources in (old_sources, new_sources))
    if before.format is not after.format:
        return summarize_change(rendered(before).text, rendered(after).text)
    return summarize_rendered(before.text, after.text, before.format)


def neighbours(publication: Publication, article: queries.Article, revision: queries.Revision) -> Neighbours:
    number = queries.revisions_until(publication.index, article.id, revision.seq)
    earlier = queries.nth_revision(publication.index, article.id, number - 1) if number > 1 else None
    later = queries.nth_revision(publication.index, article.id, number + 1)
    return Neighbours(number, article.revisions, earlier, later)


def on_day(publication: Publication, article_id: str, day: date) -> queries.Revision | None:
    """The revision that stood at the end of a day in the publication's time zone; None: the article was not here."""
    zone = ZoneInfo(settings.text(publication, "time-zone"))
    end = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(ZoneInfo("UTC"))
    return queries.revision_on(publication.index, article_id, end.isoformat())
