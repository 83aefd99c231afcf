"""Articles in a git repository: they become articles here, and accepted corrections become commits there."""

import os
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from corrections.cli.connections import PASSWORD
from corrections.connectors import connections
from corrections.connectors.connections import NewConnection
from corrections.connectors.credentials import Credentials
from corrections.domain.decisions import DecisionKind
from corrections.index import queries
from corrections.services.actors import Actor
from corrections.services.errors import Invalid
from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from corrections.services.review.decisions import Decision, decide
from tests.newsroom import EDITOR, a_correction, free_port, kill, start
from tests.service import run_command

ADMIN = Actor("Ada", "admin")
TALKS = "2026/11/24/talks"
HEADER = "---\ntitle: 'The talks'   # a comment\ndate: 2026-11-24\ntags: [a,  b]\n---\n"
BODY = 'Ministers met on Tusday in teh capital.\r\n\r\nThe bridge opened in 1893.  \n\n{{< figure src="b.jpg" >}}'


class Site:
    """The publisher's repository, with a working copy of the publisher's."""

    def __init__(self, folder: Path) -> None:
        self.bare, self.copy = folder / "site.git", folder / "site"
        self.git("init", "-q", "--bare", "-b", "main", str(self.bare), cwd=folder)
        self.git("clone", "-q", str(self.bare), str(self.copy), cwd=folder)
        self.git("checkout", "-q", "-B", "main")

    def git(self, *arguments: str, cwd: Path | None = None) -> str:
        names = {
            f"GIT_{who}_{part}": "web@example.org" for who in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")
        }
        result = subprocess.run(
            ["git", *arguments], cwd=cwd or self.copy, env={**os.environ, **names}, check=True, capture_output=True
        )
        return result.stdout.decode()

    def write(self, files: dict[str, bytes | None], message: str = "Edit") -> None:
        """Commit these files (None: removed) and push them, as an editor does."""
        for path, data in files.items():
            if data is None:
                (self.copy / path).unlink()
                continue
            (self.copy / path).parent.mkdir(parents=True, exist_ok=True)
            (self.copy / path).write_bytes(data)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        self.push()

    def push(self) -> None:
        while True:
            try:
                self.git("push", "-q", "origin", "main")
                return
            except subprocess.CalledProcessError:
                self.git("pull", "-q", "--rebase", "origin", "main")

    def read(self, path: str) -> bytes:
        return subprocess.run(
            ["git", "-C", str(self.bare), "show", f"main:{path}"], check=True, capture_output=True
        ).stdout

    def log(self, form: str) -> list[str]:
        return self.git("-C", str(self.bare), "log", "--reverse", f"--format={form}", "main").splitlines()


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path)
    site.write({"content/posts/2026-11-24-talks.md": (HEADER + BODY).encode(), "README.md": b"Not an article.\n"})
    return site


def connect(publication: Publication, site: Site, **options: str) -> None:
    given = {"url": str(site.bare), "branch": "main", "path": "content", **options}
    connections.connect(publication, ADMIN, NewConnection("git", given, "docs"))


def synchronise(publication: Publication) -> connections.ConnectionStatus:
    return connections.synchronise(publication, ADMIN, "docs")


def decide_on(publication: Publication, number: int, kind: DecisionKind = DecisionKind.ACCEPT) -> None:
    reason = "It was right before." if kind is DecisionKind.REVERT else ""
    decide(publication, EDITOR, number, Decision(kind, publication.correction(number).last_event, reason=reason))


def wait_until(happened: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


PATH = "content/posts/2026-11-24-talks.md"


def test_files_become_articles_and_an_accepted_correction_becomes_a_commit(publication: Publication, site: Site):
    connect(publication, site, **{"url-pattern": "https://example.org/{path}/"})
    assert synchronise(publication).last_error is None
    (article,) = queries.articles(publication.index)
    assert (article.id, article.title, article.url) == (
        TALKS, "The talks", "https://example.org/posts/2026-11-24-talks/",
    )  # fmt: skip
    assert publication.current_text(TALKS) == BODY
    a_correction(publication, "Tusday", "Tuesday", TALKS)
    decide_on(publication, 1)
    assert synchronise(publication).last_error is None
    assert site.read(PATH) == (HEADER + BODY.replace("Tusday", "Tuesday")).encode(), "only these bytes changed"
    correction = publication.correction(1)
    subject, author, committer, body = site.log("%s|%an <%ae>|%cn|%(trailers:key=Correction,valueonly,separator=%x20)")[
        -1
    ].split("|")
    assert subject == "Correction 1: other in talks" or subject.startswith("Correction 1: ")
    assert author == f"reader {correction.id[:13]} <{correction.id}@readers.invalid>"
    assert (committer, body) == ("Corrections desk", correction.id)
    commits, events = len(site.log("%H")), publication.head().seq
    assert synchronise(publication).last_error is None
    assert (len(site.log("%H")), publication.head().seq) == (commits, events), (
        "what was pushed came back as nothing new"
    )
    assert audit_publication(publication.folder) == []


def test_a_corrected_headline_and_standfirst_change_their_words_in_front_matter_alone(
    publication: Publication, site: Site
):
    header = "---\r\ntitle: 'The tlaks'   # a comment\r\ndate: 2026-11-24\r\nstandfirst: Two dyas: a report\r\n---\r\n"
    header = header.replace("Two dyas: a report", '"Two dyas: a report"')
    site.write({PATH: (header + BODY).encode()})
    connect(publication, site)
    assert synchronise(publication).last_error is None
    for number, (exact, typed) in enumerate(
        [("The tlaks", "The newsroom’s talks"), ("dyas", "“long” days"), ("Tusday", "Tuesday")], 1
    ):
        a_correction(publication, exact, typed, TALKS)
        decide_on(publication, number)
    assert synchronise(publication).last_error is None
    expected = header.replace("The tlaks", "The newsroom’s talks").replace("dyas", "“long” days")
    assert site.read(PATH).decode() == expected + BODY.replace("Tusday", "Tuesday")
    assert len(site.log("%(trailers:key=Correction,valueonly,separator=%x20)")[-3:]) == 3
    events = publication.head().seq
    assert synchronise(publication).last_error is None
    assert publication.head().seq == events
    decide_on(publication, 1, DecisionKind.REVERT)
    assert synchronise(publication).last_error is None
    assert "title: 'The tlaks'   # a comment" in site.read(PATH).decode()
    assert audit_publication(publication.folder) == []


def test_what_editors_write_there_meanwhile_is_pulled_first_and_nothing_is_lost(publication: Publication, site: Site):
    connect(publication, site)
    synchronise(publication)
    a_correction(publication, "Tusday", "Tuesday", TALKS)
    a_correction(publication, "1893", "1894", TALKS)
    site.write({PATH: (HEADER + BODY.replace("Ministers", "The ministers")).encode()})
    decide_on(publication, 1)
    decide_on(publication, 2)
    assert synchronise(publication).last_error is None
    expected = BODY.replace("Ministers", "The ministers").replace("Tusday", "Tuesday").replace("1893", "1894")
    assert site.read(PATH).decode() == HEADER + expected
    assert publication.current_text(TALKS) == expected
    decide_on(publication, 2, DecisionKind.REVERT)
    synchronise(publication)
    assert site.read(PATH).decode() == HEADER + expected.replace("1894", "1893")
    assert [subject.partition(":")[0] for subject in site.log("%s")][2:] == [
        "Correction 1", "Correction 2", "Revert correction 2",
    ]  # fmt: skip


def test_the_same_words_changed_on_both_sides_are_told_and_left_alone(publication: Publication, site: Site):
    connect(publication, site)
    synchronise(publication)
    a_correction(publication, "Tusday", "Tuesday", TALKS)
    decide_on(publication, 1)
    theirs = (HEADER + BODY.replace("Tusday", "Thursday")).encode()
    site.write({PATH: theirs})
    status = synchronise(publication)
    assert status.last_error is not None
    assert status.last_error.startswith(f"{PATH}: {TALKS} was changed both here and by you")
    assert site.read(PATH) == theirs
    site.write({PATH: (HEADER + BODY.replace("Tusday", "Tuesday")).encode()})
    assert synchronise(publication).last_error is None


def test_a_renamed_file_is_the_same_article_and_a_removed_one_is_kept(publication: Publication, site: Site):
    connect(publication, site)
    synchronise(publication)
    site.git("mv", PATH, "content/posts/negotiations.md")
    site.git("commit", "-q", "-m", "Rename")
    site.push()
    synchronise(publication)
    a_correction(publication, "Tusday", "Tuesday", TALKS)
    decide_on(publication, 1)
    assert synchronise(publication).last_error is None
    assert b"Tuesday" in site.read("content/posts/negotiations.md")
    site.git("pull", "-q", "--rebase", "origin", "main")
    site.write({"content/posts/negotiations.md": None})
    assert synchronise(publication).last_error is None
    assert len(queries.articles(publication.index)) == 1


def test_what_an_earlier_version_kept_of_the_last_pull_is_understood(publication: Publication, site: Site):
    """It kept the id of the commit alone, by which renames are followed."""
    connect(publication, site)
    synchronise(publication)
    publication.private.connections.set_pulled("docs", site.log("%H")[-1])
    site.git("mv", PATH, "content/posts/negotiations.md")
    site.git("commit", "-q", "-m", "Rename")
    site.push()
    assert synchronise(publication).last_error is None
    assert [row.path for row in publication.private.connections.articles("docs")] == ["content/posts/negotiations.md"]
    assert [article.id for article in queries.articles(publication.index)] == [TALKS]


def test_a_file_that_cannot_be_imported_is_told_and_stops_no_other(publication: Publication, site: Site):
    site.write({"content/a.md": b"\xff\xfe broken", "content/2026-11-25-fine.md": b"It is fine.\n"})
    connect(publication, site)
    status = synchronise(publication)
    assert status.last_error is not None
    assert status.last_error.startswith("content/a.md: ")
    assert {article.id for article in queries.articles(publication.index)} == {TALKS, "2026/11/25/fine"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"url": "/nowhere/at/all.git"}, "git fetch was refused"),
        ({"branch": "nobranch"}, "git fetch was refused"),
        ({"url": "https://user:secret@127.0.0.1:1/x.git"}, "git fetch was refused"),
    ],
)
def test_a_repository_that_does_not_answer_is_told(
    publication: Publication, site: Site, options: dict[str, str], message: str
):
    connect(publication, site, **options)
    status = synchronise(publication)
    assert status.last_error is not None
    assert message in status.last_error
    assert "secret" not in status.last_error


@pytest.mark.parametrize(
    "options",
    [
        {"url": ""},
        {"url": "--upload-pack=x"},
        {"branch": "a b"},
        {"branch": "-x"},
        {"path": "../up"},
        {"url-pattern": "{a.b}"},
    ],
)
def test_options_that_cannot_be_are_refused(publication: Publication, site: Site, options: dict[str, str]):
    with pytest.raises(Invalid):
        connect(publication, site, **options)


def test_edits_and_acceptances_at_random_moments_lose_nothing(publication: Publication, tmp_path: Path):
    """Both sides write at once: each edit and each correction is in both texts in the end, once."""
    words = [f"word{number}" for number in range(40)]
    text = "\n\n".join(f"Sentence {number} has the {word} in it." for number, word in enumerate(words))
    site = Site(tmp_path)
    site.write({"content/2026-11-24-talks.md": text.encode()})
    connect(publication, site)
    synchronise(publication)
    path = "content/2026-11-24-talks.md"

    def edit() -> None:
        for number in range(1, 40, 4):
            site.git("pull", "-q", "--rebase", "origin", "main")
            changed = (site.copy / path).read_text().replace(f"Sentence {number} has", f"Sentence {number} had")
            site.write({path: changed.encode()})

    editor = threading.Thread(target=edit)
    editor.start()
    for count, number in enumerate(range(0, 40, 4), start=1):
        a_correction(publication, words[number], f"fixed{number}", TALKS)
        decide_on(publication, count)
        synchronise(publication)
    editor.join()
    assert synchronise(publication).last_error is None
    expected = text
    for number in range(0, 40, 4):
        expected = expected.replace(f"the {words[number]} in", f"the fixed{number} in")
        expected = expected.replace(f"Sentence {number + 1} has", f"Sentence {number + 1} had")
    assert site.read(path).decode() == expected
    assert publication.current_text(TALKS) == expected
    assert audit_publication(publication.folder) == []


def test_a_kill_between_push_and_note_pushes_nothing_twice(publication: Publication, site: Site):
    data, port = publication.folder.parent, free_port()
    run_command(
        "--data", data, "connect", "daily", "git", "--url", str(site.bare), "--branch", "main", "--path", "content",
        "--name", "docs", "--every", "1",
    )  # fmt: skip
    service = start(data, port)
    wait_until(lambda: known(publication))
    for number, (old, new) in enumerate([("Tusday", "Tuesday"), ("teh", "the"), ("1893", "1894")], start=1):
        a_correction(publication, old, new, TALKS)
        decide_on(publication, number)
        if number < 3:
            wait_until(lambda: f"Correction {number}" in "".join(site.log("%s")))  # noqa: B023 - called at once
        kill(service)
        service = start(data, port)
    wait_until(lambda: "Correction 3" in "".join(site.log("%s")))
    kill(service)
    subjects = [subject.partition(":")[0] for subject in site.log("%s")][1:]
    assert subjects == ["Correction 1", "Correction 2", "Correction 3"]


def known(publication: Publication) -> bool:
    publication.refresh()
    return bool(queries.articles(publication.index))


def test_the_password_comes_from_the_environment_and_is_stored_encrypted(
    publication: Publication, site: Site, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(PASSWORD, "a long secret password")
    data = publication.folder.parent
    made = run_command("--data", data, "connect", "daily", "git", "--url", site.bare, "--name", "docs")
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith("whsec_"), "the secret of the hook"
    connection = publication.private.connections.get("docs")
    assert connection is not None
    assert Credentials(data).decrypt(connection.secret) == "a long secret password"
    for path in publication.folder.glob("private.db*"):
        assert b"a long secret password" not in path.read_bytes()
        assert made.stdout.strip().encode() not in path.read_bytes()
    assert synchronise(publication).last_error is None
