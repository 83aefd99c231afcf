"""`python -m tests.fuzz TARGET SECONDS`: look for bytes that a target does not bear, from the corpus in the tree.

What is found beyond the corpus is kept in `build/fuzz/TARGET`; `--merge` takes into the tree the few of them that reach
code which the tree's do not. Needs atheris (`make fuzz` installs it); a crash is written to `build/fuzz`.
"""

import sys
from pathlib import Path

import atheris

HERE = Path(__file__).parent
LONGEST = 2000  # bytes of one input


def main() -> None:
    name, wanted = sys.argv[1], sys.argv[2]
    kept, found = HERE / "corpus" / name, Path("build") / "fuzz" / name
    for folder in (kept, found):
        folder.mkdir(parents=True, exist_ok=True)
    with atheris.instrument_imports(include=["corrections", "repo_store", "markdown_it", "mdit_py_plugins"]):
        from tests.fuzz.targets import TARGETS
    options = [f"-max_len={LONGEST}", f"-artifact_prefix=build/fuzz/{name}-", "-timeout=20", "-rss_limit_mb=4096"]
    if wanted == "--merge":
        arguments = ["-merge=1", str(kept), str(found)]
    else:
        arguments = [f"-max_total_time={wanted}", str(found), str(kept)]
    atheris.Setup([sys.argv[0], *options, *arguments], TARGETS[name])
    atheris.Fuzz()


main()
