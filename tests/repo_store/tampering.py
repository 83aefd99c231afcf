"""Ways to tamper with a publication's repository, each a function of the publication's folder."""

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

from corrections.services.operations import checkpoints
from corrections.services.publication import Publication
from repo_store.git.maintenance import MAINTENANCE
from repo_store.git.packfile import signed_commit, split_commit
from repo_store.ssh_signatures import Key
from tests.newsroom import a_correction

TEXT_PATH = "articles/2026/11/24/talks/text.md"
META_PATH = "articles/2026/11/24/talks/meta.json"


def git(folder: Path, *arguments: str, stdin: str = "") -> str:
    return subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-C", folder / "articles.git", *arguments],
        capture_output=True, text=True, check=True, input=stdin,
    ).stdout.strip()  # fmt: skip


def put(folder: Path, name: str, commit: str) -> None:
    git(folder, "update-ref", f"refs/heads/{name}", commit)


def raw(folder: Path, commit: str) -> str:
    return git(folder, "cat-file", "commit", commit) + "\n"


def write_commit(folder: Path, data: str) -> str:
    return git(folder, "hash-object", "-t", "commit", "-w", "--stdin", stdin=data)


def unsigned(data: str) -> str:
    return re.sub(r"gpgsig .*\n( .*\n)*", "", data)


def on_top(folder: Path, name: str, change: Callable[[str], str]) -> None:
    """The last commit of a reference in another form, the reference on it."""
    put(folder, name, write_commit(folder, change(raw(folder, name))))


def with_tree(folder: Path, path: str, data: str) -> str:
    """A tree like that of main with other bytes at `path`."""
    blob = git(folder, "hash-object", "-w", "--stdin", stdin=data)
    index = {**os.environ, "GIT_INDEX_FILE": str(folder / "scratch.index")}
    repository = folder / "articles.git"
    subprocess.run(["git", "-C", repository, "read-tree", "main"], env=index, check=True)
    subprocess.run(
        ["git", "-C", repository, "update-index", "--add", "--cacheinfo", f"100644,{blob},{path}"],
        env=index,
        check=True,
    )
    return subprocess.run(
        ["git", "-C", repository, "write-tree"], env=index, check=True, capture_output=True, text=True
    ).stdout.strip()


def whole_rewrite(folder: Path, change: Callable[[int, str], str | None]) -> None:
    """The ledger written anew from its first event, each commit's parents and numbers consistent: None drops one."""
    old = git(folder, "rev-list", "--first-parent", "--reverse", "ledger").split()
    new: dict[str, str] = {}
    last, seq = "", 0
    for at, commit in enumerate(old, start=1):
        data = change(at, unsigned(raw(folder, commit)))
        if data is None:
            continue
        seq += 1
        data = re.sub(r'"seq":\d+', f'"seq":{seq}', data)
        parents = re.findall(r"^parent ([0-9a-f]{40})$", data, re.M)
        if parents and parents[0] in old:
            data = data.replace(f"parent {parents[0]}", f"parent {last}", 1)
        new[commit] = last = write_commit(folder, data)
    put(folder, "ledger", last)


def main_with(folder: Path, path: str, change: Callable[[str], str]) -> None:
    """Main's last commit with other bytes in it, and the last events naming it, so that all ids agree."""
    before = git(folder, "rev-parse", "main")
    tree = with_tree(folder, path, change(git(folder, "show", f"main:{path}") + "\n"))
    on_top(folder, "main", lambda data: re.sub(r"^tree \w+", f"tree {tree}", unsigned(data)))
    after = git(folder, "rev-parse", "main")
    whole_rewrite(folder, lambda at, data: data.replace(before, after))


def pack(folder: Path) -> Path:
    return max((folder / "articles.git/objects/pack").glob("*.pack"), key=lambda path: path.stat().st_size)


def flipped(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at % len(data)] ^= 0x20
    path.chmod(0o644)
    path.write_bytes(data)


def event_dropped(folder: Path) -> None:
    whole_rewrite(folder, lambda at, data: None if '"correction.rejected"' in data else data)


def event_dropped_with_a_gap(folder: Path) -> None:
    on_top(
        folder,
        "ledger",
        lambda data: data.replace(git(folder, "rev-parse", "ledger~1"), git(folder, "rev-parse", "ledger~2"), 1),
    )


def last_events_cut(folder: Path) -> None:
    put(folder, "ledger", git(folder, "rev-parse", "ledger~1"))


def last_events_cut_with_the_checkpoints(folder: Path) -> None:
    put(folder, "ledger", git(folder, "rev-parse", "ledger~1"))
    put(folder, "checkpoints", git(folder, "rev-parse", "checkpoints~1"))


def events_swapped(folder: Path) -> None:
    bodies = {at: git(folder, "log", "-1", "--format=%B", f"ledger~{at}") for at in (0, 1)}

    def swap(data: str) -> str:
        return data.replace(bodies[0], bodies[1])

    on_top(folder, "ledger", swap)


def event_edited(folder: Path) -> None:
    on_top(folder, "ledger", lambda data: data.replace('"No."', '"Yes."'))


def event_edited_and_unsigned(folder: Path) -> None:
    on_top(folder, "ledger", lambda data: unsigned(data).replace('"No."', '"Yes."'))


def event_in_no_form(folder: Path) -> None:
    on_top(folder, "ledger", lambda data: data.replace('"version":1', '"version":9'))


def event_dated_back(folder: Path) -> None:
    on_top(folder, "ledger", lambda data: unsigned(data).replace('"at":"2026', '"at":"2025'))


def commit_dated_back(folder: Path) -> None:
    on_top(
        folder, "ledger", lambda data: re.sub(r"^(committer .*> )\d+", r"\g<1>1000000000", unsigned(data), flags=re.M)
    )


def main_moved_back(folder: Path) -> None:
    put(folder, "main", git(folder, "rev-parse", "main~1"))


def commit_on_main_by_hand(folder: Path) -> None:
    tree = git(folder, "rev-parse", "main^{tree}")
    put(folder, "main", git(folder, "commit-tree", tree, "-p", "main", stdin="by hand"))


def text_of_main_changed(folder: Path) -> None:
    main_with(folder, TEXT_PATH, lambda text: text.replace("1971", "1972"))


def notice_of_main_changed(folder: Path) -> None:
    main_with(folder, META_PATH, lambda text: text.replace("another day", "a better day"))


def main_cut_from_its_history(folder: Path) -> None:
    """Main's last commit names its parents where git does not look for them, and the last events name it."""
    before = git(folder, "rev-parse", "main")

    def move_parents(data: str) -> str:
        header, separator, message = unsigned(data).partition("\n\n")
        lines = header.split("\n")
        parents = [line for line in lines if line.startswith("parent ")]
        return "\n".join([*(line for line in lines if line not in parents), *parents]) + separator + message

    on_top(folder, "main", move_parents)
    whole_rewrite(folder, lambda at, data: data.replace(before, git(folder, "rev-parse", "main")))


def another_article_slipped_in(folder: Path) -> None:
    before = git(folder, "rev-parse", "main")
    tree = with_tree(folder, "articles/2026/11/24/other/text.md", "Another one.\n")
    on_top(folder, "main", lambda data: re.sub(r"^tree \w+", f"tree {tree}", unsigned(data)))
    whole_rewrite(folder, lambda at, data: data.replace(before, git(folder, "rev-parse", "main")))


def object_altered(folder: Path) -> None:
    flipped(pack(folder), pack(folder).stat().st_size // 2)


def unpack(folder: Path) -> None:
    """Give each object a file of its own, which maintenance that is under way would take away again."""
    repository = folder / "articles.git"
    for thread in threading.enumerate():
        if thread.name == MAINTENANCE:
            thread.join()
    packs = [path.rename(folder / path.name) for path in (repository / "objects/pack").glob("pack-*.pack")]
    for path in (repository / "objects/pack").iterdir():
        path.unlink()
    for path in packs:
        subprocess.run(["git", "-C", repository, "unpack-objects", "-q"], stdin=path.open("rb"), check=True)
        path.unlink()


def text_unreadable_after_an_event_was_dropped(folder: Path) -> None:
    """The last event's predecessor is dropped, and the file of main's tree holds other bytes."""
    event_dropped_with_a_gap(folder)
    unpack(folder)
    repository = folder / "articles.git"
    tree = git(folder, "rev-parse", "main^{tree}")
    flipped(repository / "objects" / tree[:2] / tree[2:], 20)


def object_missing(folder: Path) -> None:
    pack(folder).with_suffix(".idx").unlink()
    pack(folder).unlink()


def checkpoint_edited(folder: Path) -> None:
    on_top(folder, "checkpoints", lambda data: unsigned(data).replace('"corrections":2', '"corrections":1'))


def checkpoint_by_another_key(folder: Path) -> None:
    other = Key.generate(folder / "other.key")
    shutil.move(folder / "other.key", folder / "signing.key")
    publication = Publication(folder)
    assert publication.key.public == other.public
    a_correction(publication, "closed", "opened")
    checkpoints.checkpoint(publication)
    publication.close()


def checkpoints_deleted(folder: Path) -> None:
    git(folder, "update-ref", "-d", "refs/heads/checkpoints")


def commit_by_another_key(folder: Path) -> None:
    other = Key.generate(folder / "other.key")
    data = raw(folder, "ledger").encode()
    header, message, _ = split_commit(data)
    repository = folder / "articles.git"
    process = subprocess.run(
        ["git", "-C", repository, "hash-object", "-t", "commit", "-w", "--stdin"],
        input=signed_commit(header, message, other), capture_output=True, check=True,
    )  # fmt: skip
    put(folder, "ledger", process.stdout.decode().strip())


IN_GIT = [
    *(event_dropped, event_dropped_with_a_gap, last_events_cut, last_events_cut_with_the_checkpoints, events_swapped),
    *(event_edited, event_edited_and_unsigned, event_in_no_form, event_dated_back, commit_dated_back, main_moved_back),
    *(
        commit_on_main_by_hand,
        text_of_main_changed,
        notice_of_main_changed,
        another_article_slipped_in,
        main_cut_from_its_history,
    ),
    *(object_altered, object_missing, checkpoint_edited, checkpoint_by_another_key, checkpoints_deleted),
    commit_by_another_key,
]
