"""The tests of the API, on two nodes."""

from tests.web.test_api import *  # noqa: F403
