"""Rendering with a source map, beside plain markdown-it-py on the same texts.

python -m benchmarks.render CORPUS-texts.jsonl.gz [--limit N]
"""

import argparse
import gzip
import json
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from corrections.text.formats.markdown.render import render

ROUNDS = 5


def spent(work: Callable[[str], object], texts: list[str]) -> float:
    begin = time.process_time()
    for text in texts:
        work(text)
    return time.process_time() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--limit", type=int, default=100)
    options = parser.parse_args()
    with gzip.open(options.corpus, "rt") as lines:
        texts = [json.loads(line)["text"] for line in lines][: options.limit]
    plain = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    plain.use(footnote_plugin, inline=False)
    fresh: Callable[[str], object] = render.__wrapped__  # type: ignore[attr-defined]
    rounds = [(spent(fresh, texts), spent(plain.render, texts)) for _ in range(ROUNDS)]
    size = sum(map(len, texts))
    ours, reference = (median(durations) for durations in zip(*rounds, strict=True))
    print(f"{len(texts)} texts, {size:,} characters, median of {ROUNDS} rounds")
    print(f"  with a source map    {ours / size * 1e9:8.0f} ns a character")
    print(f"  plain markdown-it-py {reference / size * 1e9:8.0f} ns a character")
    print(f"  ratio {median(one / other for one, other in rounds):.2f}")


if __name__ == "__main__":
    main()
