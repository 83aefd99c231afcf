"""The service in gunicorn: one worker process, many threads, so that waiting writes share a batch."""

import gc
import os
import sqlite3
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from corrections import logs
from corrections.app import create_app
from corrections.config import Settings
from corrections.desk.publication import Publications, probe
from corrections.errors import CorrectionsError
from corrections.keeping import Keeper
from corrections.listening import in_address
from repo_store import RepoStoreError


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, settings: Settings, host: str, port: int) -> None:
        self._settings, self._bind = settings, f"{in_address(host)}:{port}"
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": self._bind,
            "workers": 1,
            "worker_class": "gthread",
            "threads": self._settings.threads,
            "timeout": 120,
            "graceful_timeout": 20,
            "keepalive": 15,
            "limit_request_line": 8190,  # bytes; a search may be long
            "proc_name": "corrections",
            "loglevel": "warning",
            "forwarder_headers": "",  # which proxies' headers count is ours to say, in one place
            "secure_scheme_headers": {},
            "worker_tmp_dir": "/dev/shm",  # noqa: S108 (heartbeats only)
        }
        for key, value in options.items():
            self.cfg.set(key, value)

    def load(self) -> Flask:
        app = create_app(self._settings)
        for template in app.jinja_env.list_templates():  # or whoever asks first waits for its making
            app.jinja_env.get_template(template)
        keeper = Keeper(self._settings, app.extensions["publications"])
        keeper.start()
        self.cfg.set("worker_exit", lambda _server, _worker: keeper.stop())
        gc.freeze()  # what is loaded stays: to look through it for garbage holds up every thread
        return app


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until told to stop. Raises `OSError` where nothing can be written to the data folder."""
    logs.install(settings.log)
    os.environ.pop("SCRIPT_NAME", None)  # known from the settings; the server would refuse paths without it
    probe(settings.data)
    _look_at(Publications(settings.data))
    _Server(settings, host, port).run()


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
