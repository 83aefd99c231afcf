"""The page on the architecture names modules and functions that there are, so that a newcomer can open them."""

import re
from importlib import import_module
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[1] / "docs" / "architecture.md"
WAYS = ("Submission", "Acceptance")
# names on the page are short: what they are looked up in, in this order
PACKAGES = ("corrections", "corrections.services.submission", "repo_store", "")


def names() -> list[str]:
    text = PAGE.read_text()
    ways = [text.split(f"\n## {way}\n")[1].split("\n## ")[0] for way in WAYS]
    return sorted(set(re.findall(r"`([a-z_0-9]+(?:\.[A-Za-z_0-9]+)+)`", "".join(ways))))


def exists(name: str) -> bool:
    """Is it a module, or what a module defines?"""
    *modules, last = name.split(".")
    for package in PACKAGES:
        path = ".".join(filter(None, (package, *modules)))
        for module, attributes in (
            (f"{path}.{last}", []),
            (path, [last]),
            (path.rpartition(".")[0], [modules[-1], last]),
        ):
            try:
                definition: object = import_module(module)
                for attribute in attributes:
                    definition = getattr(definition, attribute)
            except (ImportError, AttributeError, ValueError):
                continue
            return True
    return False


@pytest.mark.parametrize("name", names())
def test_what_the_page_names_on_a_way_through_the_code_exists(name: str):
    assert exists(name)


def test_files_that_answer_a_question_exist():
    table = PAGE.read_text().split("\n## Where to find things\n")[1].split("\n## ")[0]
    files = set(re.findall(r"`((?:[a-z_]+/)+[a-z_]+\.py)`", table))
    root = PAGE.parents[1]
    assert files
    assert [name for name in files if not (root / name).exists() and not (root / "corrections" / name).exists()] == []
