"""What corrections changed, as commits on the branch itself: by compare-and-swap, never over somebody's commit."""

from corrections.connectors.connector import Run
from corrections.connectors.git.changes import PartChanges, changes_of, corrected_files, describe, with_patch
from corrections.connectors.git.mirror import GitMirror
from corrections.text.comparison.patch import apply
from repo_store import Part


def push(turn: Run, mirror: GitMirror, tip: str) -> str | None:
    """Push a commit for each change by corrections; the branch's last commit then, None where the push was too late."""
    publication = turn.publication
    files = mirror.files(tip, turn.connection.options["path"])
    last = tip
    for connected, data in corrected_files(turn, mirror, files):
        done: dict[Part, PartChanges] = {}
        unwritable: set[Part] = set()
        for change in changes_of(publication, connected.article):
            if change.part in unwritable:
                continue
            before = done.get(change.part)
            after = change if before is None else before.joined(change)
            old = change.base if before is None else apply(before.patch, before.base)
            changed = with_patch(data, change.part, old, apply(after.patch, after.base))
            if changed is None:
                unwritable.add(change.part)
                continue
            data, done[change.part] = changed, after
            message = describe(publication, connected.article, change.numbers)
            last = mirror.commit(last, connected.path, data.encode(), message)
    if last == tip:
        return tip
    return last if mirror.push(last, tip) else None
