"""The connector's options and its turns: pull what is new on the branch, then push what corrections changed.

Each accepted or reverted correction is a commit, whose author is the reader's pseudonym: on the branch itself, or on a
branch of its own for the team to merge. A push onto a branch that somebody has moved is refused, and what they wrote is
pulled first. What was pushed or merged comes back as the publisher's own text, which changes nothing.
"""

from collections.abc import Mapping
from pathlib import PurePosixPath
from urllib.parse import SplitResult, urlsplit

from corrections.connectors.connector import ConnectionFailed, Connector, Run, check_host_reach, raise_problems
from corrections.connectors.git.mirror import GitMirror, RemoteFailed, is_branch, mirror_folder
from corrections.connectors.git.pull import actor_of, pull
from corrections.connectors.git.pull_requests import push_branches
from corrections.connectors.git.push import push
from corrections.connectors.git.remote import REMOTE, Remote
from corrections.connectors.git.state import GitState, conflicts, load_state, remarks, resolve, save_state
from corrections.services.errors import Invalid
from repo_store.model.events import ArticleImported, ArticleRevised

ATTEMPTS = 5  # at pushing onto a branch that others move


def check(options: Mapping[str, str]) -> dict[str, str]:
    """Raises `Invalid`."""
    url, branch = options.get("url", "").strip(), options.get("branch", "").strip() or "main"
    folder = PurePosixPath(options.get("path", "").strip().strip("/") or ".")
    pattern = options.get("url-pattern", "").strip()
    if not url or url.startswith("-"):
        raise Invalid({"url": "Give --url, the address of the repository, as `git clone` takes it."})
    if not is_branch(branch):
        raise Invalid({"branch": f"{branch} is not the name of a branch."})
    if folder.is_absolute() or ".." in folder.parts:
        raise Invalid({"path": "--path must be a folder inside the repository, such as content/posts."})
    try:
        pattern.format(slug="", path="", year="", month="", day="")
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        raise Invalid({"url-pattern": "--url-pattern may have {slug}, {path}, {year}, {month}, {day}."}) from error
    return {
        "url": url,
        "branch": branch,
        "path": "" if str(folder) == "." else str(folder),
        "url-pattern": pattern,
        "pull-requests": _switch(options),
    }


def _switch(options: Mapping[str, str]) -> str:
    """Whether each correction is pushed to a branch of its own: `on`, or empty."""
    value = options.get("pull-requests", "").strip()
    if value not in ("", "on", "off"):
        raise Invalid({"pull-requests": "--pull-requests is on or off."})
    return "on" if value == "on" else ""


def create_secret(password: str) -> str:
    """The password for the repository, where its address names a user."""
    return password


def check_reach(options: Mapping[str, str]) -> None:
    """Raises `Invalid` for a repository on this server's disk, on its private network, or behind its own ssh keys."""
    parts = _split(options["url"])
    if parts.scheme not in REMOTE or not parts.hostname:
        raise Invalid(
            {"url": "--url must begin with https:// here. Use the command line for ssh and for a folder on the server."}
        )
    if parts.password is not None:
        raise Invalid({"url": "Leave the password out of --url and enter it below: there it is stored encrypted."})
    check_host_reach("url", parts.hostname)


def operator_options(options: Mapping[str, str]) -> dict[str, str]:
    """The options of a connection that the operator of this server makes: its host may be on a private network."""
    is_remote = options["url"].partition("://")[0].lower() in REMOTE
    return {**options, "private-hosts": "allowed"} if is_remote else dict(options)


def _split(url: str) -> SplitResult:
    """Raises `Invalid` for what is no address."""
    try:
        if any(sign in url for sign in "\\ \t\r\n"):
            raise ValueError
        return urlsplit(url)
    except ValueError as error:
        raise Invalid({"url": "Give --url, the address of the repository, as `git clone` takes it."}) from error


def run(turn: Run) -> None:
    """Pull what is new on the branch, then push what corrections changed. Raises `ConnectionFailed`."""
    state = load_state(turn.publication, turn.connection.name)
    state.check(turn)
    head = turn.publication.store.ledger() or ""
    turn.publication.refresh()
    try:
        errors = _run(turn, state)
    except RemoteFailed as error:
        failure = state.note_failure(str(error))
        save_state(turn, state)
        raise failure from error
    state.note_success()
    save_state(turn, state)
    _note_position(turn, head)
    raise_problems(errors)


def _run(turn: Run, state: GitState) -> list[str]:
    """What could not be imported or pushed, as sentences. Raises `ConnectionFailed`."""
    options = turn.connection.options
    folder = mirror_folder(turn.publication.folder, turn.connection.name)
    remote = Remote(options["url"], turn.secret, is_private=options.get("private-hosts") == "allowed")
    mirror = GitMirror(folder, remote, options["branch"])
    if options.get("pull-requests") == "on":
        tip, branches = mirror.fetch_all()
        errors = list(pull(turn, mirror, state, tip))
        return errors + push_branches(turn, mirror, state, tip, branches)
    for _ in range(ATTEMPTS):
        tip = mirror.fetch()
        errors = list(pull(turn, mirror, state, tip))
        pushed = push(turn, mirror, tip)
        if pushed == tip:
            return errors
        if pushed is not None:
            return list(pull(turn, mirror, state, pushed))  # the publisher has the corrections now
    raise ConnectionFailed("Other users keep pushing to the branch. Corrections are pushed in the next run.")


def _note_position(turn: Run, head: str) -> None:
    """Note that what was published up to the event `head` is there, and what was imported since then."""
    mine = actor_of(turn).name
    for entry in turn.publication.store.entries(after=head or None):
        if not isinstance(entry.event, ArticleImported | ArticleRevised) or entry.event.by != mine:
            break
        head = entry.id
    turn.publication.private.connections.add_deliveries(turn.connection.name, (), head)


CONNECTOR = Connector(
    "git",
    frozenset({"url", "branch", "path", "url-pattern", "pull-requests"}),
    check,
    create_secret,
    run,
    takes_password=True,
    pulls=True,
    check_reach=check_reach,
    operator_options=operator_options,
    remarks=remarks,
    conflicts=conflicts,
    resolve=resolve,
)
