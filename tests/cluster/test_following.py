"""The tests of following, on PostgreSQL."""

from tests.web.test_following import *  # noqa: F403
