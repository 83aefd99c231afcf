"""A publication of one machine becomes one of several, and its staff sign in at any of them."""

import re
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from corrections.cluster import Cluster
from corrections.services.publication import Publication
from repo_store.audit.repository_audit import audit
from tests.cluster.test_shared_publication import Group
from tests.newsroom import a_correction, an_article, kill

PASSWORD = "a long enough password"


@pytest.fixture
def alone(cluster: Cluster, tmp_path: Path) -> Iterator[Group]:
    """A publication with a correction, in a folder `desk`; what `environment` names is not used yet."""
    publication = Publication.create(tmp_path / "desk", "daily", "The Daily")
    an_article(publication)
    a_correction(publication, "Tusday", "Tuesday")
    publication.close()
    remote = str(tmp_path / "git" / "{publication}.git")
    environment = {"CORRECTIONS_DATABASE": cluster.database, "CORRECTIONS_GIT_REMOTE": remote}
    group = Group(tmp_path, environment, "", [])
    yield group
    for node in group.nodes:
        if node.process.poll() is None:
            kill(node.process)


def sign_in(group: Group, data: Path) -> None:
    group.token = group.command(data, "token", "daily", "--role", "editor", "--name", "Mira")


def test_a_publication_of_one_machine_is_moved_to_several(alone: Group):
    alone.command(alone.folder / "desk", "move-to-database", "daily")
    sign_in(alone, alone.folder / "desk")
    first, second = alone.add("desk"), alone.add("other")
    assert first.queue() == second.queue() == [1]
    assert second.submit("teh", "the")[0] == 201
    assert first.correction(2)["state"] == "open"
    assert audit(alone.server) == []


def test_who_signs_in_at_one_node_is_signed_in_at_the_others(alone: Group):
    alone.command(alone.folder / "desk", "move-to-database", "daily")
    alone.command(alone.folder / "desk", "user", "daily", "Mira", "--password", PASSWORD)
    first, second = alone.add("desk"), alone.add("other")
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())  # cookies are for all ports of a host
    page = browser.open(f"http://127.0.0.1:{first.port}/daily/sign-in").read().decode()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    form = {"csrf_token": token[1], "name": "Mira", "password": PASSWORD}
    browser.open(f"http://127.0.0.1:{first.port}/daily/sign-in", urllib.parse.urlencode(form).encode())
    queue = browser.open(f"http://127.0.0.1:{second.port}/daily/review/").read().decode()
    assert "Sign out" in queue
    assert 'data-number="1"' in queue
