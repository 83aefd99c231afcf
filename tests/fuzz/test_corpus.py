"""The fuzzer's corpus, run through its targets without the fuzzer."""

from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).parent / "corpus"


@pytest.mark.parametrize("name", TARGETS)
def test_no_input_of_the_corpus_fails(name: str) -> None:
    inputs = sorted(path for path in (CORPUS / name).iterdir() if path.is_file())
    assert inputs
    for path in inputs:
        TARGETS[name](path.read_bytes())
