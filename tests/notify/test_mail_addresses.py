"""The addresses in e-mail: they begin with the service’s own."""

import re
from email.message import EmailMessage
from pathlib import Path

import pytest

from corrections.config import BadSettings, Settings
from corrections.notify.mail_sender import MailSender
from corrections.services.publication import Publication
from tests.newsroom import an_article
from tests.notify.postbox import Postbox, from_ada


@pytest.mark.parametrize(
    ("setting", "base", "host"),
    [
        ("https://example.org/fix/it", "https://example.org/fix/it", "example.org"),
        ("https://Zürich.example:443/fix/", "https://xn--zrich-kva.example/fix", "xn--zrich-kva.example"),
        ("http://[0::1]:8000/", "http://[::1]:8000", "[::1]"),
    ],
)
def test_links_in_mail_begin_with_the_services_own_address(
    publication: Publication, postbox: Postbox, monkeypatch: pytest.MonkeyPatch, setting: str, base: str, host: str
):
    monkeypatch.setenv("CORRECTIONS_URL", setting)
    monkeypatch.setenv("CORRECTIONS_SMTP", f"smtp://127.0.0.1:{postbox.port}")
    monkeypatch.setenv("CORRECTIONS_MAIL_FROM", "desk@example.org")
    mail = MailSender(Settings.from_environment(publication.folder.parent))
    mail.deliver(publication)
    an_article(publication)
    from_ada(publication)
    publication.private.invitations.invite("Nina", "editor", "nina@example.org", "Mira")
    mail.deliver(publication)
    addresses = [
        address for letter in postbox.letters for address in re.findall(r"https?://[^\s\"<>]+", letter_text(letter))
    ]
    assert len(postbox.letters) == 2
    for page in (f"{base}/daily/c/1?key=", f"{base}/daily/c/1/no-mail?key=", f"{base}/daily/join/"):
        assert any(address.startswith(page) for address in addresses)
    assert all(address.startswith(f"{base}/daily/") for address in addresses)
    assert all(letter["Message-ID"].endswith(f"@{host}>") for letter in postbox.letters)


def letter_text(letter: EmailMessage) -> str:
    bodies = [letter.get_body((kind,)) for kind in ("plain", "html")]
    return "\n".join([letter["List-Unsubscribe"] or "", *(body.get_content() for body in bodies if body is not None)])


@pytest.mark.parametrize(
    "setting", ["example.org", "ftp://example.org", "https://a@example.org", "https://example.org/?x=1"]
)
def test_what_is_no_address_of_the_service_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str):
    monkeypatch.setenv("CORRECTIONS_URL", setting)
    with pytest.raises(BadSettings, match="CORRECTIONS_URL"):
        Settings.from_environment(tmp_path)
