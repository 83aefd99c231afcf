"""`corrections …`: the service from the command line. Errors are one line and exit status 2."""

from corrections.cli import audit, connections, import_articles, operations, review, setup, tokens
from corrections.cli.group import main

__all__ = ["audit", "connections", "import_articles", "main", "operations", "review", "setup", "tokens"]
