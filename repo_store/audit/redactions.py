"""What redactions say of themselves, held against what they left: what was rewritten, and what was altered in it."""

import re
from collections.abc import Iterator, Sequence

from git import Repo

from repo_store.git.command import read_bytes
from repo_store.git.packfile import object_id, split_commit
from repo_store.history_rewrite import remove_previous_ids
from repo_store.model.entries import Entry
from repo_store.model.events import HistoryRedacted
from repo_store.model.finding import Finding

_ID = re.compile(rb"[0-9a-f]{40}")


def redaction_findings(repo: Repo, chain: Sequence[Entry]) -> Iterator[Finding]:
    """What is wrong with entries that were rewritten.

    Of those that the last redaction rewrote and does not name as altered, the entry as it was before is made again
    from the new one and its ids: it must come to the id it had. (Where entries are signed that cannot be done, since
    the old signature is gone.)
    """
    redactions = [entry for entry in chain if isinstance(entry.event, HistoryRedacted)]
    for entry in chain:
        covered = [redaction for redaction in redactions if _first_rewritten(redaction) <= entry.seq < redaction.seq]
        if len(covered) != len(entry.was):
            yield Finding(
                "redaction",
                f"Event {entry.seq} was rewritten {len(entry.was)} times, but the ledger lists {len(covered)} of them.",
                entry.id,
            )
            return
    if redactions:
        yield from _check_previous_heads(chain, redactions[-1])
        yield from _check_unaltered_entries(repo, chain, redactions[-1])


def _first_rewritten(entry: Entry) -> int:
    return entry.event.first if isinstance(entry.event, HistoryRedacted) else 0


def _check_previous_heads(chain: Sequence[Entry], last: Entry) -> Iterator[Finding]:
    event = last.event
    assert isinstance(event, HistoryRedacted)
    preceding = chain[last.seq - 2]
    if (preceding.was[-1].entry, preceding.was[-1].main) != (event.ledger, event.main):
        yield Finding("redaction", f"Event {last.seq} names another ledger or main than stood before it.", last.id)


def _check_unaltered_entries(repo: Repo, chain: Sequence[Entry], last: Entry) -> Iterator[Finding]:
    event = last.event
    assert isinstance(event, HistoryRedacted)
    original_ids: dict[bytes, bytes] = {}
    rewritten = chain[event.first - 1 : last.seq - 1]
    for entry in rewritten:
        previous_ids = entry.was[-1]
        for current, original in (
            (entry.id, previous_ids.entry),
            (entry.main, previous_ids.main),
            (entry.commit or "", previous_ids.commit),
        ):
            original_ids[current.encode()] = original.encode()
    for entry in rewritten:
        if entry.seq in event.touched:
            continue
        data = read_bytes(repo, entry.id)
        header, text, signature = split_commit(data)
        if signature:
            continue
        original_commit = (
            _replace_ids(header, original_ids) + b"\n" + _replace_ids(remove_previous_ids(text, entry), original_ids)
        )
        if object_id("commit", original_commit) != entry.was[-1].entry:
            yield Finding(
                "redaction", f"Event {entry.seq} says another thing than before, which is told nowhere.", entry.id
            )


def _replace_ids(text: bytes, original_ids: dict[bytes, bytes]) -> bytes:
    return _ID.sub(lambda match: original_ids.get(match[0], match[0]), text)
