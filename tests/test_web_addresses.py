"""Addresses in the forms that browsers send, publishers store and engines make of them."""

from urllib.parse import quote, urlsplit

import pytest
from ada_url import normalize_url as as_a_browser
from hypothesis import assume, given
from hypothesis import strategies as st

from corrections.urls import holds_user, normalize_url, origin_of, page_variants, serialize_url

EQUIVALENT = [
    ("https://example.org/новини/мова", "https://example.org/%D0%BD%D0%BE%D0%B2%D0%B8%D0%BD%D0%B8/%d0%bc%d0%be%d0%b2%d0%b0"),
    ("https://example.org", "https://example.org/"),
    ("https://zürich.example/a", "https://xn--zrich-kva.example/a"),
    ("https://ZÜRICH.example/a", "https://zürich.example/a"),
    ("https://Example.ORG/b", "https://example.org/b"),
    ("HTTPS://example.org/b", "https://example.org/b"),
    ("https://example.org:443/c", "https://example.org/c"),
    ("http://example.org:80/c", "http://example.org/c"),
    ("https://example.org:0443/c", "https://example.org/c"),
    ("https://example.org./a", "https://example.org/a"),
    ("https://example.org/x/../a/./b", "https://example.org/a/b"),
    ("https://example.org/%2E%2e/a", "https://example.org/a"),
    ("https://example.org\\a\\b", "https://example.org/a/b"),
    ("  https://exa\nmple.org/\ta ", "https://example.org/a"),
    ("https:example.org/a", "https://example.org/a"),
    ("https://example.org/%7Emira/%61", "https://example.org/~mira/a"),
    ("https://example.org/caf%c3%a9", "https://example.org/caf%C3%A9"),
    ("https://example.org/cafe%CC%81", "https://example.org/café"),
    ("https://example.org/a b", "https://example.org/a%20b"),
    ("https://example.org/?q=a+b", "https://example.org/?q=a%20b"),
    ("https://example.org/what%28ever%29%21", "https://example.org/what(ever)!"),
    ("https://example.org/[1]|2", "https://example.org/%5B1%5D%7C2"),
    ("https://example.org/a?", "https://example.org/a"),
    ("https://example.org/a?&", "https://example.org/a"),
    ("https://example.org/a#part", "https://example.org/a"),
    ("https://example.org/a?utm_source=x&UTM_Medium=y", "https://example.org/a"),
    ("https://example.org/a?p=4&fbclid=1&q=2&gclid=3#x", "https://example.org/a?p=4&q=2"),
    *((f"https://example.org/a?{name}=x", "https://example.org/a")
      for name in ("msclkid", "mc_cid", "mc_eid", "igshid", "ref_src", "utm_", "dclid", "twclid", "_ga")),
    ("http://0x7f.1/a", "http://127.0.0.1/a"),
    ("http://2130706433/a", "http://127.0.0.1/a"),
    ("http://[0:0:0:0:0:0:0:1]:8001/a", "http://[::1]:8001/a"),
    ("http://[2001:DB8::1]/", "http://[2001:db8:0::1]:80"),
]  # fmt: skip

APART = [
    ("https://example.org/a", "http://example.org/a"),
    ("https://example.org/a", "https://example.org/A"),
    ("https://example.org/a", "https://example.org/a/"),
    ("https://example.org/?p=4", "https://example.org/?p=5"),
    ("https://example.org/?p=4", "https://example.org/"),
    ("https://example.org/?a=1&b=2", "https://example.org/?b=2&a=1"),
    ("https://example.org/a%2Fb", "https://example.org/a/b"),
    ("https://example.org/a%3Fb", "https://example.org/a?b"),
    ("https://example.org/a%23b", "https://example.org/a"),
    ("https://example.org/a+b", "https://example.org/a%20b"),
    ("https://example.org/?q=a%2Bb", "https://example.org/?q=a+b"),
    ("https://example.org/?q=a%26b=1", "https://example.org/?q=a&b=1"),
    ("https://example.org:8443/a", "https://example.org/a"),
    ("https://example.org/%2541", "https://example.org/A"),
    ("https://example.org/%C3%A9", "https://example.org/%E9"),
    ("https://example.org/?reference=1", "https://example.org/"),
    ("https://example.org/?xutm_source=1", "https://example.org/"),
]


@pytest.mark.parametrize(("first", "second"), EQUIVALENT)
def test_two_ways_to_write_one_address_are_the_same(first: str, second: str):
    assert normalize_url(first) == normalize_url(second) is not None
    assert normalize_url(as_a_browser(first)) == normalize_url(first), "what the browser makes of it"


@pytest.mark.parametrize(("first", "second"), APART)
def test_addresses_of_different_pages_stay_apart(first: str, second: str):
    assert normalize_url(first) != normalize_url(second)


@pytest.mark.parametrize(
    "address",
    ["", "example.org", "/a", "//example.org/a", "data:text/html,x", "file:///etc/passwd", "javascript:alert(1)",
     "mailto:ada@example.org", "ftp://example.org/", "https://", "https:///", "https://exa mple.org/",
     "https://example.org:99999/", "https://[::1/", "https://example.org:x/", "https://mira@example.org/",
     "https://mira:secret@example.org/", "https://:secret@example.org/", "urn:x", "\ud800"],
)  # fmt: skip
def test_what_is_no_web_address_has_no_form(address: str):
    assert normalize_url(address) is None
    assert serialize_url(address) is None
    assert origin_of(address) is None


def test_a_user_in_an_address_is_seen():
    assert holds_user("https://mira:secret@example.org/")
    assert not holds_user("https://example.org/@mira")


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://zürich.example/a", "https://xn--zrich-kva.example"),
        ("https://example.org:443", "https://example.org"),
        ("http://example.org:80/x", "http://example.org"),
        ("http://example.org:443", "http://example.org:443"),
        ("http://[::1]:8001", "http://[::1]:8001"),
        ("http://[0::0:1]", "http://[::1]"),
        ("HTTPS://EXAMPLE.org.", "https://example.org"),
        ("http://127.1:8001/", "http://127.0.0.1:8001"),
    ],
)
def test_origins_are_those_that_browsers_send(address: str, origin: str):
    assert origin_of(address) == origin


@given(st.text(max_size=40), st.text(max_size=20))
def test_any_text_ends_in_a_form_or_none_and_the_form_stays(path: str, query: str):
    normalize_url(path)
    form = normalize_url(f"https://example.org/{path}?{query}")
    assert form is None or (normalize_url(form) == form and form.isascii())


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_what_the_browser_leaves_escaped_is_the_same_as_what_it_escapes(word: str):
    escaped = f"https://example.org/x{quote(word, safe='')}"
    assert normalize_url(as_a_browser(escaped)) == normalize_url(escaped)


@given(st.text(alphabet="a/1?&=page.ampdrint%2", max_size=30))
def test_a_page_leads_to_its_own_site_only_and_never_to_its_front_page(path: str):
    address = normalize_url(f"https://example.org/x{path}")
    assert address is not None
    assume(urlsplit(address).path != "/")
    for variant in page_variants(address):
        for address in variant.addresses:
            assert normalize_url(address) is not None
            assert urlsplit(address).hostname in ("example.org", "www.example.org")
            assert urlsplit(address).path != "/"
