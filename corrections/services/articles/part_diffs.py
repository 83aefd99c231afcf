"""Two states of an article compared part by part, in the order in which the parts are read."""

from collections.abc import Callable, Iterator

from corrections.services.articles.sources import ArticleSources
from corrections.text.comparison.diff import Row, diff
from corrections.text.rendered_diff.rendered_diff import rendered_diff
from corrections.text.rendered_diff.rows import RenderedRow
from repo_store import Part, Source

IsAwaited = Callable[[], bool]


def rendered_rows(old: ArticleSources, new: ArticleSources, is_awaited: IsAwaited | None = None) -> list[RenderedRow]:
    """The rows of two states by what readers see. Raises as `rendered_diff` does."""
    return [row for before, after in _pairs(old, new) for row in rendered_part_rows(before, after, is_awaited)]


def rendered_part_rows(old: Source, new: Source, is_awaited: IsAwaited | None = None) -> list[RenderedRow]:
    """The rows of two states of one part."""
    return rendered_diff(old.text, new.text, old.format, new.format, is_awaited)


def source_rows(old: ArticleSources, new: ArticleSources, is_awaited: IsAwaited | None = None) -> list[Row]:
    """The rows of two states by their sources. Raises as `diff` does."""
    return [row for before, after in _pairs(old, new) for row in diff(before.text, after.text, is_awaited=is_awaited)]


def _pairs(old: ArticleSources, new: ArticleSources) -> Iterator[tuple[Source, Source]]:
    for part in Part:
        before, after = old.of(part), new.of(part)
        if before.text or after.text:
            yield before, after
