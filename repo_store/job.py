"""What one caller asks a writer to write."""

from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cached_property

from repo_store.model.event_rules import keys
from repo_store.model.intents import Intent, Receipt


@dataclass
class Job:
    """Intents that are written together or not at all, what they touch, and who waits for the answer."""

    intents: tuple[Intent, ...]
    future: "Future[list[Receipt]]" = field(default_factory=Future)

    @cached_property
    def keys_by_intent(self) -> tuple[frozenset[str], ...]:
        return tuple(keys(intent.event) for intent in self.intents)

    @property
    def keys(self) -> frozenset[str]:
        return frozenset().union(*self.keys_by_intent)
