"""The service: one worker process, many threads, so that waiting writes share a batch; a supervisor restarts it."""

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
from corrections.config import Settings
from corrections.errors import CorrectionsError
from corrections.services.publication import Publications, probe
from corrections.subscribers import subscribers
from corrections.supervisor import Supervisor
from corrections.worker import Worker
from corrections.wsgi_server import Server, listening
from repo_store import RepoStoreError


def serve(settings: Settings, host: str, port: int, announcement: str) -> int:
    """Serve until told to stop; returns the exit status of the process.

    `announcement` is printed to stderr once, as soon as the service answers.

    Raises `OSError` where nothing can be written to the data folder, or where it cannot listen at host and port.
    """
    logs.install(settings.log)
    os.environ.pop("SCRIPT_NAME", None)  # known from the settings
    probe(settings.data)
    _report_obstacles(Publications(settings.data))
    listener = listening(host, port)
    announced = mmap.mmap(-1, 1)  # shared with the workers: only the first one prints the announcement

    def announce() -> None:
        if not announced[0]:
            announced[0] = 1
            click.echo(announcement, err=True)

    return Supervisor(lambda should_run: _work(settings, listener, announce, should_run)).run()


def _work(
    settings: Settings, listener: socket.socket, announce: Callable[[], None], should_run: Callable[[], bool]
) -> None:
    app = _application(settings)
    server = Server(app, listener, settings.threads, proxied=settings.proxies > 0)
    worker = Worker(app.extensions["publications"], subscribers(settings))
    worker.start()
    announce()
    try:
        server.run(should_run)
    finally:
        worker.stop()


def _application(settings: Settings) -> Flask:
    app = create_app(settings)
    for template in app.jinja_env.list_templates():  # or the first request waits until it is compiled
        app.jinja_env.get_template(template)
    gc.freeze()  # what is loaded stays: to look through it for garbage holds up every thread
    return app


def _report_obstacles(publications: Publications) -> None:
    """Open each publication once, to repair it and catch its index up; report now what cannot be opened."""
    for name in publications.names():
        try:
            obstacle = publications.get(name).obstacle
            if obstacle is not None:
                reason = " ".join(str(obstacle).split())
                click.echo(f"{name} is read-only; nothing is written to it: {reason}", err=True)
        except (CorrectionsError, RepoStoreError, sqlite3.Error) as error:
            click.echo(f"{name} cannot be served: {' '.join(str(error).split())}", err=True)
    publications.close()
