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


def test_one_that_is_opened_while_the_service_stops_does_not_stay_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    Publication.create(tmp_path, "daily", "daily").close()
    may_go_on, is_opening, closed = Event(), Event(), Event()

    class SlowPublication(Publication):
        def __init__(self, folder: Path, **options: object) -> None:
            is_opening.set()
            assert may_go_on.wait(60)
            super().__init__(folder, **options)

        def close(self) -> None:
            super().close()
            closed.set()

    monkeypatch.setattr(module, "Publication", SlowPublication)
    publications = Publications(tmp_path)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(publications.get, "daily")
        try:
            assert is_opening.wait(60)
            publications.close()
        finally:
            may_go_on.set()
        with pytest.raises(CorrectionsError):
            slow.result()
    assert closed.is_set()
