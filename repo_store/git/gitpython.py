"""GitPython, imported without the `git version` that it runs on being imported.

That git would run in the service's own environment, and where there is none GitPython raises `ImportError` before
anybody can be told in plain words. The package imports this module first; `git_command` asks for the version itself.
"""

import importlib
import os
import sys

EXECUTABLE = "GIT_PYTHON_GIT_EXECUTABLE"  # GitPython's variable: the git to run, where it is not the one on PATH
_DURING_IMPORT = {EXECUTABLE: os.devnull, "GIT_PYTHON_REFRESH": "quiet"}


def _import_quietly() -> None:
    before = {name: os.environ.get(name) for name in _DURING_IMPORT}
    os.environ.update(_DURING_IMPORT)
    try:
        importlib.import_module("git")
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
    sys.modules["git"].Git.GIT_PYTHON_GIT_EXECUTABLE = os.environ.get(EXECUTABLE) or "git"


if "git" not in sys.modules:
    _import_quietly()
