"""The tests of connections, on PostgreSQL."""

from tests.web.test_connections import *  # noqa: F403
