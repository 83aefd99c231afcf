"""What the OpenAPI document of the JSON API says beyond the models."""

from typing import Any

from apiflask import APIFlask

from corrections.web.api import models
from corrections.web.api.webhook_models import describe_webhooks

_PROBLEM = {"application/problem+json": {"schema": models.ProblemOut.model_json_schema()}}


def describe(app: APIFlask) -> None:
    """Complete the document that an app gives."""
    app.security_schemes = {
        "token": {"type": "http", "scheme": "bearer", "description": "Create one with `corrections token`."}
    }

    @app.spec_processor
    def complete(spec: dict[Any, Any] | str) -> dict[Any, Any] | str:
        assert isinstance(spec, dict)
        for operations in spec.get("paths", {}).values():
            for operation in operations.values():
                if not isinstance(operation, dict):
                    continue
                if "requestBody" in operation:
                    operation["requestBody"]["required"] = True
                answers = operation["responses"]
                for status in ("400", "404", "422", *(("401", "403") if operation.get("security") else ())):
                    answers.setdefault(status, {"description": "A problem"})
                for status, answer in answers.items():
                    if not status.startswith("2"):
                        answer["content"] = _PROBLEM
                answers["400"]["content"] = {**_PROBLEM, "text/html": {}}  # where it could not be read as HTTP at all
        describe_webhooks(spec)
        return spec
