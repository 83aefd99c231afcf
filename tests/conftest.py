import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from corrections.app import create_app
from corrections.config import Settings
from corrections.services import settings
from corrections.services.operations.file_permissions import private_folder
from corrections.services.publication import Publication
from tests import compiled, passwords
from tests.service import run_command

_TESTS = Path(__file__).parent
_LONG = (
    *("test_shift", "test_markup", "test_benchmarks", "test_reader_pages", "test_attacks", "test_slow_clients"),
    *("test_real_corrections", "test_html_article", "test_first_hour", "test_wordpress", "test_byte_fidelity"),
    *("test_hostile", "test_ownership", "test_examination", "test_proofs", "test_backing_up", "test_wheel"),
    *("test_publishing_order", "test_wordpress_site", "test_wordpress_races", "test_html_pages", "test_newer"),
    *("test_mail", "test_git_connector", "test_webhooks", "test_every_git", "test_shared_publication"),
)
_MEMORY = Path("/dev/shm")
_NEEDED = 2 * 1024**3  # bytes; what passed is deleted at once


def pytest_configure(config: pytest.Config) -> None:
    """Keep the tests' folders in memory, where it can be had: most tests do not ask what a disk does (`tests/faults` do)."""
    if config.option.basetemp is None and _MEMORY.is_mount():
        found = os.statvfs(_MEMORY)
        if found.f_bavail * found.f_frsize >= _NEEDED and not found.f_flag & (os.ST_NOEXEC | os.ST_RDONLY):
            os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run first what takes longest, or the run would end with one process at work and the others done."""
    items.sort(key=lambda item: not item.path.is_relative_to(_TESTS / "faults") and item.path.stem not in _LONG)


def pytest_collection_finish() -> None:
    """Keep what is loaded and collected out of the garbage collector's way: it is never garbage.

    It looks for garbage less often too: a text parsed is hundreds of thousands of objects, none of them garbage yet.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords() -> None:
    passwords.hash_quickly()


@pytest.fixture(autouse=True, scope="session")
def _compiled_once() -> None:
    compiled.share()


@pytest.fixture(scope="session")
def empty_publication(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a publication in which nothing has happened, to be copied."""
    created = Publication.create(tmp_path_factory.mktemp("empty"), "daily", "The Daily")
    settings.put(created, "form-seconds", "0")  # tests are quicker than people
    created.close()
    return created.folder


@pytest.fixture
def template(empty_publication: Path) -> Path:
    """The folder that `publication` is a copy of. Tests that all begin with the same make it once: `made_once`."""
    return empty_publication


def copy_publication(template: Path, data: Path) -> Path:
    """The folder of a copy of the publication in `template`, in the data folder `data`."""
    folder = data / "daily"
    private_folder(folder)
    shutil.copytree(template, folder, dirs_exist_ok=True)
    return folder


@pytest.fixture
def publication(tmp_path: Path, template: Path) -> Iterator[Publication]:
    opened = Publication(copy_publication(template, tmp_path / "data"))
    yield opened
    opened.close()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with the publication `daily`, as the command line makes it."""
    folder = tmp_path / "data"
    made = run_command("--data", folder, "init", "daily", "--title", "The Daily", "--url", "https://example.org")
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture
def app(publication: Publication) -> Iterator[Flask]:
    made = create_app(Settings(publication.folder.parent, submit_limit="off"))
    made.config["WTF_CSRF_ENABLED"] = False
    yield made
    made.extensions["publications"].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def editor(app: Flask, publication: Publication) -> FlaskClient:
    publication.private.accounts.save("Mira", "editor", "long enough for a test")
    signed_in = app.test_client()
    answer = signed_in.post("/daily/sign-in", data={"name": "Mira", "password": "long enough for a test"})
    assert answer.status_code == 303
    return signed_in
