"""Background work that follows the ledgers, such as mail or a webhook: a module for each, one line in `registry`."""

from corrections.subscribers.registry import subscribers
from corrections.subscribers.subscriber import Subscriber

__all__ = ["Subscriber", "subscribers"]
