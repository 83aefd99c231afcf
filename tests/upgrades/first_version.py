"""A publication's folder as the first version wrote it, made with plain git and plain SQL from what stands here.

Nothing of the program is used: its formats may change, what was written then may not.
"""

import hashlib
import json
import os
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

ARTICLE = "2026/11/24/talks"
TEXT = """# The talks

Ministers met on Tusday in teh capital, and **agreed** on [two points](https://example.org/points).

> “We always said so,” the minister said.

- the bridge opened in 1893
- and closed in 1971
"""
PASSWORD = "a password of old"
TOKEN = "corr_a-token-of-old"
AT = 1_795_600_000  # seconds since 1970
NOTICE = {"kind": "correction", "text": "It was 1894, not 1893.", "at": "2026-11-25T09:46:42Z", "number": 2}
DESK = "Corrections desk <desk@corrections.invalid>"
IDS = {number: f"01a2138{number}b077e1d927056aded4e61f1{number}" for number in range(1, 7)}
PRIVATE = """
PRAGMA journal_mode=WAL;
CREATE TABLE _sqlite_migrations (id INTEGER PRIMARY KEY, migration_set TEXT, name TEXT, applied_at TEXT);
INSERT INTO _sqlite_migrations VALUES (1, 'private', 'first', '2026-11-25 09:46:40.000000+00:00');
CREATE UNIQUE INDEX idx__sqlite_migrations_migration_set_name ON _sqlite_migrations (migration_set, name);
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT);
INSERT INTO settings VALUES ('secret', '35dbec32cb83a4c3'), ('title', 'The Daily'), ('url', 'https://example.org');
CREATE TABLE accounts (id INTEGER PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, password TEXT, created_at TEXT);
CREATE UNIQUE INDEX idx_accounts_name ON accounts (name);
CREATE TABLE tokens (id INTEGER PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, hash TEXT, created_at TEXT);
CREATE UNIQUE INDEX idx_tokens_hash ON tokens (hash);
CREATE TABLE contacts (correction TEXT PRIMARY KEY, name TEXT, email TEXT, credit INTEGER, created_at TEXT);
CREATE TABLE receipts (key TEXT PRIMARY KEY, correction TEXT NOT NULL, request TEXT, created_at TEXT);
"""


class _FolderWriter:
    def __init__(self, path: Path) -> None:
        self.git_folder = path / "articles.git"
        self.ledger = self.main = ""
        self.seq = self.corrections = 0
        self.proposals: dict[int, str] = {}

    def git(self, *command: str, feed: str = "", **environment: str) -> str:
        result = subprocess.run(
            ["git", "-C", str(self.git_folder), *command],
            input=feed, text=True, capture_output=True, check=True, env={**os.environ, **environment},
        )  # fmt: skip
        return result.stdout.strip()

    def tree(self, text: str, notices: list[dict[str, Any]]) -> str:
        meta = {"title": "The talks", "url": "", "language": "en", "published": "2026-11-24", "authors": []}
        meta["notices"] = notices
        files = {"text.md": text, "meta.json": json.dumps(meta, indent=2, ensure_ascii=False) + "\n"}
        blobs = {name: self.git("hash-object", "-w", "--stdin", feed=data) for name, data in files.items()}
        writer = self.git("mktree", feed="".join(f"100644 blob {blobs[name]}\t{name}\n" for name in sorted(blobs)))
        for name in reversed(["articles", *ARTICLE.split("/")]):
            writer = self.git("mktree", feed=f"040000 tree {writer}\t{name}\n")
        return writer

    def commit(self, tree: str, parents: list[str], message: str, author: str = DESK, is_event: bool = False) -> str:
        name, _, address = author.partition(" <")
        timestamp = f"{AT + self.seq + (not is_event)} +0000"  # content has the time of the event that records it
        return self.git(
            "commit-tree", tree, *(word for parent in parents for word in ("-p", parent)), feed=message,
            GIT_AUTHOR_NAME=name, GIT_AUTHOR_EMAIL=address.rstrip(">"), GIT_AUTHOR_DATE=timestamp,
            GIT_COMMITTER_NAME="Corrections desk", GIT_COMMITTER_EMAIL="desk@corrections.invalid", GIT_COMMITTER_DATE=timestamp,
        )  # fmt: skip

    def append_event(self, subject: str, event: dict[str, Any], about: int | None = None) -> None:
        self.seq += 1
        at = subprocess.run(
            ["date", "-u", "-d", f"@{AT + self.seq}", "+%Y-%m-%dT%H:%M:%S.000000Z"], capture_output=True, text=True
        ).stdout.strip()
        record = {"version": 1, "seq": self.seq, "at": at, "main": self.main}
        line = json.dumps({**record, "corrections": self.corrections, "event": event}, ensure_ascii=False)
        parents = [self.ledger] if self.ledger else []
        parents += [self.proposals[about]] if about else []
        empty = self.git("mktree")
        tree = empty if not self.ledger else self.git("rev-parse", f"{self.ledger}^{{tree}}")
        self.ledger = self.commit(tree, parents, f"{subject}\n\n{line}\n", is_event=True)

    def submit(
        self, exact: str, replacement: str | None, edit: dict[str, Any] | None, text: str = TEXT, **more: Any
    ) -> None:
        self.corrections += 1
        number, revision = self.corrections, self.main
        proposed = text if edit is None else text[: edit["start"]] + edit["text"] + text[edit["end"] :]
        reader = f"reader {IDS[number][:13]} <{IDS[number]}@readers.invalid>"
        message = f"Correction {number}: other in talks\n\nCorrection: {IDS[number]}\nCategory: other\n"
        self.proposals[number] = self.commit(
            self.tree(proposed, [] if text == TEXT else [NOTICE]), [revision], message, reader
        )
        event = {
            "type": "correction.submitted", "correction": IDS[number], "article": ARTICLE, "revision": revision,
            "start": 0, "end": len(exact), "exact": exact, "prefix": "", "suffix": "", "replacement": replacement,
            "edit": edit, "category": "other", "comment": "", "evidence": "", "headline": "The talks",
            "same_as": None, **more,
        }  # fmt: skip
        self.append_event(f"Correction {number} submitted: other in {ARTICLE}", event, number)

    def publish(self, text: str, notices: list[dict[str, Any]], message: str, merges: int | None = None) -> None:
        parents = [self.main] if self.main else []
        parents += [self.proposals[merges]] if merges else []
        self.main = self.commit(self.tree(text, notices), parents, message)


def edit(old: str, new: str) -> dict[str, Any]:
    return {"start": TEXT.index(old), "end": TEXT.index(old) + len(old), "text": new}


STRUCK_OUT = "cost a scandalous two million"  # what a reader proposed and an editor changed before accepting it


def make(folder: Path, edited: bool = False) -> None:
    """Make the folder of a publication in which much had happened already.

    `edited`: at its end an editor accepted words in place of the reader's, and the article was revised once more.
    """
    folder.mkdir(parents=True)
    writer = _FolderWriter(folder)
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(writer.git_folder)], check=True)
    by = {"by": "Mira"}
    facts = {"title": "The talks", "url": "", "language": "en", "published": "2026-11-24"}
    writer.publish(TEXT, [], f"Import {ARTICLE}\n\nPublished-by: Mira\n")
    writer.append_event(f"Article {ARTICLE} imported", {"type": "article.imported", "article": ARTICLE, **by, **facts})
    writer.submit("teh", "the", edit("teh", "the"), comment="A typo.")
    writer.submit("1893", "1894", edit("1893", "1894"), category="factual", evidence="https://example.org/records")
    writer.submit("Tusday", None, None, comment="Which day?")
    writer.submit("1971", "1972", edit("1971", "1972"))
    writer.submit("minister said", "minister told us", edit("said.", "told us."))
    _decide(writer, by)
    writer.publish(TEXT.replace("1893", "1894") + "\nMore.\n", [NOTICE], f"Revise {ARTICLE}\n\nPublished-by: Mira\n")
    writer.append_event(f"Article {ARTICLE} revised", {"type": "article.revised", "article": ARTICLE, **by, **facts})
    if edited:
        _accept_edited(writer, by, facts)
    writer.git("update-ref", "refs/heads/main", writer.main)
    writer.git("update-ref", "refs/heads/ledger", writer.ledger)
    _databases(folder)


def _decide(writer: _FolderWriter, by: dict[str, str]) -> None:
    def event(kind: str, number: int, **more: Any) -> dict[str, Any]:
        return {"type": f"correction.{kind}", "correction": IDS[number], "number": number, **by, **more}

    def accept(number: int, text: str, change: dict[str, Any], notices: list[dict[str, Any]]) -> None:
        onto = writer.main
        trailers = f"Correction: {IDS[number]}\nAccepted-by: Mira\n"
        writer.publish(text, notices, f"Accept correction {number}: other in {ARTICLE}\n\n{trailers}", number)
        fields = {"article": ARTICLE, "onto": onto, "edit": change, "edited": False, "reason": ""}
        fields["notice"] = notices[0] if notices else None
        writer.append_event(f"Correction {number} accepted", event("accepted", number, **fields), number)

    accept(1, TEXT.replace("teh", "the"), edit("teh", "the"), [])
    accept(2, TEXT.replace("teh", "the").replace("1893", "1894"), edit("1893", "1894"), [NOTICE])
    writer.append_event("Correction 4 rejected", event("rejected", 4, reason="It closed in 1971."), 4)
    writer.append_event("Correction 5 marked as spam", event("spam", 5, reason=""), 5)
    writer.append_event("Correction 5 reopened", event("reopened", 5, reason=""), 5)
    onto, back = writer.main, edit("teh", "teh")
    message = f"Revert correction 1 in {ARTICLE}\n\nCorrection: {IDS[1]}\nReverted-by: Mira\n"
    writer.publish(TEXT.replace("1893", "1894"), [NOTICE], message)
    fields = event("reverted", 1, article=ARTICLE, onto=onto, edit=back, reason="A mistake.")
    writer.append_event("Correction 1 reverted", fields, 1)


def _accept_edited(writer: _FolderWriter, by: dict[str, str], facts: dict[str, str]) -> None:
    now = TEXT.replace("1893", "1894") + "\nMore.\n"
    place = now.index("1971")
    proposed = {"start": place, "end": place + 4, "text": f"1971 and {STRUCK_OUT}"}
    writer.submit("closed in 1971", f"closed in 1971 and {STRUCK_OUT}", proposed, now)
    onto, change = writer.main, {**proposed, "text": "1971, at a cost"}
    trailers = f"Correction: {IDS[6]}\nAccepted-by: Mira\n"
    accepted = now[:place] + change["text"] + now[place + 4 :]
    writer.publish(accepted, [NOTICE], f"Accept correction 6: other in {ARTICLE}\n\n{trailers}", 6)
    fields = {
        "type": "correction.accepted",
        "correction": IDS[6],
        "number": 6,
        **by,
        "article": ARTICLE,
        "onto": onto,
    }
    writer.append_event(
        "Correction 6 accepted", {**fields, "edit": change, "edited": True, "reason": "", "notice": None}, 6
    )
    writer.publish(accepted + "\nStill more.\n", [NOTICE], f"Revise {ARTICLE}\n\nPublished-by: Mira\n")
    writer.append_event(f"Article {ARTICLE} revised", {"type": "article.revised", "article": ARTICLE, **by, **facts})


def _databases(folder: Path) -> None:
    at = "2026-11-25T09:46:40+00:00"
    with sqlite3.connect(folder / "private.db") as private:
        private.executescript(PRIVATE)
        private.execute(
            "INSERT INTO accounts VALUES (1, 'Mira', 'editor', ?, ?)", (PasswordHasher().hash(PASSWORD), at)
        )
        hashed = hashlib.sha256(TOKEN.encode()).hexdigest()
        private.execute("INSERT INTO tokens VALUES (1, 'CMS', 'editor', ?, ?)", (hashed, at))
        private.execute("INSERT INTO contacts VALUES (?, 'Ada', 'ada@example.org', 1, ?)", (IDS[3], at))
        private.execute("INSERT INTO receipts VALUES ('a-key', ?, 'a-request', ?)", (IDS[1], at))
    private.close()
    with sqlite3.connect(folder / "index.db") as index:
        index.executescript(
            "CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT); INSERT INTO state VALUES ('schema', '1')"
        )
    index.close()
