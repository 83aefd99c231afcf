"""Background work that follows the ledgers: one module for each subscriber, one line for it in `registry`."""

from corrections.subscribers.registry import subscribers
from corrections.subscribers.subscriber import Subscriber

__all__ = ["Subscriber", "subscribers"]
