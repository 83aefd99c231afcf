"""Processor time of the diff on what readers see, beside the diff of the sources, for both formats.

python -m benchmarks.rendered_diff

Both texts are rendered before, as they are for the page that shows them; the blocks are read from their HTML within the
time. Each figure is the best of five.
"""

import random
import time
from collections.abc import Callable

from benchmarks.diff import changed
from corrections.text.comparison import words
from corrections.text.comparison.diff import diff
from corrections.text.formats.registry import format_named
from corrections.text.rendered_diff.html_blocks import blocks_of
from corrections.text.rendered_diff.rendered_diff import rendered_diff

VOCABULARY = [f"word{number}" for number in range(3000)]
TIMES = 5


def article(chance: random.Random, length: int) -> str:
    """Markdown of about `length` characters: headings, paragraphs with emphasis and links, lists, quotations."""
    blocks: list[str] = []
    size = 0
    while size < length:
        sentence = " ".join(chance.choice(VOCABULARY) for _ in range(70))
        number = len(blocks)
        match number % 8:
            case 0:
                blocks.append(f"## Heading {number}")
            case 1:
                blocks.append("\n".join(f"- {' '.join(sentence.split()[at : at + 10])}" for at in range(0, 50, 10)))
            case 2:
                blocks.append(f"> {sentence}")
            case _:
                blocks.append(f"**Words** {sentence} and [a link](https://example.org/{number}) *at the end*.")
        size += len(blocks[-1]) + 2
    return "\n\n".join(blocks) + "\n"


def milliseconds(work: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(TIMES):
        words.tokens.forget()  # type: ignore[attr-defined]
        blocks_of.forget()  # type: ignore[attr-defined]
        begin = time.process_time()
        work()
        best = min(best, (time.process_time() - begin) * 1000)
    return best


def main() -> None:
    chance = random.Random(1)
    print(f"{'processor time, ms':34}{'source':>10}{'rendered':>10}{'rendering both':>16}")
    for length in (5_000, 50_000, 500_000):
        old = article(chance, length)
        new = changed(chance, old, 0.01)
        for name in ("markdown", "html"):
            texts = (old, new)
            if name == "html":
                texts = tuple(format_named("markdown").render(text).html for text in (old, new))  # type: ignore[assignment]
            begin = time.process_time()
            for text in texts:
                format_named(name).render(text)
            rendering = (time.process_time() - begin) * 1000
            source = milliseconds(lambda texts=texts: diff(*texts))  # type: ignore[misc]
            rendered = milliseconds(lambda texts=texts, name=name: rendered_diff(*texts, name))  # type: ignore[misc]
            label = f"{length // 1000} kB of {name}, 1 % changed"
            print(f"{label:34}{source:10.1f}{rendered:10.1f}{rendering:16.1f}")


if __name__ == "__main__":
    main()
