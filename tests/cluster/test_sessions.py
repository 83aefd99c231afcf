"""The tests of sessions, on PostgreSQL."""

from tests.web.test_sessions import *  # noqa: F403
