"""Letters to whoever changes a site by hand: each change once, while the page does not show it."""

from collections.abc import Iterator

import pytest

from corrections.connectors import connections
from corrections.connectors.connections import NewConnection
from corrections.connectors.site import fetcher
from corrections.domain.decisions import DecisionKind
from corrections.index import queries
from corrections.notify.mail_sender import MailSender
from corrections.services.errors import Invalid
from corrections.services.publication import Publication
from tests.connectors.site_server import Site, serving
from tests.connectors.test_git_connector import ADMIN, decide_on
from tests.importers.news_pages import PARAGRAPHS
from tests.newsroom import a_correction
from tests.notify.postbox import Postbox

BRIDGE = "/2026/11/24/bridge"
WRONG = tuple(text.replace("Tuesday", "Tusday") for text in PARAGRAPHS)
WEB = "web@example.org"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("CORRECTIONS_PRIVATE_HOSTS", "127.0.0.0/8")
    monkeypatch.setattr(fetcher, "PAUSE_SECONDS", 0.0)
    with serving() as site:
        site.put(BRIDGE, paragraphs=WRONG)
        yield site


@pytest.fixture
def bridge(publication: Publication, site: Site) -> queries.Article:
    options = {"sitemap": f"{site.url}/sitemap.xml", "mail": WEB}
    connections.connect(publication, ADMIN, NewConnection("site", options))
    connections.synchronise(publication, ADMIN, "site")
    publication.refresh()
    (article,) = queries.articles(publication.index)
    return article


def test_a_change_is_sent_with_the_words_and_the_html(
    publication: Publication, bridge: queries.Article, site: Site, mail: MailSender, postbox: Postbox
):
    a_correction(publication, "Tusday", "<b>Tuesday</b> & on", bridge.id)
    mail.deliver(publication)
    assert postbox.letters == [], "nothing is published yet"
    decide_on(publication, 1, DecisionKind.ACCEPT)
    mail.deliver(publication)
    mail.deliver(publication)
    (letter,) = postbox.letters
    assert (letter["To"], letter["Subject"]) == (WEB, f"Change to make on the site: {bridge.title}")
    text = letter.get_body(("plain",)).get_content()
    assert f"{site.url}{BRIDGE}#:~:text=Tusday" in text
    assert "The council met on Tusday to decide" in text
    assert "The council met on <b>Tuesday</b> & on to decide" in text
    assert "https://corrections.example.org/daily/review/connections/of/site" in text
    (attached,) = letter.iter_attachments()
    assert attached.get_filename() == "body.html"
    assert "The council met on &lt;b&gt;Tuesday&lt;/b&gt; &amp; on to decide" in attached.get_content()


def test_what_the_page_has_already_or_was_undone_is_not_sent(
    publication: Publication, bridge: queries.Article, site: Site, mail: MailSender, postbox: Postbox
):
    a_correction(publication, "Tusday", "Tuesday", bridge.id)
    decide_on(publication, 1, DecisionKind.ACCEPT)
    site.put(BRIDGE, "2026-11-25T08:00:00Z", paragraphs=PARAGRAPHS)
    connections.synchronise(publication, ADMIN, "site")
    mail.deliver(publication)
    a_correction(publication, "council", "committee", bridge.id)
    decide_on(publication, 2, DecisionKind.ACCEPT)
    decide_on(publication, 2, DecisionKind.REVERT)
    mail.deliver(publication)
    assert postbox.letters == []


def test_a_revert_of_what_the_page_shows_is_sent(
    publication: Publication, bridge: queries.Article, site: Site, mail: MailSender, postbox: Postbox
):
    a_correction(publication, "Tusday", "Wednesday", bridge.id)
    decide_on(publication, 1, DecisionKind.ACCEPT)
    mail.deliver(publication)
    site.put(BRIDGE, "2026-11-25T08:00:00Z", paragraphs=tuple(text.replace("Tusday", "Wednesday") for text in WRONG))
    connections.synchronise(publication, ADMIN, "site")
    decide_on(publication, 1, DecisionKind.REVERT)
    mail.deliver(publication)
    text = postbox.letters[-1].get_body(("plain",)).get_content()
    assert "Correction 1 was reverted." in text
    assert "The council met on Tusday to decide" in text


def test_an_address_that_is_none_is_refused(publication: Publication, site: Site):
    options = {"sitemap": f"{site.url}/sitemap.xml", "mail": "nobody"}
    with pytest.raises(Invalid, match="--mail"):
        connections.connect(publication, ADMIN, NewConnection("site", options))
