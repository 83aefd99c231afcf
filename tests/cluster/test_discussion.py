"""The tests of discussion, on PostgreSQL."""

from tests.web.test_discussion import *  # noqa: F403
