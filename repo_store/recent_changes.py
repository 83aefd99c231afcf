"""What a writer remembers of the last changes, so that it need not read them to find what is stale."""

from git import Repo

from repo_store.errors import BadEvent
from repo_store.model.event_rules import keys
from repo_store.model.head import Head
from repo_store.queries import entries, read_entry

REMEMBERED_KEYS = 100_000  # before the writer forgets and reads again


class RecentChanges:
    """What changed lately: for each key the `seq` of the last event that touched it."""

    def __init__(self) -> None:
        self._head: str | None = None
        self._floor = 0  # events up to here are not remembered
        self._last = 0
        self._touched: dict[str, int] = {}
        self._seqs: dict[str, int] = {}

    def follow(self, repo: Repo, head: Head) -> None:
        """Take in what other processes wrote."""
        if head.ledger is None or head.ledger == self._head:
            return
        if self._head is None:
            self._floor = self._last = head.seq
            self._head = head.ledger
            self._seqs[head.ledger] = head.seq
            return
        for entry in entries(repo, after=self._head, until=head.ledger):
            self.add(entry.id, entry.seq, keys(entry.event))

    def add(self, entry_id: str, seq: int, touched: frozenset[str]) -> None:
        """Remember what an entry touched; each comes after those before."""
        if len(self._touched) > REMEMBERED_KEYS:
            self._touched.clear()
            self._seqs.clear()
            self._floor = seq
        for key in touched:
            self._touched[key] = seq
        self._seqs[entry_id] = self._last = seq
        self._head = entry_id

    def has_changed(self, repo: Repo, based_on: str | None, touched: frozenset[str]) -> bool:
        """Has any of these keys been touched after the entry `based_on`?"""
        if based_on == self._head:
            return False
        try:
            since = 0 if based_on is None else self._seqs.get(based_on) or read_entry(repo, based_on).seq
        except BadEvent:
            return True  # of a history that was rewritten meanwhile
        if since >= self._floor:
            return any(self._touched.get(key, 0) > since for key in touched)
        return any(touched & keys(entry.event) for entry in entries(repo, after=based_on))
