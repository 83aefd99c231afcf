"""Accepted corrections on branches of their own in a git repository, for the publisher's team to merge."""

import random
import shutil
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from corrections.connectors import connections
from corrections.connectors.connections import ConnectionStatus, NewConnection
from corrections.connectors.git.mirror import BranchUpdate, GitMirror
from corrections.domain.decisions import DecisionKind
from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from corrections.services.review.decisions import Decision, decide
from corrections.services.review.edited_text import EditorWords
from corrections.subscribers.connectors import ConnectionRuns
from tests.connectors.test_git_connector import ADMIN, PATH, TALKS, Site, connect, decide_on, synchronise
from tests.newsroom import EDITOR, a_correction
from tests.service import run_command

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


def test_an_accepted_correction_is_one_commit_on_a_branch_and_main_stays(connected: Publication, site: Site):
    main = site.log("%H")
    status = accept(connected, 1)
    assert site.log("%H") == main
    assert list(branches(site)) == ["corrections/1"]
    assert site.git("-C", str(site.bare), "rev-parse", "corrections/1^").split() == main[-1:]
    assert at(site, "corrections/1") == replaced(("Tusday", "Tuesday"))
    names = site.git("-C", str(site.bare), "diff", "--name-only", "main", "corrections/1").split()
    assert names == [PATH]
    correction = connected.correction(1)
    form = "%s|%an <%ae>|%cn|%(trailers:key=Correction,valueonly,separator=%x20)"
    said = site.git("-C", str(site.bare), "log", "-1", f"--format={form}", "corrections/1").strip()
    author = f"reader {correction.id[:13]} <{correction.id}@readers.invalid>"
    assert said == f"Correction 1: {correction.category} in talks|{author}|Corrections desk|{correction.id}"
    assert status.remarks == ("corrections/1 waits to be merged.",)
    before = branches(site)
    in_step(connected)
    assert branches(site) == before, "looking once more pushes nothing"
    assert "Tuesday" in connected.current_text(TALKS)


@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
def test_a_merged_branch_is_deleted_and_nothing_is_doubled(connected: Publication, site: Site, how: str):
    accept(connected, 1)
    text = connected.current_text(TALKS)
    merge(site, "corrections/1", how)
    main = site.log("%H")
    status = in_step(connected)
    assert branches(site) == {}
    assert (connected.current_text(TALKS), site.read(PATH).decode()) == (text, replaced(("Tusday", "Tuesday")))
    assert status.remarks == ()
    events = connected.head().seq
    in_step(connected)
    assert (site.log("%H"), connected.head().seq) == (main, events)
    assert audit_publication(connected.folder) == []


def test_an_edit_of_other_words_on_main_is_taken_over_and_the_branch_follows(connected: Publication, site: Site):
    accept(connected, 1)
    edit(site, "on Friday", "on Saturday")
    in_step(connected)
    assert connected.current_text(TALKS) == BODY.replace("Tusday", "Tuesday").replace("Friday", "Saturday")
    assert at(site, "corrections/1") == replaced(("Tusday", "Tuesday"), ("Friday", "Saturday"))
    merge(site, "corrections/1")
    in_step(connected)
    assert (branches(site), site.read(PATH).decode()) == ({}, replaced(("Tusday", "Tuesday"), ("Friday", "Saturday")))


def test_a_commit_on_main_that_is_about_another_file_moves_no_branch(connected: Publication, site: Site):
    accept(connected, 1)
    before = branches(site)
    site.write({"README.md": b"Words about the site.\n"})
    in_step(connected)
    assert branches(site) == before, "reviews of the team are not thrown away"


def test_a_renamed_file_takes_its_branch_along(connected: Publication, site: Site):
    accept(connected, 1)
    refresh(site)
    site.git("mv", PATH, "content/posts/negotiations.md")
    site.git("commit", "-q", "-m", "Rename")
    site.git("push", "-q", "origin", "main")
    in_step(connected)
    assert at(site, "corrections/1", "content/posts/negotiations.md") == replaced(("Tusday", "Tuesday"))
    merge(site, "corrections/1", "squash")
    in_step(connected)
    assert branches(site) == {}


def test_a_removed_file_takes_its_branch_along_and_its_article_stays(connected: Publication, site: Site):
    accept(connected, 1)
    refresh(site)
    site.write({PATH: None})
    in_step(connected)
    assert branches(site) == {}
    assert "Tuesday" in connected.current_text(TALKS)
    site.write({PATH: (HEADER + BODY).encode()})
    in_step(connected)
    assert at(site, "corrections/1") == replaced(("Tusday", "Tuesday")), "it is proposed again once the file is back"


@pytest.mark.parametrize("first", [1, 2])
def test_two_corrections_of_one_file_are_merged_in_either_order(connected: Publication, site: Site, first: int):
    accept(connected, 1, 2)
    words = {1: ("Tusday", "Tuesday"), 2: ("1893", "1894")}
    for number in (1, 2):
        assert at(site, f"corrections/{number}") == replaced(words[number]), "each holds its own words alone"
    merge(site, f"corrections/{first}", "squash")
    in_step(connected)
    assert list(branches(site)) == [f"corrections/{3 - first}"]
    merge(site, f"corrections/{3 - first}", "squash")
    in_step(connected)
    assert branches(site) == {}
    assert site.read(PATH).decode() == replaced(*words.values())
    assert connected.current_text(TALKS) == BODY.replace("Tusday", "Tuesday").replace("1893", "1894")


def test_two_corrections_of_one_line_are_merged_one_after_the_other(connected: Publication, site: Site):
    a_correction(connected, "teh", "the", TALKS)
    accept(connected, 1, 3)
    assert at(site, "corrections/3") == replaced(("teh", "the"))
    merge(site, "corrections/1")
    in_step(connected)
    merge(site, "corrections/3")  # git could not, had it not been replaced
    in_step(connected)
    assert (branches(site), site.read(PATH).decode()) == ({}, replaced(("Tusday", "Tuesday"), ("teh", "the")))


def test_corrections_of_the_same_words_share_the_branch_of_the_latest(connected: Publication, site: Site):
    accept(connected, 1)
    a_correction(connected, "on Tuesday in", "on Tuesday evening in", TALKS)
    accept(connected, 3)
    assert list(branches(site)) == ["corrections/3"]
    assert at(site, "corrections/3") == replaced(("on Tusday in", "on Tuesday evening in"))
    merge(site, "corrections/3")
    in_step(connected)
    assert branches(site) == {}


def test_a_headline_has_a_branch_that_changes_front_matter_alone(connected: Publication, site: Site):
    a_correction(connected, "tlaks", "talks", TALKS)
    accept(connected, 1, 3)
    assert at(site, "corrections/3") == replaced(("tlaks", "talks"))
    assert at(site, "corrections/1") == replaced(("Tusday", "Tuesday"))
    merge(site, "corrections/3")
    in_step(connected)
    assert list(branches(site)) == ["corrections/1"]


def test_a_branch_that_somebody_commits_to_is_left_alone_and_named(connected: Publication, site: Site):
    accept(connected, 1)
    theirs = push_a_commit(site, "corrections/1", "Ministers", "The ministers")
    edit(site, "on Friday", "on Saturday")
    status = in_step(connected)
    assert branches(site) == {"corrections/1": theirs}
    assert status.remarks == ("corrections/1 has commits by somebody else, so it is left as it is.",)
    merge(site, "corrections/1")
    status = in_step(connected)
    assert connected.current_text(TALKS) == (
        BODY.replace("Ministers", "The ministers").replace("Tusday", "Tuesday").replace("Friday", "Saturday")
    )
    assert branches(site) == {"corrections/1": theirs}
    assert "Delete it there." in status.remarks[0]
    site.git("push", "-q", "origin", ":corrections/1")
    assert in_step(connected).remarks == ()


@pytest.mark.parametrize("how", ["merge", "squash"])
def test_other_words_that_the_team_merges_in_place_of_ours_are_taken(connected: Publication, site: Site, how: str):
    accept(connected, 1)
    push_a_commit(site, "corrections/1", "on Tuesday", "last Tuesday evening")
    in_step(connected)
    merge(site, "corrections/1", how)
    in_step(connected)
    assert "met last Tuesday evening in teh" in connected.current_text(TALKS)
    assert site.read(PATH).decode() == replaced(("on Tusday", "last Tuesday evening"))


@pytest.mark.parametrize("how", ["merge", "squash"])
def test_a_revert_before_the_merge_is_known_here_is_one_after_the_merge(connected: Publication, site: Site, how: str):
    accept(connected, 1, 2)
    merge(site, "corrections/1", how)
    decide_on(connected, 1, REVERT)
    edit(site, "on Friday", "on Saturday")
    in_step(connected)
    assert connected.current_text(TALKS) == BODY.replace("1893", "1894").replace("Friday", "Saturday")
    assert list(branches(site)) == ["corrections/1-revert", "corrections/2"]
    assert at(site, "corrections/1-revert") == replaced(("Friday", "Saturday"))
    merge(site, "corrections/1-revert")
    in_step(connected)
    assert list(branches(site)) == ["corrections/2"]
    assert connected.current_text(TALKS) == BODY.replace("1893", "1894").replace("Friday", "Saturday")


def test_two_reverts_that_cannot_be_told_apart_share_a_branch(connected: Publication, site: Site):
    accept(connected, 1, 2)
    for number in (1, 2):
        merge(site, f"corrections/{number}", "squash")
        in_step(connected)
    decide_on(connected, 1, REVERT)
    decide_on(connected, 2, REVERT)
    in_step(connected)
    assert list(branches(site)) == ["corrections/2-revert"]
    assert at(site, "corrections/2-revert") == HEADER + BODY
    subject = site.git("-C", str(site.bare), "log", "-1", "--format=%s", "corrections/2-revert").strip()
    assert subject == "Revert corrections 1 and 2 in talks"


def test_a_revert_before_the_merge_deletes_the_branch(connected: Publication, site: Site):
    accept(connected, 1)
    decide_on(connected, 1, REVERT)
    in_step(connected)
    assert (branches(site), site.read(PATH).decode()) == ({}, HEADER + BODY)


def test_a_revert_after_the_merge_has_a_branch_of_its_own(connected: Publication, site: Site):
    accept(connected, 1)
    merge(site, "corrections/1", "squash")
    in_step(connected)
    decide_on(connected, 1, REVERT)
    in_step(connected)
    assert list(branches(site)) == ["corrections/1-revert"]
    assert at(site, "corrections/1-revert") == HEADER + BODY
    subject = site.git("-C", str(site.bare), "log", "-1", "--format=%s", "corrections/1-revert")
    assert subject.startswith("Revert correction 1:")
    merge(site, "corrections/1-revert")
    in_step(connected)
    assert (branches(site), connected.current_text(TALKS)) == ({}, BODY)


def test_a_revert_on_main_after_the_merge_is_an_edit_of_the_publisher(connected: Publication, site: Site):
    accept(connected, 1, 2)
    merge(site, "corrections/1", "squash")
    in_step(connected)
    edit(site, "Tuesday", "Tusday")
    in_step(connected)
    assert connected.current_text(TALKS) == BODY.replace("1893", "1894")
    assert list(branches(site)) == ["corrections/2"]


def test_the_same_words_changed_on_main_are_told_and_the_branch_stays(connected: Publication, site: Site):
    accept(connected, 1)
    before = branches(site)
    edit(site, "Tusday", "Thursday")
    status = synchronise(connected)
    assert status.last_error is not None
    assert status.last_error.startswith(f"{PATH}: {TALKS} was changed both here and by you")
    assert branches(site) == before
    assert status.remarks == ("corrections/1 stays as it is until its file can be imported.",)
    assert [conflict.path for conflict in connections.conflicts(connected, "docs")] == [PATH]
    connections.resolve(connected, ADMIN, "docs", PATH, "theirs")
    in_step(connected)
    assert branches(site) == {}
    assert connected.current_text(TALKS) == BODY.replace("Tusday", "Thursday")
    assert connections.conflicts(connected, "docs") == []


def test_a_conflict_that_is_decided_for_the_published_words_is_proposed_again(connected: Publication, site: Site):
    accept(connected, 1)
    edit(site, "Tusday", "Thursday")
    synchronise(connected)
    connections.resolve(connected, ADMIN, "docs", PATH, "ours")
    in_step(connected)
    assert connected.current_text(TALKS) == BODY.replace("Tusday", "Tuesday")
    (branch,) = branches(site)
    assert at(site, branch) == replaced(("Tusday", "Tuesday"))


def test_a_branch_deleted_without_a_merge_is_pushed_again_only_when_the_correction_changes(
    connected: Publication, site: Site
):
    accept(connected, 1, 2)
    site.git("push", "-q", "origin", ":corrections/1")
    for change in ("on Saturday", "on Sunday"):
        status = in_step(connected)
        assert list(branches(site)) == ["corrections/2"]
        assert status.remarks[0].startswith("corrections/1 was deleted there without being merged.")
        edit(site, "on Friday" if change == "on Saturday" else "on Saturday", change)
    assert "Tuesday" in connected.current_text(TALKS), "the article keeps it"
    a_correction(connected, "on Tuesday in", "on Tuesday evening in", TALKS)
    accept(connected, 3)
    assert "Tuesday evening" in at(site, "corrections/3")


def test_a_deleted_branch_is_pushed_again_when_the_correction_is_accepted_with_other_words(
    connected: Publication, site: Site
):
    accept(connected, 1)
    site.git("push", "-q", "origin", ":corrections/1")
    in_step(connected)
    assert branches(site) == {}
    decide_on(connected, 1, REVERT)
    decide_on(connected, 1, DecisionKind.REOPEN)
    words = EditorWords(text="Tuesday morning")
    decision = Decision(DecisionKind.ACCEPT, connected.correction(1).last_event, words=words)
    decide(connected, EDITOR, 1, decision)
    assert in_step(connected).remarks == ("corrections/1 waits to be merged.",)
    assert at(site, "corrections/1") == replaced(("Tusday", "Tuesday morning"))


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


def test_a_connection_without_the_option_commits_to_the_branch(publication: Publication, site: Site):
    connect(publication, site, **{"pull-requests": "off"})
    synchronise(publication)
    a_correction(publication, "Tusday", "Tuesday", TALKS)
    accept(publication, 1)
    assert (branches(site), site.read(PATH).decode()) == ({}, replaced(("Tusday", "Tuesday")))


def test_the_command_line_switches_it_on_and_lists_the_branches(publication: Publication, site: Site):
    data = publication.folder.parent
    where = ("--url", site.bare, "--path", "content", "--name", "docs")
    assert run_command("--data", data, "connect", "daily", "git", *where, "--pull-requests", "on").returncode == 0
    in_step(publication)
    a_correction(publication, "Tusday", "Tuesday", TALKS)
    accept(publication, 1)
    listed = run_command("--data", data, "connections", "daily")
    assert "  corrections/1 waits to be merged." in listed.stdout.splitlines()


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
