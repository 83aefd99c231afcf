"""The lock files: every package pinned with hashes, none with a fault that is known here. No network is asked."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")


def pins(lock: Path) -> dict[str, tuple[Version, str]]:
    """Each package of a lock file by its canonical name, with its version and its whole entry."""
    entries = re.split(r"\n(?=\S)", lock.read_text())
    packages = {}
    for entry in entries:
        if entry.strip() and not entry.startswith("#"):
            match = PIN.match(entry)
            assert match is not None, f"{lock.name}: {entry.splitlines()[0]} is not pinned to one version"
            packages[str(canonicalize_name(match[1]))] = (Version(match[2]), entry)
    return packages


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_package_of_a_lock_is_pinned_with_hashes(lock: Path) -> None:
    packages = pins(lock)
    assert packages
    assert [name for name, (_version, entry) in packages.items() if not HASH.search(entry)] == []


def test_what_the_project_asks_for_is_in_the_lock() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {"run.txt": project["dependencies"], "test.txt": project["optional-dependencies"]["test"]}
    for name, requirements in declared.items():
        packages = pins(ROOT / "requirements" / name)
        for requirement in map(Requirement, requirements):
            version, _entry = packages[str(canonicalize_name(requirement.name))]
            assert requirement.specifier.contains(version), requirement


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_no_version_with_a_known_fault_is_locked(lock: Path) -> None:
    bad_versions = tomllib.loads((ROOT / "requirements" / "known-bad.toml").read_text())
    packages = pins(lock)
    for name, fault in bad_versions.items():
        if name in packages:
            assert packages[name][0] >= Version(fault["safe"]), f"{name}: {fault['why']}"


def test_each_known_fault_is_of_a_package_that_is_locked() -> None:
    bad_versions = tomllib.loads((ROOT / "requirements" / "known-bad.toml").read_text())
    locked = {name for lock in LOCKS for name in pins(lock)}
    assert set(bad_versions) <= locked
