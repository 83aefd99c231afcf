"""The tests of connections, on two nodes."""

from tests.web.test_connections import *  # noqa: F403
