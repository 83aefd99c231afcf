"""Folders of older versions move to PostgreSQL and a git server with everything in them, and work goes on there."""

from pathlib import Path

import pytest

from corrections.cluster import Cluster
from corrections.index import queries
from corrections.private.contacts import Contact
from corrections.services.operations.audit import audit_publication
from corrections.services.operations.database_move import move_to_nodes
from corrections.services.publication import Publication
from corrections.services.review import decisions
from tests.newsroom import EDITOR, a_correction
from tests.upgrades import first_version
from tests.upgrades.first_version import ARTICLE, IDS
from tests.upgrades.test_landed_versions import PASSWORD, STATES, landed

__all__ = ["landed"]


@pytest.fixture
def shared(cluster: Cluster, tmp_path: Path) -> Cluster:
    return Cluster(cluster.database, str(tmp_path / "git" / "{publication}.git"))


def states(publication: Publication) -> dict[int, str]:
    corrections = queries.corrections(publication.index, queries.Filter())
    return {correction.number: correction.state for correction in corrections}


def test_a_folder_of_a_landed_version_moves_to_the_nodes(landed: Path, shared: Cluster, tmp_path: Path):
    move_to_nodes(landed, shared)
    other = Publication(tmp_path / "other" / "daily", cluster=shared)
    assert states(other) == STATES
    contact = other.private.contacts.get(other.correction(1).id)
    assert contact == Contact("Ada", "ada@example.org", True, "de")
    assert other.private.accounts.sign_in("Mira", PASSWORD) is not None
    decisions.accept(other, EDITOR, 4, other.correction(4).last_event)
    assert a_correction(other, "minister said", "minister told us").number == 8
    here = Publication(landed, cluster=shared)
    here.refresh()
    assert states(here) == {**STATES, 4: "accepted", 8: "open"}
    for publication in (here, other):
        publication.close()
        assert audit_publication(publication.folder, cluster=shared) == []


def test_a_folder_of_the_first_version_moves_to_the_nodes(shared: Cluster, tmp_path: Path):
    folder = tmp_path / "data" / "daily"
    first_version.make(folder)
    move_to_nodes(folder, shared)
    other = Publication(tmp_path / "other" / "daily", cluster=shared)
    assert states(other) == {1: "reverted", 2: "accepted", 3: "open", 4: "rejected", 5: "open"}
    contact = other.private.contacts.get(IDS[3])
    assert contact is not None
    assert contact.email == "ada@example.org"
    assert other.private.accounts.sign_in("Mira", first_version.PASSWORD) is not None
    decisions.accept(other, EDITOR, 5, other.correction(5).last_event)
    assert "told us." in other.current_text(ARTICLE)
    other.close()
    assert audit_publication(other.folder, cluster=shared) == []
