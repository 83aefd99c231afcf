"""Whatever the account, the machine or the service's own variables say to git, a publication is the same."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.git.story import run_story

HOOKS = ("reference-transaction", "post-index-change", "pre-push", "pre-receive", "update", "post-update",
         "pre-auto-gc", "proc-receive", "post-checkout", "fsmonitor-watchman", "push-to-checkout")  # fmt: skip

CONFIGS = {
    "safe.bareRepository": "[safe]\n bareRepository = explicit\n",
    "protocols": "[protocol]\n allow = never\n[protocol \"file\"]\n allow = never\n",
    "fsck of what comes in": "[transfer]\n fsckObjects = true\n unpackLimit = 1\n[fetch]\n fsckObjects = true\n"
    " unpackLimit = 9999\n prune = true\n writeCommitGraph = true\n[fsck]\n missingEmail = error\n",
    "line ends": "[core]\n autocrlf = true\n safecrlf = true\n eol = crlf\n",
    "attributes": "[core]\n attributesFile = {home}/attributes\n[diff \"x\"]\n textconv = {home}/program\n",
    "signatures": "[commit]\n gpgSign = true\n[tag]\n gpgSign = true\n[gpg]\n program = {home}/program\n"
    " format = openpgp\n[log]\n showSignature = true\n[gpg \"ssh\"]\n program = {home}/program\n",
    "shown otherwise": "[core]\n abbrev = 4\n quotePath = true\n pager = {home}/program\n[color]\n ui = always\n"
    "[log]\n date = relative\n decorate = full\n showRoot = false\n abbrevCommit = true\n follow = true\n mailmap = true\n"
    "[format]\n pretty = %h\n[diff]\n noprefix = true\n renames = copies\n external = {home}/program\n"
    " orderFile = /nonexistent\n mnemonicPrefix = true\n[i18n]\n logOutputEncoding = UTF-16\n commitEncoding = latin1\n"
    "[blame]\n date = relative\n ignoreRevsFile = /nonexistent\n showEmail = true\n[grep]\n lineNumber = true\n"
    " patternType = perl\n column = true\n[column]\n ui = always\n[core]\n commentChar = {{\n",
    "other ends": "[uploadpack]\n hideRefs = refs/heads\n packObjectsHook = {home}/program\n[receive]\n"
    " denyCurrentBranch = refuse\n fsckObjects = true\n[transfer]\n hideRefs = refs/heads\n[http]\n uploadpack = false\n"
    "[url \"ext::{home}/program \"]\n insteadOf = /\n",
    "new repositories": "[init]\n defaultBranch = trunk\n defaultObjectFormat = sha256\n defaultRefFormat = reftable\n"
    " templateDir = {home}/template\n[core]\n sharedRepository = 0666\n bare = false\n worktree = /nonexistent\n"
    " logAllRefUpdates = always\n",
    "extensions": "[core]\n repositoryformatversion = 7\n[extensions]\n objectFormat = sha256\n unheardOf = true\n"
    "[feature]\n experimental = true\n manyFiles = true\n",
    "programs": "[core]\n hooksPath = {home}/hooks\n fsmonitor = {home}/program\n sshCommand = {home}/program\n"
    " gitProxy = {home}/program\n editor = {home}/program\n alternateRefsCommand = {home}/program\n askPass = {home}/program\n"
    "[credential]\n helper = !{home}/program\n[alias]\n log = !{home}/program\n[gc]\n recentObjectsHook = {home}/program\n"
    "[trace2]\n eventTarget = {home}/trace\n normalTarget = {home}/trace\n[include]\n path = {home}/hostile\n",
    "effort": "[core]\n compression = 0\n bigFileThreshold = 1\n looseCompression = 9\n packedGitWindowSize = 1k\n"
    "[pack]\n packSizeLimit = 1m\n threads = 1\n indexVersion = 1\n[repack]\n writeBitmaps = true\n[gc]\n auto = 1\n"
    "[maintenance]\n auto = true\n[fastimport]\n unpackLimit = 99999\n",
    "a broken file": "[core\n this is no configuration\n",
    "identity": "[user]\n useConfigOnly = true\n name =\n email =\n",
}  # fmt: skip

WHOLE = "".join(text for name, text in CONFIGS.items() if name != "a broken file")

VARIABLES = {
    "another repository": {
        "GIT_DIR": "{home}/elsewhere", "GIT_COMMON_DIR": "{home}/elsewhere", "GIT_WORK_TREE": "{home}",
        "GIT_INDEX_FILE": "{home}/index", "GIT_OBJECT_DIRECTORY": "{home}/elsewhere/objects", "GIT_NAMESPACE": "elsewhere",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": "{home}/elsewhere/objects", "GIT_SHALLOW_FILE": "{home}/shallow",
        "GIT_REPLACE_REF_BASE": "refs/heads", "GIT_GRAFT_FILE": "{home}/grafts", "GIT_QUARANTINE_PATH": "{home}",
        "GIT_CEILING_DIRECTORIES": "/", "GIT_DISCOVERY_ACROSS_FILESYSTEM": "0", "GIT_PREFIX": "x/",
        "GIT_IMPLICIT_WORK_TREE": "0", "GIT_PROJECT_ROOT": "{home}", "GIT_ATTR_SOURCE": "HEAD",
    },
    "an empty name of one": {"GIT_DIR": "", "GIT_COMMON_DIR": "", "GIT_OBJECT_DIRECTORY": "", "GIT_WORK_TREE": ""},
    "settings": {
        "GIT_CONFIG_COUNT": "many", "GIT_CONFIG_PARAMETERS": "'core.bare=maybe'", "GIT_CONFIG": "{home}/hostile",
        "GIT_CONFIG_GLOBAL": "{home}/hostile", "GIT_CONFIG_SYSTEM": "{home}/hostile", "GIT_CONFIG_NOSYSTEM": "0",
        "GIT_DEFAULT_HASH": "sha256", "GIT_DEFAULT_REF_FORMAT": "reftable", "GIT_TEMPLATE_DIR": "{home}/template",
        "GIT_TEST_DEFAULT_HASH": "sha256", "XDG_CONFIG_HOME": "{home}/xdg",
    },
    "hooks by a variable": {
        "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.hooksPath", "GIT_CONFIG_VALUE_0": "{home}/hooks",
    },
    "programs and ends": {
        "GIT_EXEC_PATH": "{home}", "GIT_ALLOW_PROTOCOL": "none", "GIT_PROTOCOL_FROM_USER": "0",
        "GIT_PROTOCOL": "version=1", "GIT_EXTERNAL_DIFF": "{home}/program", "GIT_PAGER": "{home}/program",
        "GIT_EDITOR": "{home}/program", "GIT_ASKPASS": "{home}/program", "GIT_SSH_COMMAND": "{home}/program",
        "GIT_NO_LAZY_FETCH": "1", "GIT_HTTP_EXPORT_ALL": "", "PAGER": "{home}/program",
    },
    "what is shown": {
        "GIT_TRACE": "1", "GIT_TRACE_PACKET": "1", "GIT_TRACE2_EVENT": "{home}/trace", "GIT_TRACE_SETUP": "2",
        "GIT_GLOB_PATHSPECS": "1", "GIT_ICASE_PATHSPECS": "1", "GIT_FLUSH": "0", "GIT_ADVICE": "1", "GIT_DIFF_OPTS": "-u9",
        "GIT_REF_PARANOIA": "1", "LC_ALL": "de_DE.UTF-8", "LANGUAGE": "de", "TZ": "Asia/Tokyo",
    },
    "identity": {
        "GIT_AUTHOR_NAME": "", "GIT_COMMITTER_NAME": "", "GIT_COMMITTER_EMAIL": "", "GIT_AUTHOR_DATE": "yesterday",
        "GIT_COMMITTER_DATE": "never", "EMAIL": "",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> list[object]:
    scratch = tmp_path_factory.mktemp("plain")
    return run_story(scratch / "data", scratch)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder with programs that leave a trace, hooks and a template that refuse, and attributes that convert."""
    home = tmp_path / "home"
    for folder in ("hooks", "template/hooks", "template/info", "xdg/git", ".config/git", "elsewhere/objects"):
        (home / folder).mkdir(parents=True)
    attributes = "* text=auto eol=crlf ident export-subst working-tree-encoding=UTF-16 diff=x filter=x merge=x\n"
    for name in ("attributes", "xdg/git/attributes", ".config/git/attributes", "template/info/attributes"):
        (home / name).write_text(attributes)
    for name in ("program", *(f"{folder}/{hook}" for folder in ("hooks", "template/hooks") for hook in HOOKS)):
        (home / name).write_text(f"#!/bin/sh\necho {name} >> {home}/ran\necho 'not today' >&2\nexit 1\n")
        (home / name).chmod(0o755)
    (home / "template/config").write_text("[core]\n hooksPath = /nonexistent\n bare = perhaps\n")
    (home / "hostile").write_text(CONFIGS["programs"].format(home=home).partition("[include]")[0])
    monkeypatch.setenv("HOME", str(home))
    return home


@pytest.mark.parametrize("name", CONFIGS)
def test_settings_of_the_account_change_nothing(name: str, home: Path, expected: list[object], tmp_path: Path) -> None:
    (home / ".gitconfig").write_text(CONFIGS[name].format(home=home))
    assert run_story(tmp_path / "data", tmp_path) == expected
    assert not (home / "ran").exists(), (home / "ran").read_text()


@pytest.mark.parametrize("scope", ["system", "xdg"])
def test_settings_of_the_machine_change_nothing(
    scope: str, home: Path, expected: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = home / ("system" if scope == "system" else "xdg/git/config")
    file.write_text(WHOLE.format(home=home))
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", str(home / "system"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "xdg"))
    assert run_story(tmp_path / "data", tmp_path) == expected
    assert not (home / "ran").exists(), (home / "ran").read_text()


@pytest.mark.parametrize("group", VARIABLES)
def test_variables_of_the_service_change_nothing(
    group: str, home: Path, expected: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in VARIABLES[group].items():
        monkeypatch.setenv(name, value.format(home=home))
    assert run_story(tmp_path / "data", tmp_path) == expected
    assert not (home / "ran").exists(), (home / "ran").read_text()


def test_all_of_it_at_once_changes_nothing(
    home: Path, expected: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / ".gitconfig").write_text(WHOLE.format(home=home))
    for name, value in {name: value for group in VARIABLES.values() for name, value in group.items()}.items():
        monkeypatch.setenv(name, value.format(home=home))
    assert run_story(tmp_path / "data", tmp_path) == expected
    assert not (home / "ran").exists(), (home / "ran").read_text()


def _hooks_in_the_repository(home: Path, repository: Path) -> str:
    for hook in HOOKS:
        (repository / "hooks" / hook).write_text((home / "program").read_text())
        (repository / "hooks" / hook).chmod(0o755)
    return ""


def _attributes_in_the_repository(home: Path, repository: Path) -> str:
    (repository / "info" / "attributes").write_text((home / "attributes").read_text())
    return '[diff "x"]\n textconv = {home}/program\n command = {home}/program\n[filter "x"]\n smudge = {home}/program\n'


OWN_CONFIGS: dict[str, Callable[[Path, Path], str] | str] = {
    "programs": CONFIGS["programs"].partition("[trace2]")[0].partition("[gc]")[0] + "[include]\n path = {home}/included\n",
    "signatures": CONFIGS["signatures"],
    "shown otherwise": CONFIGS["shown otherwise"].replace(" ignoreRevsFile = /nonexistent\n", ""),
    "line ends": CONFIGS["line ends"],
    "attributes": CONFIGS["attributes"],
    "reflogs": "[core]\n logAllRefUpdates = always\n",
    "durability": "[core]\n fsync = none\n fsyncMethod = batch\n[fastimport]\n unpackLimit = 99999\n[gc]\n auto = 1\n",
    "effort": CONFIGS["effort"],
    "names": "[core]\n ignoreCase = true\n precomposeUnicode = true\n",
    "hooks": _hooks_in_the_repository,
    "attributes in info": _attributes_in_the_repository,
}  # fmt: skip


@pytest.mark.parametrize("name", OWN_CONFIGS)
def test_settings_in_the_repository_itself_change_nothing_that_matters(
    name: str, home: Path, expected: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from corrections.services.publication import Publication

    create = Publication.create

    def create_and_edit(data: Path, *arguments: str) -> Publication:
        publication = create(data, *arguments)
        publication.close()
        repository = data / "daily" / "articles.git"
        hostile = OWN_CONFIGS[name]
        text = hostile if isinstance(hostile, str) else hostile(home, repository)
        (home / "included").write_text(f"[log]\n showSignature = true\n[gpg]\n program = {home}/program\n")
        with (repository / "config").open("a") as file:
            file.write(text.format(home=home))
        return Publication(data / "daily")

    monkeypatch.setattr(Publication, "create", create_and_edit)
    assert run_story(tmp_path / "data", tmp_path) == expected
    assert not (home / "ran").exists(), (home / "ran").read_text()
    assert not list((tmp_path / "data" / "daily" / "articles.git").glob("logs/**/ledger")), "no reflog keeps old words"


def test_no_template_leaves_hooks_in_a_new_repository(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from repo_store import Store

    monkeypatch.setenv("GIT_TEMPLATE_DIR", str(home / "template"))
    Store.create(tmp_path / "articles.git").close()
    assert os.listdir(tmp_path / "articles.git" / "hooks") == []
