"""The tests of discussion, on two nodes."""

from tests.web.test_discussion import *  # noqa: F403
