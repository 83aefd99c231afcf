"""A reader's change in its paragraph as HTML for mail, whose programs know no style sheets of ours."""

from html import escape

from corrections.i18n import translate
from corrections.text.control_characters import as_pictures
from corrections.text.rendered_diff.blocks import BlockKind
from corrections.text.rendered_diff.remarks import IMAGE, Remark
from corrections.text.rendered_diff.rows import Part, RenderedRow

_STYLES = {
    "removed": "color:#8d3b13;background:#fbe9de;text-decoration:line-through",
    "added": "color:#0b5c63;background:#dcf1f0;text-decoration:underline",
}
_ELEMENTS = {"removed": "del", "added": "ins", "quoted": "u"}
_REMARK = "font:13px/1.4 sans-serif;color:#7a4b00"
LONGEST = 2_000  # characters of the paragraphs shown; of longer ones, a letter quotes the words alone


def change_html(rows: list[RenderedRow], language: str) -> str:
    """The changed paragraphs of a diff on what readers see, as safe HTML; empty where they are long, or none."""
    changed = [row for row in rows if row.kind != "same"]
    if sum(len(part.shown) for row in changed for part in row.inline) > LONGEST:
        return ""
    return "".join(_paragraph(row, language) for row in changed)


def _paragraph(row: RenderedRow, language: str) -> str:
    block = row.new or row.old
    html = "".join(_part(part, language) for part in row.inline) + _remarks(row.remarks, language)
    if block is not None and block.kind is BlockKind.HEADING:
        html = f"<strong>{html}</strong>"
    return f'<p dir="auto">{html}</p>'


def _part(part: Part, language: str) -> str:
    if part.inset is None:
        html = escape(as_pictures(part.shown)).replace("\n", "<br>")
    else:
        html = escape(f"[{translate(IMAGE, language)}: {part.inset.alternative}]") if part.inset.is_image else "<br>"
    for style in reversed(part.formatting.styles):
        html = f"<{style.value}>{html}</{style.value}>"
    if html and part.kind in _ELEMENTS:
        element = _ELEMENTS[part.kind]
        look = f' style="{_STYLES[part.kind]}"' if part.kind in _STYLES else ""
        html = f"<{element}{look}>{html}</{element}>"
    return html + _remarks(part.remarks, language)


def _remarks(remarks: tuple[Remark, ...], language: str) -> str:
    html = ""
    for remark in remarks:
        said = translate(remark.message.value, language) % {"old": remark.old, "new": remark.new}
        html += f' <span style="{_REMARK}">[{escape(said)}]</span>'
    return html
