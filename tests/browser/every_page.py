"""Every page of the service in each of its states: one publication, and where each page of it is.

`PAGES` names the pages by endpoint; `MACHINE_ENDPOINTS` are the addresses that answer programs.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyotp
from playwright.sync_api import Page, expect

from corrections.connectors import connections
from corrections.connectors.connections import NewConnection
from corrections.domain.roles import Role
from corrections.i18n import text_direction
from corrections.index import queries
from corrections.private.contacts import Contact
from corrections.services import settings
from corrections.services.actors import Actor
from corrections.services.articles import updates
from corrections.services.operations import checkpoints
from corrections.services.publication import Publication
from corrections.services.readers import status
from corrections.services.review import decisions
from corrections.services.submission import origins
from tests.browser.sites import Site
from tests.browser.test_browser import PASSWORD, select
from tests.newsroom import EDITOR, TALKS, TEXT, a_correction, serving

ARABIC = "2026/11/24/arabic"
ADMIN, HALF_SIGNED_IN = "Mira", "Otto"
STATES = ("open", "rejected", "edited", "appealed", "held", "pointed out", "conflict", "accepted")
Language = Literal["en", "ar"]
ARTICLES: dict[Language, str] = {"en": TALKS, "ar": ARABIC}


@dataclass(frozen=True)
class Newsroom:
    """A publication that is served, with an article in English and one in Arabic, each with a correction in every state."""

    publication: Publication
    address: str
    publisher: str  # a website of another origin, with the widget on its pages
    language: Language = "en"

    @property
    def article(self) -> str:
        return f"{self.address}/a/{ARTICLES[self.language]}"

    @property
    def revision(self) -> str:
        return queries.revisions(self.publication.index, ARTICLES[self.language])[-1].revision

    @property
    def published(self) -> str:
        """The article on the publisher's own website."""
        return f"{self.publisher}/{self.language}"

    def number(self, state: str) -> int:
        return STATES.index(state) + 1 + (len(STATES) if self.language == "ar" else 0)

    def followed(self, state: str) -> str:
        """The page on which a reader follows a correction."""
        number = self.number(state)
        key = self.publication.private.reader_key(self.publication.correction(number).id)
        return f"{self.address}/c/{number}?key={key}"

    def review(self, state: str) -> str:
        return f"{self.address}/review/{self.number(state)}"


@contextmanager
def newsroom(folder: Path) -> Iterator[Newsroom]:
    """A service for a publication in which every page has something to show."""
    publication = Publication.create(folder, "daily", "The Daily")
    for name in (ADMIN, HALF_SIGNED_IN):
        publication.private.accounts.save(name, "admin", PASSWORD)
    account = publication.private.accounts.sign_in(HALF_SIGNED_IN, PASSWORD)
    assert account is not None
    assert account.id is not None
    secret = pyotp.random_base32()
    assert publication.private.second_factor.set(account.id, secret, pyotp.TOTP(secret).now())
    publication.private.invitations.invite("Vera", "editor", "vera@example.org", ADMIN)
    settings.put(publication, "blocked-words", "casino")
    for language, article in ARTICLES.items():
        publish(publication, article, language, TEXT)
        correct(publication, article)
        publish(publication, article, language, TEXT.replace("met on", "convened on").replace("1971", "1973"))
    connect(publication)
    checkpoints.checkpoint(publication)
    with serving(folder) as address:
        publisher = Site(f"{address}/daily")
        origins.add(publication, publisher.address)
        publisher.pages |= {language: published_page(publisher, language) for language in ARTICLES}
        yield Newsroom(publication, publisher.service, publisher.address)
        publisher.close()
    publication.close()


def connect(publication: Publication) -> None:
    """A webhook that nobody answers, with messages that wait, and a repository that is paused after a failure."""
    admin = Actor(ADMIN, Role.ADMIN)
    webhook = NewConnection("webhook", {"url": "http://127.0.0.1:9/corrections"}, "cms")
    connections.connect(publication, admin, webhook)
    repository = NewConnection("git", {"url": "/nowhere/site.git", "path": "content/posts"}, "docs")
    connections.connect(publication, admin, repository)
    a_correction(publication, "minister", "secretary")
    for name in ("cms", "docs"):
        connections.synchronise(publication, admin, name)
    connections.pause(publication, admin, "docs")


def published_page(publisher: Site, language: Language) -> str:
    """The page of an article on the publisher's website."""
    words = "<p>Ministers convened on Tusday in teh capital.</p>"
    return f"""<!doctype html><html lang="{language}" dir="{text_direction(language)}"><meta charset="utf-8">
        <meta name="viewport" content="width=device-width"><title>The talks</title>
        <main><h1>The talks</h1><article data-corrections-article>{words}</article></main>
        <script src="{publisher.service}/widget.js" data-id="{ARTICLES[language]}" defer></script></html>"""


def publish(publication: Publication, article: str, language: str, text: str) -> None:
    updates.publish(publication, EDITOR, updates.ArticleText(article, text, language=language))


def correct(publication: Publication, article: str) -> None:
    """A correction of the article in each of the `STATES`, in their order."""
    ada = Contact("Ada", "ada@example.org", True)
    send = a_correction
    send(publication, "teh", "the", article, contact=ada, concerned=True, comment="It is a typing error.")
    number = send(publication, "teh", "tea", article).number
    decisions.reject(publication, EDITOR, number, last_event(publication, number), "No.")
    number = send(publication, "1893", "1839", article, category="factual").number
    decisions.accept(publication, EDITOR, number, last_event(publication, number), text="1840")
    number = send(publication, "closed", "shut", article).number
    decisions.reject(publication, EDITOR, number, last_event(publication, number), "No.")
    status.appeal(publication, number, "Review again.")
    send(publication, "bridge", "casino", article)
    send(publication, "agreed", None, article, comment="They never agreed.")
    send(publication, "met on Tusday", "assembled on Tuesday", article)
    number = send(publication, "always said", "often said", article).number
    decisions.accept(publication, EDITOR, number, last_event(publication, number))


def last_event(publication: Publication, number: int) -> str:
    return publication.correction(number).last_event


@dataclass(frozen=True)
class PageCase:
    """A page in one state: `address` in a newsroom, and what is done on it before it is looked at."""

    endpoint: str
    state: str
    address: Callable[[Newsroom], str]
    prepare: Callable[[Page], None] | None = None
    staff: bool = False
    speaks: bool = False  # the reader's language; what only the staff see is English

    @property
    def name(self) -> str:
        return f"{self.endpoint} ({self.state})" if self.state else self.endpoint


def open_dialog(page: Page) -> None:
    page.evaluate("getSelection().selectAllChildren(document.querySelector('article'))")
    page.keyboard.press("Control+Enter")
    page.get_by_role("dialog").wait_for()
    page.evaluate("Promise.all(document.getAnimations().map((animation) => animation.finished))")


def open_whole_dialog(page: Page) -> None:
    open_dialog(page)
    page.locator("dialog summary").first.click()


def send_unchanged(page: Page) -> None:
    open_dialog(page)
    page.locator("dialog button[type=submit]").click()
    page.locator("dialog .problem").wait_for()


def send_correction(page: Page) -> None:
    open_dialog(page)
    page.locator("dialog [name=replacement]").fill("Ministers convened on Tuesday in the capital.")
    page.locator("dialog button[type=submit]").click()
    page.locator("dialog form:not(:has(textarea))").wait_for()


def select_nothing(page: Page) -> None:
    page.keyboard.press("Control+Enter")
    page.get_by_role("status").wait_for()


def preview(page: Page) -> None:
    page.locator("label:has(input[value=change])").click()
    page.fill("#replacement", "the capital city")
    page.click("button[name=step][value=preview].primary")
    page.wait_for_selector(".diff")


def open_note(page: Page) -> None:
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-pick-note]")).not_to_be_empty()


def pick_words(page: Page) -> None:
    select(page, "capital")
    page.locator("[data-pick]").wait_for()


def type_password(page: Page) -> None:
    page.fill("#name", HALF_SIGNED_IN)
    page.fill("#password", PASSWORD)
    page.click("button.primary")
    page.wait_for_selector("#code")


def open_panel(key: str) -> Callable[[Page], None]:
    def press(page: Page) -> None:
        page.keyboard.press("j")
        for pressed in key.split():
            page.keyboard.press(pressed)
        page.wait_for_selector("dialog[open]")

    return press


def open_help(page: Page) -> None:
    page.keyboard.press("?")
    page.wait_for_selector("dialog[open]")


def open_menu(page: Page) -> None:
    page.keyboard.press("r")
    expect(page.get_by_role("button", name="Reject in these words")).to_be_visible()


def run_audit(page: Page) -> None:
    page.click("text=Run audit")
    page.get_by_text("No problems found.").wait_for()


def open_events(page: Page) -> None:
    page.get_by_text("Send only certain events").click()


def connect_nowhere(page: Page) -> None:
    page.fill("#url", "/srv/site.git")
    page.get_by_role("button", name="Connect").click()
    page.get_by_role("alert").wait_for()


def connect_webhook(page: Page) -> None:
    page.fill("#url", "https://cms.example.org/corrections")
    page.get_by_role("button", name="Connect").click()
    page.get_by_text("shown only once").wait_for()


def _reader(endpoint: str, state: str, address: Callable[[Newsroom], str], **more: object) -> PageCase:
    return PageCase(endpoint, state, address, speaks=True, **more)  # type: ignore[arg-type]


def _staff(endpoint: str, state: str, path: Callable[[Newsroom], str] | str, **more: object) -> PageCase:
    address = (lambda room: f"{room.address}/{path}") if isinstance(path, str) else path
    return PageCase(endpoint, state, address, staff=True, **more)  # type: ignore[arg-type]


PAGES = (
    PageCase("articles.publications", "", lambda room: room.address.removesuffix("daily")),
    _reader("articles.articles", "", lambda room: f"{room.address}/"),
    _reader("articles.article", "", lambda room: room.article),
    _reader("articles.article", "nothing selected", lambda room: room.article, prepare=open_note),
    _reader("articles.article", "words selected", lambda room: room.article, prepare=pick_words),
    _reader("articles.widget", "dialog", lambda room: room.published, prepare=open_dialog),
    _reader("articles.widget", "dialog with all fields", lambda room: room.published, prepare=open_whole_dialog),
    _reader("articles.widget", "a mistake", lambda room: room.published, prepare=send_unchanged),
    _reader("articles.widget", "sent", lambda room: room.published, prepare=send_correction),
    _reader("articles.widget", "nothing selected", lambda room: room.published, prepare=select_nothing),
    _reader("history.history", "", lambda room: f"{room.article}/history"),
    _reader("history.blame", "", lambda room: f"{room.article}/blame"),
    _reader("history.diff", "", lambda room: f"{room.article}/diff"),
    _reader("history.diff", "inline", lambda room: f"{room.article}/diff?view=inline"),
    _reader("history.revision", "", lambda room: f"{room.article}/revision/{room.revision}"),
    _reader("history.sentence", "", lambda room: f"{room.article}/sentence/{room.revision}/0"),
    _reader("submission.suggest", "which words", lambda room: f"{room.article}/suggest"),
    _reader("submission.suggest", "several places", lambda room: f"{room.article}/suggest?exact=the"),
    _reader("submission.suggest", "words chosen", lambda room: f"{room.article}/suggest?exact=capital"),
    _reader("submission.suggest", "preview", lambda room: f"{room.article}/suggest?exact=capital", prepare=preview),
    *(
        _reader("status.correction", state, lambda room, state=state: room.followed(state))  # type: ignore[misc]
        for state in STATES
    ),
    _reader("status.correction", "a stranger's", lambda room: f"{room.address}/c/{room.number('open')}"),
    _reader("status.correction", "none", lambda room: f"{room.address}/c/99"),
    _reader("status.ask_no_mail", "", lambda room: room.followed("open").replace("?", "/no-mail?")),
    _reader("proofs.proof", "", lambda room: f"{room.address}/c/{room.number('accepted')}/proof"),
    _reader("public_log.log", "", lambda room: f"{room.address}/corrections"),
    _reader("public_log.log", "nothing found", lambda room: f"{room.address}/corrections?q=nothing"),
    _reader("public_log.latest", "", lambda room: f"{room.address}/corrections/latest"),
    _reader("transparency.policy", "", lambda room: f"{room.address}/corrections/policy"),
    _reader("transparency.page", "", lambda room: f"{room.address}/corrections/openness"),
    PageCase("widget_check.check", "", lambda room: f"{room.address}/widget/check"),
    PageCase("auth.sign_in", "", lambda room: f"{room.address}/sign-in"),
    PageCase("auth.sign_in", "second step", lambda room: f"{room.address}/sign-in", prepare=type_password),
    PageCase("accounts.accept", "", lambda room: invitation(room)),
    _staff("queue.queue", "", "review/"),
    _staff("queue.queue", "empty", "review/?q=is:open+article:none"),
    _staff("queue.queue", "held back", "review/?q=is:held"),
    _staff("queue.queue", "decided", "review/?q=is:decided"),
    _staff("queue.queue", "a mistake in the search", "review/?q=is:luck"),
    _staff("queue.queue", "notice panel", "review/", prepare=open_panel("n")),
    _staff("queue.queue", "rejection panel", "review/", prepare=open_panel("r 0")),
    _staff("queue.queue", "shortcuts", "review/", prepare=open_help),
    _staff("combined_queue.queue", "", "review/all"),
    _staff("combined_queue.queue", "empty", "review/all?q=is:open+article:none"),
    _staff("queue.of_article", "", f"review/of/{TALKS}"),
    *(
        _staff("review.review", state, lambda room, state=state: room.review(state))  # type: ignore[misc]
        for state in STATES
    ),
    _staff("review.review", "reasons", lambda room: room.review("open"), prepare=open_menu),
    _staff("review.review", "shortcuts", lambda room: room.review("open"), prepare=open_help),
    _staff("review.where_else", "", lambda room: f"{room.review('open')}/elsewhere"),
    _staff("notices.unlogged", "", "review/unlogged"),
    _staff("notices.of_article", "", f"review/notices/{TALKS}"),
    _staff("statistics.page", "", "review/numbers"),
    _staff("audits.page", "", "review/audit"),
    _staff("audits.page", "run", "review/audit", prepare=run_audit),
    _staff("conflicts.all", "", "review/conflicts"),
    _staff("connections.all", "", "review/connections"),
    _staff("connections.add", "webhook", "review/connections/add/webhook", prepare=open_events),
    _staff("connections.add", "a mistake", "review/connections/add/git", prepare=connect_nowhere),
    _staff("connections.one", "messages", "review/connections/of/cms"),
    _staff("connections.one", "paused", "review/connections/of/docs"),
    _staff("connections.one", "secret", "review/connections/add/webhook", prepare=connect_webhook),
    _staff("accounts.own", "", "account"),
    _staff("accounts.all", "", "staff"),
)
MACHINE_ENDPOINTS = {
    *("static", "articles.robots", "openapi.spec", "metrics.metrics", "health.live", "health.ready"),
    *("git_http.references", "git_http.all_references", "git_http.checkpoints", "linked_data.annotations"),
    *("public_log.feed", "public_log.article_feed", "public_log.site_map", "public_log.month_map"),
    *("public_log.page_map", "transparency.table", "statistics.table", "history.text", "history.patch"),
    *("proofs.download", "proofs.of_staff", "audits.report", "queue.rows", "queue.notice_drafts", "review.present"),
    "combined_queue.rows",
    *("submission.begin", "history.nth", "history.on_day", "auth.to_provider", "auth.from_provider"),  # redirections
}


def invitation(room: Newsroom) -> str:
    """The link that an invited person follows."""
    invitations = room.publication.private.invitations
    invited = invitations.all()[0]
    return f"{room.address}/join/{invited.id}?key={invitations.key_of(invited)}"
