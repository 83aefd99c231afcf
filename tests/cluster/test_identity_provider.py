"""The tests of the identity provider, on PostgreSQL."""

from tests.web.test_identity_provider import *  # noqa: F403

del test_a_binding_of_an_earlier_version_holds_for_the_account_s_own_address  # noqa: F821 - it changes the file's rows
