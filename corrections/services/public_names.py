"""What the public sees of somebody of the staff: a display name where the publication set one, or "an editor".

Sign-in names are for the staff: they are on the ledger, which only the staff can read.
"""

from corrections.services import settings
from corrections.services.publication import Publication

AN_EDITOR = "an editor"


def display_name(publication: Publication, name: str) -> str | None:
    """The display name of who signs in as `name` (setting `display-names`), or None."""
    return settings.display_names(settings.text(publication, "display-names")).get(name)


def public_name(publication: Publication, name: str) -> str:
    """What stands in public commits and answers for who signs in as `name`."""
    return display_name(publication, name) or AN_EDITOR
