"""What is done with bytes that nobody chose: each target holds what its readers rely on, whatever the bytes are.

A target takes bytes, cuts them at NUL into texts, and raises only where the program is wrong.
"""

import contextlib
import re
from collections.abc import Callable

import html5lib

from corrections.services.errors import Invalid
from corrections.services.publication import publication_name
from corrections.text.anchoring.anchor import Ambiguous, Anchored, Gone, Place, Selector, anchor
from corrections.text.anchoring.fold import fold
from corrections.text.comparison.diff import diff
from corrections.text.comparison.edits import Edit
from corrections.text.comparison.rebase import rebase
from corrections.text.formats.markdown.render import render
from corrections.text.formats.markdown.rewrite import write
from corrections.text.formats.registry import format_named
from corrections.text.formats.rendered import NO_ORIGIN
from corrections.text.rendered_diff.markup import row_html
from corrections.text.rendered_diff.rendered_diff import rendered_diff
from repo_store.audit.checkpoints import parse_checkpoint
from repo_store.errors import BadArticleId, BadCheckpoint, BadEvent, BadName, BadRevision
from repo_store.model.articles import all_part_paths, article_paths, decode_meta
from repo_store.model.entries import decode, encode, subject
from repo_store.model.event_rules import keys
from repo_store.model.intents import Message, person_name
from repo_store.queries import commit_id
from repo_store.ssh_signatures import is_valid_signature, signer_of

_SCRIPT = re.compile(
    r"<(script|iframe|object|embed|form|style|svg|math)\b|<[^>]*\s(on[a-z]+|style)\s*=|<[^>]*javascript:", re.I
)
_TAGS = re.compile(r"<[A-Za-z]")
_COMMIT = "a" * 40
_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIC0lU2nNq4aQhUQ7eR1m3xqzcEjO3f1Wm0p0b6Wm0p0b"


def texts(data: bytes, count: int) -> list[str]:
    """`count` texts; what is missing is empty, what is too much belongs to the last."""
    parts = data.decode(errors="surrogateescape").split("\0", count - 1)
    return [_as_sent(part) for part in parts] + [""] * (count - len(parts))


def _as_sent(text: str) -> str:
    """Without the lone surrogates that no request can carry into the service."""
    return "".join(char if not 0xDC80 <= ord(char) <= 0xDCFF else "\ufffd" for char in text)


def selectors(data: bytes) -> None:
    """Any quote in any text is at one place, at several or nowhere; a place found again by its own words is the same."""
    text, exact, prefix, suffix = texts(data, 4)
    verdict = anchor(Selector(exact, prefix, suffix), text)
    match verdict:
        case Anchored():
            places = [verdict.place]
        case Ambiguous():
            places = list(verdict.candidates)
        case Gone():
            places = list(verdict.nearest)
    assert all(0 <= place.start < place.end <= len(text) for place in places), (verdict, len(text))
    middle = len(text) // 2
    for place in [*places[:1], Place(middle, min(len(text), middle + 7))]:
        chosen = text[place.start : place.end]
        second = anchor(
            Selector(chosen, text[max(0, place.start - 32) : place.start], text[place.end : place.end + 32]), text
        )
        if isinstance(second, Anchored) and not second.moved:
            anchored_text = text[second.place.start : second.place.end]
            assert fold(anchored_text, False).text.strip() == fold(chosen, False).text.strip(), (anchored_text, chosen)


def markdown(data: bytes) -> None:
    """Any document is shown, mapped, made safe, corrected, compared and rebased."""
    source, changed, words = texts(data, 3)
    rendered = render(source)
    html = rendered.html
    parsed = html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False)
    assert "".join(parsed.itertext()) == rendered.text
    assert not _SCRIPT.search(re.sub(r'"[^"]*"', '""', html)), html
    assert len(rendered.text) == len(rendered.starts) == len(rendered.ends)
    assert all(
        (start == NO_ORIGIN) == (end == NO_ORIGIN) and (start == NO_ORIGIN or 0 <= start < end <= len(source))
        for start, end in zip(rendered.starts, rendered.ends, strict=True)
    )
    at = len(rendered.text) // 2
    place = Place(at, min(len(rendered.text), at + 5))
    if place.start < place.end:
        edit = write(rendered, place, rendered.text[place.start : place.end], words)
        if isinstance(edit, Edit):
            render(edit.apply(source))
    rows = diff(source, changed)
    assert "".join(part.text for row in rows for part in row.left) == source
    assert "".join(part.text for row in rows for part in row.right) == changed
    seen = rendered_diff(source, changed)
    assert "".join(part.text for row in seen for part in row.left) == rendered.text
    assert "".join(part.text for row in seen for part in row.right) == render(changed).text
    shown = "".join(row_html(row, side, str) for row in seen for side in ("left", "right", "inline"))
    assert not _SCRIPT.search(re.sub(r'"[^"]*"', '""', shown)), shown
    rebase(Edit(len(source) // 3, len(source) // 2, words), source, changed)


def html(data: bytes) -> None:
    """Any HTML is shown safely, mapped to its source, corrected in its own words alone, and edited on as it is."""
    source, quoted, words = texts(data, 3)
    format = format_named("html")
    rendered = format.render(source)
    assert not _SCRIPT.search(re.sub(r'"[^"]*"', '""', rendered.html)), rendered.html
    assert len(rendered.text) == len(rendered.starts) == len(rendered.ends)
    assert all(
        (start == NO_ORIGIN) == (end == NO_ORIGIN) and (start == NO_ORIGIN or 0 <= start < end <= len(source))
        for start, end in zip(rendered.starts, rendered.ends, strict=True)
    )
    at = max(0, rendered.text.find(quoted)) if quoted else len(rendered.text) // 2
    place = Place(at, min(len(rendered.text), at + max(5, len(quoted))))
    if place.start < place.end:
        edit = format.write(rendered, place, rendered.text[place.start : place.end], words)
        if isinstance(edit, Edit):
            after = format.render(edit.apply(source))
            assert len(_TAGS.findall(after.html)) <= len(_TAGS.findall(rendered.html)) + 2 * words.count("\n")
            assert format.render(after.source) == after
        start, end = format.paragraph_bounds(source, min(place.start, len(source)), min(place.end, len(source)))
        assert 0 <= start <= end <= len(source)
    format.title_of(source, 80)


def events(data: bytes) -> None:
    """What a commit's message holds is an event that encodes to what it was, or is refused by name."""
    text = texts(data, 1)[0]
    for parents in ([], [_COMMIT], [_COMMIT, _COMMIT]):
        try:
            entry = decode(_COMMIT, parents, text)
        except BadEvent:
            continue
        line = encode(entry.seq, entry.at, entry.main, entry.corrections, entry.event)
        decoded = decode(_COMMIT, parents, f"{subject(entry.event, entry.corrections)}\n\n{line}")
        assert decoded.event == entry.event
        assert decoded.at == entry.at
        assert keys(decoded.event) == keys(entry.event)
        assert "\n" not in subject(entry.event, entry.corrections) or "\n" in text.partition("\n\n")[2]
    try:
        meta = decode_meta(text.encode(errors="replace"), _COMMIT)
        assert decode_meta(meta.encode(), _COMMIT) == meta
    except BadEvent:
        pass
    with contextlib.suppress(BadCheckpoint):
        parse_checkpoint(text, text)
    assert not is_valid_signature(_KEY, text.encode(), "file", text)
    signer_of(text)


def paths(data: bytes) -> None:
    """No name leads out of its place: not a path, a reference, a trailer or a person."""
    name, value = texts(data, 2)
    try:
        for path in (*article_paths(name), *all_part_paths(name)):
            assert re.fullmatch(
                r"articles/\d{4}/\d\d/\d\d/[a-z0-9_-]+/(text\.(md|html)|(headline|standfirst)\.(txt|html)|meta\.json)",
                path,
                re.ASCII,
            ), path
    except BadArticleId:
        pass
    with contextlib.suppress(BadRevision):
        assert re.fullmatch(r"[0-9a-f]{40}", commit_id(name), re.ASCII)
    with contextlib.suppress(Invalid):
        assert re.fullmatch(r"[a-z0-9-]{1,40}", publication_name(name), re.ASCII)
    try:
        person = person_name(name)
        assert person
        assert not set(person) & set("<>\n\r\0")
    except BadName:
        pass
    lines = Message(name, (("Correction", value), ("Reviewed-by", name))).encode().decode(errors="replace").split("\n")
    assert [line.split(":")[0] for line in lines[2:4]] == ["Correction", "Reviewed-by"]
    assert len(lines) == 5
    assert lines[1] == lines[4] == ""


TARGETS: dict[str, Callable[[bytes], None]] = {
    "selectors": selectors,
    "markdown": markdown,
    "html": html,
    "events": events,
    "paths": paths,
}
