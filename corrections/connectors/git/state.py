"""What a connection with a git repository remembers: of the branch it reads, and of each branch it has pushed."""

from pydantic import BaseModel, Field, ValidationError

from corrections.connectors.connector import Conflict, Run
from corrections.connectors.pauses import Pauses
from corrections.private.delivery.connections import Connection
from corrections.services.publication import Publication
from corrections.text.comparison.merge import Side
from repo_store import Format


class ProposedBranch(BaseModel):
    """A branch of ours: the `article` it changes, for which corrections (`numbers`), and the `commit` that was pushed
    last, or is about to be.

    `before` is the commit in whose place that one is pushed. `was_there`: the branch was seen there with this change.
    `content` tells apart what the commit makes of which file, `change` the words that it changes, wherever they are.
    `theirs` is what the file contains on the branch since somebody else has worked on it.
    """

    article: str
    commit: str
    numbers: tuple[int, ...] = ()
    before: str = ""
    was_there: bool = False
    content: str = ""
    change: str = ""
    theirs: str = ""


class FileClash(BaseModel):
    """A file whose words were changed on both sides, its article, what it contained then, and the side that an editor
    has chosen. `versions` are the paragraphs that clash, here and there, in a `format`.
    """

    article: str
    blob: str
    side: Side | None = None
    versions: tuple[tuple[str, str], ...] = ()
    format: Format = Format.MARKDOWN


class GitState(Pauses):
    """`tip` is the commit of the branch that was last pulled; `remarks` say how the branches of ours are doing.

    `clashes` are by the paths of the files.
    """

    tip: str = ""
    clashes: dict[str, FileClash] = Field(default_factory=dict)
    branches: dict[str, ProposedBranch] = Field(default_factory=dict)
    remarks: tuple[str, ...] = ()


def load_state(publication: Publication, name: str) -> GitState:
    """Earlier versions kept the tip alone."""
    stored = publication.private.connections.pulled(name) or ""
    try:
        return GitState.model_validate_json(stored or "{}")
    except ValidationError:
        return GitState(tip="" if stored.startswith("{") else stored)


def save_state(turn: Run, state: GitState) -> None:
    """The side that somebody has chosen in the meantime is kept."""
    for path, stored in load_state(turn.publication, turn.connection.name).clashes.items():
        clash = state.clashes.get(path)
        if clash is not None and clash.blob == stored.blob:
            clash.side = clash.side or stored.side
    _store(turn.publication, turn.connection.name, state)


def _store(publication: Publication, name: str, state: GitState) -> None:
    publication.private.connections.set_pulled(name, state.model_dump_json(exclude_defaults=True))


def remarks(publication: Publication, connection: Connection) -> tuple[str, ...]:
    """How the branches of ours are doing, as sentences."""
    return load_state(publication, connection.name).remarks


def conflicts(publication: Publication, connection: Connection) -> list[Conflict]:
    """The files whose words were changed on both sides, and that nobody has decided yet."""
    clashes = load_state(publication, connection.name).clashes
    return [
        Conflict(path, clash.article, f"{path} was changed both here and there.", clash.versions, clash.format)
        for path, clash in clashes.items()
        if clash.side is None
    ]


def resolve(publication: Publication, connection: Connection, path: str, side: Side) -> None:
    """Have the next run decide a conflict."""
    state = load_state(publication, connection.name)
    state.clashes[path].side = side
    _store(publication, connection.name, state)
