"""The tests of sessions, and of attempts to sign in, on two nodes."""

from tests.web.test_sessions import *  # noqa: F403
