"""The tests of memberships, on PostgreSQL."""

from tests.web.test_memberships import *  # noqa: F403
