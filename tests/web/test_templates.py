"""What templates and style sheets keep to; `make lint` checks the rest of the templates' format."""

import re
from pathlib import Path

import corrections

LINE_LENGTH = 120
_SIDE = re.compile(
    r"[^{};]*\{[^{}]*?(?:(?:margin|padding|border)-(?:left|right)|text-align: *(?:left|right)|[ ;{](?:left|right):)"
)
_CHOSEN_BY_THE_WRITER = ".align-right"
TEMPLATES = sorted(
    path
    for folder in ("web/templates", "notify/templates")
    for path in (Path(corrections.__file__).parent / folder).iterdir()
)


def test_no_line_of_a_template_is_longer_than_a_line_of_code() -> None:
    too_long = [
        f"{path.name}:{number}: {len(line)} characters"
        for path in TEMPLATES
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > LINE_LENGTH
    ]
    assert TEMPLATES
    assert not too_long, "\n".join(too_long)


def test_style_sheets_follow_the_direction_of_the_text() -> None:
    """They speak of start and end, so that pages in Arabic are laid out from the right."""
    sheets = (Path(corrections.__file__).parent / "web" / "static").glob("*.css")
    sided = [rule[0] for sheet in sheets for rule in _SIDE.finditer(sheet.read_text())]
    assert [rule for rule in sided if _CHOSEN_BY_THE_WRITER not in rule] == []
