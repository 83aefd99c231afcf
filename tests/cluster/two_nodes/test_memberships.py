"""The tests of memberships, on two nodes."""

from tests.web.test_memberships import *  # noqa: F403
