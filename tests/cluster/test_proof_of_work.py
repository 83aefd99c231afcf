"""The tests of proof of work, on PostgreSQL."""

from tests.web.test_proof_of_work import *  # noqa: F403
