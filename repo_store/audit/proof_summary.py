"""What a proof bundle shows, in lines for a terminal."""

from repo_store.audit.proof_check import Change, proven_changes
from repo_store.audit.proofs import Bundle

CONTEXT = 30  # code points shown around a change
_SHOWN = 300  # code points of a change at most


def summarize_proof(bundle: Bundle) -> str:
    """Which correction, what became of it when, which words changed, and which checkpoint covers it."""
    proof = bundle.proof
    lines = [f"Clean: correction {proof.number} of {proof.publication}, in {proof.article}: {proof.state}."]
    lines += [f"Event {event.seq}, {event.at}: {event.type} [{event.id}]" for event in proof.events]
    for change in proven_changes(bundle):
        before, after = changed_words(change)
        lines += [f"What was {change.what} [{change.commit}]:", f"  - {before}", f"  + {after}"]
    newest = max(bundle.checkpoints, key=lambda checkpoint: checkpoint.statement.number).statement
    lines.append(f"Covered by checkpoint {newest.number} of {newest.at:%Y-%m-%d %H:%M} UTC, at event {newest.events}.")
    if not proof.chain:
        lines.append(
            "The publication's signature states that these events are on its ledger; only the ledger itself proves it."
        )
    return "\n".join(lines)


def changed_words(change: Change) -> tuple[str, str]:
    """What differs between the two texts, each with the same words around it."""
    before, after = change.before, change.after
    shortest = min(len(before), len(after))
    start = next((at for at in range(shortest) if before[at] != after[at]), shortest)
    end = next((at for at in range(shortest - start) if before[-1 - at] != after[-1 - at]), shortest - start)
    first = max(0, start - CONTEXT)
    last = max(0, end - CONTEXT)
    return _excerpt(before, first, len(before) - last), _excerpt(after, first, len(after) - last)


def _excerpt(text: str, start: int, end: int) -> str:
    start = max(text.rfind(" ", 0, start), text.rfind("\n", 0, start)) + 1  # whole words
    last = text.find(" ", end)
    part = text[start : last if last != -1 else len(text)]
    if len(part) > _SHOWN:
        part = f"{part[: _SHOWN // 2]} … {part[-_SHOWN // 2 :]}"
    return " ".join(part.split())
