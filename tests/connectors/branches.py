"""A publication that is connected to a git repository by pull requests, and what a team does with the branches."""

import subprocess
from pathlib import Path

import pytest

from corrections.connectors.connections import ConnectionStatus
from corrections.domain.decisions import DecisionKind
from corrections.services.publication import Publication
from tests.connectors.test_git_connector import PATH, TALKS, Site, connect, decide_on, synchronise
from tests.newsroom import a_correction

HEADER = "---\ntitle: The tlaks   # a comment\ndate: 2026-11-24\n---\n"
BODY = "Ministers met on Tusday in teh capital.\n\nThe bridge opened in 1893.\n\nThey left on Friday.\n"
REVERT = DecisionKind.REVERT


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path)
    site.write({PATH: (HEADER + BODY).encode()})
    return site


@pytest.fixture
def connected(publication: Publication, site: Site) -> Publication:
    """Connected by pull requests, with corrections 1 (a word) and 2 (a year, in another paragraph)."""
    connect(publication, site, **{"pull-requests": "on"})
    assert synchronise(publication).last_error is None
    a_correction(publication, "Tusday", "Tuesday", TALKS)
    a_correction(publication, "1893", "1894", TALKS)
    return publication


def accept(publication: Publication, *numbers: int) -> ConnectionStatus:
    for number in numbers:
        decide_on(publication, number)
    return in_step(publication)


def in_step(publication: Publication) -> ConnectionStatus:
    status = synchronise(publication)
    assert status.last_error is None
    return status


def branches(site: Site) -> dict[str, str]:
    """The commits of the branches of the publisher's repository, but for main."""
    lines = site.git("-C", str(site.bare), "for-each-ref", "--format=%(refname:short) %(objectname)", "refs/heads")
    return {name: commit for name, commit in (line.split() for line in lines.splitlines()) if name != "main"}


def at(site: Site, revision: str, path: str = PATH) -> str:
    shown = subprocess.run(["git", "-C", str(site.bare), "show", f"{revision}:{path}"], check=True, capture_output=True)
    return shown.stdout.decode()


def replaced(*words: tuple[str, str]) -> str:
    text = HEADER + BODY
    for old, new in words:
        assert old in text
        text = text.replace(old, new)
    return text


def refresh(site: Site) -> None:
    site.git("fetch", "-q", "--prune", "origin")
    site.git("checkout", "-q", "main")
    site.git("reset", "-q", "--hard", "origin/main")


def merge(site: Site, branch: str, how: str = "merge") -> None:
    """Merge a branch as git servers do it, and leave it there."""
    refresh(site)
    if how == "merge":
        site.git("merge", "-q", "--no-ff", "-m", "Merge", f"origin/{branch}")
    elif how == "squash":
        site.git("merge", "-q", "--squash", f"origin/{branch}")
        site.git("commit", "-q", "-m", "Squashed")
    else:
        site.git("commit", "-q", "--allow-empty", "-m", "Meanwhile")
        site.git("cherry-pick", f"origin/{branch}")
    site.git("push", "-q", "origin", "main")


def edit(site: Site, old: str, new: str) -> None:
    refresh(site)
    site.write({PATH: site.read(PATH).decode().replace(old, new).encode()})


def push_a_commit(site: Site, branch: str, old: str, new: str) -> str:
    """What a member of the team adds to a branch; its commit."""
    refresh(site)
    site.git("checkout", "-q", "-B", branch, f"origin/{branch}")
    (site.copy / PATH).write_text((site.copy / PATH).read_text().replace(old, new))
    site.git("commit", "-q", "-am", "Polish")
    site.git("push", "-q", "origin", branch)
    return site.git("rev-parse", "HEAD").strip()
