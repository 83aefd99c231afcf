"""What connecting a WordPress asks for, refuses and keeps: addresses, users, passwords."""

import base64

import pytest

from corrections.connectors import connections
from corrections.connectors.connections import NewConnection
from corrections.services.errors import Forbidden, Invalid
from corrections.services.publication import Publication
from tests.connectors.false_wordpress import TEXT, FalseWordPress
from tests.connectors.false_wordpress import false_wordpress as false_wordpress  # the fixture `site`
from tests.connectors.test_git_connector import ADMIN
from tests.connectors.test_wordpress import accept, imported, synchronise
from tests.connectors.test_wordpress_faults import connect
from tests.connectors.wordpress import USER, WordPress
from tests.newsroom import EDITOR


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"url": "nowhere"}, "url"),
        ({"url": "https://editor:secret@example.org/"}, "url"),
        ({"user": ""}, "user"),
        ({"types": "posts,../users"}, "types"),
        ({"types": "recipes"}, "types"),
        ({"statuses": "trash"}, "statuses"),
        ({"password": " "}, "password"),
    ],
)
def test_options_that_cannot_be_are_refused(
    publication: Publication, site: FalseWordPress, options: dict[str, str], field: str
):
    with pytest.raises(Invalid) as error:
        connect(publication, **{"url": site.url, **options})
    assert list(error.value.fields) == [field]
    assert publication.private.connections.all() == []


@pytest.mark.parametrize("path", ["/wp-admin", "/wp-admin/"])
def test_the_address_of_the_dashboard_is_as_good_as_that_of_the_site(
    publication: Publication, site: FalseWordPress, path: str
):
    connect(publication, site.url + path)
    assert connections.status_of(publication, "wordpress").options["url"] == f"{site.url}/"


def test_a_site_on_the_private_network_is_refused_to_who_does_not_run_the_server(publication: Publication):
    new = NewConnection("wordpress", {"url": "http://10.0.0.1", "user": USER}, password="xxxx", is_remote_only=True)
    with pytest.raises(Invalid, match="The host of --url cannot be found, or is on a private network"):
        connections.connect(publication, ADMIN, new)


def test_only_admins_connect(publication: Publication, site: FalseWordPress):
    with pytest.raises(Forbidden):
        connect(publication, site.url, actor=EDITOR)


def test_a_wrong_password_and_a_user_who_may_not_edit_are_refused(publication: Publication, wordpress: WordPress):
    wordpress.create(TEXT)
    with pytest.raises(
        Invalid, match="does not accept the application password of editor: it is wrong, was revoked or"
    ):
        connect(publication, wordpress.url, "abcd efgh ijkl")
    with pytest.raises(Invalid, match="Use an account with the Editor role"):
        connect(publication, wordpress.url, wordpress.reporter_password, user="reporter")
    assert publication.private.connections.all() == []


def test_a_revoked_password_is_said_and_a_new_one_goes_on(publication: Publication, wordpress: WordPress):
    number = wordpress.create(TEXT)
    password = wordpress.new_password()
    connect(publication, wordpress.url, password)
    synchronise(publication)
    (article,) = imported(publication).values()
    wordpress.revoke(password)
    accept(publication, "Tusday", "Tuesday", article)
    error = synchronise(publication).last_error
    assert error is not None
    assert error.startswith("127.0.0.1 does not accept the application password of editor")
    connections.replace_password(publication, ADMIN, "wordpress", wordpress.new_password())
    assert synchronise(publication).last_error is None
    assert wordpress.content(number) == TEXT.replace("Tusday", "Tuesday")


def test_the_password_is_shown_nowhere(publication: Publication, site: FalseWordPress):
    connect(publication, site.url, "aaaa bbbb cccc")
    for path in publication.folder.glob("private.db*"):
        for written in (b"aaaabbbbcccc", b"aaaa bbbb cccc", base64.b64encode(b"editor:aaaabbbbcccc")):
            assert written not in path.read_bytes()
