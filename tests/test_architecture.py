"""Imports point one way, through every module of the tree; names of modules say what they hold."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# From the bottom up. A package imports from the layers below its own, and nothing from its own layer but itself.
LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"repo_store", "corrections.text", "corrections.logs", "corrections.urls"}),
    frozenset({"corrections.domain", "corrections.i18n", "corrections.html_export"}),
    frozenset({"corrections.errors"}),
    frozenset({"corrections.config", "corrections.database", "corrections.listener", "corrections.importers"}),
    frozenset({"corrections.index", "corrections.private", "corrections.supervisor"}),
    frozenset({"corrections.services"}),
    frozenset({"corrections.article_files", "corrections.notify"}),
    frozenset({"corrections.subscribers"}),
    frozenset({"corrections.document_diff", "corrections.demo", "corrections.worker"}),
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
    "rebasing",
    "reporting",
    "wording",
}  # nouns, and the name of a technique
MOST_MODULES = 18  # in one package, without its subpackages
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
    found = set()
    for node in ast.walk(ast.parse(modules()[module].read_text())):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} has a relative import"
            found |= {f"{node.module}.{name.name}" for name in node.names} | {str(node.module)}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return frozenset(found & modules().keys())


def reached(module: str) -> set[str]:
    """Our modules that a module imports, or that these import, and so on."""
    seen, waiting = set(), [module]
    while waiting:
        for name in imports(waiting.pop()) - seen:
            seen.add(name)
            waiting.append(name)
    return seen


def package(module: str) -> str:
    parts = module.split(".")
    return parts[0] if parts[0] == "repo_store" else ".".join(parts[:2])


def layer(name: str) -> int:
    return next((at for at, names in enumerate(LAYERS) if name in names), -1)


@pytest.mark.parametrize("module", sorted(modules().keys() - {"corrections"}))
def test_a_module_reaches_only_its_own_package_and_the_layers_below(module: str):
    own = package(module)
    assert layer(own) >= 0, f"{own} is in no layer"
    outside = {name for name in reached(module) if package(name) != own and name != "corrections"}
    assert sorted(name for name in outside if layer(package(name)) >= layer(own)) == []


def test_every_layer_names_packages_that_exist():
    assert {name for names in LAYERS for name in names} <= {package(module) for module in modules()}


def foreign(module: str) -> set[str]:
    """The top-level names of everything that a module imports."""
    found = set()
    for node in ast.walk(ast.parse(modules()[module].read_text())):
        if isinstance(node, ast.ImportFrom):
            found.add(str(node.module).split(".")[0])
        elif isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
    return found


@pytest.mark.parametrize(
    ("name", "forbidden"),
    [
        ("repo_store", {"flask", "apiflask", "sqlite3", "sqlite_utils"}),
        ("corrections.text", {"flask", "apiflask", "sqlite3", "sqlite_utils", "git"}),
        ("corrections.services", {"flask", "apiflask", "werkzeug", "sqlite_utils"}),
        ("corrections.index", {"flask", "apiflask", "git"}),
    ],
)
def test_a_package_knows_nothing_of_what_others_are_for(name: str, forbidden: set[str]):
    known = {module: foreign(module) & forbidden for module in modules() if package(module) == name}
    assert {module: names for module, names in known.items() if names} == {}


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
            outside = {name for name in imports(module) if package(name) != "corrections.domain"}
            assert outside <= {"repo_store", "repo_store.model", "repo_store.model.kinds"}, module
    assert imports("repo_store.model.kinds") == set()


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
