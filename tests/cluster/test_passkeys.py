"""The tests of passkeys, on PostgreSQL."""

from tests.web.test_passkeys import *  # noqa: F403
