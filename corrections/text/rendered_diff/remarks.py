"""What changed beside words, in words: formatting, links, images, what a block is. English; pages translate it."""

from enum import StrEnum
from typing import NamedTuple

from corrections.text.rendered_diff.blocks import BlockKind, Style


class Message(StrEnum):
    """A sentence with gettext's named places `%(old)s` and `%(new)s`."""

    LINK_CHANGED = "Link changed: %(old)s → %(new)s"
    LINK_ADDED = "Link added: %(new)s"
    LINK_REMOVED = "Link removed: %(old)s"
    IMAGE_CHANGED = "Image changed: %(old)s → %(new)s"
    IMAGE_ADDED = "Image added: %(new)s"
    IMAGE_REMOVED = "Image removed: %(old)s"
    ALTERNATIVE_CHANGED = "Image description changed: %(old)s → %(new)s"
    ALTERNATIVE_ADDED = "Image description added: %(new)s"
    ALTERNATIVE_REMOVED = "Image description removed: %(old)s"
    BREAK_ADDED = "Line break added"
    BREAK_REMOVED = "Line break removed"
    LEVEL_CHANGED = "Heading level changed: %(old)s → %(new)s"
    NESTING_CHANGED = "Indentation changed: level %(old)s → %(new)s"
    NUMBERING_CHANGED = "Numbering changed: starts at %(new)s instead of %(old)s"
    NOW_BOLD = "Now bold"
    NO_LONGER_BOLD = "No longer bold"
    NOW_ITALIC = "Now italic"
    NO_LONGER_ITALIC = "No longer italic"
    NOW_CODE = "Now code"
    NO_LONGER_CODE = "No longer code"
    NOW_STRUCK = "Now struck through"
    NO_LONGER_STRUCK = "No longer struck through"
    NOW_UNDERLINED = "Now underlined"
    NO_LONGER_UNDERLINED = "No longer underlined"
    NOW_SUPERSCRIPT = "Now superscript"
    NO_LONGER_SUPERSCRIPT = "No longer superscript"
    NOW_SUBSCRIPT = "Now subscript"
    NO_LONGER_SUBSCRIPT = "No longer subscript"
    NOW_SMALL = "Now small print"
    NO_LONGER_SMALL = "No longer small print"
    NOW_HIGHLIGHTED = "Now highlighted"
    NO_LONGER_HIGHLIGHTED = "No longer highlighted"
    NOW_QUOTED = "Now in quotation marks"
    NO_LONGER_QUOTED = "No longer in quotation marks"
    NOW_PARAGRAPH = "Now a paragraph"
    NOW_HEADING = "Now a heading"
    NOW_LIST_ITEM = "Now a list item"
    NOW_NUMBERED_ITEM = "Now a numbered list item"
    NOW_QUOTATION = "Now a quotation"
    NOW_TABLE_HEADING = "Now a table heading"
    NOW_TABLE_CELL = "Now a table cell"
    NOW_CAPTION = "Now a caption"
    NOW_CODE_BLOCK = "Now a code block"
    NOW_TERM = "Now a term in a list of definitions"
    NOW_DEFINITION = "Now a definition"
    NOW_SUMMARY = "Now the title of a collapsible section"
    NOW_RULE = "Now a dividing line"


class Remark(NamedTuple):
    """A message, with what it was and what it is."""

    message: Message
    old: str = ""
    new: str = ""


def remark_text(remark: Remark) -> str:
    """A remark as plain text, in English."""
    return remark.message.value % {"old": remark.old, "new": remark.new}


NOW: dict[Style, Message] = {style: Message[f"NOW_{style.name}"] for style in Style}
NO_LONGER: dict[Style, Message] = {style: Message[f"NO_LONGER_{style.name}"] for style in Style}
BECAME: dict[BlockKind, Message] = {
    kind: Message.NOW_CODE_BLOCK if kind is BlockKind.CODE else Message[f"NOW_{kind.name}"] for kind in BlockKind
}
DELETED = "Deleted:"
INSERTED = "Inserted:"
IMAGE = "Image"
DIVIDING_LINE = "Dividing line"
KINDS = {
    BlockKind.HEADING: "Heading",
    BlockKind.LIST_ITEM: "List item",
    BlockKind.NUMBERED_ITEM: "Numbered list item",
    BlockKind.QUOTATION: "Quotation",
    BlockKind.TABLE_HEADING: "Table heading",
    BlockKind.TABLE_CELL: "Table cell",
    BlockKind.CAPTION: "Caption",
    BlockKind.CODE: "Code",
    BlockKind.TERM: "Term",
    BlockKind.DEFINITION: "Definition",
    BlockKind.SUMMARY: "Title of a collapsible section",
}
SENTENCES = (
    *(message.value for message in Message),
    *KINDS.values(),
    *(DELETED, INSERTED, IMAGE, DIVIDING_LINE),
)
