"""A page of a publisher's site, fetched for the widget check: never from a private network."""

from corrections.http_client import IsAllowed, OutgoingRequest, RequestFailed, is_public, send

LONGEST = 2_000_000  # bytes of a page that are read
_HEADERS = {"User-Agent": "Corrections widget check", "Accept": "text/html", "Accept-Encoding": "identity"}
_REDIRECTS = (301, 302, 303, 307, 308)


class NotFetched(Exception):
    """Why a page was not fetched, as one sentence for the site's owner."""


def fetch_page(url: str, is_allowed: IsAllowed = is_public) -> str:
    """The HTML at `url`, read as UTF-8 or as its header says; no redirect is followed.

    `is_allowed` says to which IP addresses a connection may be made. Raises `NotFetched`.
    """
    try:
        answer = send(OutgoingRequest(url, headers=_HEADERS, limit=LONGEST), is_allowed)
    except RequestFailed as error:
        raise NotFetched(str(error)) from error
    if answer.status in _REDIRECTS:
        raise NotFetched(f"The page redirects to another address: {answer.headers.get('Location', '')[:300]}")
    if answer.status != 200:
        raise NotFetched(f"The site answers with status {answer.status}.")
    try:
        return answer.body.decode(answer.headers.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return answer.body.decode("utf-8", "replace")
