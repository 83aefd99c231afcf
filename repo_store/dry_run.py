"""What intents would become on the ledger, made and read back before anything is written."""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from repo_store.errors import BadArticleId, IntentRefused
from repo_store.model.articles import article_paths
from repo_store.model.entries import Entry, decode, message
from repo_store.model.events import CorrectionSubmitted
from repo_store.model.head import Head
from repo_store.model.intents import EditedWords, Intent, Proposal, Revision, SourceVersion
from repo_store.queries import commit_id

_NO_COMMIT = "0" * 40


def expected_entries(intents: Sequence[Intent], head: Head, at: datetime) -> list[Entry]:
    """The entries that these intents would make after `head`, as a reader of the ledger would read them.

    The ids of commits that do not exist yet are made up, each another one. Raises `IntentRefused` where an event or its
    content could not be encoded, or not be read back, and `BadArticleId`.
    """
    entries: list[Entry] = []
    previous, main, corrections = head.ledger, head.main or _NO_COMMIT, head.corrections
    for seq, intent in enumerate(intents, start=head.seq + 1):
        placeholder_id = f"{seq:040x}"
        corrections += isinstance(intent.event, CorrectionSubmitted)
        content = intent.content
        has_own_commit = isinstance(content, Proposal | SourceVersion) or (
            isinstance(content, Revision) and content.source is not None
        )
        commit = placeholder_id if has_own_commit else intent.about
        main = placeholder_id if isinstance(content, Revision) else main
        parents = [parent for parent in (previous or _NO_COMMIT, commit) if parent is not None]
        try:
            if intent.about is not None:
                commit_id(intent.about)
            _check_content(content)
            text = message(seq, at, main, corrections, intent.event).decode()
            entries.append(decode(placeholder_id, parents, text))
        except BadArticleId:
            raise
        except Exception as error:  # whatever an event's value does to its encoder
            kind = getattr(intent.event, "type", type(intent.event).__name__)
            raise IntentRefused(
                f"Event `{kind}` was not written: it could not be read back. ({_first_line(error)})", type=kind
            ) from error
        previous = placeholder_id
    return entries


def _check_content(content: Proposal | Revision | SourceVersion | None) -> None:
    """Raises where a content has a path, a text, a message or a parent that git cannot be given.

    A parent is a full id of a commit: it is written as it is, while git would read a name or an abbreviation.
    """
    match content:
        case None:
            return
        case Proposal():
            (content.text or "").encode()
            commit_id(content.revision)
        case Revision():
            _check_article(content)
            _check_content(content.source)
            if isinstance(content.merges, EditedWords):
                content.merges.message.encode()
            elif content.merges is not None:
                commit_id(content.merges)
        case SourceVersion():
            _check_article(content)
        case _:
            assert_never(content)
    article_paths(content.article)
    content.message.encode()
    f"{content.author.name} <{content.author.email}>".encode()


def _check_article(content: Revision | SourceVersion) -> None:
    content.text.encode()
    content.meta.encode()
    if content.parts is not None:
        for source in filter(None, (content.parts.headline, content.parts.standfirst)):
            source.text.encode()


def _first_line(error: Exception) -> str:
    if isinstance(error, AssertionError):  # of `assert_never`, which would tell all of the event
        return "This version has no rule for it."
    return f"{type(error).__name__}: {error}".split("\n", 1)[0][:300]
