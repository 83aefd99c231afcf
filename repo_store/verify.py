"""`python -m repo_store.verify CLONE`: the whole history of a clone, checked with nothing else of ours.

A clone of what is public has `main` alone; a clone with the ledger has `ledger` and `checkpoints` as well.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from repo_store.audit import audit, audit_public
from repo_store.checkpoints import Checkpoint, from_file
from repo_store.errors import RepoStoreError
from repo_store.git_command import GitRepository
from repo_store.reading import references
from repo_store.refs import refs_of


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one line a finding; returns 0 where all is well, 1 with findings, 2 where it could not be checked."""
    parser = argparse.ArgumentParser(prog="python -m repo_store.verify", description="Check a clone of a publication.")
    parser.add_argument("clone", type=Path, help="a clone or a bare repository")
    parser.add_argument("--against", type=Path, action="append", default=[], help="checkpoints that you have kept")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    try:
        kept = [each for path in given.against for each in from_file(path)]
        findings, told = _verify(given.clone, kept)
    except (RepoStoreError, OSError) as error:
        print(f"verify: {' '.join(str(error).split())[:300]}", file=sys.stderr)
        return 2
    if given.json:
        print(json.dumps({"clean": not findings, "findings": findings}))
    for each in () if given.json else findings:
        print(f"{each['code']}: {each['message']}{' [' + each['commit'] + ']' if each['commit'] else ''}")
    if not findings and not given.json:
        print(told)
    return 1 if findings else 0


def _verify(clone: Path, kept: Sequence[Checkpoint]) -> tuple[list[dict[str, str]], str]:
    with GitRepository(clone) as repo:
        refs = refs_of(repo)
        whole = refs.ledger in references(repo)
        path = Path(repo.git_dir)
    findings = audit(path, kept) if whole else audit_public(path, kept)
    told = "Clean: chain, objects, main, texts, checkpoints." if whole else (
        "Clean as far as main goes. The ledger is not in this clone: its chain was not checked."
    )  # fmt: skip
    return [asdict(each) for each in findings], told


if __name__ == "__main__":
    sys.exit(main())
