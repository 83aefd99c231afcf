"""Signing in by the newsroom's own identity provider: a real one, npm's oidc-provider, on loopback."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from corrections.services.publication import Publication
from tests.newsroom import an_article, free_port, start
from tests.npm_packages import npm_file

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
PASSWORD = "long enough for a test"


@pytest.fixture
def site(publication: Publication) -> Iterator[str]:
    npm_file("oidc-provider")
    an_article(publication)
    publication.private.accounts.save("Mira", "editor", PASSWORD, "mira@example.org")
    publication.private.accounts.save("Mal", "admin", PASSWORD, "mallory@example.org")
    ours, theirs = free_port(), free_port()
    back = f"http://localhost:{ours}/daily/sign-in/oidc/back"
    provider = subprocess.Popen(
        ["node", str(ROOT / "tests" / "browser" / "provider.mjs"), str(theirs), back],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
    )
    assert provider.stdout is not None
    assert b"ready" in provider.stdout.readline()
    service = start(
        publication.folder.parent,
        ours,
        CORRECTIONS_OIDC_ISSUER=f"http://localhost:{theirs}",
        CORRECTIONS_OIDC_CLIENT="desk",
        CORRECTIONS_OIDC_SECRET="a-secret-of-the-test",
    )
    yield f"http://localhost:{ours}/daily"
    os.killpg(service.pid, signal.SIGTERM)
    service.wait(timeout=30)
    provider.terminate()
    provider.wait()


def sign_in_there(page: Page, site: str, login: str) -> None:
    page.goto(f"{site}/sign-in")
    page.get_by_role("link", name="Sign in with your newsroom account").click()
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", "any")
    page.get_by_role("button").click()
    page.get_by_role("button", name="Continue").click()


def test_who_the_provider_vouches_for_and_has_an_account_is_in(browser: Browser, site: str, publication: Publication):
    for login, told in (
        ("mira", None),
        ("stranger", "have no account here"),
        ("mallory", "have no account here"),
    ):
        context = browser.new_context()
        page = context.new_page()
        sign_in_there(page, site, login)
        if told is None:
            page.wait_for_url(f"{site}/review/")
            expect(page.get_by_role("button", name="Sign out")).to_have_attribute("title", "Signed in as Mira, editor")
        else:
            expect(page.get_by_role("alert").first).to_contain_text(told)
        context.close()


def test_an_answer_that_nobody_asked_for_is_refused(browser: Browser, site: str):
    page = browser.new_context().new_page()
    answer = page.goto(f"{site}/sign-in/oidc/back?code=x&state=y")
    assert answer is not None
    assert answer.status == 403
    expect(page.locator("main")).to_contain_text("did not sign you in", use_inner_text=True)
