"""What a publisher sends, together with what corrections and editors have changed since the last time: three ways.

The text goes by `text.merge`; of what stands beside it each field by itself: what is sent as it was sent before leaves
what was changed here.
"""

from dataclasses import dataclass, replace

from corrections.services.articles.sent_parts import holds, reads_alike
from corrections.services.articles.source_versions import Sent, merge_sources
from corrections.services.articles.sources import on_one_line
from corrections.services.articles.titles import is_title_of, title_in
from corrections.services.articles.versions import Version
from corrections.services.errors import Clash
from corrections.text.comparison.merge import Side
from corrections.text.comparison.patch import Patch, apply, numbers_of
from repo_store import ArticleMeta, Part, Parts, Source

FIELDS = ("title", "url", "language", "published", "authors")


Patches = dict[Part, Patch]


@dataclass(frozen=True)
class Combined:
    """`kept`: the corrections that the article has and what was sent has not; `taken_over`: those that it now has."""

    version: Version
    kept: tuple[int, ...]
    taken_over: tuple[int, ...]
    clashes: tuple[Clash, ...]


@dataclass(frozen=True)
class _MergedPart:
    """A part as it is to be published; None where there is none."""

    source: Source | None
    kept: tuple[int, ...] = ()
    already_applied: tuple[int, ...] = ()
    clashes: tuple[Clash, ...] = ()


def combine(sent: Sent, patches: Patches, published: Version, now: Version, side: Side | None) -> Combined:
    """What is to be published: the `patches` of the parts lead from what was `sent` last to what is `published`.

    Clashes are decided by `side`; without one the result is for nobody but to tell them.
    """
    body = _merged("text", (sent.source, published.source, now.source), patches.get(Part.BODY, ()), side)
    headline, standfirst = (
        _combined_part(part, (sent, published, now), patches.get(part, ()), side)
        for part in (Part.HEADLINE, Part.STANDFIRST)
    )
    merged_parts = (body, headline, standfirst)
    assert body.source is not None
    meta, clashes = _combined_meta(sent, published, now, body.source, side)
    kept = tuple(sorted({number for merged in merged_parts for number in merged.kept}))
    taken_over = [number for merged in merged_parts for number in merged.already_applied if number not in kept]
    is_beside = headline.source is not None and not holds(body.source, Part.HEADLINE, headline.source)
    parts = Parts(headline.source if is_beside else None, standfirst.source)
    meta = meta.model_copy(update={"title": "" if is_beside else meta.title or title_in(body.source)})
    return Combined(
        Version(body.source.text, body.source.format, meta, parts),
        kept,
        tuple(dict.fromkeys(taken_over)),
        (*(clash for merged in merged_parts for clash in merged.clashes), *clashes),
    )


def _merged(field: str, sources: tuple[Source, Source, Source], patch: Patch, side: Side | None) -> _MergedPart:
    """A part that was sent, that is published by `patch` of it, and that is sent now."""
    sent, _, now = sources
    merged = merge_sources(sent, patch, now)
    changes = merged.decided(side or "theirs")
    clashes = tuple(Clash(field, clash.numbers, clash.ours, clash.base, clash.theirs) for clash in merged.clashes)
    return _MergedPart(
        Source(apply(changes, now.text), now.format), numbers_of(changes), merged.already_applied, clashes
    )


def _combined_part(
    part: Part, versions: tuple[Version, Version, Version], patch: Patch, side: Side | None
) -> _MergedPart:
    """A headline or a standfirst as it was sent, is published and is sent now; it may be missing from any of these."""
    base, ours, theirs = (version.parts.of(part) for version in versions)
    body = versions[2].source
    field = "title" if part is Part.HEADLINE else part.value
    if base is not None and ours is not None and theirs is not None:
        return _merged(field, (base, ours, theirs), patch, side)
    numbers = numbers_of(patch)
    if theirs is None and ours is not None and _is_in(body, part, ours):
        return _MergedPart(None, already_applied=numbers)
    in_body = part is Part.HEADLINE and theirs is None
    if theirs == base and not in_body:
        return _MergedPart(ours)
    if ours in (base, theirs):
        return _MergedPart(theirs)
    words = [source.text if source else "" for source in (ours, base, theirs)]
    if in_body:
        words[2] = title_in(body)
    is_kept = side == "ours" and not in_body  # the body has a headline: a second one is none that readers should see
    return _MergedPart(ours if is_kept else theirs, numbers if is_kept else (), (), (Clash(field, numbers, *words),))


def _is_in(body: Source, part: Part, source: Source) -> bool:
    """Does a body say what a part says?"""
    if part is Part.HEADLINE:
        return reads_alike(title_in(body), on_one_line(source))
    return holds(body, part, source)


def _combined_meta(
    sent: Sent, published: Version, now: Version, body: Source, side: Side | None
) -> tuple[ArticleMeta, list[Clash]]:
    """What is to be stored beside the parts, field by field."""
    clashes: list[Clash] = []
    values: dict[str, object] = {"notices": published.meta.notices}
    for field in FIELDS:
        base, ours, theirs = (getattr(meta, field) for meta in (sent.meta, published.meta, now.meta))
        if field == "title" and any(version.parts.headline for version in (sent, published, now)):
            values[field] = title_in(body) if is_title_of(theirs, now.source) else theirs
        elif field == "title" and _follows_heading(sent, published, now):
            values[field] = title_in(body)
        elif theirs in (base, ours):
            values[field] = ours
        else:
            values[field] = ours if side == "ours" and ours != base else theirs
            if ours != base:
                clashes.append(Clash(field, (), _text(ours), _text(base), _text(theirs)))
    return published.meta.model_copy(update=values), clashes


def with_heading(sent: Sent, now: Version, titled: bool) -> Version:
    """What is sent, with the title that its heading gives where none is named (`titled`) and the last one came so."""
    if titled or now.source == sent.source or not is_title_of(sent.meta.title, sent.source):
        return now
    return replace(now, meta=now.meta.model_copy(update={"title": title_in(now.source)}))


def _follows_heading(sent: Sent, published: Version, now: Version) -> bool:
    """Is the title the heading's on both sides?"""
    ours = published.meta.title == sent.meta.title or is_title_of(published.meta.title, published.source)
    return ours and is_title_of(sent.meta.title, sent.source) and is_title_of(now.meta.title, now.source)


def _text(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)
