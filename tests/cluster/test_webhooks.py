"""The tests of webhooks, on PostgreSQL."""

from tests.connectors.conftest import *  # noqa: F403
from tests.connectors.test_webhooks import *  # noqa: F403
