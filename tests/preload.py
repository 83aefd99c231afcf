"""What a process that is to become the service has imported already: `tests.service` forks one that has this loaded."""

import corrections.app
import corrections.cli
import corrections.server  # noqa: F401 (loaded so that a fork need not)
