"""Two states of an article compared part by part, in the order in which the parts are read."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from corrections.services.articles.sources import ArticleSources
from corrections.text.comparison.diff import Row, diff
from corrections.text.comparison.diff_formats import unified
from corrections.text.rendered_diff.blocks import BlockKind, RenderedBlock
from corrections.text.rendered_diff.rendered_diff import rendered_diff
from corrections.text.rendered_diff.rows import RenderedRow
from repo_store import Part, Source, part_path

IsAwaited = Callable[[], bool]


def rendered_rows(old: ArticleSources, new: ArticleSources, is_awaited: IsAwaited | None = None) -> list[RenderedRow]:
    """The rows of two states by what readers see. Raises as `rendered_diff` does."""
    pairs = _pairs(old, new)
    return [row for part, before, after in pairs for row in rendered_part_rows(part, before, after, is_awaited)]


def rendered_part_rows(part: Part, old: Source, new: Source, is_awaited: IsAwaited | None = None) -> list[RenderedRow]:
    """The rows of two states of one part; a headline is shown as a heading."""
    rows = rendered_diff(old.text, new.text, old.format, new.format, is_awaited)
    return [in_part(row, part) for row in rows]


def in_part(row: RenderedRow, part: Part) -> RenderedRow:
    """A row as it is shown in a part."""
    return replace(row, old=_heading(row.old), new=_heading(row.new)) if part is Part.HEADLINE else row


def source_rows(old: ArticleSources, new: ArticleSources, is_awaited: IsAwaited | None = None) -> list[Row]:
    """The rows of two states by their sources. Raises as `diff` does."""
    pairs = _pairs(old, new)
    return [row for _, before, after in pairs for row in diff(before.text, after.text, is_awaited=is_awaited)]


def article_patch(article_id: str, old: ArticleSources, new: ArticleSources) -> str:
    """What `git apply` takes to change one state into the other; empty where they are the same."""
    return "".join(
        _unified(article_id, part, old.of(part), new.of(part)) for part in Part if old.of(part) != new.of(part)
    )


def _unified(article_id: str, part: Part, old: Source, new: Source) -> str:
    """The change of one part; one that comes or goes is a file that comes or goes."""
    old_path = f"a/{part_path(article_id, part, old.format)}" if old.text else "/dev/null"
    new_path = f"b/{part_path(article_id, part, new.format)}" if new.text else "/dev/null"
    return unified(old.text, new.text, old_path, new_path)


def _heading(block: RenderedBlock | None) -> RenderedBlock | None:
    if block is None or block.kind is not BlockKind.PARAGRAPH:
        return block
    return replace(block, kind=BlockKind.HEADING, level=1)


def _pairs(old: ArticleSources, new: ArticleSources) -> Iterator[tuple[Part, Source, Source]]:
    """The parts that either state has."""
    for part in Part:
        before, after = old.of(part), new.of(part)
        if before.text or after.text:
            yield part, before, after
