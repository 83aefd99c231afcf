"""An auditor's report on an article or a period, with the means to check it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from corrections.index import queries
from corrections.services.errors import Invalid
from corrections.services.operations.audit import disclosed_words
from corrections.services.publication import Publication
from corrections.text.comparison.diff import Row, diff
from repo_store import Finding
from repo_store.audit.checkpoints import Checkpoint
from repo_store.model.head import Head

CORRECTIONS_LIMIT = 2_000  # in one report
REVISIONS_LIMIT = 500


@dataclass(frozen=True)
class Scope:
    """An article (its id), or the days from `since` to `until`, or both; days of submission, UTC, the last included."""

    article: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class CorrectionRecord:
    """A correction with its events and, where it was published, the change."""

    correction: queries.Correction
    events: list[queries.Event]
    rows: list[Row]


@dataclass(frozen=True)
class Report:
    """All that the page shows; `findings` are those of an audit made for it (None: none was), `disclosed` what was
    public though an editor had struck it out."""

    title: str
    name: str
    article: queries.Article | None
    scope: Scope
    made: datetime
    corrections: list[CorrectionRecord]
    revisions: list[queries.Revision]
    redactions: list[queries.Redacted]
    head: Head
    checkpoint: Checkpoint | None
    keys: list[queries.SigningKey]
    findings: Sequence[Finding] | None
    disclosed: Sequence[Finding]


def report(publication: Publication, scope: Scope, findings: Sequence[Finding] | None = None) -> Report:
    """Raises `UnknownArticle`, and `Invalid` where it would have more than `CORRECTIONS_LIMIT` corrections."""
    article = publication.article(scope.article) if scope.article else None
    criteria = _filter(scope)
    if queries.count(publication.index, criteria, CORRECTIONS_LIMIT + 1) > CORRECTIONS_LIMIT:
        raise Invalid(
            {"since": f"A report can contain at most {CORRECTIONS_LIMIT} corrections: choose a shorter period."}
        )
    revisions = queries.revisions_page(publication.index, article.id, limit=REVISIONS_LIMIT) if article else []
    head = publication.head()
    checkpoint: Checkpoint | None = next(iter(publication.store.checkpoints(limit=1)), None)
    return Report(
        title=publication.title,
        name=publication.name,
        article=article,
        scope=scope,
        made=datetime.now(UTC),
        corrections=list(_records(publication, criteria)),
        revisions=revisions,
        redactions=queries.redactions(publication.index, article.id if article else None),
        head=head,
        checkpoint=checkpoint,
        keys=queries.signing_keys(publication.index),
        findings=findings,
        disclosed=disclosed_words(publication.folder, findings or ()),
    )


def _filter(scope: Scope) -> queries.Filter:
    return queries.Filter(
        article=scope.article,
        since=scope.since.isoformat() if scope.since else "",
        before=(scope.until + timedelta(days=1)).isoformat() if scope.until else "",
    )


def _records(publication: Publication, criteria: queries.Filter) -> Iterator[CorrectionRecord]:
    after: int | None = None
    while corrections := queries.corrections(
        publication.index,
        queries.Filter(article=criteria.article, since=criteria.since, before=criteria.before, after=after),
    ):
        for correction in corrections:
            yield CorrectionRecord(
                correction, queries.events(publication.index, correction.number), _change(publication, correction)
            )
        after = corrections[-1].number


def _change(publication: Publication, correction: queries.Correction) -> list[Row]:
    """What it published, or else what it proposed."""
    new = correction.published_revision or correction.commit
    old = correction.revision
    if correction.published_revision:
        old = queries.revision_before(publication.index, correction.article, new)
    before, after = (publication.store.source(correction.article, at, correction.part).text for at in (old, new))
    return diff(before, after)
