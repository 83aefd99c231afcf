"""The service: one worker process, many threads, so that waiting writes share a batch; a supervisor restarts it."""

import gc
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


def serve(settings: Settings, host: str, port: int) -> int:
    """Serve until told to stop; returns the exit status of the process.

    Raises `OSError` where nothing can be written to the data folder, or where it cannot listen at host and port.
    """
    logs.install(settings.log)
    os.environ.pop("SCRIPT_NAME", None)  # known from the settings
    probe(settings.data)
    _look_at(Publications(settings.data))
    listener = listening(host, port)
    return Supervisor(lambda is_wanted: _work(settings, listener, is_wanted)).run()


def _work(settings: Settings, listener: socket.socket, is_wanted: Callable[[], bool]) -> None:
    app = _application(settings)
    server = Server(app, listener, settings.threads, proxied=settings.proxies > 0)
    keeper = Worker(app.extensions["publications"], subscribers(settings))
    keeper.start()
    try:
        server.run(is_wanted)
    finally:
        keeper.stop()


def _application(settings: Settings) -> Flask:
    app = create_app(settings)
    for template in app.jinja_env.list_templates():  # or whoever asks first waits for its making
        app.jinja_env.get_template(template)
    gc.freeze()  # what is loaded stays: to look through it for garbage holds up every thread
    return app


def _look_at(publications: Publications) -> None:
    """Open each publication once, to mend and catch up what needs it; what cannot be opened is told of now."""
    for name in publications.names():
        try:
            obstacle = publications.get(name).obstacle
            if obstacle is not None:
                why = " ".join(str(obstacle).split())
                click.echo(f"{name} is read-only; nothing is written to it: {why}", err=True)
        except (CorrectionsError, RepoStoreError, sqlite3.Error) as error:
            click.echo(f"{name} cannot be served: {' '.join(str(error).split())}", err=True)
    publications.close()
