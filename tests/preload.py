"""What a process that is to become the service has imported and compiled: `tests.service` forks one that has this loaded."""

import gc
from importlib import import_module

from tests import compiled, passwords

for module in ("corrections.cli", "corrections.server", "repo_store.verify"):
    import_module(module)
passwords.hash_quickly()
compiled.share()
compiled.compile_all()
gc.collect()
gc.freeze()  # a fork shares what is loaded: to look through it for garbage would copy it
