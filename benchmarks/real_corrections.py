"""Real corrections through the running service, over HTTP: import, submit by rendered selector, accept in order.

    python -m benchmarks.real_corrections CORPUS.corrections.jsonl.gz [--limit N]

CORPUS is a `*-corrections.jsonl.gz` with its `*-texts.jsonl.gz` beside it, or a plain text file, of which every
tenth paragraph then gets one made-up correction (its first long word doubled).
"""

import argparse
import gzip
import http.client
import json
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corrections.services.articles.updates import normalised
from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from tests.newsroom import serving


@dataclass
class Case:
    article: str
    text: str
    expected: str | None
    selector: dict[str, object]
    replacement: str


def from_corpus(path: Path, limit: int) -> Iterator[Case]:
    texts = {}
    with gzip.open(str(path).replace("-corrections", "-texts"), "rt") as lines:
        for line in lines:
            row = json.loads(line)
            texts[row["id"]] = row["text"]
    with gzip.open(path, "rt") as lines:
        rows = [row for row in map(json.loads, lines) if row["selector"]]
    for number, row in enumerate(rows[:limit]):
        text = texts[row["base"]]
        expected = normalised(text[: row["start"]] + row["replacement"] + text[row["end"] :])
        yield Case(f"2026/11/24/{number:05d}", text, expected, row["selector"], row["replacement"])


def from_article(path: Path, limit: int) -> Iterator[Case]:
    text = path.read_text()
    paragraphs = [line for line in text.split("\n") if len(line) > 80][::3]
    for number, paragraph in enumerate(paragraphs[:limit]):
        word = max(re.findall(r"[^\W\d_]+", paragraph), key=len)
        at = paragraph.index(word)
        selector = {
            "exact": word,
            "prefix": paragraph[max(0, at - 32) : at],
            "suffix": paragraph[at + len(word) :][:32],
        }
        expected = normalised(text.replace(paragraph, paragraph.replace(word, f"{word} {word}", 1), 1))
        yield Case(f"2026/11/24/{number:05d}", text, expected, selector, f"{word} {word}")


class Client:
    def __init__(self, base: str, token: str) -> None:
        host = base.removeprefix("http://").split("/")[0]
        self._connection = http.client.HTTPConnection(host, timeout=60)
        self._headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, dict[str, object]]:
        self._connection.request(method, f"/api/v1/bench{path}", json.dumps(body) if body else None, self._headers)
        answer = self._connection.getresponse()
        return answer.status, json.loads(answer.read())


def run(cases: list[Case], client: Client) -> None:
    times: list[float] = []
    refused: dict[str, int] = {}
    accepted = equal = conflicts = duplicates = anchored = 0
    for case in cases:
        status, answer = client.ask("PUT", f"/articles/{case.article}", {"text": case.text, "language": "en"})
        if status != 200:
            refused["import: " + str(answer["code"])] = refused.get("import: " + str(answer["code"]), 0) + 1
            continue
        quote = {name: case.selector[name] for name in ("exact", "prefix", "suffix")}
        selector: list[dict[str, object]] = [{"type": "TextQuoteSelector", **quote}]
        if "start" in case.selector:
            place = {name: case.selector[name] for name in ("start", "end")}
            selector.append({"type": "TextPositionSelector", **place})
        body = {"type": "TextualBody", "purpose": "editing", "value": case.replacement}
        begin = time.perf_counter()
        status, answer = client.ask(
            "POST", "/corrections", {"target": {"article": case.article, "selector": selector}, "body": body}
        )
        times.append(time.perf_counter() - begin)
        if status != 201:
            refused[str(answer["code"])] = refused.get(str(answer["code"]), 0) + 1
            continue
        anchored += 1
        duplicates += answer["state"] == "duplicate"
        decision = {"decision": "accept", "based_on": answer["last_event"]}
        status, answer = client.ask("POST", f"/corrections/{answer['number']}/decisions", decision)
        conflicts += status == 409
        if status == 201:
            accepted += 1
            _, answer = client.ask("GET", f"/articles/{case.article}/text")
            equal += answer["text"] == case.expected
    report(cases, times, refused, anchored, accepted, conflicts, duplicates, equal)


def report(
    cases: list[Case], times: list[float], refused: dict[str, int], anchored: int, accepted: int, conflicts: int,
    duplicates: int, equal: int,
) -> None:  # fmt: skip
    quantiles = statistics.quantiles(times, n=20)
    print(f"submitted              {len(times)} of {len(cases)}")
    print(f"anchored               {anchored}")
    for code, count in sorted(refused.items()):
        print(f"  refused, {code:<20} {count}")
    print(f"accepted               {accepted}   conflicts {conflicts}   duplicates {duplicates}")
    print(f"equal to the published {equal}")
    print(f"submissions a second   {len(times) / sum(times):.0f} (one client)")
    print(f"p50 {statistics.median(times) * 1000:.1f} ms   p95 {quantiles[18] * 1000:.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--limit", type=int, default=10_000)
    options = parser.parse_args()
    make = from_corpus if options.corpus.name.endswith(".jsonl.gz") else from_article
    cases = list(make(options.corpus, options.limit))
    with tempfile.TemporaryDirectory() as folder:
        publication = Publication.create(Path(folder), "bench")
        token = publication.private.tokens.issue("Benchmark", "editor")
        publication.close()
        with serving(Path(folder)) as base:
            run(cases, Client(base, token))
        findings = audit_publication(Path(folder) / "bench")
        print(f"audit                  {'clean' if not findings else findings[:3]}")
        sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
