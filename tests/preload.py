"""What a process that is to become the service has imported and compiled: `tests.service` forks one that has this loaded."""

import gc

import corrections.cli
import corrections.server
import repo_store.verify  # noqa: F401 (loaded, as those above, so that a fork need not)
from tests import compiled

compiled.share()
compiled.compile_all()
gc.collect()
gc.freeze()  # a fork shares what is loaded: to look through it for garbage would copy it
