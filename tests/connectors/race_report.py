"""What became of edits that a race has lost: which states in WordPress and in the ledger have them."""

import hashlib
from dataclasses import dataclass

from corrections.services.publication import Publication
from repo_store.model.events import ArticleRevised
from tests.connectors.wordpress import WordPress

_AROUND = 3  # states shown before and after each one in which the words come or go
_PAGE = 50  # revisions in an answer
_SHOWN = 3  # lost edits whose states are listed


@dataclass(frozen=True)
class Edit:
    """Words of a text, and what became of them."""

    before: str
    after: str


@dataclass(frozen=True)
class _State:
    """A text as it was saved, sent or published, and when."""

    name: str
    text: str

    def line(self, words: str) -> str:
        """Whether it has the words, and a mark that is the same for the same text."""
        mark = hashlib.sha256(self.text.encode()).hexdigest()[:6]
        return f"  {self.name}: {'has it' if words in self.text else 'lacks it'} ({mark})"


def lost_edits(publication: Publication, article: str, wordpress: WordPress, number: int, edits: list[Edit]) -> str:
    """Where edits got lost that are missing at the end; empty where none is missing."""
    texts = {"WordPress": wordpress.content(number), "the publication": publication.current_text(article)}
    missing = {edit: [name for name, text in texts.items() if edit.after not in text] for edit in edits}
    lost = {edit: places for edit, places in missing.items() if places}
    if not lost:
        return ""
    revisions, versions = _revisions(wordpress, number), _versions(publication, article)
    lines = [f"{len(lost)} of {len(edits)} edits are lost."]
    for edit, places in list(lost.items())[:_SHOWN]:
        lines += [f"“{edit.before}” became “{edit.after}”, which is missing in {' and '.join(places)}."]
        lines += ["Revisions in WordPress:", *_turns(revisions, edit.after)]
        lines += ["Versions in the ledger:", *_turns(versions, edit.after)]
    lines += [f"The connection: {row.blob}" for row in publication.private.connections.articles("wordpress")]
    return "\n".join(lines)


def _turns(states: list[_State], words: str) -> list[str]:
    """The states in which the words come or go, with some around them."""
    turns = [at for at in range(1, len(states)) if (words in states[at].text) != (words in states[at - 1].text)]
    near = [at for at in range(len(states)) if any(abs(at - turn) <= _AROUND for turn in turns)]
    return [states[at].line(words) for at in near] or [f"  the same in all {len(states)}"]


def _revisions(wordpress: WordPress, number: int) -> list[_State]:
    found: list[_State] = []
    listed = None
    while listed is None or len(listed) == _PAGE:
        query = {"context": "edit", "per_page": str(_PAGE), "offset": str(len(found)), "order": "asc"}
        listed = wordpress.get(f"posts/{number}/revisions", **query)
        found += [_State(f"{one['id']} of {one['date_gmt']}", one["content"]["raw"]) for one in listed]
    return sorted(found, key=lambda state: int(state.name.split()[0]))


def _versions(publication: Publication, article: str) -> list[_State]:
    found: list[_State] = []
    for entry in publication.store.entries():
        if getattr(entry.event, "article", None) != article:
            continue
        name = f"{entry.seq} of {entry.at:%H:%M:%S}, {entry.event.type}"
        if isinstance(entry.event, ArticleRevised) and entry.commit:
            found.append(_State(f"{name}, sent", publication.sources(article, entry.commit).body.text))
        found.append(_State(f"{name}, published", publication.sources(article, entry.main).body.text))
    return found
