"""A repository opened to be examined: git reads its objects from a fresh repository, we read its references.

Nothing of the examined folder's settings, hooks, attributes or filters is obeyed. What git would follow from inside its
objects (alternates, links) is looked at first; the sizes of what is read are limited, and each git's time and memory.
"""

import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from repo_store.audit import examined_files
from repo_store.audit.examined_files import CONFIG_BYTES, check_object_sizes, outside_files
from repo_store.errors import GitRefused
from repo_store.git.command import GitCommand, GitRepository, init_bare, read_object
from repo_store.git.process_limits import ProcessLimits
from repo_store.git.refs import MAX_READS, READ_INTERVAL_SECONDS, Refs, Tips, agree
from repo_store.git.repository import CHECKPOINTS, LEDGER, MAIN, SCRATCH
from repo_store.git.repository_check import common_folder, git_folder
from repo_store.git.stored_references import StoredReferences, read_file, read_references
from repo_store.model.finding import Finding
from repo_store.queries import is_ancestor
from repo_store.queries import references as list_references

GIT_CPU_SECONDS = 4 * 3600  # that one git may compute
GIT_MEMORY_BYTES = 4 << 30  # that one git may take, mapped files included
LIMITS = ProcessLimits(memory=GIT_MEMORY_BYTES, seconds=GIT_CPU_SECONDS)
OURS = (LEDGER, MAIN, CHECKPOINTS)
_OF_ORIGIN = "refs/remotes/origin/"
_SETTINGS = MappingProxyType(
    {
        # files beside the objects that say what is in them; `git fsck` alone looks at these, to check them
        "core.commitGraph": "false",
        "core.multiPackIndex": "false",
        "core.packedGitWindowSize": "64m",
        "core.packedGitLimit": "1g",
    }
)
_SETTINGS_OF_FSCK = MappingProxyType({**_SETTINGS, "core.commitGraph": "true", "core.multiPackIndex": "true"})


class OutsideFiles(Exception):
    """The folder leads git to files elsewhere, so that nothing in it was read. `findings` say how."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("; ".join(finding.message for finding in findings))
        self.findings = findings


@dataclass(frozen=True)
class Examination:
    """`repo` reads the objects of the repository whose files are in `source`; `fsck` is the git that checks them.

    `refs` are the names of its references and `tips` what they held at one moment; `findings` are those about what
    is beside the objects: references, replacements, grafts.
    """

    repo: GitRepository
    fsck: GitCommand
    source: Path
    refs: Refs
    tips: Tips
    findings: list[Finding]


@contextmanager
def examine(path: Path, trusted: Collection[str] | None = None) -> Iterator[Examination]:
    """Open the repository or clone at `path`.

    No object is read that is longer than `OBJECT_BYTES`. The sizes of all are looked at beforehand; with `trusted`,
    commits whose history is trusted, only those of these and of what the references hold. Raises `OutsideFiles`,
    `NotARepository`, and `GitRefused` where it cannot be read or is over a limit.
    """
    source = _source(path)
    with tempfile.TemporaryDirectory(prefix="corrections-examination-") as folder:
        own = Path(folder) / "articles.git"
        init_bare(own)
        (own / "objects" / "info").mkdir(exist_ok=True)
        (own / "objects" / "info" / "alternates").write_text(f"{source / 'objects'}\n")
        fsck = GitCommand(own, _SETTINGS_OF_FSCK, LIMITS)
        with closing(GitRepository(own, _SETTINGS, LIMITS, examined_files.OBJECT_BYTES)) as repo:
            if trusted is None:
                check_object_sizes(repo, source)
            else:
                check_object_sizes(repo, source, {*trusted, *read_references(source).commits.values()})
            references = _read_stable_references(repo, source)
            _copy_references(references, own)
            refs, commits = refs_of(references), list_references(repo)
            tips = Tips(*(commits.get(name) for name in (refs.ledger, refs.main, refs.checkpoints)))
            findings = [*references.findings, *_check_references(references), *_check_cut_history(source)]
            findings += _check_commits(repo, commits)
            yield Examination(repo, fsck, source, refs, tips, findings)


def refs_of(references: StoredReferences) -> Refs:
    """The full names of the three; where a clone has none of its own, those of `origin`."""

    def existing_name(name: str) -> str:
        return (
            _remote_name(name) if name not in references.commits and _remote_name(name) in references.commits else name
        )

    return Refs(*(existing_name(name) for name in OURS))


def _source(path: Path) -> Path:
    """The folder with the repository's files. Raises `OutsideFiles`, and as `GitRepository` does."""
    folder = git_folder(path)
    common = common_folder(folder)
    read_file(common / "config", common, CONFIG_BYTES)
    with GitRepository(path):  # whose it is, and of what format
        pass
    nested = path.absolute() / ".git"
    if common != folder or folder not in (path.absolute(), nested) or (folder == nested and nested.is_symlink()):
        raise OutsideFiles([Finding("alternates", f"{path} keeps its history in another folder, {common}.")])
    if findings := outside_files(common):
        raise OutsideFiles(findings)
    return common


def _read_stable_references(repo: GitRepository, source: Path) -> StoredReferences:
    """What the references hold between two writes: a writer moves `ledger` and `main` one after the other.

    Where they do not agree for a second, nobody is moving them: they are returned as they are.
    """
    references = read_references(source)
    for _ in range(MAX_READS):
        refs = refs_of(references)
        current = read_references(source)
        is_stable = references.commits == current.commits
        references = current
        if is_stable and agree(repo, references.commits.get(refs.ledger), references.commits.get(refs.main)):
            break
        time.sleep(READ_INTERVAL_SECONDS)
    return references


def _copy_references(references: StoredReferences, own: Path) -> None:
    """Our references, and no others, into the repository that git reads."""
    names = sorted({*OURS, *map(_remote_name, OURS)} & references.commits.keys())
    lines = [f"{references.commits[name]} {name}\n" for name in names]
    (own / "packed-refs").write_text("".join(["# pack-refs with: sorted \n", *lines]))


def _check_references(references: StoredReferences) -> Iterator[Finding]:
    """Unexpected references: what they reach is in no ledger, or replaces what is."""
    expected = {*OURS, *map(_remote_name, OURS), SCRATCH}
    for name, commit in sorted(references.commits.items()):
        if name.startswith("refs/replace/"):
            yield Finding("reference", f"{name} would show {commit} in place of another object.", commit)
        elif name not in expected:
            yield Finding("reference", f"{name} is not a reference of this service.", commit)
    for name, target in sorted(references.symbolic.items()):
        if name != f"{_OF_ORIGIN}HEAD" or not target.startswith(_OF_ORIGIN):
            yield Finding("reference", f"{name} is not a reference of this service: it points to {target[:200]}.")


def _check_commits(repo: GitRepository, commits: dict[str, str]) -> list[Finding]:
    """What is wrong with what our references hold; damage to it is for the audit to name."""
    try:
        return [*_check_object_kinds(repo, commits), *_check_diverging(repo, commits)]
    except GitRefused as error:
        if error.environmental:
            raise
        return []


def _check_object_kinds(repo: GitRepository, commits: dict[str, str]) -> Iterator[Finding]:
    """References that hold something else than a commit; git would follow a tag to what it names."""
    for name, commit in commits.items():
        git_object = read_object(repo, commit)
        if git_object is not None and git_object.kind != "commit":
            yield Finding("reference", f"{name} holds a {git_object.kind}, not a commit.", commit)


def _check_diverging(repo: GitRepository, commits: dict[str, str]) -> Iterator[Finding]:
    """Where a clone has both a known reference and that of its origin, one contains the other."""
    for name in OURS:
        local, remote = commits.get(name), commits.get(_remote_name(name))
        if local and remote and not (is_ancestor(repo, local, remote) or is_ancestor(repo, remote, local)):
            yield Finding("reference", f"{name} and {_remote_name(name)} hold two different histories.", remote)


def _check_cut_history(source: Path) -> Iterator[Finding]:
    """What gives commits other parents than their own."""
    for name, code in (("info/grafts", "grafts"), ("shallow", "shallow")):
        path = source / name
        if path.is_symlink() or (path.exists() and path.stat().st_size):
            yield Finding(
                code, f"{name} gives commits other parents than they have. Clone it whole, or delete that file."
            )


def _remote_name(name: str) -> str:
    return name.replace("refs/heads/", _OF_ORIGIN, 1)
