"""Builders: an event of every type, on a publication in which there is something for it to be about."""

from datetime import UTC, date, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from corrections.index import queries
from corrections.services.publication import Publication
from repo_store import Intent, Revision
from repo_store.model.articles import Notice
from repo_store.model.event_rules import moves_main
from repo_store.model.events import Event, Span
from repo_store.model.intents import Message, desk
from tests.newsroom import TALKS, a_correction, an_article

EVENTS: tuple[type[Any], ...] = get_args(Event)
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDs3"
ID = "0" * 40


def prepared(publication: Publication) -> queries.Correction:
    """An article with two corrections; returns the first, which every event made here is about."""
    an_article(publication)
    first = a_correction(publication, "Tusday", "Tuesday")
    a_correction(publication, "1893", "1839")
    return first


def an_event(kind: type[Any], about: queries.Correction, **values: object) -> Any:
    """An event of this type whose every field is filled, by its name where that says what it names, else by its type."""
    named: dict[str, object] = {
        "correction": about.id, "number": about.number, "article": TALKS, "revision": about.revision,
        "onto": about.revision, "of": 2, "same_as": None, "alternative_to": 2, "published": "2026-11-24",
        "language": "en", "key": KEY, "ledger": ID, "main": ID, "touched": (1,), "first": 1, "start": 0, "end": 3,
    }  # fmt: skip
    if kind.model_fields["type"].default == "correction.submitted":
        named["correction"] = "f" * 32
    filled = {
        name: named[name] if name in named else _of_type(field.annotation)
        for name, field in kind.model_fields.items()
        if name != "type"
    }
    return kind(**{**filled, **values})


def an_intent(publication: Publication, event: Any, about: queries.Correction) -> Intent:
    """What writes this event, with the article as it is where an event has to bring one."""
    content = None
    if moves_main(event):
        article = publication.article(TALKS)
        text, meta = (read(TALKS, article.revision) for read in (publication.store.text, publication.store.meta))
        content = Revision(TALKS, text, meta, desk("Mira"), Message("As it was"))  # type: ignore[arg-type]
    commit = about.commit if "correction" in type(event).model_fields else None
    return Intent(event, publication.store.ledger(), content, commit)


def _of_type(annotation: Any) -> object:
    """A value of a field's type."""
    if get_origin(annotation) is Literal:
        return get_args(annotation)[0]
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return next(iter(annotation))
    if get_origin(annotation) in (Union, UnionType):
        return _of_type(next(each for each in get_args(annotation) if each is not NoneType))
    if get_origin(annotation) is tuple:
        return (_of_type(get_args(annotation)[0]),)
    values: dict[Any, object] = {
        str: "words", int: 1, bool: True, date: date(2026, 12, 1), datetime: datetime(2026, 12, 1, tzinfo=UTC),
        Span: Span(start=0, end=3, text="The"),
        Notice: Notice(kind="correction", text="It was 1894.", at=datetime(2026, 12, 1, tzinfo=UTC), number=1),
    }  # fmt: skip
    return values[annotation]
