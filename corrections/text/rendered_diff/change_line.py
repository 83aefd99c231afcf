"""What changed between two sources of an article, in a line as readers see it."""

from corrections.text.comparison.attribution import shared_ends
from corrections.text.comparison.change_summary import ChangeSummary, summarize_change
from corrections.text.formats.registry import format_named
from corrections.text.rendered_diff.remarks import Remark
from corrections.text.rendered_diff.rendered_diff import rendered_diff

LONGEST = 10_000  # code points of the paragraphs around the change that are rendered; of longer ones the source is told


def summarize_rendered(old: str, new: str, format_name: str = "markdown") -> ChangeSummary:
    """The change from `old` to `new`; all empty where readers see none.

    The paragraphs around the change alone are rendered: the summary costs the same in a long article.
    """
    if old == new:
        return ChangeSummary()
    lead, trail = shared_ends(old, new)
    article_format = format_named(format_name)
    bounds = article_format.paragraph_bounds
    (start, end), (new_start, new_end) = bounds(old, lead, len(old) - trail), bounds(new, lead, len(new) - trail)
    before, after = old[min(start, new_start) : end], new[min(start, new_start) : new_end]
    if len(before) + len(after) > LONGEST:
        return summarize_change(old, new)
    seen_before, seen_after = article_format.render(before).text, article_format.render(after).text
    if seen_before.split() != seen_after.split():
        return summarize_change(seen_before, seen_after)
    remark = _first_remark(before, after, format_name)
    return ChangeSummary(remark=remark.message.value, old=remark.old, new=remark.new) if remark else ChangeSummary()


def _first_remark(old: str, new: str, format_name: str) -> Remark | None:
    for row in rendered_diff(old, new, format_name):
        for remarks in (row.remarks, *(part.remarks for part in row.inline)):
            if remarks:
                return remarks[0]
    return None
