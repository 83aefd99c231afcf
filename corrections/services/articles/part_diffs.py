"""Two states of an article compared part by part, in the order in which the parts are read."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

from corrections.services.articles.sources import ArticleSources
from corrections.text.comparison.diff import Fold, Row, diff
from corrections.text.comparison.diff_formats import unified
from corrections.text.comparison.effort import Effort
from corrections.text.comparison.portions import LENGTH, Passage, Portion, divide
from corrections.text.formats.registry import format_named
from corrections.text.rendered_diff.blocks import BlockKind, RenderedBlock
from corrections.text.rendered_diff.rendered_diff import rendered_diff, rendered_portion
from corrections.text.rendered_diff.rows import RenderedRow
from corrections.text.text_cache import remember
from repo_store import Format, Part, Source, part_path

IsAwaited = Callable[[], bool]


def rendered_rows(old: ArticleSources, new: ArticleSources, is_awaited: IsAwaited | None = None) -> list[RenderedRow]:
    """The rows of two states by what readers see. Raises as `rendered_diff` does."""
    pairs = _pairs(old, new)
    return [row for part, before, after in pairs for row in rendered_part_rows(part, before, after, is_awaited)]


def body_portions(old: ArticleSources, new: ArticleSources, is_awaited: IsAwaited | None = None) -> list[Portion]:
    """The portions in which the bodies of two states are compared: one, where they are short or cannot be divided.

    Raises `Abandoned` as soon as `is_awaited`, where it is given, says that nobody waits for the answer.
    """
    before, after = old.body, new.body
    if len(before.text) + len(after.text) <= LENGTH or before.format != after.format:
        return [(Passage(before.text, after.text),)]
    return divide(_sections(before), _sections(after), Effort(is_awaited=is_awaited))


def rendered_portion_rows(
    old: ArticleSources, new: ArticleSources, portion: Portion, is_first: bool, is_awaited: IsAwaited | None = None
) -> list[RenderedRow | Fold]:
    """The rows of one portion by what readers see; the first has those of the other parts, too. Raises `Abandoned`."""
    head = list(_pairs(old, new))[:-1] if is_first else []
    rows: list[RenderedRow | Fold] = [row for pair in head for row in rendered_part_rows(*pair, is_awaited)]
    return rows + rendered_portion(portion, old.body.format, new.body.format, is_awaited)


def source_portion_rows(
    old: ArticleSources, new: ArticleSources, portion: Portion, is_first: bool, is_awaited: IsAwaited | None = None
) -> list[Row | Fold]:
    """The rows of one portion by the sources; the first has those of the other parts, too. Raises `Abandoned`."""
    head = [Passage(before.text, after.text) for _, before, after in _pairs(old, new)][:-1] if is_first else []
    rows: list[Row | Fold] = []
    for item in (*head, *portion):
        rows += [item] if isinstance(item, Fold) else diff(item.old, item.new, is_awaited=is_awaited)
    return rows


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


def _sections(source: Source) -> list[str]:
    starts = _section_starts(source.text, source.format)
    return [source.text[start:end] for start, end in pairwise([*starts, len(source.text)])]


@remember(16)
def _section_starts(text: str, form: Format) -> tuple[int, ...]:
    """Kept for the next portions of one comparison."""
    return tuple(format_named(form).section_starts(text))


def _heading(block: RenderedBlock | None) -> RenderedBlock | None:
    if block is None or block.kind is not BlockKind.PARAGRAPH:
        return block
    return replace(block, kind=BlockKind.HEADING, level=1)


def _pairs(old: ArticleSources, new: ArticleSources) -> Iterator[tuple[Part, Source, Source]]:
    """The parts that either state has; the last is the body."""
    for part in Part:
        before, after = old.of(part), new.of(part)
        if before.text or after.text or part is Part.BODY:
            yield part, before, after
