"""The tests of pages, on two nodes."""

from tests.web.test_pages import *  # noqa: F403
