"""The tests of submission form, on PostgreSQL."""

from tests.web.test_submission_form import *  # noqa: F403
