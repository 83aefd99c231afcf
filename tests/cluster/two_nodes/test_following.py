"""The tests of following, on two nodes."""

from tests.web.test_following import *  # noqa: F403
