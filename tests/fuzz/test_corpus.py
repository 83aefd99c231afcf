"""The fuzzer's corpus, run through its targets without the fuzzer."""

from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).parent / "corpus"


@pytest.mark.parametrize("name", TARGETS)
def test_the_corpus_is_borne(name: str) -> None:
    found = sorted(path for path in (CORPUS / name).iterdir() if path.is_file())
    assert found
    for path in found:
        TARGETS[name](path.read_bytes())
