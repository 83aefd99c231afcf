"""Changes of formatting and of links, in words."""

from collections.abc import Iterable

from corrections.text.rendered_diff.blocks import Formatting, Style
from corrections.text.rendered_diff.remarks import NO_LONGER, NOW, Message, Remark
from corrections.text.rendered_diff.rows import Part


def remark_formatting(before: Formatting, after: Formatting) -> tuple[Remark, ...]:
    """What became of the formatting of words that stayed."""
    remarks = [Remark(NOW[style]) for style in after.styles if style not in before.styles]
    remarks += [Remark(NO_LONGER[style]) for style in before.styles if style not in after.styles]
    if before.link != after.link:
        remarks.append(_remark_link(before.link, after.link))
    return tuple(remarks)


def remark_replacement(removed: list[Part], added: list[Part], old_links: set[str], new_links: set[str]) -> None:
    """Remark at the last of the parts what changed beside the words: styles of all of them, and links.

    `old_links` and `new_links` are those of the whole block: a link that it has on both sides is no news.
    """
    ours, theirs = _links(removed), _links(added)
    gone = [link for link in ours if link not in theirs]
    come = [link for link in theirs if link not in ours]
    remarks: dict[str, list[Remark]] = {"removed": [], "added": _remark_styles(removed, added)}
    if len(gone) == len(come) == 1:
        remarks["added"].append(_remark_link(gone[0], come[0]))
    else:
        remarks["added"] += [_remark_link("", link) for link in come if link not in old_links]
        remarks["removed"] += [_remark_link(link, "") for link in gone if link not in new_links]
    for kind, parts in (("removed", removed), ("added", added)):
        if parts and remarks[kind]:
            parts[-1] = parts[-1]._replace(remarks=tuple(remarks[kind]))


def remark_additions(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The parts of a block that came, each of its links and images told."""
    remarked: list[Part] = []
    listed = list(parts)
    for number, part in enumerate(listed):
        following = listed[number + 1].formatting.link if number + 1 < len(listed) else ""
        if part.inset is not None and part.inset.is_image:
            part = part._replace(remarks=(Remark(Message.IMAGE_ADDED, new=part.inset.address),))
        elif part.formatting.link and part.formatting.link != following:
            part = part._replace(remarks=(_remark_link("", part.formatting.link),))
        remarked.append(part)
    return tuple(remarked)


def _remark_link(old: str, new: str) -> Remark:
    if old and new:
        return Remark(Message.LINK_CHANGED, old, new)
    return Remark(Message.LINK_ADDED, new=new) if new else Remark(Message.LINK_REMOVED, old=old)


def _links(parts: list[Part]) -> list[str]:
    return list(dict.fromkeys(part.formatting.link for part in parts if part.formatting.link))


def _remark_styles(removed: list[Part], added: list[Part]) -> list[Remark]:
    """Styles that all of the new words have and none of the old ones had, and the other way round."""
    old = [set(part.formatting.styles) for part in removed if part.text.strip()]
    new = [set(part.formatting.styles) for part in added if part.text.strip()]
    if not old or not new:
        return []
    now = new[0].intersection(*new).difference(*old)
    no_longer = old[0].intersection(*old).difference(*new)
    return [Remark(NOW[style]) for style in Style if style in now] + [
        Remark(NO_LONGER[style]) for style in Style if style in no_longer
    ]
