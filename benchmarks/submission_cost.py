"""Processor time of a submission: of the service and of the git processes it starts, by one client.

python -m benchmarks.submission_cost [TREE …]

TREE are other checkouts of this project, measured in the same run, in turns: what a change brought. Each figure is the
lowest of three turns of 200 submissions to an article of 9 kB, through the API, in the process. The last line is of
the same article in HTML.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

TURNS, SUBMISSIONS = 3, 200
PARAGRAPH = "Ministers met on Tuesday in the capital and agreed on {} points, “the first” of which was *birch*. "


def measure(as_html: bool) -> None:
    """Print the milliseconds of processor time of a submission: of this process, and of those it started."""
    from corrections import logs
    from corrections.app import create_app
    from corrections.config import Settings
    from corrections.services import settings
    from corrections.services.articles import updates
    from corrections.services.publication import Publication
    from corrections.text.formats.registry import format_named
    from repo_store import Format
    from tests.newsroom import EDITOR, TALKS, an_article

    logs.install("off")
    text = "# The talks\n\n" + "\n\n".join(PARAGRAPH.format(number) for number in range(1000, 1090)) + "\n"
    with tempfile.TemporaryDirectory() as folder:
        publication = Publication.create(Path(folder), "bench")
        for name, value in (("proof-of-work", "off"), ("submit-limit", "off"), ("queue-ceiling", "1000000")):
            settings.put(publication, name, value)
        an_article(publication, text)
        if as_html:  # which a checkout from before HTML is not asked for
            from corrections.services.articles import updates
            from corrections.text.formats.registry import format_named
            from repo_store import Format

            html = format_named("markdown").render(text).html
            updates.publish(publication, EDITOR, updates.ArticleText(TALKS, html, format=Format.HTML))
        publication.close()
        app = create_app(Settings(Path(folder), submit_limit="off", log="off"))
        client = app.test_client()

        def submit(number: int) -> None:
            selector = {"type": "TextQuoteSelector", "exact": f"agreed on {1000 + number % 90} points"}
            words = f"agreed on {1000 + number % 90} and {number} points"
            target = {"article": TALKS, "selector": selector}
            answer = client.post(
                "/api/v1/bench/corrections", json={"target": target, "body": {"type": "TextualBody", "value": words}}
            )
            assert answer.status_code == 201, answer.text

        for number in range(20):
            submit(number)
        begin = [_seconds(resource.RUSAGE_SELF), _seconds(resource.RUSAGE_CHILDREN)]
        for number in range(20, 20 + SUBMISSIONS):
            submit(number)
        own = _seconds(resource.RUSAGE_SELF) - begin[0]
        app.extensions["publications"].close()  # ends the git processes, so that their time is known
        children = _seconds(resource.RUSAGE_CHILDREN) - begin[1]
        print(json.dumps([1000 * own / SUBMISSIONS, 1000 * children / SUBMISSIONS]))


def _seconds(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def measured(tree: Path, *options: str) -> tuple[float, float]:
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    command = [sys.executable, str(Path(__file__).absolute()), "--measure", *options]
    run = subprocess.run(command, check=True, capture_output=True, text=True, env=environment, cwd=tree)
    own, children = json.loads(run.stdout)
    return own, children


def main() -> None:
    if sys.argv[1:2] == ["--measure"]:
        sys.path[0] = os.getcwd()
        measure("--html" in sys.argv)
        return
    here = Path(__file__).absolute().parent.parent
    runs = {str(tree): (tree,) for tree in map(Path, sys.argv[1:])}
    runs |= {str(here): (here,), "the same in HTML": (here, "--html")}
    figures: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    for _ in range(TURNS):
        for name, run in runs.items():
            figures[name].append(measured(*run))
    print("processor ms of a submission    service     git     all")
    for name in runs:
        own, children = min(figures[name], key=sum)
        print(f"{name[-30:]:<30}{own:>9.2f}{children:>8.2f}{own + children:>8.2f}")


if __name__ == "__main__":
    main()
