"""A web server that answers as the REST API of WordPress does, as far as the connector asks, and fails as it is told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

TEXT = "<p>Ministers met on Tusday.</p>"
Answer = tuple[int, dict[str, str], bytes]


class FalseWordPress:
    """`posts` by their numbers, `revisions` and `titles` as they were saved; `failure` is what each request is answered with (None: nothing fails).

    `forget` writings are carried out and not answered; `clock` is how far its clock is ahead; `asked` counts requests;
    `hidden` revisions are not listed yet; `rendered` is how many characters each revision has as readers see it.
    """

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.posts: dict[int, dict[str, Any]] = {}
        self.revisions: dict[int, list[str]] = {}
        self.titles: dict[int, list[str]] = {}
        self.failure: Answer | None = None
        self.forget = 0
        self.clock = timedelta()
        self.asked = 0
        self.rendered = 0
        self.hidden: set[int] = set()

    def write(self, number: int, content: str, link: str = "", title: str = "") -> None:
        now = datetime.now(UTC) + self.clock
        stamp = now.replace(tzinfo=None).isoformat(timespec="seconds")
        known = self.posts.get(number, {"date": stamp, "link": link or f"{self.url}/{number}/"})
        self.revisions.setdefault(number, []).append(content)
        titles = self.titles.setdefault(number, [])
        titles.append(title or (titles[-1] if titles else f"Post {number}"))
        self.posts[number] = {
            **known, "id": number, "modified_gmt": stamp, "slug": f"post-{number}", "status": "publish", "password": "",
            "author": 0, "title": {"raw": titles[-1]}, "excerpt": {"raw": ""}, "content": {"raw": content},
            "_links": {
                "predecessor-version": [{"id": 1000 + len(self.revisions[number])}],
                "wp:action-unfiltered-html": [{"href": "x"}],
            },
        }  # fmt: skip

    def content(self, number: int) -> str:
        return str(self.posts[number]["content"]["raw"])

    def answer(self, method: str, address: str, body: bytes) -> Answer:
        query = {name: values[-1] for name, values in parse_qs(urlsplit(address).query).items()}
        kind, *more = query.get("rest_route", "").removeprefix("/wp/v2/").split("/")
        if kind == "types":
            return self._json({"post": {"rest_base": "posts"}, "page": {"rest_base": "pages"}})
        if kind != "posts":
            return self._json([])
        if not more:
            return self._list(query)
        number = int(more[0])
        if number not in self.posts:
            return self._json({"code": "rest_post_invalid_id"}, 404)
        if len(more) > 1:
            saved = enumerate(zip(self.titles[number], self.revisions[number], strict=True), start=1001)
            rendered = "x" * self.rendered
            newest_first = [
                {"id": at, "title": {"raw": title}, "content": {"raw": text, "rendered": rendered}}
                for at, (title, text) in saved
                if at not in self.hidden
            ][::-1]
            start, total = int(query.get("offset", "0")), len(newest_first)
            return self._json(newest_first[start : start + int(query["per_page"])], total=total)
        if method == "POST":
            fields = json.loads(body)
            self.write(number, fields.get("content", self.content(number)), title=fields.get("title", ""))
        return self._json(self.posts[number])

    def _list(self, query: dict[str, str]) -> Answer:
        wanted = query.get("include")
        posts = [post for number, post in self.posts.items() if not wanted or str(number) in wanted.split(",")]
        since = query.get("modified_after", query.get("after", "")).removesuffix("Z")
        posts = [post for post in posts if post["modified_gmt"] > since][int(query.get("offset", "0")) :]
        fields = {field.partition(".")[0] for field in query["_fields"].split(",")}
        return self._json([{name: post[name] for name in post if name in fields} for post in posts])

    def _json(self, value: Any, status: int = 200, total: int | None = None) -> Answer:
        count = total if total is not None else len(value) if isinstance(value, list) else 1
        return status, {"Content-Type": "application/json", "X-WP-Total": str(count)}, json.dumps(value).encode()


@contextmanager
def answering() -> Iterator[FalseWordPress]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("GET", b"")

        def do_POST(self) -> None:
            self._answer("POST", self.rfile.read(int(self.headers["Content-Length"])))

        def _answer(self, method: str, body: bytes) -> None:
            site.asked += 1
            status, headers, content = site.failure or site.answer(method, self.path, body)
            if method == "POST" and site.forget:
                site.forget -= 1
                self.close_connection = True
                return
            self.send_response_only(status)
            self.send_header("Date", format_datetime(datetime.now(UTC) + site.clock, usegmt=True))
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = FalseWordPress(server.server_port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(name="site")
def false_wordpress(monkeypatch: pytest.MonkeyPatch) -> Iterator[FalseWordPress]:
    """One with a post, `TEXT`, which connections may reach."""
    monkeypatch.setenv("CORRECTIONS_PRIVATE_HOSTS", "127.0.0.0/8")
    with answering() as site:
        site.write(1, TEXT)
        yield site
