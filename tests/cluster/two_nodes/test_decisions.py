"""The tests of decisions, on two nodes."""

from tests.web.test_decisions import *  # noqa: F403
