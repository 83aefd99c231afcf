"""Imports point one way."""

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOWER = {
    "repo_store": set(),
    "corrections.text": set(),
    "corrections.domain": {"repo_store"},
    "corrections.importers": {"corrections.text"},
    "corrections.private": {"repo_store", "corrections.domain"},
    "corrections.index": {"repo_store", "corrections.domain"},
    "corrections.desk": {
        *("repo_store", "corrections.domain", "corrections.text", "corrections.index", "corrections.private"),
    },
    "corrections.article_files": {"repo_store", "corrections.text", "corrections.index", "corrections.desk"},
    "corrections.demo": {"repo_store", "corrections.domain", "corrections.text", "corrections.desk"},
    "corrections.notify": {
        *("repo_store", "corrections.domain", "corrections.text", "corrections.index"),
        *("corrections.private", "corrections.desk"),
    },
    "corrections.web": {
        *("repo_store", "corrections.domain", "corrections.text", "corrections.index"),
        *("corrections.private", "corrections.desk"),
    },
}
SHARED = {
    *("corrections.errors", "corrections.config", "corrections.database", "corrections.importing"),
    *("corrections.comparing", "corrections.saying", "corrections.standalone", "corrections.web_addresses"),
}


def package(module: str) -> str:
    parts = module.split(".")
    return parts[0] if parts[0] == "repo_store" else ".".join(parts[:2])


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= (
                {f"{node.module}.{name.name}" for name in node.names} if node.module == "corrections" else {node.module}
            )
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return {module for module in found if module.split(".")[0] in ("corrections", "repo_store")}


def test_every_package_imports_only_what_lies_below_it():
    wrong = []
    for name, allowed in LOWER.items():
        for path in (ROOT / name.replace(".", "/")).rglob("*.py"):
            for module in imports(path):
                target = package(module)
                if (
                    target != name
                    and target not in allowed
                    and not (target in SHARED and name.startswith("corrections"))
                ):
                    wrong.append(f"{path.relative_to(ROOT)} imports {module}")
    assert wrong == []


def test_text_and_store_import_no_framework_and_no_database():
    for name in ("repo_store", "corrections/text"):
        for path in (ROOT / name).rglob("*.py"):
            source = path.read_text()
            assert "import flask" not in source, path
            assert "from flask" not in source, path
            assert "sqlite" not in source, path


def test_the_domain_knows_nothing_of_the_rest():
    """Of the store it takes the kinds that are in events, and nothing else."""
    for path in (ROOT / "corrections" / "domain").rglob("*.py"):
        assert {each for each in imports(path) if package(each) != "corrections.domain"} <= {"repo_store.kinds"}, path
    assert imports(ROOT / "repo_store" / "kinds.py") == set()
