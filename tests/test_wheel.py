"""The wheel holds all that the service needs: it runs outside the checkout, with nothing of it on the path."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

import pytest

from tests.newsroom import free_port, kill

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from what git has of the checkout: a leftover file of a build must not help it."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    files = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True, check=True,
    ).stdout.decode().split("\0")  # fmt: skip
    for name in files:
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    command = ["pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(built)]
    subprocess.run([sys.executable, "-m", *command, str(source)], check=True, capture_output=True)
    return next(built.glob("*.whl"))


def test_the_wheel_has_both_packages_typed_and_licensed(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()
    assert {"corrections/py.typed", "repo_store/py.typed", "corrections/web/templates/layout.html"} <= set(names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not any(name.startswith(("tests/", "benchmarks/")) for name in names)


def test_the_service_runs_from_the_wheel_alone(wheel: Path, tmp_path: Path):
    installed, data, port = tmp_path / "installed", tmp_path / "data", str(free_port())
    zipfile.ZipFile(wheel).extractall(installed)
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(installed)}

    def command(*arguments: str) -> list[str]:
        return [sys.executable, "-m", "corrections", "--data", str(data), *arguments]

    locate = [sys.executable, "-c", "import corrections, repo_store; print(corrections.__file__, repo_store.__file__)"]
    locations = subprocess.run(locate, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True).stdout
    assert locations.split() == [str(installed / name / "__init__.py") for name in ("corrections", "repo_store")]
    subprocess.run(command("demo"), cwd=tmp_path, env=environment, capture_output=True, check=True)
    service = subprocess.Popen(
        command("serve", "--port", port), cwd=tmp_path, env=environment, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        home = f"http://127.0.0.1:{port}"
        pages = {path: _page(home + path) for path in ("/demo/", "/demo/corrections", "/demo/widget.js")}
    finally:
        kill(service)
    assert "<h1" in pages["/demo/"]
    assert "Corrections" in pages["/demo/corrections"]
    assert pages["/demo/widget.js"]


def _page(address: str) -> str:
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError:
            raise
        except OSError:  # it is not listening yet
            time.sleep(0.1)
    raise AssertionError("the service did not start")
