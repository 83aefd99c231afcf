"""The publications of a data folder, opened when they are asked for."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from corrections.errors import CorrectionsError
from corrections.services import publication as module
from corrections.services.publication import Publication, Publications


def test_a_publication_that_is_slow_to_open_holds_up_no_other_and_is_opened_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in ("daily", "weekly"):
        Publication.create(tmp_path, name, name).close()
    opened, may_go_on, is_opening = [], Event(), Event()

    class SlowPublication(Publication):
        def __init__(self, folder: Path, **options: object) -> None:
            opened.append(folder.name)
            if folder.name == "daily":
                is_opening.set()
                assert may_go_on.wait(60)
            super().__init__(folder, **options)

    monkeypatch.setattr(module, "Publication", SlowPublication)
    publications = Publications(tmp_path)
    with ThreadPoolExecutor(2) as pool:
        slow = [pool.submit(publications.get, "daily") for _ in range(2)]
        try:
            assert is_opening.wait(60)
            assert publications.get("weekly").name == "weekly"
            with pytest.raises(CorrectionsError):
                publications.get("monthly")
        finally:
            may_go_on.set()
        assert slow[0].result() is slow[1].result()
    assert sorted(opened) == ["daily", "monthly", "weekly"]
    publications.close()
