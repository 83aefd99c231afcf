"""Keeping packs few and history quick: geometric repacking and the commit-graph with changed paths."""

from git import Repo

BATCHES_BETWEEN = 100


def maintain(repo: Repo) -> None:
    """Fold small packs together and write the commit-graph. Safe beside readers and the writer."""
    repo.git.repack("-d", "-q", "--geometric=2", "--write-midx")
    repo.git.commit_graph("write", "--reachable", "--changed-paths", "--split", "--no-progress")
