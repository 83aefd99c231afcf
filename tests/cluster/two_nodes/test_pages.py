"""The tests of pages, and of who may see them, on two nodes."""

from tests.web.test_pages import *  # noqa: F403
