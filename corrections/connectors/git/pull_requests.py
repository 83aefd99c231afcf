"""What corrections changed, each on a branch of its own, for the team to merge: `corrections/<number>`.

A branch is one commit on the branch's last one. It is replaced when its words or its file have become others, and
deleted when there is nothing left to merge, by compare-and-swap: a branch whose last commit is not the one that was
pushed has somebody's work on it and is left alone. One that was deleted there is not pushed again with the same words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from corrections.connectors.connector import Run
from corrections.connectors.git.changes import corrected_files, describe
from corrections.connectors.git.mirror import BranchUpdate, CommitMessage, GitMirror
from corrections.connectors.git.proposals import Proposal, digest, proposals
from corrections.connectors.git.state import GitState, ProposedBranch, save_state
from corrections.private.delivery.connections import ConnectedArticle

_STALE = "stale info"  # git's words where somebody was quicker


def push_branches(turn: Run, mirror: GitMirror, state: GitState, tip: str, there: Mapping[str, str]) -> list[str]:
    """Bring the branches that are `there` (commits by names) in step with what is published; what could not be pushed,
    as sentences. Raises `RemoteFailed`."""
    work = _Branches(turn, mirror, state, tip, there)
    for branch in sorted({*work.wanted, *state.branches}):
        proposed = work.wanted.get(branch)
        if proposed is not None:
            work.propose(proposed)
        elif state.branches[branch].article in work.held:
            work.keep(branch)
        else:
            work.remove(branch)
    state.remarks = tuple(work.remarks)
    save_state(turn, state)  # before it is pushed: a commit of ours is recognised whatever happens next
    return work.push()


@dataclass(frozen=True)
class _Proposed:
    """A proposal, written into its file: `content` tells apart what becomes of which file."""

    proposal: Proposal
    path: str
    data: bytes
    content: str
    message: CommitMessage


@dataclass
class _Branches:
    """`wanted` is what branches are to hold, by their names; `held` are articles whose file cannot be taken over."""

    turn: Run
    mirror: GitMirror
    state: GitState
    tip: str
    there: Mapping[str, str]
    wanted: dict[str, _Proposed] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    updates: list[BranchUpdate] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        connections, name = self.turn.publication.private.connections, self.turn.connection.name
        files = self.mirror.files(self.tip, self.turn.connection.options["path"])
        for connected in connections.articles(name):
            if connected.path in files and files[connected.path] != connected.blob:
                self.held.add(connected.article)
        for connected, data in corrected_files(self.turn, self.mirror, files):
            self._want(connected, data)

    def _want(self, connected: ConnectedArticle, data: str) -> None:
        for proposal in proposals(self.turn.publication, connected.article):
            changed = proposal.written(data)
            if changed is not None and changed != data:
                message = describe(self.turn.publication, connected.article, proposal.numbers)
                content = digest(connected.path, connected.blob, changed, message.text)
                proposed = _Proposed(proposal, connected.path, changed.encode(), content, message)
                self.wanted[proposal.branch] = proposed

    def propose(self, proposed: _Proposed) -> None:
        """Have a branch hold a proposal."""
        branch, there = proposed.proposal.branch, self.there.get(proposed.proposal.branch, "")
        known = self.state.branches.get(branch)
        change = proposed.proposal.change
        if known is None and there and self.mirror.is_ours(there, proposed.message.text):
            known = ProposedBranch(article=proposed.proposal.article, commit=there)  # of an earlier connection
        if known is not None and there == known.commit:
            known.was_there = True
        if known is not None and not there and known.was_there and known.change == change:
            self.remarks.append(
                f"{branch} was deleted there without being merged. It is pushed again if the correction changes. To "
                "take it back here too, revert the correction."
            )
            return
        if there and (known is None or there not in (known.commit, known.before)):
            self.remarks.append(f"{branch} has commits by somebody else, so it is left as it is.")
            if known is not None:
                known.theirs = self.mirror.blob_at(there, proposed.path)
            return
        self.remarks.append(f"{branch} waits to be merged.")
        if known is None or there != known.commit or known.content != proposed.content:
            self._replace(proposed, known, there)

    def _replace(self, proposed: _Proposed, known: ProposedBranch | None, there: str) -> None:
        """Push a commit in the place of the one that is there; the one of a push that did not come through again."""
        proposal = proposed.proposal
        if known is not None and known.content == proposed.content and self.mirror.has(known.commit):
            commit = known.commit
        else:
            commit = self.mirror.commit(self.tip, proposed.path, proposed.data, proposed.message)
        same = known is not None and known.change == proposal.change and known.was_there
        self.state.branches[proposal.branch] = ProposedBranch(
            article=proposal.article,
            commit=commit,
            numbers=proposal.numbers,
            before=there,
            was_there=bool(there) or same,
            content=proposed.content,
            change=proposal.change,
        )
        self.updates.append(BranchUpdate(proposal.branch, commit, there))

    def keep(self, branch: str) -> None:
        """Say that a branch waits for its file."""
        if branch in self.there:
            self.remarks.append(f"{branch} stays as it is until its file can be imported.")

    def remove(self, branch: str) -> None:
        """Delete a branch that there is nothing to be merged from."""
        known, there = self.state.branches[branch], self.there.get(branch, "")
        if not there:
            del self.state.branches[branch]
        elif there in (known.commit, known.before):
            self.updates.append(BranchUpdate(branch, "", there))
        else:
            self.remarks.append(f"{branch} is not needed any more, but has commits by somebody else. Delete it there.")

    def push(self) -> list[str]:
        """Raises `RemoteFailed`."""
        if not self.updates:
            return []
        refused = self.mirror.push_all(self.updates)
        for update in self.updates:
            if update.branch in refused:
                continue
            if update.commit:
                self.state.branches[update.branch].was_there = True
            else:
                del self.state.branches[update.branch]
        return [f"{branch}: {why}" for branch, why in refused.items() if _STALE not in why]
