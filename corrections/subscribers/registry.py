"""The subscribers that the worker runs."""

from collections.abc import Callable

from corrections.config import Settings
from corrections.subscribers import checkpoints, connectors, mail, queue_lines, retention, shared_history
from corrections.subscribers.subscriber import Subscriber

REGISTRY: tuple[Callable[[Settings], Subscriber | None], ...] = (
    checkpoints.subscriber,
    retention.subscriber,
    queue_lines.subscriber,
    mail.subscriber,
    connectors.subscriber,
    shared_history.subscriber,
)


def subscribers(settings: Settings) -> list[Subscriber]:
    """Those of the registry that have something to do under these settings."""
    return [subscriber for create in REGISTRY if (subscriber := create(settings)) is not None]
