"""Many objects read one after the other, by one git that ends with the last of them (git-cat-file(1))."""

import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, cast

from git import Repo

from repo_store.git.command import repository_git
from repo_store.git.object_reader import GitObject, too_long
from repo_store.git.refusals import refusal


def read_objects(repo: Repo, names: Iterable[str]) -> Iterator[tuple[str, GitObject | None]]:
    """Each name with its object, in order; None where git has none, for whatever reason.

    `names` is iterated twice, and not held in memory. Raises `GitRefused` where git gives up, and where an object is
    longer than may be read of this repository.
    """
    with tempfile.TemporaryFile() as file:
        file.writelines(f"{name}\n".encode() for name in names)
        file.seek(0)
        git_of_repository = repository_git(repo)
        git = repo.git.cat_file("--batch", "--buffer", as_process=True, istream=file)  # ends the process with itself
        process = cast("subprocess.Popen[bytes]", git.proc)
        try:
            for name in names:
                yield name, _next_object(repo, process, git_of_repository.object_bytes)
        finally:
            process.kill()
            process.communicate()


def _next_object(repo: Repo, process: "subprocess.Popen[bytes]", limit: int | None) -> GitObject | None:
    stdout = cast(IO[bytes], process.stdout)
    header = stdout.readline()
    parts = header.split()
    if header.endswith(b"\n") and (len(parts) != 3 or not parts[2].isdigit()):
        return None
    if limit is not None and len(parts) == 3 and int(parts[2]) > limit:
        raise too_long(parts[0].decode(), int(parts[2]), limit)
    data = stdout.read(int(parts[2]) + 1) if header.endswith(b"\n") else b""
    if not data.endswith(b"\n") or len(data) != int(parts[2]) + 1:
        _, stderr = process.communicate()
        raise refusal(("git", "cat-file"), process.returncode or 0, stderr, repo.git_dir)
    return GitObject(parts[0].decode(), parts[1].decode(), data[:-1])
