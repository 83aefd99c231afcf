"""What the operator sees of the service: a log line and a time for each request, figures for Prometheus."""

import hmac
import os
import re
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import structlog
from apiflask import APIBlueprint
from flask import Flask, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry, Histogram, generate_latest, values
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from werkzeug.exceptions import NotFound

from corrections.errors import CorrectionsError
from corrections.index import queries
from corrections.private.delivery.outbox import REPORTED_ATTEMPTS, Outbox
from corrections.services.publication import Publication, Publications
from repo_store import RepoStoreError
from repo_store.errors import BadEvent, RemoteRefused

blueprint = APIBlueprint("metrics", __name__, enable_openapi=False)

REQUEST_ID = "X-Request-Id"
_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_log = structlog.get_logger("corrections.requests")


class Watch:
    """The figures of one service."""

    def __init__(self, publications: Publications) -> None:
        self._counted = CollectorRegistry()
        self._publications = publications
        self.requests = Histogram(
            "corrections_request_seconds", "Response time", ("endpoint", "status"), buckets=_SECONDS,
            registry=self._counted,
        )  # fmt: skip
        self.batches = Histogram(
            "corrections_batch_events", "Events written durably in one batch", ("publication",),
            buckets=(1, 2, 5, 10, 20, 50, 100, 200), registry=self._counted,
        )  # fmt: skip
        self.writes = Histogram(
            "corrections_batch_seconds", "Time to write a batch durably", ("publication",), buckets=_SECONDS,
            registry=self._counted,
        )  # fmt: skip
        publications.observe_batches(self._written)

    def _written(self, publication: str, events: int, seconds: float) -> None:
        self.batches.labels(publication).observe(events)
        self.writes.labels(publication).observe(seconds)

    def all_workers(self) -> CollectorRegistry:
        """The figures of all workers together, and where each publication stands."""
        registry = CollectorRegistry()
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        else:
            registry.register(self._counted)
        registry.register(self)
        return registry

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Where each publication stands, as of now."""
        names = ("publication",)
        waiting = GaugeMetricFamily("corrections_waiting", "Corrections by state", labels=(*names, "state"))
        events = GaugeMetricFamily("corrections_ledger_events", "Events in the ledger", labels=names)
        behind = GaugeMetricFamily("corrections_index_behind_events", "Events missing from the index", labels=names)
        letters = GaugeMetricFamily("corrections_letters", "Messages by state", labels=(*names, "state"))
        failing = GaugeMetricFamily("corrections_letters_failing", "Messages that keep failing", labels=names)
        unsent = GaugeMetricFamily(
            "corrections_mail_behind", "1 if mail has not processed the last event", labels=names
        )
        age = GaugeMetricFamily("corrections_checkpoint_age_seconds", "Since the last checkpoint", labels=names)
        paused = GaugeMetricFamily("corrections_writing_paused", "1 if nothing can be written", labels=names)
        for name in self._publications.names():
            publication = self._opened(name)
            if publication is None:
                continue
            known, outbox = int(publication.index.state("seq") or 0), Outbox(publication.private)
            seq = _events(publication, known)
            paused.add_metric((name,), int(publication.obstacle is not None or _is_refused(publication)))
            for state, count in queries.counts(publication.index).items():
                waiting.add_metric((name, state), count)
            events.add_metric((name,), seq)
            behind.add_metric((name,), seq - known)
            for letter_state, count in outbox.counts().items():
                letters.add_metric((name, letter_state), count)
            failing.add_metric((name,), len(outbox.failures(REPORTED_ATTEMPTS)))
            unsent.add_metric((name,), int(outbox.cursor() not in (None, publication.store.ledger())))
            for last in publication.store.checkpoints(limit=1):
                age.add_metric((name,), time.time() - last.statement.at.timestamp())
        yield from (waiting, events, behind, paused, letters, failing, unsent, age)

    def _opened(self, name: str) -> Publication | None:
        try:
            return self._publications.get(name)
        except (CorrectionsError, RepoStoreError) as error:
            _log.error("no metrics", publication=name, why=str(error))
            return None


def _is_refused(publication: Publication) -> bool:
    """Whether a shared git server refused the last push."""
    try:
        publication.store.check_pushes()
    except RemoteRefused:
        return True
    return False


def _events(publication: Publication, known: int) -> int:
    """How many events the ledger has; where this version cannot read the last, one more than the index knows."""
    try:
        return publication.store.head().seq
    except BadEvent:
        return known + 1


def share(folder: Path) -> None:
    """Let what all processes count be added up, in files of this folder. Call it in each, before `create_app`."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    values.ValueClass = values.get_value_class()  # type: ignore[no-untyped-call]


def install(app: Flask) -> None:
    app.extensions["watch"] = Watch(app.extensions["publications"])
    app.before_request(_begin)
    app.after_request(_end)


def request_id() -> str:
    """What this request is called in the log and in its answer."""
    identifier: str = g.get("request_id", "")
    return identifier


@blueprint.get("/metrics")
def metrics() -> ResponseReturnValue:
    """For clients with the token in `CORRECTIONS_METRICS`; without that setting there is no such page."""
    token: str = current_app.config["METRICS"]
    sent_token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(token.encode(), sent_token.encode()):
        raise NotFound
    watch: Watch = current_app.extensions["watch"]
    return Response(generate_latest(watch.all_workers()), content_type="text/plain; version=0.0.4; charset=utf-8")


def _begin() -> None:
    identifier = request.headers.get(REQUEST_ID, "")
    g.request_id = identifier if _GIVEN_ID.fullmatch(identifier) else secrets.token_hex(8)
    g.begun = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=g.request_id)


def _end(response: Response) -> Response:
    if "begun" not in g:
        return response
    took = time.perf_counter() - g.begun
    response.headers[REQUEST_ID] = g.request_id
    endpoint = request.endpoint or "none"
    watch: Watch = current_app.extensions["watch"]
    watch.requests.labels(endpoint, str(response.status_code)).observe(took)
    if endpoint not in ("static", "health.live"):
        # the endpoint, not the address: addresses hold keys of readers' pages and what people look for
        publication = g.publication.name if "publication" in g else None
        fields = {"endpoint": endpoint, "status": response.status_code, "ms": round(took * 1000, 1)}
        _log.info("request", method=request.method, publication=publication, **fields)
    return response
