from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from corrections.app import create_app
from corrections.config import Settings
from corrections.private import accounts
from corrections.services import settings
from corrections.services.publication import Publication


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords() -> None:
    """Hashing a password costs what the library allows at the least: what it costs in earnest is the library's to test."""
    accounts._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def publication(tmp_path: Path) -> Iterator[Publication]:
    made = Publication.create(tmp_path / "data", "daily", "The Daily")
    settings.put(made, "form-seconds", "0")  # tests are quicker than people
    yield made
    made.close()


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
