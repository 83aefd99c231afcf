"""The ledger as an audit walks it: from the oldest event on, in portions, with 20 bytes in memory for each event."""

from collections.abc import Iterator
from pathlib import Path

from git import Repo

from repo_store.audit.commit_set import list_revisions
from repo_store.errors import BadEvent
from repo_store.git.object_stream import read_objects
from repo_store.git.packfile import commit_parents
from repo_store.model.entries import Entry, decode
from repo_store.queries import read_entry

PORTION = 500  # entries
_ID_BYTES = 20


class LedgerChain:
    """The entries from the place after `before` (0: all) to `tip`. Places count from 1.

    `before` is how many entries precede those, and `after` the id of the last of these.
    """

    def __init__(self, repo: Repo, folder: Path, tip: str | None, before: int = 0, after: str | None = None) -> None:
        self._repo = repo
        self.before = before
        self._after = after
        self._ids = bytearray()  # the newest first
        if tip is not None:
            file = folder / "ledger"
            list_revisions(repo, file, ["--first-parent", tip, *([f"^{after}"] if after else [])])
            with file.open() as lines:
                for line in lines:
                    self._ids += bytes.fromhex(line[: 2 * _ID_BYTES])
            file.unlink()

    def __len__(self) -> int:
        """The place of the last entry, and with `before`, of those before as well."""
        return self.before + len(self._ids) // _ID_BYTES

    def id_at(self, place: int) -> str:
        """The id of the entry at a place, of those that are walked or the last before them."""
        if place == self.before and self._after:
            return self._after
        end = len(self._ids) - (place - self.before - 1) * _ID_BYTES
        return self._ids[end - _ID_BYTES : end].hex()

    def entry_at(self, place: int) -> Entry:
        """Raises `BadEvent`."""
        return read_entry(self._repo, self.id_at(place))

    def has(self, place: int) -> bool:
        """Can `id_at` tell the entry at this place?"""
        return (self.before or 1) <= place <= len(self)

    def entries(self, first: int, last: int) -> Iterator[Entry]:
        """Those from one place to another, oldest first. Raises `BadEvent` naming the commit that cannot be read."""
        places = _Ids(self, first, last)
        for name, commit in read_objects(self._repo, places):
            if commit is None or commit.kind != "commit":
                yield read_entry(self._repo, name)  # says what is wrong with it
                continue
            header, _, message = commit.data.decode(errors="surrogateescape").partition("\n\n")
            yield decode(name, commit_parents(header), message)

    def portions(self) -> Iterator[list[Entry]]:
        """All of them, in portions of `PORTION`. Raises as `entries`, after those before."""
        portion: list[Entry] = []
        try:
            for entry in self.entries(self.before + 1, len(self)):
                portion.append(entry)
                if len(portion) == PORTION:
                    yield portion
                    portion = []
        except BadEvent:
            yield portion
            raise
        if portion:
            yield portion


class _Ids:
    """The ids from one place to another, made as they are asked for, as often as they are."""

    def __init__(self, chain: LedgerChain, first: int, last: int) -> None:
        self._chain, self._first, self._last = chain, first, last

    def __iter__(self) -> Iterator[str]:
        return map(self._chain.id_at, range(self._first, self._last + 1))
