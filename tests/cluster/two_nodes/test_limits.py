"""The tests of limits, on two nodes that count together."""

from collections.abc import Iterator

import pytest
from flask import Flask

from corrections.services.publication import Publication
from tests.cluster.two_nodes.conftest import two_nodes
from tests.newsroom import an_article
from tests.web.test_limits import *  # noqa: F403

del test_searching_and_comparing_are_counted_for_each_client  # noqa: F821 - by the node that does the work


@pytest.fixture
def limited(publication: Publication) -> Iterator[Flask]:
    """The service with limits on."""
    an_article(publication)
    with two_nodes(publication, "3/hour") as first:
        yield first
