"""An edit of an article carried over to a revision in another format, by what readers see of the two."""

from dataclasses import replace

from corrections.text.anchoring.anchor import Place
from corrections.text.comparison.edits import Edit, trim
from corrections.text.comparison.merge import Clash, Merged, merge
from corrections.text.comparison.patch import Change, Patch
from corrections.text.comparison.rebase import AlreadyApplied, Clean, Conflict, Rebased, rebase
from corrections.text.formats.registry import format_named, render
from corrections.text.formats.rendered import Rendered


def carry_over_formats(edit: Edit, base: Rendered, current: Rendered) -> Rebased:
    """What becomes of an edit of `base`'s source on that of `current`; it owns what it spans, as for `rebase`.

    An edit of markup alone, which readers do not see, is a conflict.
    """
    visible = visible_edit(edit, base)
    if visible.apply(base.text) == base.text:
        return _conflict(Conflict(*(base.text[visible.start : visible.end],) * 3, 0, len(current.text)), current)
    match rebase(visible, base.text, current.text):
        case AlreadyApplied(start=start, end=end):
            return AlreadyApplied(*source_span(current, start, end))
        case Conflict() as conflict:
            return _conflict(conflict, current)
        case Clean(edit=carried, moved=moved):
            written = _written(carried, current)
            if written is not None:
                span = source_span(current, carried.start, carried.end)
                return Clean(written.spread(*span, current.source), moved)
            quoted = current.text[carried.start : carried.end]
            return _conflict(Conflict(quoted, quoted, carried.text, carried.start, carried.end), current)


def merge_over_formats(base: Rendered, patch: Patch, theirs: Rendered) -> Merged:
    """As `merge`, where the source that is sent now is in another format; clashes are told as readers see them."""
    seen = tuple(Change(visible_edit(change.edit, base), change.numbers) for change in patch)
    merged = merge(
        base.text, tuple(change for change in seen if change.edit.apply(base.text) != base.text), theirs.text
    )
    carried: list[Change] = []
    clashes: list[Clash] = []
    for change in merged.carried:
        written = _written(change.edit, theirs)
        if written is not None:
            carried.append(Change(written, change.numbers))
        else:
            quoted = theirs.text[change.edit.start : change.edit.end]
            clashes.append(Clash(change.numbers, quoted, quoted, change.edit.text, Edit(0, 0, "")))
    for clash in merged.clashes:
        place = _written(clash.place, theirs) or Edit(0, 0, "")
        clashes.append(replace(clash, place=place))
    return Merged(theirs.source, tuple(carried), merged.already_applied, tuple(clashes))


def _written(edit: Edit, rendered: Rendered) -> Edit | None:
    """An edit of the rendered text as one of the source; None where it cannot be written there."""
    place = Place(edit.start, edit.end)
    quoted = rendered.text[edit.start : edit.end]
    written = format_named(rendered.format).write(rendered, place, quoted, edit.text)
    return written if isinstance(written, Edit) else None


def visible_edit(edit: Edit, base: Rendered) -> Edit:
    """An edit of the source as one of the rendered text, which owns what readers see of what the edit spans."""
    after = render(edit.apply(base.source), base.format).text
    change = trim(Edit(0, len(base.text), after), base.text)
    inside = [
        at
        for at, (start, end) in enumerate(zip(base.starts, base.ends, strict=True))
        if edit.start <= start and 0 <= end <= edit.end
    ]
    return change.spread(inside[0], inside[-1] + 1, base.text) if inside else change


def source_span(rendered: Rendered, start: int, end: int) -> tuple[int, int]:
    """From where to where in the source the characters of a span of the text are; for none, where the next one is."""
    known = [at for at in range(start, end) if rendered.starts[at] >= 0]
    if known:
        return min(rendered.starts[at] for at in known), max(rendered.ends[at] for at in known)
    after = next((rendered.starts[at] for at in range(end, len(rendered.text)) if rendered.starts[at] >= 0), None)
    place = len(rendered.source) if after is None else after
    return place, place


def _conflict(conflict: Conflict, current: Rendered) -> Conflict:
    """A conflict on the rendered text as one on the source: our words are written so that they are read as they are."""
    escape = format_named(current.format).escape
    start, end = source_span(current, conflict.start, conflict.end)
    base, ours = ("\n".join(map(escape, text.split("\n"))) for text in (conflict.base, conflict.ours))
    return Conflict(base, current.source[start:end], ours, start, end)
