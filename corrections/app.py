"""The Flask application, made from settings."""

from pathlib import Path
from typing import Any

from apiflask import APIFlask
from flask import Flask, Request, current_app, g, has_request_context, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import BadHost
from werkzeug.routing import BaseConverter, MapAdapter
from werkzeug.urls import iri_to_uri

from corrections import session_key
from corrections.config import ARTICLE_BODY_LIMIT, BODY_LIMIT, CLONE_BODY_LIMIT, Settings
from corrections.services.publication import Publications
from corrections.web import (
    access,
    cors,
    errors,
    health,
    hosts,
    index_refresh,
    languages,
    metrics,
    presentation,
    proxy,
    query_strings,
    security,
)
from corrections.web.api import openapi, routes
from corrections.web.public import (
    articles,
    git_http,
    history,
    linked_data,
    proofs,
    public_log,
    status,
    submission,
    transparency,
    widget_check,
)
from corrections.web.staff import (
    accounts,
    audits,
    auth,
    combined_queue,
    conflicts,
    connections,
    notices,
    oidc,
    passkeys,
    queue,
    review,
    statistics,
)
from corrections.workers.shared_state import SharedState

_WEB = Path(__file__).parent / "web"
_PUBLIC_PAGES = (
    articles,
    submission,
    status,
    proofs,
    history,
    public_log,
    transparency,
    linked_data,
    git_http,
    widget_check,
)
_STAFF_PAGES = (
    auth,
    passkeys,
    accounts,
    connections,
    conflicts,
    queue,
    combined_queue,
    statistics,
    audits,
    notices,
    review,
)


class _Service(APIFlask):
    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        try:
            adapter: MapAdapter | None = super().create_url_adapter(request)
        except BadHost:  # `hosts` refuses it, with a page that needs addresses
            assert request is not None
            adapter = self.url_map.bind_to_environ({**request.environ, "HTTP_HOST": "localhost"})
        if adapter is not None and request is not None:
            proxy.match_without_slash(adapter)
        return adapter

    def _get_spec(self, spec_format: str | None = None, force_update: bool = False) -> dict[str, Any] | str:
        """The description is made once; the server in it is the one that this reader has reached."""
        spec: dict[str, Any] | str = super()._get_spec(spec_format, force_update)
        if isinstance(spec, str) or not has_request_context():
            return spec
        return {**spec, "servers": [{"url": hosts.absolute(iri_to_uri(request.script_root) + "/")}]}

    def url_for(self, endpoint: str, *, _external: bool | None = None, **values: Any) -> str:
        """As Flask does it; an absolute address begins as the operator says, whatever host was asked for."""
        if not _external or not has_request_context() or values.get("_scheme"):
            return super().url_for(endpoint, _external=_external, **values)
        return hosts.absolute(super().url_for(endpoint, _external=False, **values))


class _Json(DefaultJSONProvider):
    """JSON that is nested more deeply than Python reads is refused as what is no JSON."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        try:
            return super().loads(s, **kwargs)
        except RecursionError as error:
            raise ValueError("The request body is nested too deeply.") from error


class _ArticleConverter(BaseConverter):
    """Four parts with slashes between: what is no article id is told so by the desk, not by "no such page"."""

    part_isolating = False
    regex = r"[^/]+/[^/]+/[^/]+/[^/]+"


def create_app(settings: Settings, state: SharedState | None = None) -> Flask:
    """The service for all publications in `settings.data`.

    `state` is what it shares with the other workers of the service; none: it is the only one.
    """
    app = _Service(
        "corrections",
        title="Corrections",
        version="1",
        spec_path="/api/v1/openapi.json",
        docs_path=None,
        json_errors=False,
        template_folder=str(_WEB / "templates"),
        static_folder=str(_WEB / "static"),
    )
    app.json = _Json(app)
    app.config.update(_configuration(settings))
    session_key.install(app, settings.data, settings.cluster)
    app.url_map.converters["article"] = _ArticleConverter
    app.extensions["shared_state"] = state or SharedState()
    app.extensions["publications"] = Publications(settings.data, cluster=settings.cluster)
    metrics.install(app)
    hosts.install(app, settings.url, settings.hosts)
    security.install(app, settings.limits, settings.cluster)
    auth.install(app)
    oidc.install(app, settings)
    errors.install(app)
    presentation.install(app)
    languages.install(app)
    app.url_value_preprocessor(_open_publication)
    app.url_defaults(_same_publication)
    app.before_request(query_strings.check)
    app.before_request(_allow_articles)
    proxy.install(app, settings.proxies, settings.prefix)
    app.before_request(access.check_access)
    cors.install(app)
    index_refresh.install(app)
    security.csrf.exempt(routes.blueprint)
    security.csrf.exempt(git_http.blueprint)
    security.csrf.exempt(status.no_mail)  # mail programs press the button; the key of the page is the proof
    for module in (routes, *_PUBLIC_PAGES, *_STAFF_PAGES, health, metrics):
        app.register_blueprint(module.blueprint)
    openapi.describe(app)
    return app


def _configuration(settings: Settings) -> dict[str, object]:
    return {
        "SUBMIT_LIMIT": settings.submit_limit,
        "METRICS": settings.metrics,
        "MAX_CONTENT_LENGTH": BODY_LIMIT,
        "MAX_FORM_MEMORY_SIZE": BODY_LIMIT,
        "SESSION_COOKIE_NAME": "corrections_session",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.https,
        "HTTPS": settings.https,
        "WTF_CSRF_TIME_LIMIT": 12 * 3600,
        "WTF_CSRF_SSL_STRICT": False,  # `security` looks at where a form comes from
        "SEND_FILE_MAX_AGE_DEFAULT": 3600,
    }


def _open_publication(endpoint: str | None, values: dict[str, object] | None) -> None:
    if values and "publication" in values:
        g.publication = current_app.extensions["publications"].get(values.pop("publication"))


def _same_publication(endpoint: str, values: dict[str, object]) -> None:
    """An address written without a publication is one of the publication that the request is about."""
    if "publication" in g and current_app.url_map.is_endpoint_expecting(endpoint, "publication"):
        values.setdefault("publication", g.publication.name)


def _allow_articles() -> None:
    if request.blueprint == "git_http":
        request.max_content_length = CLONE_BODY_LIMIT
    if request.endpoint in ("api.put_article", "api.post_diff", "api.post_hook", "widget_check.check_source"):
        request.max_content_length = request.max_form_memory_size = ARTICLE_BODY_LIMIT
