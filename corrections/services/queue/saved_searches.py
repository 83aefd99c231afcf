"""Searches of the queue that a publication's editors have named, for all of them."""

from dataclasses import dataclass

from corrections.services.actors import Actor, check_right
from corrections.services.errors import Invalid
from corrections.services.publication import Publication
from corrections.services.review.search import LINE_LIMIT, search
from corrections.services.validation import Fields

SAVED_LIMIT = 30
NAME_LIMIT = 40  # code points
_KEY = "search:"  # before the name, among the stored settings: one setting a search, so that no two editors collide


@dataclass(frozen=True)
class SavedSearch:
    """`line` is a search line of the queue; `assigned:me` in it means the person who opens it."""

    name: str
    line: str


def listed(publication: Publication) -> list[SavedSearch]:
    """The saved searches, by name."""
    stored = publication.private.settings.starting_with(_KEY)
    searches = [SavedSearch(key.removeprefix(_KEY), line) for key, line in stored.items()]
    return sorted(searches, key=lambda saved: saved.name.casefold())


def save(publication: Publication, actor: Actor, name: str, line: str) -> SavedSearch:
    """Save a search under a name, in place of one that has it. Raises `Forbidden`, `Invalid`."""
    check_right(actor, "decide")
    fields = Fields()
    name = fields.text("name", "Name", " ".join(name.split()), NAME_LIMIT, required=True, lines=False)
    line = fields.text("q", "Search", line.strip(), LINE_LIMIT, required=True, lines=False)
    fields.check()
    if search(line, actor.name).number is not None:
        raise Invalid({"q": "This search opens one correction. Save a search that lists corrections."})
    names = {saved.name for saved in listed(publication)}
    if name not in names and len(names) >= SAVED_LIMIT:
        raise Invalid({"name": f"At most {SAVED_LIMIT} searches can be saved. Remove one first."})
    publication.private.settings.put(_KEY + name, line)
    return SavedSearch(name, line)


def remove(publication: Publication, actor: Actor, name: str) -> None:
    """Remove a saved search, for everybody; one that is gone already is no error. Raises `Forbidden`."""
    check_right(actor, "decide")
    publication.private.settings.remove(_KEY + name)
