"""Screenshots of the demo publication: queue, review, history and widget, light and dark, on a phone and a desktop.

    python -m docs.screenshots [FOLDER]

writes `queue-light-390.png` and so on into FOLDER (default `build/screenshots`); `docs/images/review.png` is its
`review-light-1280.png`. It needs the test requirements (`make install-test`) and Chromium; the variable `CHROMIUM`
names another browser than the one on `PATH`.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from corrections import demo
from corrections.services.publication import Publication
from corrections.services.submission import origins
from corrections.text.formats.markdown.render import render

ARTICLE = "2026/02/27/leap-year"
QUOTE = "calender"
REVIEWED = 3  # a correction of a number, with another suggestion for the same words
SCHEMES = ("light", "dark")
WIDTHS = (390, 1280)
HEIGHT = 900
START_SECONDS = 30
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chromium-headless-shell")
HOST_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Leap years</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<style>body {{ font: 18px/1.6 Georgia, serif; margin: 2rem auto; max-width: 40rem; padding: 0 1rem }}</style>
<script src="{service}/widget.js" data-id="{id}" defer></script></head>
<body><article>{article}</article><p><span data-corrections-link></span></p></body></html>"""
SELECT_QUOTE = """quote => {
  const texts = document.createTreeWalker(document.querySelector("article"), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const start = texts.currentNode.data.indexOf(quote);
    if (start >= 0) {
      getSelection().setBaseAndExtent(texts.currentNode, start, texts.currentNode, start + quote.length);
      return;
    }
  }
  throw new Error(`the article does not contain ${quote}`);
}"""


@dataclass(frozen=True)
class Demo:
    """Where the demo publication and the page that embeds its widget are served, and how to sign in."""

    service: str
    host_page: str
    password: str


def take(folder: Path) -> list[Path]:
    """Take every screenshot into `folder`, which is made if it does not exist; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    with tempfile.TemporaryDirectory() as data, _demo(Path(data)) as site, _browser() as browser:
        for scheme in SCHEMES:
            for width in WIDTHS:
                files += _take_pages(browser, site, folder, scheme, width)
    return files


def _take_pages(browser: Browser, site: Demo, folder: Path, scheme: str, width: int) -> Iterator[Path]:
    size = {"width": width, "height": HEIGHT}
    context = browser.new_context(color_scheme=scheme, viewport=size)  # type: ignore[arg-type]
    page = context.new_page()
    for name, opened in _pages(page, site):
        file = folder / f"{name}-{scheme}-{width}.png"
        if name != "widget":  # a window as tall as the page: what stays at its foot covers nothing
            whole = opened.evaluate("document.documentElement.scrollHeight")
            opened.set_viewport_size({"width": width, "height": max(HEIGHT, whole)})
        opened.screenshot(path=file, animations="disabled")
        opened.set_viewport_size({"width": width, "height": HEIGHT})
        yield file
    context.close()


def _pages(page: Page, site: Demo) -> Iterator[tuple[str, Page]]:
    page.goto(f"{site.service}/sign-in")
    page.fill("#name", demo.EDITOR)
    page.fill("#password", site.password)
    page.press("#password", "Enter")
    page.wait_for_url("**/review/")
    yield "queue", page
    page.goto(f"{site.service}/review/{REVIEWED}")
    yield "review", page
    page.goto(f"{site.service}/a/{ARTICLE}/history")
    yield "history", page
    page.goto(site.host_page)
    page.evaluate(SELECT_QUOTE, QUOTE)
    page.keyboard.press("Control+Enter")
    page.get_by_role("dialog").wait_for()
    yield "widget", page


@contextmanager
def _demo(data: Path) -> Iterator[Demo]:
    """Serve a new demo publication and a page of another origin that embeds its widget."""
    password = demo.prepare(data)
    port = _free_port()
    service = f"http://127.0.0.1:{port}/{demo.NAME}"
    command = [sys.executable, "-m", "corrections", "--data", str(data), "serve", "--port", str(port)]
    process = subprocess.Popen(command, env={**os.environ, "CORRECTIONS_LOG": "off"}, stderr=subprocess.DEVNULL)
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}/readyz")
        with _host_page(data, service) as address:
            yield Demo(service, address, password)
    finally:
        process.terminate()
        process.wait(timeout=START_SECONDS)


@contextmanager
def _host_page(data: Path, service: str) -> Iterator[str]:
    publication = Publication(data / demo.NAME)
    rendered = render(publication.current_text(ARTICLE)).html
    page = HOST_PAGE.format(service=service, id=ARTICLE, article=rendered)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(page.encode()))
    address = f"http://127.0.0.1:{server.server_port}"
    origins.add(publication, address)
    publication.close()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"{address}/"
    finally:
        server.shutdown()


def _handler(page: bytes) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            """Keep the terminal for the list of files."""

    return Handler


@contextmanager
def _browser() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _wait_until_ready(address: str) -> None:
    """Raises `TimeoutError` after `START_SECONDS`."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own http address
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise TimeoutError(f"{address} did not answer with 200 within {START_SECONDS} seconds")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m docs.screenshots", description="Take screenshots of the demo.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path("build/screenshots"), metavar="FOLDER")
    for file in take(parser.parse_args().folder):
        print(file)


if __name__ == "__main__":
    main()
