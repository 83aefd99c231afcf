"""The demo publication: articles in Markdown and HTML, and corrections of every kind among them."""

import secrets
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path

from corrections.article_files.documents import read_article
from corrections.cluster import Cluster
from corrections.domain.roles import Role
from corrections.services.actors import Actor
from corrections.services.articles import updates
from corrections.services.publication import Publication
from corrections.services.review import decisions
from corrections.services.submission import submissions
from corrections.services.submission.submission import Submission
from corrections.text.anchoring.anchor import Selector
from repo_store import Format, Source

NAME = "demo"
EDITOR = "editor"
_ACTOR = Actor("Demo desk", Role.EDITOR)
_TOWER_HEADLINE = Source("The tower that was to stand for tweny&nbsp;years", Format.HTML)
_TOWER_STANDFIRST = Source(
    "The Eiffel Tower was build for <em>one</em> exhibition. A wireless mast saved&nbsp;it.", Format.HTML
)


def prepare(data: Path, cluster: Cluster | None = None) -> str:
    """Make the demo publication in `data` where there is none; return a fresh password for its editor."""
    if (data / NAME / "articles.git").exists():
        publication = Publication(data / NAME, cluster=cluster)
    else:
        publication = Publication.create(data, NAME, "The Demo Gazette", cluster=cluster)
        _fill(publication)
    password = secrets.token_urlsafe(9)
    publication.private.accounts.save(EDITOR, Role.EDITOR, password)
    publication.close()
    return password


def _fill(publication: Publication) -> None:
    leap, metre, numerals = (_import(publication, name) for name in ("leap-year", "metre", "numerals"))
    tower = _import_tower(publication)
    say = _Sender(publication)
    say(leap, "calender", "calendar", "typo", "Misspelt.")
    say(leap, "calender", "calendar", "typo")
    say(leap, "365.2452", "365.2425", "factual", "97 leap days in 400 years make 365 + 97/400 = 365.2425.",
        evidence="https://en.wikipedia.org/wiki/Gregorian_calendar")  # fmt: skip
    say(leap, "365.2452", "365.2422", "factual", "So long is the tropical year.")
    say(leap, "the the last", "the last", "grammar")
    say(leap, "21 March, the date on which the church’s rule for Easter relied",
        "21 March, the date on which the church’s rule for Easter depends", "grammar")  # fmt: skip
    say(metre, "меридіана. Так нова міра", "меридiана. Так нова міра", "typo")
    say(leap, "historians have found little evidence that such riots took place", None, "clarification",
        "Could you say which historians? I could not find who is meant.")  # fmt: skip
    say(numerals, "بديهيا", "بديهيًا", "grammar", "تنوين الفتح يكتب هنا.")
    refused = say(metre, "чотири рази", "п’ять разів", "factual", "Не враховано 2019 рік.")
    correction = publication.correction(refused)
    decisions.reject(publication, _ACTOR, refused, correction.last_event,
                    "2019 року змінили кілограм, а не метр. Дякуємо за увагу.")  # fmt: skip
    say(tower, "tweny", "twenty", "typo")
    say(tower, "was build for", "was built for", "grammar")
    say(tower, "267 metres", "276 metres", "factual", "The highest platform is at 276 metres.",
        evidence="https://en.wikipedia.org/wiki/Eiffel_Tower")  # fmt: skip
    say(tower, "Febuary", "February", "typo")
    say(tower, "mast to useful", "mast too useful", "grammar")
    taken = say(tower, "It’s three levels", "Its three levels", "grammar", "Its, without an apostrophe.")
    decisions.accept(publication, _ACTOR, taken, publication.correction(taken).last_event)
    _revise(publication, leap)


def _import(publication: Publication, name: str) -> str:
    return updates.publish(publication, _ACTOR, _incoming(f"{name}.md")).article.id


def _import_tower(publication: Publication) -> str:
    """An article as a block editor stores it: headline and standfirst in fields of their own."""
    incoming = _incoming("tower.html", "2026/03/31/tower")
    incoming = replace(incoming, headline=_TOWER_HEADLINE, standfirst=_TOWER_STANDFIRST)
    return updates.publish(publication, _ACTOR, incoming).article.id


def _incoming(file: str, article_id: str | None = None) -> updates.ArticleText:
    with as_file(files("corrections.demo") / file) as path:
        return read_article(path, article_id, None, None)


class _Sender:
    """Readers, one after the other."""

    def __init__(self, publication: Publication) -> None:
        self._publication = publication

    def __call__(
        self, article: str, exact: str, replacement: str | None, category: str, comment: str = "", evidence: str = ""
    ) -> int:
        submission = Submission(article, Selector(exact), replacement, category, comment, evidence)
        return submissions.submit(self._publication, submission).number


def _revise(publication: Publication, article: str) -> None:
    """The publisher's own edit: it fixes one error that a reader reported, and rewrites a sentence with another."""
    text = publication.current_text(article)
    text = text.replace("one of the the last", "one of the last")
    text = text.replace(
        "21 March, the date on which the church’s rule for Easter relied",
        "21 March, which is where the rule for Easter expects it",
    )
    incoming = updates.ArticleText(article, text)
    updates.publish(publication, _ACTOR, incoming)
