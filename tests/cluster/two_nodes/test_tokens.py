"""The tests of tokens, on two nodes."""

from tests.web.test_tokens import *  # noqa: F403

del test_an_expired_token_opens_nothing_and_says_so  # noqa: F821 - it changes the file's rows
