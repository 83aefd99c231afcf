"""A publisher's site on loopback: pages, a sitemap, a feed and a robots.txt, changed by tests while it is served."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.importers.news_pages import HEADLINE, PARAGRAPHS, whole


def article_page(url: str, paragraphs: tuple[str, ...] = PARAGRAPHS, headline: str = HEADLINE) -> str:
    body = "".join(f"<p>{text}</p>\n" for text in paragraphs)
    head = f'<link rel="canonical" href="{url}"><meta name="date" content="2026-11-24">'
    return whole(f"<article><h1>{headline}</h1>{body}</article>", head)


class Site:
    """`pages` by path; `changed` holds the `lastmod` of those that the sitemap has; `asked` is what was requested."""

    def __init__(self) -> None:
        self.pages: dict[str, str | bytes] = {}
        self.changed: dict[str, str] = {}
        self.answers: dict[str, tuple[int, dict[str, str]]] = {}  # instead of a page: a status and headers
        self.asked: list[tuple[str, int, str]] = []  # path, status, agent
        self.types: dict[str, str] = {}  # Content-Type by path
        self.robots = ""
        self.url = ""

    def put(self, path: str, changed: str = "2026-11-24", **parts: Any) -> None:
        self.pages[path] = article_page(self.url + path, **parts)
        self.changed[path] = changed

    def sitemap(self) -> str:
        entries = "".join(
            f"<url><loc>{self.url}{path}</loc>" + (f"<lastmod>{at}</lastmod>" if at else "") + "</url>"
            for path, at in self.changed.items()
        )
        return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'

    def fetched(self, path: str) -> list[int]:
        return [status for asked, status, _ in self.asked if asked == path]


@contextmanager
def serving() -> Iterator[Site]:
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = self.answer()
            site.asked.append((self.path, status, self.headers.get("User-Agent", "")))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def answer(self) -> tuple[int, dict[str, str], bytes]:
            path = self.path.partition("?")[0]
            if path in site.answers:
                return *site.answers[path], b""
            content = site.pages.get(path)
            if path == "/robots.txt" and site.robots:
                content = site.robots
            elif path == "/sitemap.xml" and content is None:
                content = site.sitemap()
            if content is None:
                return 404, {}, b"Not found"
            body = content.encode() if isinstance(content, str) else content
            headers = {"ETag": f'"{sha256(body).hexdigest()}"'}
            if path in site.types:
                headers["Content-Type"] = site.types[path]
            return (304, headers, b"") if self.headers.get("If-None-Match") == headers["ETag"] else (200, headers, body)

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
