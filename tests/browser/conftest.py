import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

# the shell is Chromium without the windows that nobody sees here: a page costs it a quarter of the time
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


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
