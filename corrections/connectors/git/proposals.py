"""What each branch of ours is to hold: the changes of one correction, or of several that only apply together."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from corrections.connectors.git.changes import PartChanges, changes_of, with_patch
from corrections.connectors.git.mirror import PROPOSED
from corrections.services.publication import Publication
from corrections.text.comparison.patch import apply
from repo_store import Part


@dataclass(frozen=True)
class Proposal:
    """The changes of an article that one branch holds, at most one of each part; `numbers` are their corrections."""

    article: str
    numbers: tuple[int, ...]
    changes: tuple[PartChanges, ...]

    @property
    def branch(self) -> str:
        """The branch's name: that of the latest of its corrections, or of the article where none is known."""
        if not self.numbers:
            return f"{PROPOSED}{self.article.replace('/', '-')}"
        is_revert = all(change.is_revert for change in self.changes)
        return f"{PROPOSED}{self.numbers[-1]}{'-revert' if is_revert else ''}"

    @property
    def change(self) -> str:
        """Tells apart which words are changed into which, wherever in the text they are."""
        words = [
            (change.part.value, change.base[member.edit.start : member.edit.end], member.edit.text)
            for change in self.changes
            for member in change.patch
        ]
        return digest(self.numbers, words)

    def written(self, data: str) -> str | None:
        """A file of the article with these changes alone; None where it has other words there."""
        changed: str | None = data
        for change in self.changes:
            if changed is not None:
                changed = with_patch(changed, change.part, change.base, apply(change.patch, change.base))
        return changed


def digest(*values: object) -> str:
    """Tells values apart."""
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()


def proposals(publication: Publication, article_id: str) -> list[Proposal]:
    """What corrections made of an article, each correction by itself, those of the same words together."""
    separate: list[Proposal] = []
    for change in changes_of(publication, article_id):
        same = [other for other in separate if _belong_together(other, change)]
        members = [*(member for other in same for member in other.changes), change]
        numbers = tuple(sorted({number for member in members for number in member.numbers}))
        joined = Proposal(article_id, numbers, tuple(_by_part(members).values()))
        separate = [*(other for other in separate if other not in same), joined]
    return separate


def _belong_together(proposal: Proposal, change: PartChanges) -> bool:
    return bool(set(proposal.numbers) & set(change.numbers)) or proposal.numbers == change.numbers == ()


def _by_part(changes: Iterable[PartChanges]) -> dict[Part, PartChanges]:
    parts: dict[Part, PartChanges] = {}
    for change in changes:
        other = parts.get(change.part)
        parts[change.part] = change if other is None else other.joined(change)
    return parts
