"""Request bodies take no field that they do not know: a misspelt name would lose what it holds without a word."""

import difflib
import types
from typing import Any, Self, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

_SYNONYMS = {  # what other services call it
    "comment": ("reason", "explanation", "note", "message", "description", "why"),
    "contact": ("email", "mail", "name", "author", "creator"),
    "evidence": ("source", "link", "url", "proof_url"),
    "body": ("replacement", "value", "correction", "text", "new"),
    "target": ("selector", "quote", "exact", "old"),
    "exact": ("quote", "text", "words"),
    "value": ("text", "replacement"),
    "based_on": ("last_event",),
    "decision": ("state", "action", "kind"),
    "url": ("link", "canonical", "address"),
    "published": ("date", "published_at"),
    "title": ("headline", "name"),
    "standfirst": ("excerpt", "subtitle", "dek", "summary", "lead"),
}
_ALIKE = 0.6  # of difflib's ratio
LONGEST = 60  # characters of a name that are compared
MOST = 20  # unknown fields that one answer names
DEEPEST = 8  # names and positions in the path of a field
Path = tuple[str | int, ...]


class Strict(BaseModel):
    """A request body. A field that the model, or one inside it, does not have is refused by its path, with the nearest
    known name."""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """Raises pydantic's `ValidationError`."""
        unknown = _unknown_in(cls, obj)[:MOST]
        if not unknown:
            return super().model_validate(obj, **options)
        others: list[InitErrorDetails] = []
        try:
            super().model_validate(_without(obj, {error["loc"] for error in unknown}), **options)
        except ValidationError as error:
            others = [_again(detail) for detail in error.errors() if detail["type"] != "extra_forbidden"]
        raise ValidationError.from_exception_data(cls.__name__, [*unknown, *others])


def nearest(name: str, known: list[str]) -> str | None:
    """The known name that is meant, by what other services call it or by its letters."""
    lower = name[:LONGEST].casefold()
    meant = [field for field in known if lower in _SYNONYMS.get(field, ())]
    return next(iter(meant or difflib.get_close_matches(lower, known, 1, _ALIKE)), None)


def _unknown_in(model: type[BaseModel], data: Any, path: Path = ()) -> list[InitErrorDetails]:
    if not isinstance(data, dict):
        return []
    fields = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
    errors: list[InitErrorDetails] = []
    for name, value in data.items():
        if len(errors) >= MOST:
            break
        if name not in fields:
            errors.append(_refusal(name, list(fields), (*path, name)))
        else:
            errors += _unknown_below(_models(fields[name]), value, (*path, name))
    return errors


def _unknown_below(models: list[type[BaseModel]], value: Any, path: Path) -> list[InitErrorDetails]:
    if isinstance(value, list) and len(path) < DEEPEST:
        return [error for at, item in enumerate(value) for error in _unknown_below(models, item, (*path, at))]
    candidates = [_unknown_in(model, value, path) for model in models if _is_of_type(model, value)]
    return min(candidates, key=len, default=[])


def _is_of_type(model: type[BaseModel], value: Any) -> bool:
    """Of several models, is this the one that the value's `type` names?"""
    named = model.model_fields.get("type")
    return named is None or not isinstance(value, dict) or value.get("type") in (None, *get_args(named.annotation))


def _models(annotation: Any) -> list[type[BaseModel]]:
    """The models inside a field's annotation."""
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return [annotation] if issubclass(annotation, BaseModel) else []
    if get_origin(annotation) in (Union, types.UnionType, list) or hasattr(annotation, "__metadata__"):
        return [model for part in get_args(annotation) for model in _models(part)]
    return []


def _refusal(name: str, known: list[str], path: Path) -> InitErrorDetails:
    near = nearest(name, known)
    hint = f"Did you mean {near}?" if near else f"Known fields: {', '.join(known)}."
    reason = PydanticCustomError("unknown_field", "There is no such field. {hint} Nothing was saved.", {"hint": hint})
    return InitErrorDetails(type=reason, loc=path, input=None)


def _without(data: Any, paths: set[Path], path: Path = ()) -> Any:
    if len(path) > DEEPEST:
        return data
    if isinstance(data, dict):
        return {name: _without(item, paths, (*path, name)) for name, item in data.items() if (*path, name) not in paths}
    return [_without(item, paths, (*path, at)) for at, item in enumerate(data)] if isinstance(data, list) else data


def _again(error: Any) -> InitErrorDetails:
    reason = PydanticCustomError("invalid", "{message}", {"message": error["msg"]})
    return InitErrorDetails(type=reason, loc=error["loc"], input=error["input"])
