"""The audit of what is public: `main` alone, held to checkpoints that somebody kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from git import Repo

from repo_store.audit.checkpoints import Checkpoint
from repo_store.audit.examination import Examination
from repo_store.audit.known_keys import KnownKeys
from repo_store.audit.signatures import unknown_signer
from repo_store.history_rewrite import TRAILER
from repo_store.model.finding import Finding
from repo_store.public_history import original_ids
from repo_store.queries import is_ancestor


def audit_main(
    examination: Examination, checkpoints: Sequence[Checkpoint], known: KnownKeys | None
) -> Iterator[Finding]:
    """What is wrong with `main` by the checkpoints that somebody kept; `known` are the keys that may sign these."""
    repo, main = examination.repo, examination.tips.main
    if main is None:
        yield Finding("main", "There is no branch main.")
        return
    history = _History(repo, main)
    trusted = [checkpoint for checkpoint in checkpoints if known is not None and known.has_signed(checkpoint)]
    for checkpoint in checkpoints:
        if checkpoint not in trusted:
            yield unknown_signer(checkpoint)
        statement = checkpoint.statement
        if history.commit(statement.main) is None and not _is_redacted(history, checkpoint, trusted):
            message = (
                f"main does not contain {statement.main}, which checkpoint {statement.number} names, and no later"
                " checkpoint lists a redaction. If there was one, add the checkpoints published since to --against."
            )
            yield Finding("checkpoint", message, statement.main)


@dataclass
class _History:
    """The commits that `main` reaches, by their ids in the publication's own repository.

    What the public clones may have other ids, from the first correction on whose struck-out words were left out of it.
    """

    repo: Repo
    main: str

    def commit(self, original: str) -> str | None:
        """The commit here; None where `main` does not lead back to it."""
        return original if is_ancestor(self.repo, original, self.main) else self._rewritten.get(original)

    @cached_property
    def _rewritten(self) -> dict[str, str]:
        return original_ids(self.repo, self.main)


def _is_redacted(history: _History, checkpoint: Checkpoint, trusted: Sequence[Checkpoint]) -> bool:
    """Was `main` rewritten by a redaction that a later checkpoint, signed by a known key, lists?

    The commit that says it was rewritten has to be in the history that this later checkpoint saw: the trailer alone
    proves nothing.
    """
    statement = checkpoint.statement
    for other in trusted:
        later = other.statement
        new_redactions = set(later.redactions) - set(statement.redactions)
        if (
            later.events > statement.events
            and any(seq > statement.events for seq in new_redactions)
            and later.publication == statement.publication
            and (later_main := history.commit(later.main)) is not None
            and _rewritten(history.repo, statement.main, later_main)
        ):
            return True
    return False


def _rewritten(repo: Repo, commit: str, main: str) -> bool:
    """Does the history of `main` have a commit that says it stands for `commit`?"""
    return bool(repo.git.log("-1", "--format=%H", "--extended-regexp", f"--grep=^{TRAILER}: {commit}$", main, "--"))
