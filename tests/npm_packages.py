"""What npm installs for the tests: where it was not at hand, the tests that need it are skipped, or fail in CI."""

import os
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "node_modules"


def npm_file(name: str) -> Path:
    """The file or folder `name` in `node_modules`. Without it the test is skipped, or fails where REQUIRE_NPM=1."""
    path = FOLDER / name
    if not path.exists():
        if os.environ.get("REQUIRE_NPM") == "1":
            pytest.fail(f"no {name} in {FOLDER}, and REQUIRE_NPM=1")
        pytest.skip(f"no {name} in {FOLDER}: npm was not here when the tests were installed")
    return path
