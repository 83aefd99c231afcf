"""`python -m repo_store.verify CLONE`: the whole history of a clone, checked with this package alone.

A clone of what is public has `main` alone; a clone with the ledger has `ledger` and `checkpoints` as well. Nothing that
the clone's folder says of itself is believed: neither its settings nor its keys.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from repo_store.audit.checkpoints import Checkpoint, CheckpointFile, read_checkpoint_file
from repo_store.audit.checkpoints import checkpoints as read_checkpoints
from repo_store.audit.examination import Examination, OutsideFiles, examine
from repo_store.audit.known_keys import KnownKeys, known_keys, parse_public_keys
from repo_store.audit.proof_check import proof_findings
from repo_store.audit.proof_summary import summarize_proof
from repo_store.audit.proofs import FILE_BYTES, read_bundle
from repo_store.audit.repository_audit import audit_examined, audit_public
from repo_store.errors import BadProof, RepoStoreError
from repo_store.model.finding import Finding

CLEAN, FINDINGS, NOT_CHECKED, NOT_AUTHENTICATED = range(4)  # exit statuses
_NOT_AUTHENTICATED = (
    "Consistent in itself, not authenticated: nothing shows whose history this is. Name the publication's key with "
    "--key, or checkpoints that you kept with --against."
)


@dataclass(frozen=True)
class Verdict:
    """What is wrong; whether a signature by a key known beforehand stands for it; `summary` where nothing is wrong."""

    findings: list[Finding]
    authenticated: bool
    summary: str

    @property
    def status(self) -> int:
        """The exit status."""
        if self.findings:
            return FINDINGS
        return CLEAN if self.authenticated else NOT_AUTHENTICATED


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one line a finding; returns 0 where all is well, 1 with findings, 2 where it could not be checked, 3 where
    it is consistent and signed by no key that was known beforehand."""
    options = _parser().parse_args(arguments)
    try:
        files = [read_checkpoint_file(path) for path in options.against]
        named_keys = [key for text in options.key for key in parse_public_keys(text)]
        known = known_keys(named_keys, files)
        verdict = verify_bundle(options.bundle, files, known) if options.bundle else verify(options.clone, files, known)
    except (RepoStoreError, OSError) as error:
        print(f"verify: {_printable(' '.join(str(error).split())[:300])}", file=sys.stderr)
        return NOT_CHECKED
    if options.json:
        findings = [asdict(finding) for finding in verdict.findings]
        print(json.dumps({"clean": not findings, "authenticated": verdict.authenticated, "findings": findings}))
        return verdict.status
    for finding in verdict.findings:
        print(_printable(f"{finding.code}: {finding.message}{f' [{finding.commit}]' if finding.commit else ''}"))
    if not verdict.findings:
        for line in verdict.summary.split("\n"):
            print(_printable(line))
    if verdict.status == NOT_AUTHENTICATED:
        print(_NOT_AUTHENTICATED)
    return verdict.status


def verify(clone: Path, files: Sequence[CheckpointFile], known: KnownKeys | None) -> Verdict:
    """Examine a clone against what somebody kept; `known` are the keys that they knew beforehand.

    Raises `NotARepository`, and `GitRefused` where it cannot be read or is over a limit.
    """
    checkpoints = [checkpoint for file in files for checkpoint in file.checkpoints]
    try:
        with examine(clone) as examination:
            if examination.tips.ledger is None:
                findings = audit_public(examination, checkpoints, known)
                summary = "No problems found in main. The ledger is not in this clone, so its chain was not checked."
                newest_checkpoint = max(checkpoints, key=lambda checkpoint: checkpoint.statement.events, default=None)
                is_covered = newest_checkpoint is not None and newest_checkpoint.statement.main == examination.tips.main
            else:
                findings = audit_examined(examination, checkpoints, known=known)
                summary = "No problems found: the chain, objects, main, texts and checkpoints are correct."
                newest_checkpoint = None if findings else _newest_checkpoint(examination)
                is_covered = (
                    newest_checkpoint is not None and newest_checkpoint.statement.ledger == examination.tips.ledger
                )
            if newest_checkpoint is not None and not is_covered:
                summary += f" What came after event {newest_checkpoint.statement.events} is not signed yet."
            authenticated = known is not None and newest_checkpoint is not None and not findings
            return Verdict(findings, authenticated, summary)
    except OutsideFiles as error:
        return Verdict(error.findings, False, "")


def verify_bundle(path: Path, files: Sequence[CheckpointFile], known: KnownKeys | None) -> Verdict:
    """Examine the proof bundle of one correction. Raises `BadProof` where the file is too large, and `OSError`."""
    if path.stat().st_size > FILE_BYTES:
        raise BadProof(f"{path} is larger than {FILE_BYTES >> 20} MiB: it is not examined.")
    try:
        bundle = read_bundle(path.read_bytes())
    except BadProof as error:
        return Verdict([Finding("bundle", error.message)], False, "")
    kept = [checkpoint for file in files for checkpoint in file.checkpoints]
    findings = list(proof_findings(bundle, kept, known))
    return Verdict(findings, known is not None and not findings, "" if findings else summarize_proof(bundle))


def _newest_checkpoint(examination: Examination) -> Checkpoint | None:
    """The newest checkpoint of a clone with the ledger."""
    return next(read_checkpoints(examination.repo, examination.tips.checkpoints, 1), None)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m repo_store.verify", description="Check a clone of a publication.")
    subject = parser.add_mutually_exclusive_group(required=True)
    subject.add_argument("clone", type=Path, nargs="?", help="a clone or a bare repository")
    subject.add_argument("--bundle", type=Path, metavar="FILE", help="the proof bundle of one correction")
    parser.add_argument(
        "--against",
        type=Path,
        action="append",
        default=[],
        help="checkpoints that you have kept, the oldest file first",
    )
    parser.add_argument(
        "--key",
        action="append",
        default=[],
        help="the publication's public key, or a file that contains it, known beforehand",
    )
    parser.add_argument("--json", action="store_true")
    return parser


def _printable(text: str) -> str:
    """`text`, of which the examined folder may have written some, for a line on a terminal."""
    return "".join(character if character.isprintable() else "?" for character in text)


if __name__ == "__main__":
    sys.exit(main())
