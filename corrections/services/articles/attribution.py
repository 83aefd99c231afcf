"""Which revision each sentence of an article comes from, kept so that each revision is read once."""

import json
from collections.abc import Sequence
from itertools import chain, groupby, repeat

from corrections.index import caches, queries
from corrections.services.articles.sources import rendered
from corrections.services.publication import Publication
from corrections.text.comparison.attribution import Sentence, carried, sentences
from repo_store import Format, Source

KEPT = 8  # revisions of an article


def attributed(publication: Publication, article_id: str, revision: str) -> list[Sentence]:
    """The sentences of an article at a revision; each one's `revision` is the place (`seq`) of that it comes from.

    What was found is kept in the index; a later revision goes on from there.
    """
    steps = queries.revisions_to(publication.index, article_id, revision)
    cached = caches.latest_attribution(publication.index, article_id, steps[-1].seq)
    if cached is None:
        at, text = 0, attributable_text(publication, article_id, steps[0].revision)
        origin = [steps[0].seq] * len(text)
    else:
        at = next(number for number, step in enumerate(steps) if step.revision == cached.revision)
        text = attributable_text(publication, article_id, cached.revision)
        origin = _unfolded(json.loads(cached.runs))
    for step in steps[at + 1 :]:
        new = attributable_text(publication, article_id, step.revision)
        origin, text = carried(origin, text, new, step.seq), new
    if cached is None or at + 1 < len(steps):
        last = steps[-1]
        attribution = caches.CachedAttribution(article_id, last.revision, json.dumps(_folded(origin)), last.seq)
        caches.store_attribution(publication.index, attribution, KEPT)
    return sentences(text, origin)


def attributable_text(publication: Publication, article_id: str, revision: str) -> str:
    """What the sentences of an article at a revision are taken from: Markdown as it is written, other parts as they are
    read, each in a paragraph of its own."""
    sources = publication.sources(article_id, revision)
    return "\n\n".join(_attributable(source) for _, source in sources.present())


def _attributable(source: Source) -> str:
    return source.text if source.format is Format.MARKDOWN else rendered(source).text


def _folded(origin: Sequence[int]) -> list[tuple[int, int]]:
    return [(sum(1 for _ in run), seq) for seq, run in groupby(origin)]


def _unfolded(runs: Sequence[tuple[int, int]]) -> list[int]:
    return list(chain.from_iterable(repeat(seq, count) for count, seq in runs))
