"""The environment that every git process of this project runs in: `docs/decisions/016-how-git-is-run.md`.

Nothing of the account, the machine or the service's own variables says what git does; settings of a repository's own
`config` give way to `SETTINGS` where they could change a result, keep words that were redacted, or run a program.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

NOWHERE = os.devnull
NAME, EMAIL = "Corrections desk", "desk@corrections.invalid"  # who commits, and stands in a reflog if there is one

# In the scope of the command line, which wins over every file. What each is for: docs/decisions/016-how-git-is-run.md
SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        # run no program
        "core.hooksPath": NOWHERE,
        "core.fsmonitor": "false",
        "core.alternateRefsCommand": "true",
        "log.showSignature": "false",
        # read the bytes and the history as they are
        "core.attributesFile": NOWHERE,
        "core.useReplaceRefs": "false",
        "advice.graftFileDeprecated": "false",
        "core.ignoreCase": "false",
        "core.logAllRefUpdates": "false",
        "i18n.commitEncoding": "UTF-8",
        "i18n.logOutputEncoding": "UTF-8",
        "log.follow": "false",
        "color.ui": "false",
        # who owns the folder was looked at before (repository_check)
        "safe.directory": "*",
        "safe.bareRepository": "all",
    }
)
_OURS = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": NOWHERE,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": NOWHERE,
    "GIT_SHALLOW_FILE": "",  # git takes an empty name for "no history is cut off"
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ALLOW_PROTOCOL": "none",  # `git_command` lets a fetch read files
    "GIT_PAGER": "cat",
    "GIT_DEFAULT_HASH": "sha1",
    "GIT_DEFAULT_REF_FORMAT": "files",
    "GIT_AUTHOR_NAME": NAME,
    "GIT_AUTHOR_EMAIL": EMAIL,
    "GIT_COMMITTER_NAME": NAME,
    "GIT_COMMITTER_EMAIL": EMAIL,
    "LC_ALL": "C",  # git's words are told by their English form
    "LANGUAGE": "C",
}
_NOT_OURS = ("XDG_CONFIG_HOME", "EMAIL", "PAGER", "EDITOR", "VISUAL", "TZ")  # git reads them beside its own


def git_environment(git_dir: Path, settings: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """All variables for a git that works on the repository at `git_dir`; `settings` go beside `SETTINGS`."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("GIT_") and name not in _NOT_OURS
    }
    all_settings = {**SETTINGS, **settings}
    return {
        **inherited,
        **_OURS,
        "GIT_DIR": os.path.abspath(git_dir),
        "GIT_CONFIG_COUNT": str(len(all_settings)),
        **{f"GIT_CONFIG_KEY_{number}": name for number, name in enumerate(all_settings)},
        **{f"GIT_CONFIG_VALUE_{number}": value for number, value in enumerate(all_settings.values())},
    }
