"""The messages of outgoing webhooks, for the OpenAPI document; `connectors.webhook_messages` writes them."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from repo_store.model.events import EVENT_TYPES

_PREFIX = "#/components/schemas/"


class MessageArticle(BaseModel):
    id: str
    title: str
    url: str | None
    language: str


class MessageSelector(BaseModel):
    """W3C Web Annotation TextQuoteSelector."""

    type: Literal["TextQuoteSelector"]
    exact: str
    prefix: str
    suffix: str


class MessageCorrection(BaseModel):
    number: int
    id: str = Field(description="The permanent id.")
    state: str
    category: str
    part: str = Field(description="The part of the article: headline, standfirst or body.")
    selector: MessageSelector
    replacement: str | None = Field(description="null: the reader only reported an error.")
    notice: str | None


class MessagePartChange(BaseModel):
    before: str | None = Field(description="null for a new article.")
    after: str


class MessageChange(BaseModel):
    revision: str = Field(description="The commit of the article's new revision.")
    before: str | None = Field(description="The whole text before; null for a new article.")
    after: str = Field(description="The whole text after.")
    headline: MessagePartChange | None = Field(
        description="The change of a separately stored headline; null: no change."
    )
    standfirst: MessagePartChange | None
    patch: str | None = Field(description="A unified diff of all that changed.")


class MessageData(BaseModel):
    publication: str
    event: str = Field(description="The id of the event's commit on the ledger.")
    seq: int
    article: MessageArticle | None
    correction: MessageCorrection | None
    change: MessageChange | None = Field(description="null where the event did not change the article.")


class WebhookMessage(BaseModel):
    """An event of the ledger."""

    type: str = Field(json_schema_extra={"enum": list(EVENT_TYPES)})
    timestamp: str = Field(json_schema_extra={"format": "date-time"})
    data: MessageData


def describe_webhooks(spec: dict[Any, Any]) -> None:
    """Add the outgoing messages to an OpenAPI document."""
    schema = WebhookMessage.model_json_schema(ref_template=f"{_PREFIX}{{model}}")
    schemas = spec.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(schema.pop("$defs"))
    schemas["WebhookMessage"] = schema
    headers = ("webhook-id", "webhook-timestamp", "webhook-signature")
    spec["webhooks"] = {
        "event": {
            "post": {
                "summary": "Receive an event of the ledger at a webhook's address, signed as Standard Webhooks defines",
                "tags": ["Connections"],
                "parameters": [
                    {"name": name, "in": "header", "required": True, "schema": {"type": "string"}} for name in headers
                ],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": f"{_PREFIX}WebhookMessage"}}},
                },
                "responses": {
                    "2XX": {"description": "Received"},
                    "410": {"description": "The message is given up. After any other answer it is sent again."},
                },
            }
        }
    }
