"""The documents name commands, files, settings, limits and metrics that exist."""

import ast
import importlib.util
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from corrections.app import create_app
from corrections.cli import main
from corrections.config import VARIABLES, Settings
from corrections.domain.states import STATES
from corrections.services.publication import Publication
from corrections.services.settings import SETTINGS
from tests.newsroom import a_correction, an_article

ROOT = Path(__file__).parents[1]
PAGES = (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
# Read by others than `Settings.from_environment`: the command line, and GitPython.
READ_ELSEWHERE = {
    "CORRECTIONS_DATA": "data",
    "CORRECTIONS_CONNECT_KEY": "",
    "CORRECTIONS_CONNECT_PASSWORD": "",
    "CORRECTIONS_PRIVATE_HOSTS": "",
    "GIT_PYTHON_GIT_EXECUTABLE": "git",
}
NO_DEFAULT = "none"


def section(page: Path, heading: str) -> str:
    """What stands below a heading, up to the next of the same depth."""
    depth = heading.split()[0]
    _, _, rest = page.read_text().partition(f"\n{heading}\n")
    assert rest, f"{page.name} has no section {heading!r}"
    return re.split(rf"^#{{1,{len(depth)}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return [row for row in cells if row[0].startswith("`")]


def documented(heading: str) -> dict[str, str]:
    """Each setting of a table with its default."""
    return {
        name: "" if row[1] == NO_DEFAULT else row[1].strip("`")
        for row in rows(section(ROOT / "docs" / "operators.md", heading))
        for name in re.findall(r"`([^`]+)`", row[0])
    }


def code_of(page: Path) -> Iterator[str]:
    """Indented and fenced blocks, and code spans."""
    text = page.read_text()
    yield from re.findall(r"```\w*\n(.*?)```", text, re.DOTALL)
    yield from re.findall(r"^(?: {4}|\t).+$", text, re.MULTILINE)
    yield from re.findall(r"`([^`\n]+)`", text)


class Environment(dict[str, str]):
    """An empty environment that notes what is asked of it, and with which default."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: dict[str, str] = {}

    def get(self, name: str, default: object = None) -> str | None:  # type: ignore[override]
        self.asked[name] = "" if default is None else str(default)
        return None if default is None else str(default)


def test_operators_find_every_setting_of_the_service_with_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = Environment()
    monkeypatch.setattr(os, "environ", environment)
    Settings.from_environment(Path("data"))
    monkeypatch.undo()
    assert documented("### Settings of the service") == environment.asked | READ_ELSEWHERE


def test_no_other_variable_is_read() -> None:
    named = {
        name
        for path in (ROOT / "corrections").rglob("*.py")
        for name in re.findall(r'"(CORRECTIONS_[A-Z_]*[A-Z])"', path.read_text())
    }
    settings = documented("### Settings of the service").keys()
    assert named <= settings
    assert {name for name in settings if name.startswith("CORRECTIONS_")} == VARIABLES, "others are remarked on"


def test_operators_find_every_setting_of_a_publication_with_its_default() -> None:
    known = {name: setting.default for name, setting in SETTINGS.items()}
    assert documented("### Settings of a publication") == known


def test_every_limit_that_is_named_is_a_constant_of_the_code() -> None:
    constants = {
        target.id
        for path in (ROOT / "corrections").rglob("*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    named = {
        name
        for row in rows(section(ROOT / "docs" / "operators.md", "## Limits"))
        for name in re.findall(r"`([A-Z][A-Z_]+)`", row[0])
        if not name.startswith("CORRECTIONS_")
    }
    assert len(named) > 30
    assert named <= constants | {f"_{name}" for name in constants}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files_and_headings(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(), flags=re.DOTALL)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{page.name}: {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text(), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w\- ]", "", each).lower().replace(" ", "-") for each in headings}, target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for code in code_of(page):
        for command in re.findall(r"(?:^|[ /])corrections (?:--data \S+ )?([a-z][a-z-]+)(?=[ \n]|$)", code):
            assert command in main.commands, f"{page.name}: {code}"
        for target in re.findall(r"(?:^|\s)make ([a-z][a-z-]*)", code):
            assert target in targets, f"{page.name}: {code}"
        for module in re.findall(r"python3? -m ((?:benchmarks|docs|repo_store|tests)\.[\w.]+)", code):
            assert importlib.util.find_spec(module) is not None, f"{page.name}: {code}"


@pytest.fixture
def metrics(publication: Publication) -> dict[str, set[str]]:
    """The series of /metrics, each with its labels."""
    app = create_app(Settings(publication.folder.parent, submit_limit="off", metrics="token"))
    an_article(publication)
    a_correction(publication, "teh", "the")
    client, headers = app.test_client(), {"Authorization": "Bearer token"}
    client.get("/healthz")
    page = client.get("/metrics", headers=headers).text
    app.extensions["publications"].close()
    series: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(page):
        parts = ("_bucket", "_count", "_sum") if family.type == "histogram" else ("",)
        series |= {f"{family.name}{part}": set() for part in parts}
        for sample in family.samples:
            series.setdefault(sample.name, set()).update(sample.labels)
    return series


def expressions() -> list[str]:
    rules = yaml.safe_load((ROOT / "deploy" / "alerts.yml").read_text())
    dashboard = json.loads((ROOT / "deploy" / "grafana.json").read_text())
    return [rule["expr"] for group in rules["groups"] for rule in group["rules"]] + [
        target["expr"] for panel in dashboard["panels"] for target in panel["targets"]
    ]


def test_alerts_and_dashboard_use_metrics_that_the_service_has(metrics: dict[str, set[str]]) -> None:
    used = {name for expression in expressions() for name in re.findall(r"\bcorrections_\w+", expression)}
    assert len(used) > 8
    assert used <= metrics.keys()


def test_alerts_and_dashboard_select_by_labels_and_states_that_exist(metrics: dict[str, set[str]]) -> None:
    for expression in expressions():
        for name, selector in re.findall(r"\b(corrections_\w+)\{([^}]*)\}", expression):
            labels = dict(re.findall(r'(\w+)[=!]~?"([^"]*)"', selector))
            assert not metrics[name] or labels.keys() <= metrics[name], expression
            if name == "corrections_waiting" and "state" in labels:
                assert set(labels["state"].split("|")) <= set(STATES), expression


def test_the_monitoring_guide_explains_every_alert_and_every_metric(metrics: dict[str, set[str]]) -> None:
    guide = (ROOT / "docs" / "monitoring.md").read_text()
    rules = yaml.safe_load((ROOT / "deploy" / "alerts.yml").read_text())
    alerts = {rule["alert"] for group in rules["groups"] for rule in group["rules"]}
    assert not [alert for alert in alerts if f"`{alert}`" not in guide]
    families = {re.sub(r"_(bucket|count|sum|created)$", "", name) for name in metrics}
    assert not [name for name in families if f"`{name}`" not in guide]
