"""The tests of the connector of git repositories, on PostgreSQL."""

from tests.connectors.test_git_connector import *  # noqa: F403
