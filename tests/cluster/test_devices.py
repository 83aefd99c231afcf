"""The tests of devices, on PostgreSQL."""

from tests.web.test_devices import *  # noqa: F403
