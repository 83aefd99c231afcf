"""Dates as sites write them, which are not always dates."""

import email.utils
from datetime import UTC, datetime


def parse_site_time(value: str) -> datetime | None:
    """A time of the REST API (ISO 8601, in UTC where it names no zone); None for one such as `-0001-11-30T00:00:00`."""
    try:
        time = datetime.fromisoformat(value)
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def parse_http_date(value: str) -> datetime | None:
    """A date of a header, in UTC where it names no zone; None for what is none."""
    try:
        time = email.utils.parsedate_to_datetime(value)
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None
