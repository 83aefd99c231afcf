"""The service: one process, many threads, so that waiting writes share a batch."""

import gc
import os
import sqlite3

import click
from flask import Flask

from corrections import logs
from corrections.app import create_app
from corrections.config import Settings
from corrections.desk.publication import Publications, probe
from corrections.errors import CorrectionsError
from corrections.keeping import Keeper
from corrections.wsgi_server import Server
from repo_store import RepoStoreError


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until told to stop. Raises `OSError` where nothing can be written to the data folder."""
    logs.install(settings.log)
    os.environ.pop("SCRIPT_NAME", None)  # known from the settings
    probe(settings.data)
    _look_at(Publications(settings.data))
    app = _application(settings)
    server = Server(app, host, port, settings.threads, proxied=settings.proxies > 0)
    keeper = Keeper(settings, app.extensions["publications"])
    keeper.start()
    try:
        server.run()
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
                click.echo(f"{name} is only read, nothing is written to it: {why}", err=True)
        except (CorrectionsError, RepoStoreError, sqlite3.Error) as error:
            click.echo(f"{name} cannot be served: {' '.join(str(error).split())}", err=True)
    publications.close()
