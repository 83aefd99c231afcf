"""What a publisher sends, together with what corrections and editors have changed since the last time: three ways.

The text goes by `text.merge`; of what stands beside it each field by itself: what is sent as it was sent before leaves
what was changed here.
"""

from dataclasses import dataclass, replace

from corrections.services.articles.source_versions import Sent, merge_versions
from corrections.services.articles.titles import is_title_of, title_in
from corrections.services.articles.versions import Version
from corrections.services.errors import Clash
from corrections.text.comparison.merge import Side
from corrections.text.comparison.patch import Patch, apply, numbers_of
from repo_store import ArticleMeta, Format, Source

FIELDS = ("title", "url", "language", "published", "authors")


@dataclass(frozen=True)
class Combined:
    """`kept`: the corrections that the text has and what was sent has not; `taken_over`: those that it has now too."""

    text: str
    format: Format
    meta: ArticleMeta
    kept: tuple[int, ...]
    taken_over: tuple[int, ...]
    clashes: tuple[Clash, ...]


def combine(sent: Sent, patch: Patch, published: Version, now: Version, side: Side | None) -> Combined:
    """What is to be published: `patch` leads from what was `sent` last to what is `published`.

    Clashes are decided by `side`; without one the result is for nobody but to tell them.
    """
    merged = merge_versions(sent, patch, now)
    changes = merged.decided(side or "theirs")
    text = apply(changes, now.text)
    clashes = [Clash("text", clash.numbers, clash.ours, clash.base, clash.theirs) for clash in merged.clashes]
    values: dict[str, object] = {"notices": published.meta.notices}
    for field in FIELDS:
        base, ours, theirs = (getattr(meta, field) for meta in (sent.meta, published.meta, now.meta))
        if field == "title" and _follows_heading(sent, published, now):
            values[field] = title_in(Source(text, now.format))
        elif theirs in (base, ours):
            values[field] = ours
        else:
            values[field] = ours if side == "ours" and ours != base else theirs
            if ours != base:
                clashes.append(Clash(field, (), _text(ours), _text(base), _text(theirs)))
    numbers = numbers_of(changes)
    taken_over = tuple(number for number in merged.already_applied if number not in numbers)
    meta = published.meta.model_copy(update=values)
    return Combined(text, now.format, meta, numbers, taken_over, tuple(clashes))


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
