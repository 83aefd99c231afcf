"""Imports point one way, through every module of the tree; names of modules say what they hold."""

import ast
import importlib
import re
from functools import cache
from pathlib import Path

import pytest

from corrections.errors import CorrectionsError
from corrections.web import statuses

ROOT = Path(__file__).parent.parent

# From the bottom up. A package imports from the layers below its own, and nothing from its own layer but itself.
LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"repo_store", "corrections.text", "corrections.logs", "corrections.urls"}),
    frozenset({"corrections.domain", "corrections.i18n"}),
    frozenset({"corrections.errors", "corrections.html_export"}),
    frozenset({"corrections.cluster"}),
    frozenset(
        {
            "corrections.config",
            "corrections.database",
            "corrections.listener",
            "corrections.importers",
            "corrections.http_client",
            "corrections.session_key",
        }
    ),
    frozenset({"corrections.index", "corrections.private", "corrections.supervisor", "corrections.workers"}),
    frozenset({"corrections.services"}),
    frozenset({"corrections.article_files", "corrections.notify"}),
    frozenset({"corrections.connectors"}),
    frozenset({"corrections.subscribers"}),
    frozenset({"corrections.document_diff", "corrections.demo", "corrections.background"}),
    frozenset({"corrections.web"}),
    frozenset({"corrections.app", "corrections.wsgi_server"}),
    frozenset({"corrections.server"}),
    frozenset({"corrections.cli"}),
    frozenset({"corrections.__main__"}),
)
NOUNS_IN_ING = {
    "anchoring",
    "encoding",
    "finding",
    "pending_changes",
    "rebasing",
    "reporting",
    "wording",
}  # nouns, the name of a technique, and an adjective
MOST_MODULES = 18  # in one package, without its subpackages
COMMAND_LINE_ONLY = {"bad_backup", "bad_settings", "cannot_listen", "clash", "nothing_to_import"}  # codes of errors
VAGUE = {"utils", "util", "helpers", "common", "misc", "manager", "base"}


@cache
def modules() -> dict[str, Path]:
    """Every module and package of ours by its dotted name."""
    paths = [path for package in ("corrections", "repo_store") for path in (ROOT / package).rglob("*.py")]
    named = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in paths}
    return {name.removesuffix(".__init__"): path for name, path in named.items()}


@cache
def imports(module: str) -> frozenset[str]:
    """Our modules that a module imports itself, inside functions too."""
    names = set()
    for node in ast.walk(ast.parse(modules()[module].read_text())):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} has a relative import"
            names |= {f"{node.module}.{name.name}" for name in node.names} | {str(node.module)}
        elif isinstance(node, ast.Import):
            names |= {name.name for name in node.names}
    return frozenset(names & modules().keys())


def reached(module: str) -> set[str]:
    """Our modules that a module imports, or that these import, and so on."""
    visited, waiting = set(), [module]
    while waiting:
        for name in imports(waiting.pop()) - visited:
            visited.add(name)
            waiting.append(name)
    return visited


def package(module: str) -> str:
    parts = module.split(".")
    return parts[0] if parts[0] == "repo_store" else ".".join(parts[:2])


def layer(name: str) -> int:
    return next((at for at, names in enumerate(LAYERS) if name in names), -1)


@pytest.mark.parametrize("module", sorted(modules().keys() - {"corrections"}))
def test_a_module_reaches_only_its_own_package_and_the_layers_below(module: str):
    own_package = package(module)
    assert layer(own_package) >= 0, f"{own_package} is in no layer"
    unexpected = {name for name in reached(module) if package(name) != own_package and name != "corrections"}
    assert sorted(name for name in unexpected if layer(package(name)) >= layer(own_package)) == []


def test_every_layer_names_packages_that_exist():
    assert {name for names in LAYERS for name in names} <= {package(module) for module in modules()}


def foreign(module: str) -> set[str]:
    """The top-level names of everything that a module imports."""
    words = set()
    for node in ast.walk(ast.parse(modules()[module].read_text())):
        if isinstance(node, ast.ImportFrom):
            words.add(str(node.module).split(".")[0])
        elif isinstance(node, ast.Import):
            words |= {name.name.split(".")[0] for name in node.names}
    return words


@pytest.mark.parametrize(
    ("name", "forbidden"),
    [
        ("repo_store", {"flask", "apiflask", "sqlite3", "sqlite_utils"}),
        ("corrections.text", {"flask", "apiflask", "sqlite3", "sqlite_utils", "git"}),
        ("corrections.services", {"flask", "apiflask", "werkzeug", "http", "sqlite_utils"}),
        ("corrections.domain", {"flask", "apiflask", "werkzeug", "http", "sqlite_utils"}),
        ("corrections.index", {"flask", "apiflask", "werkzeug", "http", "git"}),
        ("corrections.private", {"flask", "apiflask", "werkzeug", "http"}),
    ],
)
def test_a_package_knows_nothing_of_what_others_are_for(name: str, forbidden: set[str]):
    violations = {module: foreign(module) & forbidden for module in modules() if package(module) == name}
    assert {module: names for module, names in violations.items() if names} == {}


def subclasses(kind: type[CorrectionsError]) -> set[type[CorrectionsError]]:
    return set(kind.__subclasses__()).union(*map(subclasses, kind.__subclasses__()))


def test_only_the_registry_knows_the_formats_by_name():
    """A further format is a module and a line there: nothing else imports one, and formats share what is beside them."""
    formats = "corrections.text.formats"
    inside = (f"{formats}.markdown", f"{formats}.html", f"{formats}.plain")
    offenders = [
        (module, each)
        for module in sorted(modules())
        if module != f"{formats}.registry" and not module.startswith(inside)
        for each in imports(module)
        if each.startswith(inside)
    ]
    assert offenders == []


def test_only_the_web_knows_the_http_status_of_an_error():
    for module in modules():
        if not module.endswith("__main__"):
            importlib.import_module(module)
    errors = {error for error in subclasses(CorrectionsError) if error.__module__.startswith("corrections.")}
    assert [error for error in errors if hasattr(error, "status")] == []
    codes = {error.code for error in errors}
    assert codes - statuses.STATUSES.keys() == COMMAND_LINE_ONLY
    assert statuses.STATUSES.keys() <= codes


def test_the_use_cases_run_neither_sql_nor_git():
    """SQL belongs to `corrections.index` and `corrections.private`, git to `repo_store`."""
    forbidden = {"sqlite3", "sqlite_utils", "git", "subprocess"}
    breaches: dict[str, set[str]] = {}
    for module, path in modules().items():
        if package(module) == "corrections.services":
            names = foreign(module) & forbidden
            names |= {name for name in imports(module) if name.startswith("repo_store.git")}
            names |= {call for call in (".execute(", ".executemany(", ".executescript(") if call in path.read_text()}
            if names:
                breaches[module] = names
    assert breaches == {}


def test_the_domain_knows_nothing_of_the_rest():
    """Of the store it takes the kinds that are in events, and nothing else."""
    for module in modules():
        if package(module) == "corrections.domain":
            unexpected = {name for name in imports(module) if package(name) != "corrections.domain"}
            assert unexpected <= {"repo_store", "repo_store.model", "repo_store.model.kinds"}, module
    assert imports("repo_store.model.kinds") == set()


WRITES = re.compile(r"\b(INSERT (OR \w+ )?INTO|REPLACE INTO|UPDATE \w+ SET|DELETE FROM)\b")
INDEX_WRITERS = {
    "corrections.index.caches",  # computed results, in two tables of their own
    "corrections.index.schema",  # empties the tables; the triggers of the full-text indexes
    "corrections.index.rehearsal",  # only copies in memory
}


def test_only_the_projection_and_the_caches_write_the_index():
    """`private`, `cluster` and `workers` have databases of their own."""
    writers = {
        module
        for module in modules()
        if package(module) not in ("corrections.private", "corrections.cluster", "corrections.workers", "repo_store")
        for node in ast.walk(ast.parse(modules()[module].read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and WRITES.search(node.value)
    }
    assert {module for module in writers if not module.startswith("corrections.index.projection.")} == INDEX_WRITERS


def test_the_name_of_a_module_is_a_noun():
    """Not what the code is doing, and not a word that fits everything."""
    names = {module.rsplit(".", 1)[-1] for module in modules()}
    gerunds = {name for name in names if re.search(r"(^|_)[a-z]{2,}ing($|_)", name)}
    assert gerunds <= NOUNS_IN_ING
    assert names & VAGUE == set()


def test_every_package_says_what_belongs_in_it_and_is_small_enough_to_survey():
    for path in modules().values():
        if path.name == "__init__.py" and path.parent.name != "corrections":
            assert ast.get_docstring(ast.parse(path.read_text())), f"{path} has no docstring"
            assert len(list(path.parent.glob("*.py"))) - 1 <= MOST_MODULES, path.parent
