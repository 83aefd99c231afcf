"""The tree of a page with nothing but what is kept of it."""

from copy import deepcopy
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

from corrections.importers import furniture, html_tree
from corrections.importers.kept_text import KeptText
from corrections.importers.page_text import dense_length


def pruned(root: Element, kept: KeptText) -> Element:
    """The tree with what is kept, and with pictures, rules and line breaks among it."""
    copy = Element("div")
    if kept:
        frame = kept.frame
        _copy_children(root, copy, _Pruning(kept, set(kept.sizes), frame), root is frame)
    return copy


@dataclass(frozen=True)
class _Pruning:
    kept: KeptText
    around: set[Element]
    frame: Element


def _copy_children(source: Element, target: Element, pruning: _Pruning, is_framed: bool) -> None:
    """`is_framed`: `source` is the article's frame or inside it."""
    keys = pruning.kept.keys
    target.text = source.text if (id(source), False) in keys or not (source.text or "").strip() else None
    for child in source:
        is_tail_kept = (id(child), True) in keys
        if child in pruning.around:
            twin = SubElement(target, child.tag, dict(child.attrib))
            _copy_children(child, twin, pruning, is_framed or child is pruning.frame)
        elif is_framed and _is_wordless(child):
            twin = deepcopy(child)
            target.append(twin)
        else:
            twin = SubElement(target, "span")
        twin.tail = child.tail if is_tail_kept or not (child.tail or "").strip() else " "


def _is_wordless(element: Element) -> bool:
    """Is this a picture, a line break or the like?"""
    if html_tree.name(element) in html_tree.NOT_WORDS or furniture.is_furniture(element):
        return False
    return not dense_length(html_tree.visible_text(element))
