"""Many objects read one after the other, by one git that ends with the last of them (git-cat-file(1))."""

import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, cast

from git import Repo

from repo_store.git.object_reader import GitObject
from repo_store.git.refusals import refusal


def read_objects(repo: Repo, names: Iterable[str]) -> Iterator[tuple[str, GitObject | None]]:
    """Each name with its object, in order; None where git has none, for whatever reason.

    `names` is iterated twice, and not held in memory. Raises `GitRefused` where git gives up.
    """
    with tempfile.TemporaryFile() as file:
        file.writelines(f"{name}\n".encode() for name in names)
        file.seek(0)
        git = repo.git.cat_file("--batch", "--buffer", as_process=True, istream=file)  # ends the process with itself
        process = cast("subprocess.Popen[bytes]", git.proc)
        try:
            for name in names:
                yield name, _next_object(repo, process)
        finally:
            process.kill()
            process.communicate()


def _next_object(repo: Repo, process: "subprocess.Popen[bytes]") -> GitObject | None:
    stdout = cast(IO[bytes], process.stdout)
    header = stdout.readline()
    parts = header.split()
    if header.endswith(b"\n") and (len(parts) != 3 or not parts[2].isdigit()):
        return None
    data = stdout.read(int(parts[2]) + 1) if header.endswith(b"\n") else b""
    if not data.endswith(b"\n") or len(data) != int(parts[2]) + 1:
        _, stderr = process.communicate()
        raise refusal(("git", "cat-file"), process.returncode or 0, stderr, repo.git_dir)
    return GitObject(parts[0].decode(), parts[1].decode(), data[:-1])
