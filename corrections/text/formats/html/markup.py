"""Tokens of HTML markup in a source (HTML standard, section 13.2.5), for what the parser does not tell."""

import re

from corrections.text.formats.html.elements import BREAKOUTS, FOREIGN, RAW_TEXT

SPACE = " \t\n\f\r"  # between attributes, of a class in a pattern; other white space of Unicode is part of a name
_TAG = rf"""/?(?P<name>[A-Za-z][^{SPACE}/>]*+)
      (?>[{SPACE}/]+|[^{SPACE}/>][^{SPACE}/>=]*+(?:[{SPACE}]*+=[{SPACE}]*+
      (?:"[^"]*+"|'[^']*+'|(?=>)|[^{SPACE}"'>][^{SPACE}>]*+)|(?![{SPACE}]*+=)))*+>"""
MARKUP = re.compile(
    rf"<(?:(?P<comment>!--(?:-?>|.*?--!?>))|(?P<bogus>(?!!--)[!?][^>]*+>|/(?![A-Za-z])[^>]*+>)|{_TAG})",
    re.DOTALL | re.VERBOSE,
)
_CDATA = "<![CDATA["


def is_markup(source: str, at: int) -> bool:
    """Does the `<` at a position begin a tag or a comment, or is it a character by itself?"""
    after = source[at + 1 : at + 2]
    if after == "/":
        return at + 2 < len(source)
    return after in ("!", "?") or (after.isascii() and after.isalpha())


def next_markup(source: str, at: int) -> int:
    """Where the next tag or comment begins, or the source ends."""
    while (at := source.find("<", at)) >= 0:
        if is_markup(source, at):
            return at
        at += 1
    return len(source)


def markup_end(source: str, at: int) -> int:
    """Where the tag or comment that begins at a position ends; of a script and its like, where their content does."""
    match = MARKUP.match(source, at)
    if match is None:
        return len(source)
    if (match["name"] or "").lower() in RAW_TEXT and not source.startswith("</", at):
        return _content_end(source, match["name"], match.end())
    return match.end()


def without_bogus_markup(source: str) -> str:
    """The source with NUL, which is not shown, for each character of a doctype or bogus comment or of a tag cut off.

    Of end tags, attributes become blanks. The parser makes text of all these where it tells positions; the standard
    has them not shown.
    """
    parts: list[str] = []
    copied = at = 0
    foreign = 0
    while (at := next_markup(source, at)) < len(source):
        match = MARKUP.match(source, at)
        if match is None:
            parts += [source[copied:at], "\0" * (len(source) - at)]
            copied = at = len(source)
        elif match["bogus"] and foreign > 0 and source[at : at + len(_CDATA)].upper() == _CDATA:
            end = source.find("]]>", at)
            at = end + 3 if end >= 0 else len(source)
        elif match["bogus"]:
            parts += [source[copied:at], "\0" * (match.end() - at)]
            copied = at = match.end()
        else:
            foreign = _foreign_depth(match, foreign)
            if source.startswith("</", at) and source[match.end("name") : match.end() - 1].strip():
                parts += [source[copied : match.end("name")], " " * (match.end() - 1 - match.end("name"))]
                copied = match.end() - 1  # an end tag has no attributes
            at = markup_end(source, at)
    clean = "".join((*parts, source[copied:]))
    return "\0" + clean[1:] if clean.startswith("\ufeff") else clean  # a byte-order mark is none of the text


def _foreign_depth(tag: re.Match[str], depth: int) -> int:
    """In how many drawings and formulas what follows a tag is, which is itself inside `depth` of them."""
    name = (tag["name"] or "").lower()
    if name in BREAKOUTS:
        return 0
    if name not in FOREIGN or tag[0].endswith("/>"):
        return depth
    return max(0, depth - 1) if tag[0].startswith("</") else depth + 1


def _content_end(source: str, name: str, start: int) -> int:
    closing = re.compile(rf"</{re.escape(name)}(?=[{SPACE}/>])", re.IGNORECASE).search(source, start)
    return closing.start() if closing else len(source)
