"""What was taken down is gone from every file, and everybody can still check the rest."""

import json
import subprocess
import zlib
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from git import Repo

from corrections.errors import CorrectionsError
from corrections.index import queries
from corrections.services import settings
from corrections.services.actors import Actor
from corrections.services.operations import backup, checkpoints, redaction
from corrections.services.operations.audit import audit_publication
from corrections.services.operations.public_copy import public_copy
from corrections.services.publication import Publication
from corrections.services.review import decisions
from repo_store.audit.checkpoints import read_checkpoints
from repo_store.errors import NothingToRedact
from repo_store.git.maintenance import PENDING
from repo_store.git.packfile import KEEP
from repo_store.model.intents import Intent
from tests.newsroom import EDITOR, TALKS, a_correction, an_article, serving
from tests.service import run_command, run_verifier

CHIEF = Actor("Ines", "admin")
SLANDER = "Zyxwvut the embezzler"
NAME = "Quillfeather"
OTHER = "2026/11/25/other"


@pytest.fixture(params=["off", "on"], ids=["unsigned", "signed"])
def slandered(tmp_path: Path, request: pytest.FixtureRequest) -> Publication:
    """Before, between and after the words that must go, other articles and corrections have their events."""
    publication = Publication.create(tmp_path, "daily")
    settings.put(publication, "sign-commits", request.param)
    an_article(publication)
    an_article(publication, f"# Other\n\nA word of **{NAME[:5]}**{NAME[5:]} and teh rest.\n", OTHER)
    first = a_correction(publication, "teh", "the")
    decisions.accept(publication, EDITOR, first.number, publication.correction(first.number).last_event)
    a_correction(publication, "Tusday", SLANDER, comment=f"Everybody knows {SLANDER}")
    a_correction(publication, "1971", f"1972 ({NAME})")
    decisions.accept(publication, EDITOR, 3, publication.correction(3).last_event)
    second = a_correction(publication, "teh", "the", OTHER)
    decisions.accept(publication, EDITOR, second.number, publication.correction(second.number).last_event)
    checkpoints.checkpoint(publication)
    return publication


def test_a_correction_taken_down_is_in_no_file_and_the_rest_can_be_checked(slandered: Publication) -> None:
    checkpoint_file = _checkpoints(slandered, "before.json")
    public_copy(slandered)
    text = slandered.current_text(TALKS)
    redaction.redact(slandered, CHIEF, redaction.Removal("By order of a court.", number=2))
    assert _files_with(slandered.folder, SLANDER) == []
    assert slandered.correction(2).replacement is None
    assert slandered.correction(2).comment == ""
    assert slandered.current_text(TALKS) == text
    assert audit_publication(slandered.folder) == []
    assert audit_publication(slandered.folder, read_checkpoints(checkpoint_file)) == []
    assert Repo(slandered.folder / "articles.git").git.fsck("--strict", "--full", "--unreachable") == ""
    assert [item.reason for item in queries.redactions(slandered.index, number=2)] == ["By order of a court."]
    assert queries.redactions(slandered.index, TALKS, public=True) == [], "nothing that was published was touched"
    assert slandered.store.checkpoints(limit=1)[0].statement.redactions == (_events(slandered),)


@pytest.mark.parametrize("content", [KEEP, KEEP[:20], b""], ids=["whole", "torn", "empty"])
def test_words_in_a_pack_that_a_dead_writer_kept_are_removed_too(slandered: Publication, content: bytes) -> None:
    packs = list((slandered.store.path / "objects/pack").glob("pack-*.pack"))
    assert packs
    for pack in packs:
        pack.with_suffix(".keep").write_bytes(content)
    redaction.redact(slandered, CHIEF, redaction.Removal("By order of a court.", number=2))
    assert _files_with(slandered.folder, SLANDER) == []
    assert audit_publication(slandered.folder) == []


@pytest.mark.parametrize("name", ["pack-{}.pack", "tmp_pack_{}", ".tmp-1-pack-{}.pack"])
def test_words_in_a_file_that_a_writer_which_just_died_left_are_removed_too(slandered: Publication, name: str) -> None:
    left = slandered.store.path / "objects/pack" / name.format("1" * 40)
    left.write_text(SLANDER)
    redaction.redact(slandered, CHIEF, redaction.Removal("By order of a court.", number=2))
    assert _files_with(slandered.folder, SLANDER) == []
    assert not left.exists()
    assert audit_publication(slandered.folder) == []


@pytest.mark.parametrize("step", ["objects", "chain", "texts", "signatures"])
def test_an_audit_that_a_redaction_overtakes_begins_anew(slandered: Publication, step: str) -> None:
    heard: list[str] = []

    def hear(now: str, _done: int, _total: int) -> None:
        if now == step and step not in heard:
            redaction.redact(slandered, CHIEF, redaction.Removal("By order of a court.", number=2))
        heard.append(now)

    assert audit_publication(slandered.folder, progress=hear) == []
    assert _files_with(slandered.folder, SLANDER) == []


def test_words_that_were_published_go_from_texts_notices_and_events(slandered: Publication) -> None:
    checkpoint_file = _checkpoints(slandered, "before.json")
    old = slandered.article(TALKS).revision
    redaction.redact(slandered, CHIEF, redaction.Removal("Privacy.", number=3, words=(NAME.upper(),)))
    assert NAME not in slandered.current_text(TALKS)
    assert f"1972 ({'█' * len(NAME)})" in slandered.current_text(TALKS)
    assert queries.moved_to(slandered.index, old) == slandered.article(TALKS).revision
    assert audit_publication(slandered.folder, read_checkpoints(checkpoint_file)) == []
    redaction.redact(slandered, CHIEF, redaction.Removal("Privacy.", article=OTHER, words=(NAME,)))
    assert _files_with(slandered.folder, NAME) == []
    assert _files_with(slandered.folder, NAME[5:]) == []  # the half of it that stood behind the markup
    assert audit_publication(slandered.folder, read_checkpoints(checkpoint_file)) == []
    assert _verified(slandered, checkpoint_file)


def test_what_was_signed_is_signed_again_even_where_nothing_new_is(slandered: Publication) -> None:
    if settings.text(slandered, "sign-commits") == "off":
        pytest.skip("nothing was signed")
    settings.put(slandered, "sign-commits", "off")
    redaction.redact(slandered, CHIEF, redaction.Removal("By order of a court.", number=2))
    with Repo(slandered.store.path) as repo:
        signed = [
            "gpgsig" in repo.git.cat_file("commit", commit)
            for commit in repo.git.rev_list("--first-parent", "--reverse", "ledger").split()
        ]
    assert signed == [True] * (len(signed) - 1) + [False]
    assert audit_publication(slandered.folder) == []


def test_the_whole_text_of_a_revision_goes(slandered: Publication) -> None:
    first = queries.revisions(slandered.index, OTHER)[-1].revision
    redaction.redact(slandered, CHIEF, redaction.Removal("Privacy.", article=OTHER, revision=first))
    now = queries.revisions(slandered.index, OTHER)[-1].revision
    assert set(slandered.store.text(OTHER, now)) <= {"█", " ", "\n"}
    assert "the rest" in slandered.current_text(OTHER)
    assert audit_publication(slandered.folder) == []


def test_work_goes_on_after_it_here_and_in_another_process(slandered: Publication) -> None:
    other = Publication(slandered.folder)
    other.current_text(TALKS)
    seen = other.store.head().ledger
    event = slandered.store.entry(str(seen)).event
    redaction.redact(slandered, CHIEF, redaction.Removal("By order of a court.", number=2))
    with pytest.raises(Exception, match=r"This has changed in the meantime\. Check it and decide again"):
        other.store.write(Intent(event, seen))  # decided on what is no more
    rewritten = a_correction(other, "1893", "1894")
    decisions.accept(other, EDITOR, rewritten.number, rewritten.last_event)
    assert "1894" in slandered.current_text(TALKS)
    assert audit_publication(slandered.folder) == []
    other.close()


def test_a_backup_made_from_then_on_has_nothing_of_it(slandered: Publication, tmp_path: Path) -> None:
    redaction.redact(slandered, CHIEF, redaction.Removal("By order of a court.", number=2))
    backup.back_up(slandered, tmp_path / "backup")
    assert backup.restore(tmp_path / "elsewhere", "daily", [tmp_path / "backup"]) == []
    assert _files_with(tmp_path / "elsewhere", SLANDER) == []


def test_a_process_that_dies_before_the_old_history_is_thrown_away_leaves_that_to_the_next(
    slandered: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    def died(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("repo_store.writer.purge", died)
    with pytest.raises(KeyboardInterrupt):
        redaction.redact(slandered, CHIEF, redaction.Removal("By order of a court.", number=2))
    slandered.close()
    assert (slandered.folder / "articles.git" / PENDING).exists()
    again = Publication(slandered.folder)
    assert _files_with(again.folder, SLANDER) == []
    assert audit_publication(again.folder) == []
    assert again.correction(2).replacement is None


def test_what_a_redaction_does_not_tell_is_found(slandered: Publication) -> None:
    """An event that was altered under cover of a redaction."""
    if settings.text(slandered, "sign-commits") == "on":
        pytest.skip("a signature that is gone cannot be made again")
    redaction.redact(slandered, CHIEF, redaction.Removal("By order of a court.", number=2))
    folder = slandered.folder
    slandered.close()
    with Repo(folder / "articles.git") as repo:
        chain = repo.git.rev_list("--first-parent", "--reverse", "ledger").split()
        moved: dict[str, str] = {}
        for commit in chain:
            raw = repo.git.cat_file("commit", commit, strip_newline_in_stdout=False)
            for old, new in moved.items():
                raw = raw.replace(old, new)
            if '"seq":8,' in raw:
                assert '"by":"Mira"' in raw or '"comment":""' in raw
                raw = raw.replace('"by":"Mira"', '"by":"Nobody"').replace('"comment":""', '"comment":"x"')
            rewritten = subprocess.run(
                ["git", "-C", repo.git_dir, "hash-object", "-t", "commit", "-w", "--stdin"],
                input=raw.encode(), capture_output=True, check=True,
            ).stdout.decode().strip()  # fmt: skip
            if rewritten != commit:
                moved[commit] = rewritten
        repo.git.update_ref("refs/heads/ledger", moved[chain[-1]])
    assert "redaction" in {finding.code for finding in audit_publication(folder)}


@pytest.mark.parametrize(
    ("removal", "expected"),
    [
        (redaction.Removal("", number=2), "Give a reason"),
        (redaction.Removal("Privacy.", number=3), "say which words"),
        (redaction.Removal("Privacy.", article=TALKS), "Say what to remove"),
        (redaction.Removal("Privacy.", article=TALKS, words=("ab",)), "at least 3"),
        (redaction.Removal(f"About {NAME}.", article=TALKS, words=(NAME,)), "will be public"),
        (redaction.Removal("Privacy.", article=TALKS, revision="0" * 40), "not a revision"),
        (redaction.Removal("Privacy.", number=99), "no correction number 99"),
    ],
)
def test_what_cannot_be_taken_down_is_told(slandered: Publication, removal: redaction.Removal, expected: str) -> None:
    with pytest.raises(CorrectionsError) as caught:
        redaction.redact(slandered, CHIEF, removal)
    assert expected in str([caught.value.message, *getattr(caught.value, "fields", {}).values()])
    with pytest.raises(NothingToRedact):
        redaction.redact(slandered, CHIEF, redaction.Removal("x", article=TALKS, words=("nowhere to be found",)))


def _checkpoints(publication: Publication, name: str) -> Path:
    path = publication.folder.parent / name
    statements = [{"statement": item.text, "signature": item.signature} for item in publication.store.checkpoints()]
    path.write_text(json.dumps({"checkpoints": statements}))
    return path


def _events(publication: Publication) -> int:
    return publication.store.head().seq


def _verified(publication: Publication, checkpoint_file: Path) -> bool:
    """The stand-alone verifier on what the public clones, and on the whole."""
    for path in (public_copy(publication), publication.folder / "articles.git"):
        since = _checkpoints(publication, "since.json")  # with the one that lists the redaction
        done = run_verifier(path, "--against", checkpoint_file, "--against", since)
        assert done.returncode == 0, done.stdout + done.stderr
    return True


def _files_with(folder: Path, words: str) -> list[str]:
    """Files that hold the words: as they are, in a zlib stream of a pack, or in a loose object."""
    wanted = words.encode()
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            if wanted in data or wanted in _inflated(path, data):
                found.append(str(path))
    return found


def _inflated(path: Path, data: bytes) -> bytes:
    if path.suffix == ".pack":
        listed = subprocess.run(
            ["git", "show-index"], stdin=path.with_suffix(".idx").open("rb"), capture_output=True, check=True
        ).stdout
        starts = sorted(int(line.split()[0]) for line in listed.splitlines())
        return b"".join(_stream(data, start) for start in starts)
    try:
        return zlib.decompress(data)
    except zlib.error:
        return b""


def _stream(data: bytes, at: int) -> bytes:
    """What is packed at this place; of a delta, the delta, which holds new words as they are."""
    kind = data[at] >> 4 & 7
    while data[at] & 0x80:
        at += 1
    at += 1
    if kind == 7:
        at += 20
    if kind == 6:
        while data[at] & 0x80:
            at += 1
        at += 1
    return zlib.decompressobj().decompress(data[at:])


def test_a_service_that_runs_meanwhile_shows_nothing_of_it_and_goes_on(slandered: Publication) -> None:
    if settings.text(slandered, "sign-commits") == "on":
        pytest.skip("once is enough")
    old = slandered.article(TALKS).revision
    data = slandered.folder.parent
    pages = [f"a/{TALKS}", f"a/{TALKS}/history", f"a/{TALKS}/blame", f"a/{TALKS}/revision/{old}", "corrections", "c/3"]
    slandered.close()
    with serving(data) as site:
        assert NAME in _got(f"{site}/daily/a/{TALKS}")
        for page in pages:
            _got(f"{site}/daily/{page}")
        command = ["--data", data, "redact", "daily", "3", "--yes"]
        process = run_command(*command, "--words", NAME, "--reason", "Privacy.")
        assert process.returncode == 0, process.stderr
        assert "text was removed from" in process.stdout
        for page in pages:
            assert NAME not in _got(f"{site}/daily/{page}"), page
        assert "Privacy." in _got(f"{site}/daily/a/{TALKS}")
        sent = json.dumps(
            {
                "target": {"article": TALKS, "selector": [{"type": "TextQuoteSelector", "exact": "1893"}]},
                "body": {"type": "TextualBody", "value": "1894"},
            }
        ).encode()
        asked = Request(f"{site}/api/v1/daily/corrections", sent, {"Content-Type": "application/json"})
        with urlopen(asked, timeout=30) as answer:
            assert answer.status == 201
    assert audit_publication(data / "daily") == []


def _got(address: str) -> str:
    with urlopen(address, timeout=30) as answer:
        return str(answer.read().decode())
