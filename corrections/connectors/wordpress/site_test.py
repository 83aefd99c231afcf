"""The test of a WordPress before it is connected: may the user write, and do its pages show the posts."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from corrections.connectors.connector import ConnectionTest
from corrections.connectors.wordpress.notice_field import has_field
from corrections.connectors.wordpress.notices import destination_of
from corrections.connectors.wordpress.posts import Post, fetch_posts, list_posts
from corrections.connectors.wordpress.rest_api import RestApi, RestFailed
from corrections.importers import html_tree
from corrections.services.articles.sources import rendered
from corrections.services.errors import Invalid
from corrections.urls import origin_of
from repo_store import Format, Source

PAGES_OPENED = 3
COMPARED = 20_000  # code points of a post that are looked for on its page
SHOWN = 0.8  # of a post's words that its page must have
# those of the widget (widget/src/page.js) that themes of WordPress have
_ELEMENTS = ("entry-content", "wp-block-post-content", "td-post-content", "single-post-content", "post-content")
_LANGUAGE = re.compile(r"<html\b[^>]*\blang=[\"']([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)[\"']", re.IGNORECASE)
_ITEM = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.IGNORECASE)


def test_site(options: Mapping[str, str], password: str) -> ConnectionTest:
    """What was found, with the language that the pages name and the origins from which they are shown.

    Raises `Invalid` where the site cannot be connected as it is.
    """
    api = RestApi(options["url"], options["user"], password)
    try:
        known = _types(api)
        kinds = options["types"].split(",")
        if missing := [kind for kind in kinds if kind not in known]:
            raise Invalid({"types": f"There is no type {missing[0]} there. There are: {', '.join(sorted(known))}."})
        totals = {kind: list_posts(api, kind, status=options["statuses"]).total for kind in kinds}
        counted = ", ".join(_counted(total, kind) for kind, total in totals.items())
        posts = list(_latest(api, kinds))
        remarks = (f"Signed in as {api.user}: {counted}.", *_about_field(options, api, posts))
    except RestFailed as error:
        raise Invalid({"password" if error.status in (401, 403) else "url": str(error)}) from error
    if any(not post.is_writable for post in posts):
        raise Invalid(
            {"user": f"WordPress filters the HTML that {api.user} writes. Use an account with the Editor role."}
        )
    found = ConnectionTest(dict(options), remarks, (options["url"],))
    for post in posts:
        found = _with_page(found, api, post)
    return found


def _about_field(options: Mapping[str, str], api: RestApi, posts: Sequence[Post]) -> list[str]:
    """A sentence where notices are to go to a field that posts do not have. Raises `RestFailed`."""
    field = destination_of(options).field
    if not field or not posts or has_field(api, posts[0].path, field):
        return []
    return [f"Posts do not have the field {field} in the REST API yet, so their notices wait until it is registered."]


def _counted(total: int, kind: str) -> str:
    if total != 1:
        return f"{total:,} {kind}"
    return {"posts": "1 post", "pages": "1 page"}.get(kind, f"1 of the type {kind}")


def _types(api: RestApi) -> set[str]:
    """The types of posts by the names that routes have for them. Raises `RestFailed`."""
    value = api.get("types", {"context": "edit"}).value
    types = value.values() if isinstance(value, dict) else []
    return {str(kind.get("rest_base") or kind.get("slug")) for kind in types if isinstance(kind, dict)}


def _latest(api: RestApi, kinds: list[str]) -> Iterator[Post]:
    left = PAGES_OPENED
    for kind in kinds:
        rows = list_posts(api, kind, status="publish", per_page=str(left)).rows if left else []
        for _, post in fetch_posts(api, kind, [row.id for row in rows]):
            if isinstance(post, Post) and not post.password:
                left -= 1
                yield post


def _with_page(found: ConnectionTest, api: RestApi, post: Post) -> ConnectionTest:
    """What the page of a post adds to what was found."""
    origin = origin_of(post.link)
    origins = found.origins if origin is None or origin in found.origins else (*found.origins, origin)
    try:
        answer = api.open_page(post.link)
    except RestFailed as error:
        return replace(found, remarks=(*found.remarks, f"{post.link} cannot be opened: {error}"), origins=origins)
    page = answer.body.decode("utf-8", "replace")
    options = dict(found.options)
    if not options.get("language") and (language := _LANGUAGE.search(page)):
        options["language"] = language[1]
    return replace(
        found, options=options, remarks=(*found.remarks, _described(post, answer.status, page)), origins=origins
    )


def _described(post: Post, status: int, page: str) -> str:
    """One sentence about the page of a post."""
    if status != 200:
        return f"{post.link} answers with status {status}; readers must be able to open it."
    words = _ITEM.findall(rendered(Source(post.content.raw[:COMPARED], Format.HTML)).text.lower())
    shown = set(_ITEM.findall(html_tree.visible_text(html_tree.parse(page, True)).lower()))
    share = sum(word in shown for word in words) / len(words) if words else 1
    element = next((name for name in _ELEMENTS if re.search(rf"class=[\"'][^\"']*\b{name}\b", page)), "")
    if share < SHOWN:
        return (
            f"{post.link} shows {share:.0%} of the post’s words. Readers can correct only the text of the post itself."
        )
    if not element and "<article" not in page:
        return f"{post.link} shows the post. Mark its element in the theme with data-corrections-article."
    return f"{post.link} shows the post, in {f'.{element}' if element else '<article>'}, where the widget finds it."
