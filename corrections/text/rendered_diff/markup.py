"""Rows as safe HTML: whatever an article holds, only our own elements and checked addresses come out."""

from collections.abc import Callable, Iterable
from html import escape
from itertools import groupby
from typing import Literal

from corrections.text.control_characters import as_pictures
from corrections.text.rendered_diff.blocks import BlockKind, Inset, RenderedBlock
from corrections.text.rendered_diff.remarks import DELETED, DIVIDING_LINE, IMAGE, INSERTED, KINDS, Remark
from corrections.text.rendered_diff.rows import Part, RenderedRow

Translate = Callable[[str], str]
Side = Literal["left", "right", "inline"]
_ELEMENTS = {"removed": ("del", DELETED), "added": ("ins", INSERTED), "quoted": ("mark", "")}
_LINKED = ("http://", "https://", "mailto:")


def row_html(row: RenderedRow, side: Side, translate: Translate) -> str:
    """A row's block on one side, or both in one; empty where the side has none. `translate` gives our own words."""
    block = row.old if side == "left" else row.new if side == "right" else row.new or row.old
    if block is None:
        return ""
    parts = row.left if side == "left" else row.right if side == "right" else row.inline
    content = _rule(row, side, translate) if block.kind is BlockKind.RULE else parts_html(parts, translate)
    remarks = "" if side == "left" else _remarks(row.remarks, translate)
    label = KINDS.get(block.kind)
    unseen = f'<span class="unseen">{escape(translate(label))}: </span>' if label else ""
    return f'<div class="{_classes(block)}"{_marker(block)}>{unseen}{content}{remarks}</div>'


def parts_html(parts: Iterable[Part], translate: Translate) -> str:
    """Parts in `<del>`, `<ins>` and `<mark>`, each with its formatting, and with what is remarked about it."""
    out = []
    for kind, run in groupby(parts, key=lambda part: part.kind):
        content: list[str] = []
        remarks: list[str] = []
        for part in run:
            content.append(_part(part, translate))
            if part.remarks and kind == "same":
                content.append(_remarks(part.remarks, translate))
            else:
                remarks.append(_remarks(part.remarks, translate))
        words = "".join(content)
        if words and kind in _ELEMENTS:
            words = _marked(kind, words, translate)
        out += [words, *remarks]
    return "".join(out)


def _part(part: Part, translate: Translate) -> str:
    if part.inset is not None:
        return _inset(part.inset, part.kind == "removed", translate)
    html = escape(as_pictures(part.shown)).replace("\n", "<br>")
    if not html:
        return ""
    if part.warning:
        html = f'<span class="warned" title="{escape(part.warning)}">{html}</span>'
    for style in reversed(part.formatting.styles):
        html = f"<{style.value}>{html}</{style.value}>"
    link = part.formatting.link
    if link.lower().startswith(_LINKED):
        return f'<a href="{escape(link)}" rel="noopener noreferrer nofollow ugc" target="_blank">{html}</a>'
    return f'<span class="linked" title="{escape(link)}">{html}</span>' if link else html


def _inset(inset: Inset, is_removed: bool, translate: Translate) -> str:
    if not inset.is_image:
        return "↵" if is_removed else "↵<br>"
    about = inset.alternative.strip() or inset.address.rsplit("/", 1)[-1]
    return f'<span class="inset">{escape(translate(IMAGE))}: <bdi>{escape(as_pictures(about))}</bdi></span>'


def _rule(row: RenderedRow, side: Side, translate: Translate) -> str:
    kind = "same" if row.old is not None and row.new is not None else "removed" if row.old is not None else "added"
    words = f'<span class="inset">{escape(translate(DIVIDING_LINE))}</span>'
    if kind == "same":
        return words
    return _marked(kind, words, translate)


def _marked(kind: str, words: str, translate: Translate) -> str:
    """Words in the element of their kind, which few screen readers announce, after a word for it that all read."""
    element, label = _ELEMENTS[kind]
    spoken = f'<span class="unseen">{escape(translate(label))} </span>' if label else ""
    return f"{spoken}<{element}>{words}</{element}>"


def _remarks(remarks: Iterable[Remark], translate: Translate) -> str:
    return "".join(
        f' <span class="remark" dir="auto">{_remark(remark, translate)}</span>' for remark in remarks if remark.message
    )


def _remark(remark: Remark, translate: Translate) -> str:
    old, new = (f"<bdi>{escape(as_pictures(value))}</bdi>" for value in (remark.old, remark.new))
    return escape(translate(remark.message.value)) % {"old": old, "new": new}


def _classes(block: RenderedBlock) -> str:
    names = ["block", block.kind.value]
    if block.level > 1 or block.kind is BlockKind.HEADING:
        names.append(f"level-{min(block.level, 6)}")
    if not block.has_marker:
        names.append("continued")
    return " ".join(names)


def _marker(block: RenderedBlock) -> str:
    return f' data-number="{block.number}."' if block.number is not None and block.has_marker else ""
