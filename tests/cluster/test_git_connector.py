"""The tests of the connector of git repositories, on PostgreSQL."""

from tests.connectors.test_git_connector import *  # noqa: F403

del test_a_kill_between_push_and_note_pushes_nothing_twice  # noqa: F821 - long, and about the kill of one machine
