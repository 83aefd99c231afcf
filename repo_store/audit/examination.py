"""A repository opened to be examined: git reads its objects from a fresh repository of ours, we read its references.

Nothing of the examined folder's settings, hooks, attributes or filters is obeyed. What git would follow from inside its
objects (alternates, links) is looked at first; the sizes of what is read are limited, and each git's time and memory.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from repo_store.audit.examined_files import CONFIG_BYTES, check_object_sizes, outside_files
from repo_store.errors import GitRefused
from repo_store.git.command import GitCommand, GitRepository, init_bare, read_object
from repo_store.git.fast_import import SCRATCH
from repo_store.git.process_limits import ProcessLimits
from repo_store.git.refs import LOOK_SECONDS, LOOKS, Refs, Tips, agree
from repo_store.git.repository import CHECKPOINTS, LEDGER, MAIN
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
def examine(path: Path) -> Iterator[Examination]:
    """Open the repository or clone at `path`.

    Raises `OutsideFiles`, `NotARepository`, and `GitRefused` where it cannot be read or is over a limit.
    """
    source = _source(path)
    with tempfile.TemporaryDirectory(prefix="corrections-examination-") as folder:
        own = Path(folder) / "articles.git"
        init_bare(own)
        (own / "objects" / "info").mkdir(exist_ok=True)
        (own / "objects" / "info" / "alternates").write_text(f"{source / 'objects'}\n")
        fsck = GitCommand(own, _SETTINGS_OF_FSCK, LIMITS)
        with closing(GitRepository(own, _SETTINGS, LIMITS)) as repo:
            check_object_sizes(repo, source)
            references = _settled_references(repo, source)
            _copy(references, own)
            refs, held = refs_of(references), list_references(repo)
            tips = Tips(*(held.get(name) for name in (refs.ledger, refs.main, refs.checkpoints)))
            findings = [*references.findings, *_strange(references), *_history_cut(source)]
            findings += _unlike(repo, held)
            yield Examination(repo, fsck, source, refs, tips, findings)


def refs_of(references: StoredReferences) -> Refs:
    """The full names of the three; where a clone has none of its own, those of `origin`."""

    def known(name: str) -> str:
        return _remote(name) if name not in references.held and _remote(name) in references.held else name

    return Refs(*(known(name) for name in OURS))


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


def _settled_references(repo: GitRepository, source: Path) -> StoredReferences:
    """What the references hold between two writes: a writer moves `ledger` and `main` one after the other.

    Where they do not agree for a second, nobody is moving them: they are returned as they are.
    """
    references = read_references(source)
    for _ in range(LOOKS):
        refs = refs_of(references)
        again = read_references(source)
        steady = references.held == again.held
        references = again
        if steady and agree(repo, references.held.get(refs.ledger), references.held.get(refs.main)):
            break
        time.sleep(LOOK_SECONDS)
    return references


def _copy(references: StoredReferences, own: Path) -> None:
    """Our references, and no others, into the repository that git reads."""
    names = sorted({*OURS, *map(_remote, OURS)} & references.held.keys())
    lines = [f"{references.held[name]} {name}\n" for name in names]
    (own / "packed-refs").write_text("".join(["# pack-refs with: sorted \n", *lines]))


def _strange(references: StoredReferences) -> Iterator[Finding]:
    """References that are none of ours: what they reach is in no ledger, or stands in for what is."""
    known = {*OURS, *map(_remote, OURS), SCRATCH}
    for name, held in sorted(references.held.items()):
        if name.startswith("refs/replace/"):
            yield Finding("reference", f"{name} would show {held} in place of another object.", held)
        elif name not in known:
            yield Finding("reference", f"{name} is no reference of ours.", held)
    for name, target in sorted(references.symbolic.items()):
        if name != f"{_OF_ORIGIN}HEAD" or not target.startswith(_OF_ORIGIN):
            yield Finding("reference", f"{name} is no reference of ours: it stands for {target[:200]}.")


def _unlike(repo: GitRepository, held: dict[str, str]) -> list[Finding]:
    """What is wrong with what our references hold; damage to it is for the audit to name."""
    try:
        return [*_other_objects(repo, held), *_diverging(repo, held)]
    except GitRefused as refused:
        if refused.environmental:
            raise
        return []


def _other_objects(repo: GitRepository, held: dict[str, str]) -> Iterator[Finding]:
    """References that hold something else than a commit; git would follow a tag to what it names."""
    for name, held_id in held.items():
        stored = read_object(repo, held_id)
        if stored is not None and stored.kind != "commit":
            yield Finding("reference", f"{name} holds a {stored.kind}, not a commit.", held_id)


def _diverging(repo: GitRepository, held: dict[str, str]) -> Iterator[Finding]:
    """Where a clone has both a reference of ours and that of its origin, one contains the other."""
    for name in OURS:
        own, theirs = held.get(name), held.get(_remote(name))
        if own and theirs and not (is_ancestor(repo, own, theirs) or is_ancestor(repo, theirs, own)):
            yield Finding("reference", f"{name} and {_remote(name)} hold two different histories.", theirs)


def _history_cut(source: Path) -> Iterator[Finding]:
    """What gives commits other parents than their own."""
    for name, code in (("info/grafts", "grafts"), ("shallow", "shallow")):
        path = source / name
        if path.is_symlink() or (path.exists() and path.stat().st_size):
            yield Finding(
                code, f"{name} gives commits other parents than they have. Clone it whole, or delete that file."
            )


def _remote(name: str) -> str:
    return name.replace("refs/heads/", _OF_ORIGIN, 1)
