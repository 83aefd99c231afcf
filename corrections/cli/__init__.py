"""`corrections …`: the service from the command line. Errors are one line and exit status 2."""

from corrections.cli import importing, keeping, proving, setting_up, tokens, working
from corrections.cli.base import main

__all__ = ["importing", "keeping", "main", "proving", "setting_up", "tokens", "working"]
