"""The service: a supervisor starts worker processes, each with many threads, so that waiting writes share a batch."""

import gc
import mmap
import os
import socket
import sqlite3
from collections.abc import Callable

import click
from flask import Flask

from corrections import logs
from corrections.app import create_app
from corrections.background import BackgroundWork
from corrections.config import Settings
from corrections.errors import CorrectionsError
from corrections.services.operations.node_files import different_files
from corrections.services.operations.work_folder import remove_abandoned
from corrections.services.publication import Publications, probe
from corrections.services.review import acceptance_policy
from corrections.subscribers import subscribers
from corrections.supervisor import Supervisor, WorkerContext
from corrections.web import metrics
from corrections.workers.connections import ConnectionCounts, WorkerConnections
from corrections.workers.shared_state import SharedState
from corrections.wsgi_server import Server, Shares, listening
from repo_store import RepoStoreError
from repo_store.git.command import check_git


def serve(settings: Settings, host: str, port: int, announcement: str) -> int:
    """Serve until told to stop; returns the exit status of the process.

    `announcement` is printed to stderr once, as soon as the service answers.

    Raises `OSError` where nothing can be written to the data folder, or where it cannot listen at host and port, and
    `GitRefused` where there is no git that can be used.
    """
    logs.install(settings.log)
    os.environ.pop("SCRIPT_NAME", None)  # known from the settings
    check_git(settings.data)
    probe(settings.data)
    remove_abandoned(settings.data)
    _report_obstacles(Publications(settings.data, cluster=settings.cluster), settings.prefix)
    listener = listening(host, port)
    state = SharedState()
    state.metrics_folder.mkdir(exist_ok=True)  # in the folder that the workers inherit
    announced = mmap.mmap(-1, 1)  # only the first worker of all prints the announcement

    def announce() -> None:
        if not announced[0]:
            announced[0] = 1
            click.echo(announcement, err=True)

    def work(context: WorkerContext) -> None:
        _work(settings, state, listener, connections.row(context.row), context, announce)

    supervisor = Supervisor(work, settings.workers, ended=lambda row: connections.clear(row))
    connections = ConnectionCounts(supervisor.rows)
    return supervisor.run()


def _work(
    settings: Settings,
    state: SharedState,
    listener: socket.socket,
    connections: WorkerConnections,
    context: WorkerContext,
    announce: Callable[[], None],
) -> None:
    connections.clear()
    metrics.share(state.metrics_folder)
    app = _application(settings, state)
    shares = Shares(settings.workers, connections, counts_networks=not settings.proxies)
    server = Server(app, listener, settings.threads, shares)
    background = BackgroundWork(app.extensions["publications"], subscribers(settings), settings.data)
    background.start()
    if settings.cluster is not None and settings.cluster.git_remote:
        settings.cluster.announcements.listen()
    context.ready()
    announce()
    try:
        server.run(context.should_run)
    finally:
        background.stop()


def _application(settings: Settings, state: SharedState) -> Flask:
    app = create_app(settings, state)
    for template in app.jinja_env.list_templates():  # or the first request waits until it is compiled
        app.jinja_env.get_template(template)
    gc.freeze()  # what is loaded stays: to look through it for garbage holds up every thread
    return app


def _report_obstacles(publications: Publications, prefix: str) -> None:
    """Open each publication once, to repair it and catch its index up; report now what cannot be served."""
    try:
        publications.check()
    except CorrectionsError as error:
        click.echo(f"Nothing can be written: {' '.join(str(error).split())}", err=True)
    for name in publications.names():
        if prefix == f"/{name}":
            click.echo(
                f"SCRIPT_NAME is {prefix}, the name of a publication: if the proxy removes it from the path, the pages "
                f"of {name} are not found. Choose another prefix.",
                err=True,
            )
        try:
            publication = publications.get(name)
            obstacle = publication.obstacle
            if obstacle is not None:
                reason = " ".join(str(obstacle).split())
                click.echo(f"{name} is read-only; nothing is written to it: {reason}", err=True)
                continue
            for remark in acceptance_policy.remarks(publication):
                click.echo(remark, err=True)
            node, files = different_files(publication)
            if files:
                names = ", ".join(files)
                click.echo(
                    f"{name}: these files differ from those on {node}: {names}. Copy them to all nodes.", err=True
                )
        except (CorrectionsError, RepoStoreError, sqlite3.Error) as error:
            click.echo(f"{name} cannot be served: {' '.join(str(error).split())}", err=True)
    publications.close()
