import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from corrections.services.articles import updates
from corrections.services.publication import Publication
from corrections.services.submission import origins
from tests.browser.sites import SHAPES, Site
from tests.newsroom import EDITOR, TEXT, serving

# the shell is Chromium without the windows that nobody sees here: a page costs it a quarter of the time
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 20_000  # milliseconds until an expectation fails: on a busy machine a page takes its time

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or next((found for name in NAMES if (found := shutil.which(name))), None)
    with sync_playwright() as playwright:
        if path is None and not Path(playwright.chromium.executable_path).exists():
            if os.environ.get("REQUIRE_BROWSER") == "1":
                pytest.fail("no Chromium, and REQUIRE_BROWSER=1")
            pytest.skip("no Chromium here; install it or name it in CHROMIUM")
        arguments = ["--disable-gpu"]  # or a processor plays the graphics card
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")
        launched = playwright.chromium.launch(executable_path=path, args=arguments)
        yield launched
        launched.close()


@pytest.fixture
def site(publication: Publication) -> Iterator[Site]:
    """A publisher's site with one article a shape, all known to the publication."""
    with serving(publication.folder.parent) as address:
        made = Site(f"{address}/daily")
        origins.add(publication, made.address)
        for name in SHAPES:
            updates.publish(
                publication,
                EDITOR,
                updates.ArticleText(f"2026/11/24/{name}", TEXT, url=f"{made.address}/{name}", language="en"),
            )
        yield made
        made.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def module_tab(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    yield context.new_page()
    context.close()


@pytest.fixture
def tab(module_tab: Page) -> Iterator[Page]:
    """A tab that the tests of a module take after one another, for a new one is most of what a short test takes.

    It knows nothing of the tests before: each finds no cookie and nothing stored by the pages of its site.
    """
    yield module_tab
    if module_tab.url == "about:blank":
        return
    module_tab.evaluate("sessionStorage.clear()")
    origin = module_tab.evaluate("origin")
    module_tab.goto("about:blank")  # a page may store something as it is left
    session = module_tab.context.new_cdp_session(module_tab)
    session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
    session.detach()
    module_tab.context.clear_cookies()
