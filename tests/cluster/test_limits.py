"""The tests of limits, on PostgreSQL."""

from tests.web.test_limits import *  # noqa: F403
