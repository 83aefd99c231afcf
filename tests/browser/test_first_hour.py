"""The first hour in a real browser: every step of docs/getting-started.md, with the output that the guide shows."""

import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_widget import select
from tests.newsroom import free_port, logged, start

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "getting-started.md").read_text()
PASSWORD = "violet-harbour-sixteen-lamps"
SERVICE, SITE = "8000", "8080"  # the guide's ports
VARYING = (  # what is another in every run
    (r"\b[0-9a-f]{40}\b", "ID"),
    (r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00", "TIME"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "TIME"),
    (r"\b(event|checkpoint) \d+", r"\1 N"),
    (r"\bEvent \d+", "Event N"),
)


@dataclass(frozen=True)
class Step:
    """A command of the guide, and the output that the guide shows."""

    command: str
    output: str


def steps() -> list[Step]:
    found: list[Step] = []
    for block in re.findall(r"```console\n(.*?)```", GUIDE, re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            head, _, rest = part.partition("\n")
            if "<<'END'" in head:
                text, _, rest = rest.partition("END\n")
                head = f"{head}\n{text}END"
            found.append(Step(head, rest))
    return found


def masked(text: str) -> str:
    for pattern, name in VARYING:
        text = re.sub(pattern, name, text)
    return text.strip()


class Machine:
    """An empty folder in which the guide's commands are run, with its two ports taken for free ones."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = {SERVICE: str(free_port()), SITE: str(free_port())}
        self.environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "LC_ALL": "C.UTF-8",
        }

    def here(self, text: str) -> str:
        for port, free in self.ports.items():
            text = re.sub(rf"\b{port}\b", free, text)
        return text

    def run(self, step: Step) -> None:
        command = self.here(step.command)
        if command.startswith("corrections user"):
            command += f" --password '{PASSWORD}'"
        script = f'corrections() {{ command corrections --data data "$@"; }}\n{command}'
        result = subprocess.run(
            ["bash", "-c", script], cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=60
        )
        assert masked(result.stdout + result.stderr) == masked(self.here(step.output)), step.command

    def serve_site(self, step: Step) -> "subprocess.Popen[str]":
        """The small site, which says that it is there as the guide shows."""
        command = self.here(step.command).replace("python3", sys.executable).split()
        process = subprocess.Popen(command, cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == self.here(step.output)
        return process


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def shown(text: str) -> None:
    """What a page said is what the guide says that it says."""
    assert re.search(rf"^> {re.escape(text)}$", GUIDE, re.MULTILINE), text


def correct_a_word(machine: Machine, page: Page) -> None:
    page.goto(machine.here("http://127.0.0.1:8080/talks.html"))
    select(page, "Tusday")
    page.keyboard.press("Control+Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Suggested text").fill("Tuesday")
    expect(dialog.locator(".change")).to_have_text("Ministers met on TusdayTuesday in the capital.")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_role("heading")).to_contain_text("number")
    shown(dialog.get_by_role("heading").inner_text())
    with page.expect_popup() as popup:
        dialog.get_by_role("link", name="Follow your correction").click()
    popup.value.close()


def decide(machine: Machine, page: Page) -> None:
    page.goto(machine.here("http://127.0.0.1:8000/daily/review/"))
    page.get_by_label("Name").fill("mira")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("[data-row]")).to_have_count(1)
    page.wait_for_load_state()
    page.keyboard.press("j")
    expect(page.locator(".selected")).to_have_attribute("data-number", "1")
    page.keyboard.press("a")
    expect(page.locator("[data-told]")).to_contain_text("Accepted")
    shown(page.locator("[data-told]").inner_text().strip())
    page.goto(machine.here("http://127.0.0.1:8000/daily/c/1"))
    expect(page.locator(".state strong")).to_have_text("Accepted")


def read_proof(machine: Machine, page: Page) -> None:
    page.goto(machine.here("http://127.0.0.1:8000/daily/c/1"))
    page.get_by_role("link", name="Proof of this decision").click()
    expect(page).to_have_url(machine.here("http://127.0.0.1:8000/daily/c/1/proof"))
    expect(page.get_by_text("Ministers met on Tuesday in the capital.").first).to_be_visible()


def wait_for(address: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
    raise AssertionError(f"{address} does not answer")


def test_every_step_of_the_guide_gives_what_the_guide_shows(machine: Machine, page: Page):
    running = []
    try:
        for step in steps():
            if step.command.startswith("corrections serve"):
                service = start(machine.folder / "data", int(machine.ports[SERVICE]))
                running.append(service)
                said = [line for line in logged(service).splitlines() if line.startswith("Serving")]
                assert [line.replace(str(machine.folder / "data"), "data") for line in said] == [
                    machine.here(step.output).strip()
                ]
            elif "http.server" in step.command:
                running.append(machine.serve_site(step))  # type: ignore[arg-type]
                wait_for(machine.here("http://127.0.0.1:8080/talks.html"))
                correct_a_word(machine, page)
                decide(machine, page)
            else:
                machine.run(step)
        read_proof(machine, page)
    finally:
        for process in running:
            process.kill()
            process.wait()


def test_the_guide_has_all_the_steps_of_the_first_hour():
    commands = "\n".join(step.command for step in steps())
    for part in ("init", "--dry-run", "import daily articles\n", "widget.js", "serve", "checkpoint", "--bundle"):
        assert part in commands, part
