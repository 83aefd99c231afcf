"""The keys that somebody knew before they look at a history, and those that lead back to them.

A key is followed by the next where it signed for it (`key.changed`). What only a history says of its own keys proves
nothing: anyone who invents a repository has a key for it.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from repo_store.audit.checkpoints import NAMESPACE, Checkpoint, CheckpointFile, PublishedKey
from repo_store.errors import BadKey
from repo_store.ssh_signatures import is_valid_signature, signer_of

KEY_FILE_BYTES = 1 << 16
_KIND = "ssh-ed25519"


@dataclass
class KnownKeys:
    """`keys` are `ssh-ed25519 …` lines; `replaced` the event from which on a key signs no more."""

    keys: set[str] = field(default_factory=set)
    replaced: dict[str, int] = field(default_factory=dict)

    def follow(self, published_keys: Sequence[PublishedKey]) -> None:
        """Add each key of `published_keys`, oldest first, that a known key before it has signed."""
        for key, successor in pairwise(published_keys):
            is_signed = is_valid_signature(key.key, successor.key.encode(), NAMESPACE, successor.signature)
            if key.key in self.keys and (is_signed or successor.key in self.keys):
                self.keys.add(successor.key)
                self.replaced[key.key] = min(successor.from_event, self.replaced.get(key.key, successor.from_event))

    def has_signed(self, checkpoint: Checkpoint) -> bool:
        """Is the checkpoint signed by a known key that had not been replaced?"""
        key = signer_of(checkpoint.signature)
        if key not in self.keys or checkpoint.statement.events >= self.replaced.get(
            key, checkpoint.statement.events + 1
        ):
            return False
        return is_valid_signature(key, checkpoint.text.encode(), NAMESPACE, checkpoint.signature)


def known_keys(named_keys: Iterable[str], files: Sequence[CheckpointFile]) -> KnownKeys | None:
    """The keys named by the caller; where none are, those of the first kept file, which is the oldest one.

    Such a file has a list of keys, or it is the key of its first checkpoint. None where there is nothing of it all.
    """
    keys = set(named_keys)
    if not keys and files:
        oldest = min(files[0].checkpoints, key=lambda checkpoint: checkpoint.statement.number, default=None)
        keys = {published.key for published in files[0].keys} or ({signer_of(oldest.signature)} if oldest else set())
    if not keys:
        return None
    known = KnownKeys(keys)
    for file in files:
        known.follow(file.keys)
    return known


def parse_public_keys(text: str) -> list[str]:
    """The public keys in `text`, an `ssh-ed25519 …` line, or in the file of that name. Raises `BadKey`."""
    lines = [text] if text.startswith(_KIND) else _read_lines(Path(text))
    keys = []
    for line in lines:
        words = line.split()
        position = words.index(_KIND) if _KIND in words else len(words)  # after the principal, in a file for ssh-keygen
        if len(words) > position + 1:
            keys.append(f"{_KIND} {words[position + 1]}")
    if not keys:
        raise BadKey(
            f"{text[:200]} is neither an Ed25519 public key nor a file that contains one "
            "(`corrections key PUBLICATION` prints it)."
        )
    return keys


def _read_lines(path: Path) -> list[str]:
    try:
        if os.path.getsize(path) > KEY_FILE_BYTES:
            raise BadKey(f"{path} is longer than {KEY_FILE_BYTES} bytes: it contains no public key.")
        return path.read_text(errors="replace").splitlines()
    except OSError as error:
        raise BadKey(
            f"{str(path)[:200]} cannot be read: {error.strerror}. Give a public key, or a file with one."
        ) from error
