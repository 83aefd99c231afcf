"""`python -m tests.fuzz TARGET SECONDS`: look for bytes that a target does not bear, from the corpus in the tree.

What is found beyond the corpus is kept in `build/fuzz/TARGET`, from which `python -m tests.fuzz.keep` takes a few into
the tree. Needs atheris (`make fuzz` installs it); what a target does not bear is written to `build/fuzz`.
"""

import sys
from pathlib import Path

import atheris

HERE = Path(__file__).parent
LONGEST = 2000  # bytes of one input


def main() -> None:
    name, seconds = sys.argv[1], sys.argv[2]
    corpus, findings = HERE / "corpus" / name, Path("build") / "fuzz" / name
    for folder in (corpus, findings):
        folder.mkdir(parents=True, exist_ok=True)
    with atheris.instrument_imports(include=["corrections", "repo_store", "markdown_it", "mdit_py_plugins"]):
        from tests.fuzz.targets import TARGETS
    options = [f"-max_len={LONGEST}", f"-artifact_prefix=build/fuzz/{name}-", "-timeout=20", "-rss_limit_mb=4096"]
    arguments = [f"-max_total_time={seconds}", str(findings), str(corpus)]
    atheris.Setup([sys.argv[0], *options, *arguments], TARGETS[name])
    atheris.Fuzz()


main()
