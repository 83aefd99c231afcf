"""The tests of connections, on two nodes."""

from tests.web.test_connections import *  # noqa: F403

del test_hooks_are_limited  # noqa: F821 - by each node, where no Redis counts for all
