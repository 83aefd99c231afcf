"""The tests of idempotency, on PostgreSQL."""

from tests.services.test_idempotency import *  # noqa: F403

# these change or read the file's rows
del test_a_request_that_an_earlier_version_took_is_recognised  # noqa: F821
del test_a_person_concerned_is_recognised_from_the_last_version  # noqa: F821
del test_nothing_that_was_sent_can_be_read_from_what_is_kept  # noqa: F821
