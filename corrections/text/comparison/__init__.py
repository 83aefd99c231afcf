"""Differences between texts: diff, edits, rebase and merge."""
