"""The benchmarks in their smallest form: that they run, lose nothing and end with a clean audit, not what they measure."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run(*command: str) -> str:
    result = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr[-2000:]
    return result.stdout


@pytest.mark.faults
def test_load_loses_nothing_and_is_audited() -> None:
    output = run("benchmarks.load", "0.1", "15")
    assert "lost 0; findings of the audit: 0" in output
    assert "descriptors by the minute" in output


@pytest.mark.faults
def test_growth_is_measured_and_plotted(tmp_path: Path) -> None:
    output = run("benchmarks.growth", "--runs", "3", str(tmp_path), "20:200", "40:400")
    assert "ratio" in output
    measurements = json.loads((tmp_path / "growth.json").read_text())
    assert [row["corrections"] for row in measurements] == [200, 400]
    assert measurements[0]["figures"].keys() == measurements[1]["figures"].keys()
    assert (tmp_path / "growth.svg").read_text().startswith("<svg")


@pytest.mark.faults
def test_durable_writes_are_set_beside_the_machine_s_own() -> None:
    assert "times git's own transaction" in run("benchmarks.durable_writes", "0.5")
