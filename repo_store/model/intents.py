"""What a writer is asked to do, and what it answers."""

import re
from dataclasses import dataclass

from repo_store.errors import BadName
from repo_store.model.articles import ArticleMeta, Parts
from repo_store.model.entries import Entry
from repo_store.model.events import Event
from repo_store.model.kinds import Format, Part

_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_FORBIDDEN_IN_NAMES = re.compile(rf"[<>\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff{_NONCHARACTERS}]")
NAME_LIMIT = 100
PREVIOUS = "previous"  # `onto` of an event whose text is that which the intent before it publishes


@dataclass(frozen=True)
class Person:
    """Who stands in a commit: a pseudonym for a reader, a name for the staff."""

    name: str
    email: str


@dataclass(frozen=True)
class Message:
    """A commit message: a subject a person can read, and git trailers."""

    subject: str
    trailers: tuple[tuple[str, str], ...] = ()

    def encode(self) -> bytes:
        """Its bytes. Line breaks in a value become spaces, so that no value can pass for a trailer."""
        lines = [_one_line(self.subject), ""]
        lines += [f"{key}: {_one_line(value)}" for key, value in self.trailers]
        return ("\n".join(lines).rstrip() + "\n").encode()


@dataclass(frozen=True)
class Proposal:
    """A correction's commit: child of the revision the reader saw, `text` in the place of a part's (None: no words
    proposed)."""

    revision: str
    article: str
    text: str | None
    author: Person
    message: Message
    format: Format = Format.MARKDOWN
    part: Part = Part.BODY


@dataclass(frozen=True)
class SourceVersion:
    """A commit beside `main`, its child: an article just as its publisher sent it, where something else is published.

    The event has it as its second parent, so that it is reached from the ledger and not from `main`.
    """

    article: str
    text: str
    meta: ArticleMeta
    author: Person
    message: Message
    format: Format = Format.MARKDOWN
    parts: Parts | None = None


@dataclass(frozen=True)
class EditedWords:
    """The commit that is merged where an editor changed a reader's words: child of `main`, with the words published.

    The correction's own commit stays on the ledger alone, so that nobody can clone what the editor struck out.
    `part` is what of the article has other words.
    """

    author: Person
    message: Message
    part: Part = Part.BODY


@dataclass(frozen=True)
class Revision:
    """A commit on `main`: the article's new text and meta; `merges` is what it merges: the id of a correction's commit,
    or the words that an editor put in its place.

    `source`: what the publisher sent, where the text or the meta is another. `parts` are all that is stored beside the
    body; None leaves them as they are.
    """

    article: str
    text: str
    meta: ArticleMeta
    author: Person
    message: Message
    merges: str | EditedWords | None = None
    source: SourceVersion | None = None
    format: Format = Format.MARKDOWN
    parts: Parts | None = None


@dataclass(frozen=True)
class Intent:
    """One event and the content it brings, decided on the ledger head `based_on` (None: the empty ledger).

    `about` is the correction's commit for events about an existing correction; of a publisher's revision that brings no
    `SourceVersion`, the commit that holds what was sent.
    """

    event: Event
    based_on: str | None
    content: Proposal | Revision | SourceVersion | None = None
    about: str | None = None


@dataclass(frozen=True)
class Receipt:
    """What was written, durably: the ledger's entry and, where content was brought, its commit."""

    entry: Entry
    content: str | None


def desk(name: str) -> Person:
    """The committer of what the desk does; raises `BadName`."""
    return Person(person_name(name), "desk@corrections.invalid")


def reader(correction: str) -> Person:
    """The pseudonym of a correction's author, made from its id."""
    return Person(f"reader {correction[:13]}", f"{correction}@readers.invalid")


def person_name(name: str) -> str:
    """`name` if git can hold it; raises `BadName`."""
    stripped = name.strip()
    if not stripped or len(stripped) > NAME_LIMIT or _FORBIDDEN_IN_NAMES.search(stripped):
        raise BadName(
            f"A name has 1 to {NAME_LIMIT} characters and no line break, control character, < or >.", name=name[:200]
        )
    return stripped


def _one_line(text: str) -> str:
    return " ".join(text.split())
