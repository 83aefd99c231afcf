"""The notices of an article in a field of its post (post meta) that the theme shows."""

from pydantic import JsonValue

from corrections.connectors.wordpress.notices import digest_of, published_notices
from corrections.connectors.wordpress.rest_api import Reply, RestApi, RestFailed
from corrections.connectors.wordpress.session import Session

_QUERY = {"context": "edit", "_fields": "meta"}
_REFUSED = (400, 403)
_MISSING = (
    "{path}: WordPress’s REST API does not have the field {field} as a text, so the notices were not written. Register "
    "it with register_post_meta, single and with show_in_rest."
)
_EDITED = (
    "{path}: the field {field} contains text that is not from here, so the notices were not written. Edit the "
    "notices of {article} here, then empty the field in WordPress."
)


def write_field(session: Session, path: str) -> None:
    """Bring the field of a post up to date, and note why where that cannot be: the next turn tries again.

    Raises `RestFailed`.
    """
    article, field = session.article(path), session.destination.field
    wanted, seen = published_notices(session.publication, article).plain, session.seen(path)
    if seen.notices == digest_of(wanted):
        return
    there = _value(session.api.get(path, _QUERY), field)
    problem = ""
    if there is None:
        problem = _MISSING
    elif there not in ("", wanted) and digest_of(there) not in seen.written:
        problem = _EDITED
    elif there != wanted:
        session.put(path, seen.with_written(digest_of(wanted)))
        try:
            reply = session.api.post(path, _QUERY, {"meta": {field: wanted}})
        except RestFailed as error:
            if error.status not in _REFUSED:
                raise
            session.put(path, session.seen(path).model_copy(update={"pending": True}), problem=f"{path}: {error}")
            return
        problem = "" if _value(reply, field) == wanted else _MISSING
    notes = {"pending": True} if problem else {"notices": digest_of(wanted)}
    why = problem.format(path=path, field=field, article=article)
    session.put(path, session.seen(path).model_copy(update=notes), problem=why)


def has_field(api: RestApi, path: str, field: str) -> bool:
    """Whether a post has a field that notices can be written to. Raises `RestFailed`."""
    return _value(api.get(path, _QUERY), field) is not None


def _value(reply: Reply, field: str) -> str | None:
    """The field's text; None where the post has no such field, or it is no text."""
    meta: JsonValue = reply.value.get("meta") if isinstance(reply.value, dict) else None
    value = meta.get(field) if isinstance(meta, dict) else None
    return value if isinstance(value, str) else None
