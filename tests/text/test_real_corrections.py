"""Real corrections from public histories, where the corpus lies beside the project."""

import gzip
import json
from operator import itemgetter
from pathlib import Path

import pytest

from corrections.text.anchoring.anchor import Anchored, Selector, anchor
from corrections.text.comparison.edits import Edit
from corrections.text.formats.markdown.render import render
from corrections.text.formats.markdown.rewrite import write

DATA = Path(__file__).parents[3] / "shared" / "data"
CORPORA = ("handbook", "rustbook")
MARKUP = set("*_`[]<>\\&#|")


@pytest.mark.parametrize("corpus", CORPORA)
def test_plain_corrections_find_their_place_and_say_what_their_maintainers_published(corpus: str):
    if not DATA.is_dir():
        pytest.skip(f"no corpus at {DATA}")
    with gzip.open(DATA / f"{corpus}-texts.jsonl.gz", "rt") as lines:
        texts = {row["id"]: row["text"] for row in map(json.loads, lines)}
    with gzip.open(DATA / f"{corpus}-corrections.jsonl.gz", "rt") as lines:
        rows = [row for row in map(json.loads, lines) if row["selector"]]
    plain = [row for row in rows if row["quote"] == row["selector"]["exact"] and not MARKUP & set(row["replacement"])]
    equal = 0
    for row in sorted(plain, key=itemgetter("base")):  # corrections of one text together: it is rendered once
        source = texts[row["base"]]
        rendered = render(source)
        verdict = anchor(Selector(**row["selector"]), rendered.text)
        assert isinstance(verdict, Anchored), row["selector"]
        place = verdict.place
        assert (rendered.starts[place.start], rendered.ends[place.end - 1]) == (row["start"], row["end"]) or row[
            "quote"
        ] != (row["quote"].strip()), row["selector"]
        edit = write(rendered, place, row["selector"]["exact"], row["replacement"])
        if isinstance(edit, Edit):
            equal += edit.apply(source) == source[: row["start"]] + row["replacement"] + source[row["end"] :]
    assert equal >= 0.95 * len(plain), f"{equal} of {len(plain)}"
