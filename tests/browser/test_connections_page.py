"""An admin connects a webhook, in a real Chromium, while the service runs and sends."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from corrections.services.publication import Publication
from tests.browser.test_browser import PASSWORD, sign_in
from tests.connectors.receiver import Receiver, receiving
from tests.connectors.test_webhooks import wait_until
from tests.newsroom import a_correction, an_article, serving

pytestmark = pytest.mark.browser


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("CORRECTIONS_PRIVATE_HOSTS", "127.0.0.0/8")
    with receiving() as server:
        yield server


@pytest.fixture
def site(publication: Publication, receiver: Receiver) -> Iterator[str]:
    an_article(publication)
    publication.private.accounts.save("Mira", "admin", PASSWORD)
    with serving(publication.folder.parent) as address:
        yield f"{address}/daily"


def test_a_webhook_is_connected_fails_is_synchronized_and_disconnected(
    browser: Browser, site: str, publication: Publication, receiver: Receiver
):
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    sign_in(page, site)
    page.goto(f"{site}/staff")
    page.get_by_role("link", name="Connections").click()
    page.get_by_role("link", name="Webhook").click()
    page.get_by_label("Address").fill(receiver.url)
    page.get_by_label("Seconds").fill("86400")
    page.get_by_role("button", name="Connect").click()
    page.get_by_role("button", name="Copy secret").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    receiver.secret = page.evaluate("navigator.clipboard.readText()")
    receiver.failing = 503
    a_correction(publication, "Tusday", "Tuesday")
    wait_until(lambda: bool(receiver.refused))
    page.goto(f"{site}/review/connections/of/webhook")
    receiver.failing = None
    page.get_by_role("button", name="Synchronize now").click()
    expect(page.locator("main")).to_contain_text("Delivered", timeout=20_000)
    wait_until(lambda: "correction.submitted" in [message["type"] for message in receiver.messages])
    assert receiver.forged == 0
    page.get_by_text("Disconnect", exact=True).click()
    page.get_by_role("button", name="Disconnect webhook").click()
    expect(page.get_by_role("status")).to_contain_text("webhook is disconnected.")
    context.close()
