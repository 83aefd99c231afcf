"""The command group, and what every command needs: an open publication, one-line errors, a progress bar."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import IO, Any

import click
from rich.console import Console
from rich.progress import Progress

from corrections.config import cluster_from_environment
from corrections.domain.roles import Role
from corrections.errors import CorrectionsError
from corrections.services.actors import Actor
from corrections.services.operations.file_permissions import private_folder, restrict_new_files
from corrections.services.publication import Publication
from repo_store import Finding, RepoStoreError
from repo_store.audit.repository_audit import ProgressCallback

OPERATOR = Actor("the command line", Role.ADMIN)
PROGRESS = Console(stderr=True)
_NO_DATA_NEEDED = {"init", "demo", "restore", "config", "diff"}  # they create it, or do without
_INCOMPLETE = "corrections.incomplete"  # in a command's context: it could not show everything


def one_line_errors(command: Callable[..., Any]) -> Callable[..., Any]:
    """Print expected errors as one line on stderr and exit with status 2, also if not everything could be shown."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        context = click.get_current_context()
        try:
            _check_data(context)
            result = command(*args, **kwargs)
        except (CorrectionsError, RepoStoreError) as error:
            click.echo(error_line(error), err=True)
            sys.exit(2)
        except BrokenPipeError:
            sys.exit(0)  # who reads has read enough
        except OSError as error:
            where = f": {error.filename}" if error.filename else ""
            click.echo(f"corrections: {error.strerror or error}{where}", err=True)
            sys.exit(2)
        if context.meta.get(_INCOMPLETE):
            sys.exit(2)
        return result

    return run


def _check_data(context: click.Context) -> None:
    """Raises `CorrectionsError` where the command needs the data folder and there is none.

    With a database it may be empty: it is filled when it is needed.
    """
    data: Path = context.obj
    if context.command.name in _NO_DATA_NEEDED:
        return
    if cluster_from_environment() is not None:
        private_folder(data)
    if not data.exists():
        raise CorrectionsError(
            f"There is no data folder {data}. Check --data, or create a publication with "
            f"`corrections --data {data} init PUBLICATION`."
        )


def error_line(error: Exception) -> str:
    return f"corrections: {' '.join(str(error).split())}"


def open_publication(context: click.Context, name: str) -> Publication:
    """Open a publication until the command ends; prints to stderr why it is read-only, if it is."""
    publication = Publication(context.obj / name, cluster=cluster_from_environment())
    context.call_on_close(publication.close)
    if publication.obstacle is not None:
        click.echo(error_line(publication.obstacle), err=True)
    return publication


def open_for_reading(context: click.Context, name: str) -> Publication:
    """Like `open_publication`, for a command that prints data: if it cannot print all of it, the exit status is 2."""
    publication = open_publication(context, name)
    if publication.obstacle is not None:
        context.meta[_INCOMPLETE] = True
    return publication


@contextmanager
def audit_progress() -> Iterator[ProgressCallback]:
    """A progress bar on stderr, if it is a terminal."""
    with Progress(console=PROGRESS, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("Auditing")

        def update(step: str, done: int, total: int) -> None:
            bar.update(task, description=f"Auditing: {step}", completed=done, total=total or None)

        yield update


def print_findings(findings: Sequence[Finding]) -> None:
    """A line for each finding of an audit."""
    for finding in findings:
        click.echo(f"{finding.code}: {finding.message}{f' [{finding.commit}]' if finding.commit else ''}")


class _UsageError(click.ClickException):
    """A usage error, in one line."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"corrections: {' '.join(self.message.split())}", file=file, err=True)


class _Commands(click.Group):
    """Commands that print usage errors in one line, like all other errors."""

    def invoke(self, ctx: click.Context) -> Any:
        with _one_line_usage_errors():
            return super().invoke(ctx)

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with _one_line_usage_errors():
            return super().make_context(*args, **kwargs)


@contextmanager
def _one_line_usage_errors() -> Iterator[None]:
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise  # shows the help
    except click.UsageError as error:
        raise _UsageError(error.format_message()) from error


@click.group(cls=_Commands)
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), envvar="CORRECTIONS_DATA", default="data",
              show_default=True, help="Folder that holds the publications.")  # fmt: skip
@click.version_option(package_name="corrections")
@click.pass_context
def main(context: click.Context, data: Path) -> None:
    """Manage readers' corrections to news articles, stored as git commits."""
    restrict_new_files(data)
    context.obj = data
