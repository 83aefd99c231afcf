"""The tests of accounts, on PostgreSQL."""

from tests.web.test_accounts import *  # noqa: F403
