"""What must never enter git: accounts, tokens, readers' contacts, secrets. The only other file to back up."""

from corrections.private.private import Private

__all__ = ["Private"]
