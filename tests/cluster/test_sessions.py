"""The tests of attempts to sign in, on PostgreSQL; those of sessions run on two nodes."""

from tests.web.test_sessions import (  # noqa: F401 - collected here, with their fixture
    mira,
    test_a_forged_device_cookie_is_no_device,
    test_a_known_browser_guesses_no_more_often_than_others,
    test_a_known_browser_is_known_for_one_account_and_until_the_password_changes,
    test_strangers_do_not_shut_a_person_out_of_a_browser_she_used,
)
