"""The tests of mail, on PostgreSQL."""

from tests.notify.conftest import *  # noqa: F403
from tests.notify.test_mail import *  # noqa: F403

del test_who_is_forgotten_gets_no_mail_and_stands_in_no_file  # noqa: F821 - there is no file
del test_a_restored_backup_sends_nothing_a_second_time  # noqa: F821 - test_moves restores into an empty database
