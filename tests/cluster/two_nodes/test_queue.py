"""The tests of the queue, on two nodes."""

from tests.web.test_queue import *  # noqa: F403
