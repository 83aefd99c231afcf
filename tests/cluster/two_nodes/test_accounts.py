"""The tests of accounts, on two nodes."""

from tests.web.test_accounts import *  # noqa: F403
