"""What one caller asks a writer to write."""

from concurrent.futures import Future
from dataclasses import dataclass, field

from repo_store.model.intents import Intent, Receipt


@dataclass
class Job:
    """Intents that are written together or not at all, what each of them touches, and who waits for the answer."""

    intents: tuple[Intent, ...]
    keys_by_intent: tuple[frozenset[str], ...]
    future: "Future[list[Receipt]]" = field(default_factory=Future)
