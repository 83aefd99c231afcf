"""Taking something out of the history: what follows it is rewritten, and says so.

Words give way to as many `HIDDEN` characters, so that every place that an event names stays where it was. Each entry
of the ledger that is rewritten keeps the ids it had (`was`), each commit on `main` and each proposal has a trailer
`Rewritten-from`; the last event tells who took something out, why, and which events say less than before.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any

from git import Repo

from repo_store.errors import NothingToRedact
from repo_store.git.batches import COMMITTER
from repo_store.git.command import read_bytes, read_object
from repo_store.git.packfile import commit_object, object_id, signed_commit, split_commit
from repo_store.git.repository import LEDGER, MAIN
from repo_store.model.articles import Source, article_paths, decode_meta, part_paths
from repo_store.model.entries import Entry, message
from repo_store.model.events import (
    ArticleRevised,
    CorrectionAccepted,
    CorrectionReverted,
    CorrectionSubmitted,
    HistoryRedacted,
)
from repo_store.model.head import Head
from repo_store.model.kinds import Part, format_of_file, is_body
from repo_store.queries import edited_words_commit, entries, read_part
from repo_store.ssh_signatures import Key

HIDDEN = "█"
TRAILER = "Rewritten-from"
_ID = re.compile(rb"[0-9a-f]{40}")
_CODES = frozenset(
    {
        "type",
        "part",
        "headline_format",
        "standfirst_format",
        "correction",
        "article",
        "revision",
        "onto",
        "kind",
        "category",
        "verdict",
        "code",
        "language",
        "place",
        "format",
    }
    | {"published", "at", "by", "to", "reply_by", "until", "held"}
)


@dataclass(frozen=True)
class Redaction:
    """What to take out of the history of `article`, and why.

    `corrections` are ids whose words and remarks go altogether, `revisions` commits on main whose text does. `hide`
    puts `HIDDEN` for what must go in any words, `hide_text` in a part in its format; both keep the length.
    Of revisions the bodies go; headline and standfirst, which others may share, lose the words that `hide` finds.
    """

    article: str
    by: str
    reason: str
    number: int | None = None
    corrections: frozenset[str] = frozenset()
    revisions: frozenset[str] = frozenset()
    hide: Callable[[str], str] = str
    hide_text: Callable[[Source], str] = attrgetter("text")


@dataclass
class RewriteResult:
    """New objects, and where the references go."""

    objects: list[tuple[str, bytes]]
    ledger: str
    main: str
    event: HistoryRedacted


def mask_text(text: str) -> str:
    """All of `text` hidden but its white space."""
    return re.sub(r"\S", HIDDEN, text)


def rewrite(
    repo: Repo, redaction: Redaction, head: Head, at: datetime, key: Key | None, signer: Key | None
) -> RewriteResult:
    """The history without what has to go, as objects that are nowhere yet.

    What was signed is signed by `key`, what is new by `signer`. Raises `NothingToRedact`.
    """
    chain = list(entries(repo))
    work = _HistoryRewriter(repo, redaction, chain, key)
    work.rewrite_texts()
    touched = work.rewrite_ledger()
    rewritten = [entry.seq for entry in chain if entry.id in work.new]
    if not rewritten or head.ledger is None or head.main is None:
        raise NothingToRedact("The history of this article does not contain this text.")
    event = HistoryRedacted(
        article=redaction.article,
        by=redaction.by,
        reason=redaction.reason,
        number=redaction.number,
        first=rewritten[0],
        touched=tuple(touched),
        ledger=head.ledger,
        main=head.main,
    )
    main = work.new_id(head.main)
    text = message(head.seq + 1, at, main, head.corrections, event)
    tree, parent = work.tree_of(head.ledger), work.new_id(head.ledger)
    last = commit_object(tree, [parent], COMMITTER, COMMITTER, at, text, signer)
    return RewriteResult([*work.objects.values(), ("commit", last)], object_id("commit", last), main, event)


@dataclass
class _HistoryRewriter:
    repo: Repo
    redaction: Redaction
    chain: list[Entry]
    key: Key | None
    new: dict[str, str] = field(default_factory=dict)
    objects: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    replaced: dict[str, str] = field(default_factory=dict)  # blobs and trees
    masked: dict[str, str] = field(default_factory=dict)  # of proposals made on a text that goes

    def __post_init__(self) -> None:
        self.parts = article_paths(self.redaction.article)[0].split("/")[:-1]
        submitted = [entry.event for entry in self.chain if isinstance(entry.event, CorrectionSubmitted)]
        self.article_of = {event.correction: event.article for event in submitted}
        self.own = [entry for entry in self.chain if self._is_own(entry)]
        self.own_commits = self._own_commits()
        wiped = self.redaction.corrections
        self.wiped = {entry.commit for entry in self.own if getattr(entry.event, "correction", "") in wiped}
        self.masked_proposals = {
            entry.commit
            for entry in self.own
            if isinstance(entry.event, CorrectionSubmitted) and entry.event.revision in self.redaction.revisions
        }
        going = (*self.redaction.revisions, *self._source_commits())
        self.masked_blobs = {self._text_blob(commit) for commit in going}

    def _source_commits(self) -> set[str]:
        """The commits with what was sent where other text was published, of the revisions that go."""
        return {
            entry.commit
            for entry in self.own
            if isinstance(entry.event, ArticleRevised) and entry.commit and entry.main in self.redaction.revisions
        }

    def _is_own(self, entry: Entry) -> bool:
        of_correction = self.article_of.get(getattr(entry.event, "correction", ""))
        return getattr(entry.event, "article", of_correction) == self.redaction.article

    def _own_commits(self) -> set[str]:
        """The proposals for the article, and what was published of it."""
        sequence_numbers = {entry.seq for entry in self.own}
        commits, main = {entry.commit for entry in self.own if entry.commit}, None
        for entry in self.chain:
            if entry.main != main and entry.seq in sequence_numbers:
                commits.update({entry.main, edited_words_commit(self.repo, entry) or entry.main})
            main = entry.main
        return commits

    def new_id(self, commit: str) -> str:
        """The id of a commit after the rewriting."""
        return self.new.get(commit, commit)

    def rewrite_texts(self) -> None:
        """Rewrite the commits of main and the proposals that hold what goes, or follow one that does."""
        of_ledger = {entry.id for entry in self.chain}
        lines = self.repo.git.rev_list("--topo-order", "--reverse", LEDGER, MAIN).split()
        for commit in lines:
            if commit not in of_ledger:
                self._rewrite_commit(commit)

    def rewrite_ledger(self) -> list[int]:
        """Rewrite the entries that say it, or follow one that does; returns the places of those that say it."""
        touched = []
        sequence_numbers = {entry.seq for entry in self.own}
        for entry in self.chain:
            header, text, signature = split_commit(self._read_bytes(entry.id))
            changed = entry.seq in sequence_numbers and (hidden := self._hide_in_event(entry, text)) != text
            body = self._replace_ids(hidden if changed else text)
            parents = self._replace_ids(header)
            if changed:
                touched.append(entry.seq)
            if changed or body != text or parents != header:
                self._replace_commit(entry.id, parents, _add_previous_ids(body, entry), signature)
        return touched

    def _rewrite_commit(self, old: str) -> None:
        header, text, signature = split_commit(self._read_bytes(old))
        tree = header[5:45].decode()
        if old in self.wiped:
            parent = header.split(b"parent ", 1)[1][:40].decode()
            new_tree = self.tree_of(parent)
        else:
            new_tree = self._rewrite_tree(
                tree, self.parts, self.masked if old in self.masked_proposals else self.replaced
            )
        hidden = self.redaction.hide(text.decode()).encode() if old in self.own_commits else text
        parents = self._replace_ids(header[45:])
        if (new_tree, parents, hidden) == (tree, header[45:], text):
            return
        break_before = b"" if b"\n\n" in hidden.rstrip() else b"\n"
        trailer = f"{TRAILER}: {old}\n".encode()
        self._replace_commit(
            old, b"tree " + new_tree.encode() + parents, self._replace_ids(hidden) + break_before + trailer, signature
        )

    def _replace_commit(self, old: str, header: bytes, text: bytes, signature: str) -> None:
        self.new[old] = self._add_object("commit", signed_commit(header, text, self.key if signature else None))

    def _replace_ids(self, text: bytes) -> bytes:
        return _ID.sub(lambda match: self.new_id(match[0].decode()).encode(), text)

    def tree_of(self, commit: str) -> str:
        """The tree of a commit as it is after the rewriting."""
        name = self.new_id(commit)
        data = self.objects[name][1] if name in self.objects else self._read_bytes(name)
        return data[5:45].decode()

    def _rewrite_tree(self, old: str, parts: list[str], new_ids: dict[str, str]) -> str:
        if old not in new_ids:
            tree_entries = []
            for mode, name, child in _tree_entries(self._read_bytes(old)):
                if not parts:
                    child = self._rewrite_blob(child, name, new_ids)
                elif name == parts[0]:
                    child = self._rewrite_tree(child, parts[1:], new_ids)
                tree_entries.append((mode, name, child))
            data = b"".join(f"{mode} {name}\0".encode() + bytes.fromhex(child) for mode, name, child in tree_entries)
            new_ids[old] = old if object_id("tree", data) == old else self._add_object("tree", data)
        return new_ids[old]

    def _rewrite_blob(self, old: str, name: str, new_ids: dict[str, str]) -> str:
        if old not in new_ids:
            data = self._read_bytes(old)
            if name == "meta.json":
                meta = decode_meta(data, old)
                hidden = meta.model_validate_json(json.dumps(self._hide_values(json.loads(data)))).encode()
                hidden = data if hidden == meta.encode() else hidden
            elif old in self.masked_blobs or (new_ids is self.masked and is_body(name)):
                hidden = mask_text(data.decode()).encode()
            else:
                hidden = self.redaction.hide_text(Source(data.decode(), format_of_file(name))).encode()
            new_ids[old] = old if hidden == data else self._add_object("blob", hidden)
        return new_ids[old]

    def _add_object(self, kind: str, data: bytes) -> str:
        object_name = object_id(kind, data)
        self.objects[object_name] = (kind, data)
        return object_name

    def _hide_in_event(self, entry: Entry, text: bytes) -> bytes:
        """An entry's message with its event hidden where it has to be; unchanged where nothing has to."""
        subject, _, body = text.decode().partition("\n\n")
        record = json.loads(body)
        event: dict[str, Any] = record["event"]
        before = json.dumps(event)
        if getattr(entry.event, "correction", "") in self.redaction.corrections:
            _wipe(event)
        if isinstance(entry.event, CorrectionSubmitted):
            is_body_masked = entry.event.part is Part.BODY and entry.event.revision in self.redaction.revisions
            self._hide_in_quote(event, is_body_masked)
        self._hide_in_edit(entry, event)
        record["event"] = {name: self._hide_values(value, name) for name, value in event.items()}
        if json.dumps(record["event"]) == before:
            return text
        return f"{subject}\n\n{json.dumps(record, ensure_ascii=False, separators=(',', ':'))}\n".encode()

    def _hide_in_quote(self, event: dict[str, Any], wholly: bool) -> None:
        """A quote, and the words proposed for it, each read together with what stands around it."""
        hide = mask_text if wholly else self.redaction.hide
        before, after = event["prefix"], event["suffix"]
        if event["replacement"] is not None:
            event["replacement"] = _within(hide(before + event["replacement"] + after), before, event["replacement"])
        whole = hide(before + event["exact"] + after)
        event["prefix"] = whole[: len(before)]
        event["exact"] = _within(whole, before, event["exact"])
        event["suffix"] = whole[len(before) + len(event["exact"]) :]

    def _hide_in_edit(self, entry: Entry, event: dict[str, Any]) -> None:
        """The words of an edit, as the text that holds them has them now."""
        edit = event.get("edit")
        moves_main = isinstance(entry.event, CorrectionAccepted | CorrectionReverted)
        commit = entry.main if moves_main else entry.commit
        if not edit or commit is None:
            return
        part = Part(event.get("part", Part.BODY))
        source = read_part(self.repo, self.redaction.article, commit, part)
        text = source.text
        wholly = part is Part.BODY and (commit in self.redaction.revisions or commit in self.masked_proposals)
        hidden = mask_text(text) if wholly else self.redaction.hide_text(source)
        end = edit["start"] + len(edit["text"])
        if text[edit["start"] : end] == edit["text"]:
            edit["text"] = hidden[edit["start"] : end]

    def _hide_values(self, value: Any, name: str = "") -> Any:
        """Plain values with what must go hidden in every string that is no code or id."""
        if isinstance(value, str):
            return value if name in _CODES else self.redaction.hide(value)
        if isinstance(value, dict):
            return {key: self._hide_values(item, key) for key, item in value.items()}
        if isinstance(value, list):
            return [self._hide_values(item, name) for item in value]
        return value

    def _read_bytes(self, name: str) -> bytes:
        return read_bytes(self.repo, name)

    def _text_blob(self, commit: str) -> str:
        """The blob that holds the article's body at a commit."""
        for path in part_paths(self.redaction.article):
            git_object = read_object(self.repo, f"{commit}:{path}")
            if git_object is not None:
                return git_object.id
        raise NothingToRedact(f"There is no text of {self.redaction.article} at {commit} in the history.")


def _wipe(event: dict[str, Any]) -> None:
    """What a reader contributed, and what was said of it in words of one's own."""
    for name, empty in (("replacement", None), ("edit", None), ("comment", ""), ("evidence", "")):
        if name in event:
            event[name] = empty
    for name in ("reason", "text"):
        if event.get(name):
            event[name] = HIDDEN


def _within(whole: str, before: str, part: str) -> str:
    return whole[len(before) : len(before) + len(part)]


def _add_previous_ids(text: bytes, entry: Entry) -> bytes:
    """An entry's message with the ids that it had until now at the end of `was`."""
    was = json.dumps({"entry": entry.id, "main": entry.main, "commit": entry.commit or ""}, separators=(",", ":"))
    body = text.rstrip()
    if entry.was:
        return body[:-2] + f",{was}]}}\n".encode()
    return body[:-1] + f',"was":[{was}]}}\n'.encode()


def remove_previous_ids(text: bytes, entry: Entry) -> bytes:
    """The reverse: an entry's message without the last of `was`."""
    start = text.rindex(b',{"entry":' if len(entry.was) > 1 else b',"was":[')
    return text[:start] + (b"]}\n" if len(entry.was) > 1 else b"}\n")


def _tree_entries(data: bytes) -> Iterator[tuple[str, str, str]]:
    position = 0
    while position < len(data):
        end = data.index(b"\0", position)
        mode, _, name = data[position:end].decode().partition(" ")
        yield mode, name, data[end + 1 : end + 21].hex()
        position = end + 21
