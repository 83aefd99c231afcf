"""What an audit finds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What is wrong; `code` is stable, `commit` is the commit it was found at (empty: none can be named)."""

    code: str
    message: str
    commit: str = ""
