"""The systemd unit and the image give the service no more rights than it needs."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[1] / "deploy"
UNIT = DEPLOY / "corrections.service"
MOST_EXPOSED = 2.0  # of 10, as systemd reckons it


def test_the_unit_may_do_nothing_that_the_service_does_not_do() -> None:
    unit = configparser.RawConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(UNIT)
    service = unit["Service"]
    assert service["DynamicUser"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""
    assert service["NoNewPrivileges"] == "yes"
    assert service["UMask"] == "0077"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_finds_the_unit_little_exposed() -> None:
    result = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", str(UNIT)], capture_output=True, text=True
    )
    match = re.search(r"Overall exposure level for \S+: ([0-9.]+)", result.stdout)
    if match is None:
        pytest.skip(f"this systemd cannot judge a file: {result.stderr.strip()[:100]}")
    assert float(match[1]) <= MOST_EXPOSED


def test_the_image_runs_as_a_user_who_owns_nothing_but_the_data() -> None:
    lines = (DEPLOY / "Containerfile").read_text().splitlines()
    instructions = [line for line in lines if line and not line.startswith(("#", " "))]
    users = [line.split()[1] for line in instructions if line.startswith("USER ")]
    assert users == ["10001"], "by its number, so that an orchestrator can see that it is not root"
    assert not any("chown" in line for line in instructions)
    assert instructions.index("USER 10001") < instructions.index("VOLUME /data")
    assert "--read-only" in lines[1]
