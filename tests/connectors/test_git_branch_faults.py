"""Branches of corrections in a git repository while things fail, are lost, or happen at once: nothing is doubled."""

import random
import shutil
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from corrections.connectors import connections
from corrections.connectors.connections import NewConnection
from corrections.connectors.git.mirror import BranchUpdate, GitMirror
from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from corrections.subscribers.connectors import ConnectionRuns
from tests.connectors.branches import (
    REVERT,
    accept,
    at,
    branches,
    edit,
    in_step,
    merge,
)
from tests.connectors.branches import connected as connected  # a fixture
from tests.connectors.branches import site as site  # a fixture
from tests.connectors.test_git_connector import ADMIN, PATH, TALKS, Site, connect, decide_on, synchronise
from tests.newsroom import a_correction


class Killed(BaseException):
    pass


@pytest.mark.parametrize("is_pushed", [True, False])
@pytest.mark.parametrize("is_new", [True, False])
def test_a_kill_right_before_or_after_a_push_loses_and_doubles_nothing(
    connected: Publication, site: Site, monkeypatch: pytest.MonkeyPatch, is_new: bool, is_pushed: bool
):
    if is_new:
        decide_on(connected, 1)
    else:
        accept(connected, 1)
        edit(site, "on Friday", "on Saturday")
    push_all = GitMirror.push_all

    def push_and_die(mirror: GitMirror, updates: Sequence[BranchUpdate]) -> dict[str, str]:
        if is_pushed:
            push_all(mirror, updates)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(GitMirror, "push_all", push_and_die)
        with pytest.raises(Killed):
            synchronise(connected)
    before = branches(site)
    assert in_step(connected).remarks == ("corrections/1 waits to be merged.",)
    assert (branches(site) == before) is is_pushed
    assert at(site, "corrections/1") == site.read(PATH).decode().replace("Tusday", "Tuesday")
    merge(site, "corrections/1")
    in_step(connected)
    assert branches(site) == {}


def test_a_lost_copy_of_the_repository_loses_nothing(connected: Publication, site: Site):
    accept(connected, 1, 2)
    site.git("push", "-q", "origin", ":corrections/2")
    in_step(connected)
    before = branches(site)
    shutil.rmtree(connected.folder / "connections")
    in_step(connected)
    assert branches(site) == before


def test_branches_of_an_earlier_connection_are_known_by_their_message(connected: Publication, site: Site):
    accept(connected, 1)
    connections.disconnect(connected, ADMIN, "docs")
    options = {"url": str(site.bare), "path": "content", "pull-requests": "on"}
    connections.connect(connected, ADMIN, NewConnection("git", options, "docs"))
    assert in_step(connected).remarks == ("corrections/1 waits to be merged.",)
    merge(site, "corrections/1")
    in_step(connected)
    assert branches(site) == {}


def test_a_branch_that_the_server_refuses_is_named_with_the_reason(connected: Publication, site: Site):
    hook = site.bare / "hooks" / "update"
    hook.write_text('#!/bin/sh\ncase "$1" in *corrections/1) echo "no such branches here" >&2; exit 1;; esac\n')
    hook.chmod(0o755)
    decide_on(connected, 1)
    decide_on(connected, 2)
    status = synchronise(connected)
    assert status.last_error is not None
    assert status.last_error.startswith("corrections/1: ")
    assert list(branches(site)) == ["corrections/2"], "the other one is there"
    hook.unlink()
    in_step(connected)
    assert list(branches(site)) == ["corrections/1", "corrections/2"]


def test_what_is_accepted_during_a_run_is_due_at_once(
    connected: Publication, site: Site, monkeypatch: pytest.MonkeyPatch
):
    decide_on(connected, 1)
    push_all = GitMirror.push_all

    def accept_and_push(mirror: GitMirror, updates: Sequence[BranchUpdate]) -> dict[str, str]:
        decide_on(connected, 2)
        return push_all(mirror, updates)

    with monkeypatch.context() as patch:
        patch.setattr(GitMirror, "push_all", accept_and_push)
        in_step(connected)
    assert list(branches(site)) == ["corrections/1"]
    runs = ConnectionRuns()
    runs.start_due(connected, threading.Event())
    runs.wait()
    assert list(branches(site)) == ["corrections/1", "corrections/2"]
    assert connections.status_of(connected, "docs").lag == 0


@pytest.mark.parametrize("seed", [0, 32, 39])
def test_accepting_reverting_merging_and_editing_in_any_order_loses_nothing(
    publication: Publication, tmp_path: Path, seed: int
):
    """Each sentence has its word corrected or not, and its verb edited or not, in both texts alike in the end."""
    chance = random.Random(seed)
    site, count = Site(tmp_path), 8
    words, verbs = [f"wrod{number}" for number in range(count)], ["has"] * count

    def text() -> str:
        """Two sentences a line."""
        sentences = [
            f"Sentence {at} {verb} the {word} in it." for at, (verb, word) in enumerate(zip(verbs, words, strict=True))
        ]
        return "\n\n".join(" ".join(sentences[at : at + 2]) for at in range(0, count, 2)) + "\n"

    site.write({PATH: text().encode()})
    connect(publication, site, **{"pull-requests": "on"})
    in_step(publication)
    for at_sentence in range(count):
        a_correction(publication, f"wrod{at_sentence}", f"word{at_sentence}", TALKS)
    for _ in range(30):
        number = chance.randrange(count)
        match chance.choice(("decide", "merge", "edit", "look", "look")):
            case "decide" if publication.correction(number + 1).state == "open":
                decide_on(publication, number + 1)
                words[number] = f"word{number}"
            case "decide" if publication.correction(number + 1).state == "accepted":
                decide_on(publication, number + 1, REVERT)
                words[number] = f"wrod{number}"
            case "merge" if branches(site):
                in_step(publication)
                if waiting := sorted(branches(site)):
                    merge(site, chance.choice(waiting), chance.choice(("merge", "squash", "rebase")))
            case "edit" if verbs[number] == "has":
                edit(site, f"Sentence {number} {verbs[number]} the", f"Sentence {number} owns the")
                verbs[number] = "owns"
            case _:
                in_step(publication)
    in_step(publication)
    assert publication.current_text(TALKS) == text()
    while branches(site):
        merge(site, chance.choice(sorted(branches(site))), "squash")
        in_step(publication)
    assert site.read(PATH).decode() == publication.current_text(TALKS) == text()
    assert audit_publication(publication.folder) == []
