"""The service in gunicorn: one worker process, many threads, so that waiting writes share a batch."""

from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from corrections import logs
from corrections.app import create_app
from corrections.config import Settings
from corrections.keeping import Keeper


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, settings: Settings, host: str, port: int) -> None:
        self._settings, self._bind = settings, f"{host}:{port}"
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
            "proc_name": "corrections",
            "loglevel": "warning",
            "worker_tmp_dir": "/dev/shm",  # noqa: S108 (heartbeats only)
        }
        for key, value in options.items():
            self.cfg.set(key, value)

    def load(self) -> Flask:
        app = create_app(self._settings)
        keeper = Keeper(self._settings, app.extensions["publications"])
        keeper.start()
        self.cfg.set("worker_exit", lambda _server, _worker: keeper.stop())
        return app


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until told to stop."""
    logs.install(settings.log)
    _Server(settings, host, port).run()
