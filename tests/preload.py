"""What a process that is to become the service has imported and compiled: `tests.service` forks one that has this loaded."""

import repo_store.verify  # noqa: F401 (loaded so that a fork need not)
from tests import compiled

compiled.share()
compiled.compile_all()
