"""All routes of the JSON API: importing this module puts them on its blueprint."""

from corrections.web.api import articles, corrections
from corrections.web.api.blueprint import blueprint

__all__ = ["articles", "blueprint", "corrections"]
