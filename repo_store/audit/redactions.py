"""What redactions say of themselves, held against what they left: what was written anew, and what was altered in it."""

import re
from collections.abc import Iterator, Sequence

from git import Repo

from repo_store.git.command import read_bytes
from repo_store.git.packfile import object_id, taken_apart
from repo_store.history_rewrite import without_ids
from repo_store.model.events import Entry, HistoryRedacted
from repo_store.model.finding import Finding

_ID = re.compile(rb"[0-9a-f]{40}")


def redaction_findings(repo: Repo, chain: Sequence[Entry]) -> Iterator[Finding]:
    """What is wrong with entries that were written anew.

    Of those that the last redaction wrote anew and does not name as altered, the entry as it was before is made again
    from the new one and its ids: it must come to the id it had. (Where entries are signed that cannot be done, since
    the old signature is gone.)
    """
    told = [entry for entry in chain if isinstance(entry.event, HistoryRedacted)]
    for entry in chain:
        covered = [each for each in told if _first(each) <= entry.seq < each.seq]
        if len(covered) != len(entry.was):
            yield Finding(
                "redaction",
                f"Event {entry.seq} was written anew {len(entry.was)} times, of which the ledger tells {len(covered)}.",
                entry.id,
            )
            return
    if told:
        yield from _ends(chain, told[-1])
        yield from _unaltered(repo, chain, told[-1])


def _first(entry: Entry) -> int:
    return entry.event.first if isinstance(entry.event, HistoryRedacted) else 0


def _ends(chain: Sequence[Entry], last: Entry) -> Iterator[Finding]:
    event = last.event
    assert isinstance(event, HistoryRedacted)
    before = chain[last.seq - 2]
    if (before.was[-1].entry, before.was[-1].main) != (event.ledger, event.main):
        yield Finding("redaction", f"Event {last.seq} names another ledger or main than stood before it.", last.id)


def _unaltered(repo: Repo, chain: Sequence[Entry], last: Entry) -> Iterator[Finding]:
    event = last.event
    assert isinstance(event, HistoryRedacted)
    old: dict[bytes, bytes] = {}
    anew = chain[event.first - 1 : last.seq - 1]
    for entry in anew:
        was = entry.was[-1]
        for now, then in ((entry.id, was.entry), (entry.main, was.main), (entry.commit or "", was.commit)):
            old[now.encode()] = then.encode()
    for entry in anew:
        if entry.seq in event.touched:
            continue
        data = read_bytes(repo, entry.id)
        header, text, signature = taken_apart(data)
        if signature:
            continue
        before = _mapped(header, old) + b"\n" + _mapped(without_ids(text, entry), old)
        if object_id("commit", before) != entry.was[-1].entry:
            yield Finding(
                "redaction", f"Event {entry.seq} says another thing than before, which is told nowhere.", entry.id
            )


def _mapped(text: bytes, old: dict[bytes, bytes]) -> bytes:
    return _ID.sub(lambda match: old.get(match[0], match[0]), text)
