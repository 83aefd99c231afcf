"""Processor time of a diff by length and share of words changed, beside diff-match-patch over words; worst cases too.

python -m benchmarks.diff
"""

import random
import time
from collections.abc import Callable

from diff_match_patch import diff_match_patch

from corrections.text.comparison import words
from corrections.text.comparison.diff import diff

VOCABULARY = [f"word{number}" for number in range(3000)]
PATIENCE = 60_000  # characters: longer pairs are not given to the baseline, which takes minutes


def prose(chance: random.Random, length: int) -> str:
    parts: list[str] = []
    while sum(map(len, parts)) < length:
        parts.append(" ".join(chance.choice(VOCABULARY) for _ in range(80)) + ".\n\n")
    return "".join(parts)


def changed(chance: random.Random, text: str, share: float) -> str:
    words = text.split(" ")
    return " ".join(f"new{chance.randrange(1000)}" if chance.random() < share else word for word in words)


def baseline(old: str, new: str) -> None:
    engine = diff_match_patch()
    engine.Diff_Timeout = 0
    alphabet: dict[str, str] = {}
    operations = engine.diff_main(
        words.encode(words.tokens(old), alphabet), words.encode(words.tokens(new), alphabet), False
    )
    engine.diff_cleanupSemantic(operations)


def milliseconds(work: Callable[[], object]) -> float:
    words.tokens.forget()  # type: ignore[attr-defined]
    begin = time.process_time()
    work()
    return (time.process_time() - begin) * 1000


def main() -> None:
    chance = random.Random(1)
    article = prose(chance, 5_000)
    pairs = [("5 kB, one word", article, article.replace("word", "wrod", 1))]
    for length, share in ((50_000, 0.01), (500_000, 0.01), (50_000, 0.1), (500_000, 0.1)):
        text = prose(chance, length)
        pairs.append((f"{length // 1000} kB, {share:.0%} of the words", text, changed(chance, text, share)))
    line = " ".join(chance.choice(VOCABULARY) for _ in range(70_000))
    noise = ["".join(chr(chance.randrange(32, 2000)) for _ in range(100_000)) for _ in range(2)]
    paragraph = "A repeated paragraph.\n\n"
    pairs += [
        ("all words alike", "same " * 20_000, "same " * 21_000),
        ("all words different", prose(chance, 100_000), prose(chance, 100_000).replace("w", "z")),
        ("one line of 500 kB, 1 %", line, changed(chance, line, 0.01)),
        ("one line of 500 kB, 10 %", line, changed(chance, line, 0.1)),
        ("repeated paragraphs", paragraph * 5000, paragraph * 2000 + "Other.\n\n" + paragraph * 3000),
        ("random characters", noise[0], noise[1]),
    ]
    print(f"{'processor time, ms':32}{'ours':>10}{'diff-match-patch, words':>26}")
    for name, old, new in pairs:
        ours = milliseconds(lambda old=old, new=new: diff(old, new))  # type: ignore[misc]
        theirs = "not run"
        if len(old) <= PATIENCE:
            theirs = f"{milliseconds(lambda old=old, new=new: baseline(old, new)):.1f}"  # type: ignore[misc]
        print(f"{name:32}{ours:10.1f}{theirs:>26}")


if __name__ == "__main__":
    main()
