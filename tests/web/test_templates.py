"""Templates keep to the line length of the code; `make lint` checks the rest of their format."""

from pathlib import Path

import corrections

LINE_LENGTH = 120
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
