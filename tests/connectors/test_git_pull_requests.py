"""Accepted corrections on branches of their own in a git repository, for the publisher's team to merge."""

import pytest

from corrections.connectors import connections
from corrections.domain.decisions import DecisionKind
from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from corrections.services.review.decisions import Decision, decide
from corrections.services.review.edited_text import EditorWords
from tests.connectors.branches import (
    BODY,
    HEADER,
    REVERT,
    accept,
    at,
    branches,
    edit,
    in_step,
    merge,
    push_a_commit,
    refresh,
    replaced,
)
from tests.connectors.branches import connected as connected  # a fixture
from tests.connectors.branches import site as site  # a fixture
from tests.connectors.test_git_connector import ADMIN, PATH, TALKS, Site, connect, decide_on, synchronise
from tests.newsroom import EDITOR, a_correction
from tests.service import run_command


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
