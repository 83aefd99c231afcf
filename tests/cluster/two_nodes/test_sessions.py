"""The tests of sessions, on two nodes."""

from tests.web.test_sessions import *  # noqa: F403

# where no Redis counts for all nodes, each counts attempts for itself: `tests/cluster/test_sessions.py`
del test_strangers_do_not_shut_a_person_out_of_a_browser_she_used  # noqa: F821
del test_a_known_browser_guesses_no_more_often_than_others  # noqa: F821
del test_a_known_browser_is_known_for_one_account_and_until_the_password_changes  # noqa: F821
del test_a_forged_device_cookie_is_no_device  # noqa: F821
