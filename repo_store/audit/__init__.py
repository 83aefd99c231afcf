"""Checks of a repository against its own ledger, and the checkpoints that prove it."""
