"""What can go wrong in the store. Each error has a stable `code` and a message that says what to do."""

from collections.abc import Sequence

from git.exc import GitCommandError


class RepoStoreError(Exception):
    """Raised by this package. `code` is stable; `details` are JSON-encodable."""

    code = "store_error"

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class NotARepository(RepoStoreError):
    code = "not_a_repository"


class BadArticleId(RepoStoreError):
    code = "bad_article_id"


class BadProof(RepoStoreError):
    """A proof bundle that cannot be read, or lacks something that it has to hold."""

    code = "bad_proof"


class NotProvenYet(RepoStoreError):
    """No checkpoint covers what is to be proven."""

    code = "not_proven_yet"


class BadName(RepoStoreError):
    code = "bad_name"


class BadRevision(RepoStoreError):
    code = "bad_revision"


class NotFound(RepoStoreError):
    code = "not_in_store"


class BadEvent(RepoStoreError):
    """A ledger commit that this version cannot read: the message names the commit."""

    code = "bad_event"


class NewerFormat(BadEvent):
    """Something that a newer version wrote; the message says what, and to upgrade."""

    code = "newer_format"


class IntentRefused(RepoStoreError):
    """What this intent would write could not be read back: nothing of it was written."""

    code = "intent_refused"


class Stale(RepoStoreError):
    """Something that the intent touches has changed since it was made: check the current version and decide again."""

    code = "stale"


class WriteFailed(RepoStoreError):
    code = "write_failed"


class RemoteFailure(WriteFailed):
    """Something could not be written to, or read from, the git server that several nodes share."""

    code = "remote_failure"


class RemoteUnavailable(RemoteFailure):
    """The shared git server could not be asked, or did not confirm in time: what it took after all comes by a fetch."""

    code = "remote_unavailable"


class RemoteBusy(RemoteUnavailable):
    """Others wait for the shared git server, or use this node's copy: nothing was asked, and nothing saved."""


class RemoteRefused(RemoteFailure):
    """The shared git server answered and did not take it: `details["words"]` says why. Nothing was saved."""

    code = "remote_refused"


class RemoteDiverged(RemoteFailure):
    """The shared git server's history does not continue the one that is here: nothing of either was changed."""

    code = "remote_diverged"


class BadRemote(RepoStoreError):
    """An address that is none, or a git server that cannot move references together."""

    code = "bad_remote"


class GitRefused(RepoStoreError, GitCommandError):
    """git did not do what it was asked to, and `words` says why; never a sign that something is not there.

    `environmental` where the reason lies outside what the repository holds: rights, settings, room, git itself.
    """

    code = "git_refused"

    def __init__(
        self, message: str, *, command: Sequence[str] = (), status: int = 0, words: str = "", environmental: bool = True
    ) -> None:
        GitCommandError.__init__(self, list(command) or ["git"], status, words)
        self.message = message
        self.details: dict[str, object] = {"words": words}
        self.words = words
        self.environmental = environmental

    def __str__(self) -> str:
        return self.message


class RefusedWrite(GitRefused, WriteFailed):
    """What git refused was a write; the references stand as before."""

    code = "write_failed"


class BadKey(RepoStoreError):
    code = "bad_key"


class BadCheckpoint(RepoStoreError):
    code = "bad_checkpoint"


class NothingToRedact(RepoStoreError):
    code = "nothing_to_redact"
