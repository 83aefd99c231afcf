"""A backup brings everything back elsewhere, names any byte that was altered, and misses nothing under load."""

import gzip
import hashlib
import io
import os
import random
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
from pathlib import Path

import pytest

from corrections.index import queries
from corrections.services.actors import Actor
from corrections.services.operations import checkpoints, redaction
from corrections.services.operations.backup import SMALL_LIMIT, BadBackup, back_up, read_manifest, restore
from corrections.services.operations.backup_folder import back_up_to_folder, restorable_files
from corrections.services.operations.work_folder import RESTORING, work_folder
from corrections.services.publication import KEY, Publication
from corrections.services.review import decisions
from corrections.services.submission.submission import Contact
from repo_store.errors import NotFound
from tests.newsroom import EDITOR, TALKS, a_correction, an_article, free_port, kill, start


def test_a_restored_publication_has_the_same_history_key_and_readers(publication: Publication, tmp_path: Path) -> None:
    an_article(publication)
    a_correction(publication, "teh", "the", contact=Contact("", "ada@example.org", False))
    checkpoints.checkpoint(publication)
    back_up(publication, tmp_path / "whole")
    assert (tmp_path / "whole").stat().st_mode & 0o077 == 0
    assert restore(tmp_path / "elsewhere", "daily", [tmp_path / "whole"]) == []
    restored = Publication(tmp_path / "elsewhere" / "daily")
    assert restored.store.heads() == publication.store.heads()
    assert restored.key.public == publication.key.public
    assert (restored.folder / KEY).stat().st_mode & 0o077 == 0
    contact = restored.private.contacts.get(restored.correction(1).id)
    assert contact is not None
    assert contact.email == "ada@example.org"
    restored.close()


def test_later_backups_hold_what_is_new_and_are_restored_in_order(publication: Publication, tmp_path: Path) -> None:
    an_article(publication, "# Long\n\nteh\n\n" + "".join(f"{at} words.\n\n" for at in range(20_000)))
    back_up(publication, tmp_path / "1")
    a_correction(publication, "teh", "the")
    back_up(publication, tmp_path / "2", since=tmp_path / "1")
    back_up(publication, tmp_path / "3", since=tmp_path / "2")  # nothing is new
    decisions.accept(publication, EDITOR, 1, publication.correction(1).last_event)
    checkpoints.checkpoint(publication)
    back_up(publication, tmp_path / "4", since=tmp_path / "3")
    files = [tmp_path / name for name in "1234"]
    assert not read_manifest(files[0]).since
    assert read_manifest(files[3]).since == read_manifest(files[2]).heads == read_manifest(files[1]).heads
    assert restore(tmp_path / "elsewhere", "daily", files) == []
    restored = Publication(tmp_path / "elsewhere" / "daily")
    assert restored.store.heads() == publication.store.heads()
    restored.close()
    with pytest.raises(BadBackup, match="does not continue"):
        restore(tmp_path / "missing", "daily", [files[0], files[3]])
    with pytest.raises(BadBackup, match="does not continue"):
        restore(tmp_path / "missing", "daily", files[1:])
    assert not (tmp_path / "missing").exists()


@pytest.mark.parametrize(
    ("name", "kind"),
    [("../outside", tarfile.REGTYPE), ("/tmp/outside", tarfile.REGTYPE), ("private.db", tarfile.SYMTYPE),
     ("corrections-policy/../../outside.md", tarfile.REGTYPE), ("signing.key", tarfile.LNKTYPE), ("x", tarfile.DIRTYPE)],
)  # fmt: skip
def test_a_crafted_backup_writes_nothing(publication: Publication, tmp_path: Path, name: str, kind: bytes) -> None:
    an_article(publication)
    back_up(publication, tmp_path / "good")
    with tarfile.open(tmp_path / "good") as good, tarfile.open(tmp_path / "bad", "w") as bad:
        for member in good:
            if member.name != name:
                bad.addfile(member, good.extractfile(member))
        crafted = tarfile.TarInfo(name)
        crafted.type, crafted.linkname = kind, "../../../outside"
        bad.addfile(crafted, io.BytesIO())
    content = (tmp_path / "bad").read_bytes()
    (tmp_path / "bad").write_bytes(content + b"sha256 " + hashlib.sha256(content).hexdigest().encode() + b"\n")
    with pytest.raises(BadBackup):
        restore(tmp_path / "elsewhere", "daily", [tmp_path / "bad"])
    assert not (tmp_path / "elsewhere" / "daily").exists()
    assert not list(tmp_path.rglob("outside*"))


def sealed(path: Path) -> Path:
    """A crafted file with the last line that a backup has."""
    content = path.read_bytes()
    path.write_bytes(content + b"sha256 " + hashlib.sha256(content).hexdigest().encode() + b"\n")
    return path


def crafted(good: Path, bad: Path, name: str, member: tarfile.TarInfo, content: bytes, mode: str = "w") -> Path:
    """The backup `good` with another member in the place of `name`."""
    with tarfile.open(good) as source, tarfile.open(bad, mode) as target:
        for each in source:
            if each.name == name:
                target.addfile(member, io.BytesIO(content))
            else:
                target.addfile(each, source.extractfile(each))
    return sealed(bad)


def test_a_backup_holds_only_what_is_in_it(publication: Publication, tmp_path: Path) -> None:
    an_article(publication)
    back_up(publication, tmp_path / "good")
    huge = tarfile.TarInfo("private.db")
    huge.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "private.db"}
    huge.pax_headers["GNU.sparse.realsize"] = str(2**40)
    map_of_holes = f"1\n{2**40 - 1}\n1\n".encode().ljust(512, b"\0") + b"x"
    huge.size = len(map_of_holes)
    sparse = crafted(tmp_path / "good", tmp_path / "sparse", "private.db", huge, map_of_holes)
    packed = sealed(Path(shutil.copy(tmp_path / "good", tmp_path / "plain")))
    (tmp_path / "packed").write_bytes(gzip.compress(packed.read_bytes()))
    large = tarfile.TarInfo("manifest.json")
    large.size = 2 * SMALL_LIMIT
    manifest = crafted(tmp_path / "good", tmp_path / "manifest", "manifest.json", large, b" " * large.size)
    chain = tmp_path / "chain"
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, 0
    chain.write_bytes(header.tobuf() * 5_000)
    for backup in (sparse, sealed(tmp_path / "packed"), manifest, sealed(chain)):
        with pytest.raises(BadBackup):
            restore(tmp_path / "elsewhere", "daily", [backup])
        assert not (tmp_path / "elsewhere" / "daily").exists()


def test_after_a_redaction_a_whole_backup_is_asked_for(publication: Publication, tmp_path: Path) -> None:
    an_article(publication)
    a_correction(publication, "teh", "slander")
    back_up(publication, tmp_path / "before")
    redaction.redact(publication, Actor("Ines", "admin"), redaction.Removal("A court's order.", number=1))
    with pytest.raises(NotFound, match="make a full backup"):
        back_up(publication, tmp_path / "after", since=tmp_path / "before")
    back_up(publication, tmp_path / "after")
    assert restore(tmp_path / "elsewhere", "daily", [tmp_path / "after"]) == []


def test_a_folder_of_backups_is_continued_and_restored_as_a_whole(publication: Publication, tmp_path: Path) -> None:
    folder = tmp_path / "backups" / "daily"
    an_article(publication, "# Long\n\nteh\n\n" + "".join(f"{at} words.\n\n" for at in range(20_000)))
    first = back_up_to_folder(publication, folder)
    a_correction(publication, "teh", "the")
    second = back_up_to_folder(publication, folder)
    third = back_up_to_folder(publication, folder)  # nothing is new
    assert [new.continues for new in (first, second, third)] == [None, first.file, second.file]
    assert second.file.stat().st_size < first.file.stat().st_size  # the private store is in both
    assert folder.stat().st_mode & 0o077 == 0
    (folder / "daily-notes.backup").write_text("not one of ours")
    (folder / "daily-2-000009.backup").write_text("another publication's")
    assert restorable_files(folder, "daily") == [first.file, second.file, third.file]
    assert restore(tmp_path / "elsewhere", "daily", restorable_files(folder, "daily")) == []
    restored = Publication(tmp_path / "elsewhere" / "daily")
    assert restored.store.heads() == publication.store.heads()
    restored.close()
    fourth = back_up_to_folder(publication, folder, whole=True)
    assert (fourth.continues, fourth.reason) == (None, "")
    assert restorable_files(folder, "daily") == [fourth.file]


def test_what_cannot_be_continued_is_followed_by_a_whole_backup(publication: Publication, tmp_path: Path) -> None:
    an_article(publication)
    first = back_up_to_folder(publication, tmp_path)
    first.file.write_bytes(first.file.read_bytes()[:-100])
    second = back_up_to_folder(publication, tmp_path)
    assert second.continues is None
    assert f"{first.file} is not a Corrections backup" in second.reason
    a_correction(publication, "teh", "slander")
    third = back_up_to_folder(publication, tmp_path)
    assert third.continues == second.file
    redaction.redact(publication, Actor("Ines", "admin"), redaction.Removal("A court's order.", number=1))
    fourth = back_up_to_folder(publication, tmp_path)
    assert (fourth.continues, fourth.reason) == (None, f"history was rewritten after {third.file.name}")
    assert restorable_files(tmp_path, "daily") == [fourth.file]
    fourth.file.unlink()
    second.file.unlink()
    first.file.unlink()
    with pytest.raises(BadBackup, match="continues one that is missing"):
        restorable_files(tmp_path, "daily")
    with pytest.raises(BadBackup, match="contains no backup of weekly"):
        restorable_files(tmp_path, "weekly")


def a_series(publication: Publication, folder: Path) -> list[Path]:
    """A full backup and three that continue it, each with something new."""
    an_article(publication)
    files = [back_up_to_folder(publication, folder).file]
    for word in ("the", "a", "one"):
        a_correction(publication, "teh", word)
        files.append(back_up_to_folder(publication, folder).file)
    assert [bool(read_manifest(file).since) for file in files] == [False, True, True, True]
    return files


def check_series_begins_anew(publication: Publication, folder: Path, reason: str) -> None:
    """The next backup is full and says why, the one after continues it, and the folder can be restored."""
    a_correction(publication, "teh", "this")
    fifth = back_up_to_folder(publication, folder)
    assert fifth.continues is None
    assert reason in fifth.reason
    a_correction(publication, "teh", "that")
    sixth = back_up_to_folder(publication, folder)
    assert (sixth.continues, sixth.reason) == (fifth.file, "")
    assert restorable_files(folder, "daily") == [fifth.file, sixth.file]
    assert restore(folder.parent / "elsewhere", "daily", restorable_files(folder, "daily")) == []


@pytest.mark.parametrize(
    ("missing", "reason"),
    [(0, "the backup that daily-000002.backup continues is missing"),
     (1, "the backup that daily-000003.backup continues is missing"),
     (2, "the backup that daily-000004.backup continues is missing")],
)  # fmt: skip
def test_a_series_with_a_missing_backup_is_not_continued(
    publication: Publication, tmp_path: Path, missing: int, reason: str
) -> None:
    a_series(publication, tmp_path / "backups")[missing].unlink()
    check_series_begins_anew(publication, tmp_path / "backups", reason)


@pytest.mark.parametrize("damaged", [0, 2])
@pytest.mark.parametrize("lost", [1, 100, 10_000])
def test_a_series_with_a_backup_cut_short_is_not_continued(
    publication: Publication, tmp_path: Path, damaged: int, lost: int
) -> None:
    file = a_series(publication, tmp_path / "backups")[damaged]
    os.truncate(file, file.stat().st_size - lost)
    check_series_begins_anew(publication, tmp_path / "backups", f"{file} is not a Corrections backup, is incomplete")


def test_a_series_is_continued_without_a_backup_that_it_does_not_need(publication: Publication, tmp_path: Path) -> None:
    files = a_series(publication, tmp_path / "backups")
    files.append(back_up_to_folder(publication, tmp_path / "backups").file)  # nothing is new
    files.append(back_up_to_folder(publication, tmp_path / "backups").file)
    files[4].unlink()
    assert back_up_to_folder(publication, tmp_path / "backups").continues == files[5]
    assert restore(tmp_path / "elsewhere", "daily", restorable_files(tmp_path / "backups", "daily")) == []


KILLED_RESTORE = """
import os, signal, sys
from pathlib import Path
from corrections.services.operations import backup

backup._check_heads = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
backup.restore(Path(sys.argv[1]), "daily", [Path(sys.argv[2])])
"""


def kill_restore(data: Path, source: Path) -> None:
    """Restore in a process that is killed when everything is unpacked."""
    killed = subprocess.run([sys.executable, "-c", KILLED_RESTORE, data, source], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert list(data.rglob("private.db"))


def test_what_a_killed_restore_left_is_removed_by_the_next(publication: Publication, tmp_path: Path) -> None:
    an_article(publication)
    back_up(publication, tmp_path / "whole")
    data = tmp_path / "elsewhere"
    kill_restore(data, tmp_path / "whole")
    kill_restore(data, tmp_path / "whole")
    assert len(list(data.rglob("private.db"))) == 1  # the first one's is gone
    assert restore(data, "daily", [tmp_path / "whole"]) == []
    assert [path.name for path in data.iterdir()] == ["daily"]


def test_what_a_killed_restore_left_is_removed_when_the_service_starts(
    publication: Publication, tmp_path: Path
) -> None:
    an_article(publication)
    back_up(publication, tmp_path / "whole")
    data = tmp_path / "elsewhere"
    kill_restore(data, tmp_path / "whole")
    process = start(data, free_port())
    try:
        assert not list(data.rglob("private.db"))
    finally:
        kill(process)


KILLED_BACKUP = """
import os, signal, sys
from pathlib import Path
from corrections.services.operations import backup
from corrections.services.publication import Publication

backup._trailer = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
backup.back_up(Publication(Path(sys.argv[1])), Path(sys.argv[2]))
"""


def test_what_a_killed_backup_left_is_removed_by_the_next(publication: Publication, tmp_path: Path) -> None:
    an_article(publication)
    backups = tmp_path / "backups"
    backups.mkdir()
    killed = subprocess.run([sys.executable, "-c", KILLED_BACKUP, publication.folder, backups / "whole"], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert list(backups.rglob("private.db"))
    back_up(publication, backups / "whole")
    assert [path.name for path in backups.iterdir()] == ["whole"]


def test_the_folder_of_a_running_restore_stays(publication: Publication, tmp_path: Path) -> None:
    an_article(publication)
    back_up(publication, tmp_path / "whole")
    data = tmp_path / "elsewhere"
    data.mkdir()
    with work_folder(data, RESTORING) as running:
        (running / "restored").mkdir()
        assert restore(data, "daily", [tmp_path / "whole"]) == []
        assert (running / "restored").exists()
    assert [path.name for path in data.iterdir()] == ["daily"]


def test_any_byte_that_is_altered_is_named(publication: Publication, tmp_path: Path) -> None:
    an_article(publication)
    a_correction(publication, "teh", "the")
    back_up(publication, tmp_path / "whole")
    data = (tmp_path / "whole").read_bytes()
    chance = random.Random(6)
    for at in [0, len(data) - 1, *(chance.randrange(len(data)) for _ in range(200))]:
        (tmp_path / "altered").write_bytes(data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :])
        with pytest.raises(BadBackup, match="altered"):
            read_manifest(tmp_path / "altered")
    for short in (0, 10, len(data) // 2, len(data) - 1):
        (tmp_path / "altered").write_bytes(data[:short])
        with pytest.raises(BadBackup, match="incomplete"):
            restore(tmp_path / "elsewhere", "daily", [tmp_path / "altered"])
    assert not (tmp_path / "elsewhere").exists()


def test_under_load_nothing_acknowledged_before_is_missing(publication: Publication, tmp_path: Path) -> None:
    an_article(publication)
    acknowledged: list[str] = []
    stop = threading.Event()

    def readers(name: int) -> None:
        at = 0
        while not stop.is_set():
            at += 1
            acknowledged.append(a_correction(publication, "teh", f"the-{name}-{at}").id)

    threads = [threading.Thread(target=readers, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    try:
        for round_ in range(3):
            while len(acknowledged) < 8 * (round_ + 1):
                stop.wait(0.01)
            before = list(acknowledged)
            back_up(publication, tmp_path / str(round_))
            assert restore(tmp_path / f"elsewhere-{round_}", "daily", [tmp_path / str(round_)]) == []
            restored = Publication(tmp_path / f"elsewhere-{round_}" / "daily")
            assert all(queries.correction_by_id(restored.index, each) for each in before)
            assert restored.current_text(TALKS)
            restored.close()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
