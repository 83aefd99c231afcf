"""What the public could once clone though an editor had struck it out: acceptances as older versions merged them."""

from contextlib import suppress
from pathlib import Path

from repo_store.errors import BadEvent
from repo_store.git.command import GitRepository
from repo_store.model.finding import Finding
from repo_store.public_history import struck_out
from repo_store.queries import entries


def disclosures(path: Path) -> list[Finding]:
    """Each correction whose reader's own words could be cloned from `main` at `path` although an editor changed them.

    They are no damage: the history says truly what happened, and the copy that the public clones no longer has these
    words. Where the ledger cannot be read to its end, those before that point. Raises `NotARepository`, `GitRefused`.
    """
    findings: list[Finding] = []
    with GitRepository(path) as repo, suppress(BadEvent):
        for entry, commit in struck_out(repo, entries(repo)):
            message = (
                f"Event {entry.seq} merged the reader's own words into main, although an editor had changed them: "
                "anyone who cloned the articles with an earlier version could read them."
            )
            findings.append(Finding("disclosed", message, commit))
    return findings
