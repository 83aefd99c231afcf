"""The tree of a page with nothing but what is kept of it."""

from copy import deepcopy
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

from corrections.importers import furniture, html_tree
from corrections.importers.page_text import dense_length
from corrections.importers.text_selection import TextSelection


def prune(root: Element, selection: TextSelection) -> Element:
    """The tree with what is kept, and with pictures, rules and line breaks among it."""
    copy = Element("div")
    if selection:
        frame = selection.frame
        _copy_children(root, copy, _Pruning(selection, set(selection.sizes), frame), root is frame)
    return copy


@dataclass(frozen=True)
class _Pruning:
    selection: TextSelection
    around: set[Element]
    frame: Element


def _copy_children(source: Element, target: Element, pruning: _Pruning, is_framed: bool) -> None:
    """`is_framed`: `source` is the article's frame or inside it."""
    keys = pruning.selection.keys
    target.text = source.text if (id(source), False) in keys or not (source.text or "").strip() else None
    for child in source:
        has_tail = (id(child), True) in keys
        if child in pruning.around:
            twin = SubElement(target, child.tag, dict(child.attrib))
            _copy_children(child, twin, pruning, is_framed or child is pruning.frame)
        elif is_framed and _is_wordless(child):
            twin = deepcopy(child)
            target.append(twin)
        else:
            twin = SubElement(target, "span")
        twin.tail = child.tail if has_tail or not (child.tail or "").strip() else " "


def _is_wordless(element: Element) -> bool:
    """Is this a picture, a line break or the like?"""
    if html_tree.name(element) in html_tree.NOT_WORDS or furniture.is_furniture(element):
        return False
    return not dense_length(html_tree.visible_text(element))
