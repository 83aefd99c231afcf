"""The SQLite projection of the ledger and of `main`: answers every list and search, and can be rebuilt at any time."""

from corrections.index.errors import IndexAhead, Unprojectable
from corrections.index.index import Index

__all__ = ["Index", "IndexAhead", "Unprojectable"]
