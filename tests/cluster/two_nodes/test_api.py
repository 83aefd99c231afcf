"""The tests of api, on two nodes."""

from tests.web.test_api import *  # noqa: F403
