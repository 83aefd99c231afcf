"""One value of front matter changes, however it is quoted; all other bytes stay, or nothing is changed."""

import pytest

from corrections.article_files.front_matter import split
from corrections.article_files.front_matter_edit import with_value

KEYS = ("title", "headline")


@pytest.mark.parametrize(
    ("header", "changed"),
    [
        ("---\ntitle: Old words\n---\n", "---\ntitle: New: “words”\n---\n"),
        ("---\ntitle: 'Old words'  # x\n---\n", "---\ntitle: 'New: “words”'  # x\n---\n"),
        ('---\ndate: 2026-11-24\nTitle:   "Old words"\n---\n', '---\ndate: 2026-11-24\nTitle:   "New: “words”"\n---\n'),
        ('+++\ntitle = "Old words"\n+++\n', '+++\ntitle = "New: “words”"\n+++\n'),
        ('{"title": "Old words",\n"x": 1}\n', '{"title": "New: “words”",\n"x": 1}\n'),
    ],
    ids=["plain", "single quotes", "double quotes", "TOML", "JSON"],
)
def test_the_words_change_where_they_are_written(header: str, changed: str):
    source, new = f"{header}Old words in the text.\n", "New: “words”"
    result = with_value(source, KEYS, "Old words", new)
    assert result is not None
    assert next(value for key, value in split(result).values.items() if key.lower() == "title") == new
    if "title: Old" not in header:
        assert result == f"{changed}Old words in the text.\n"
    assert result.endswith("\nOld words in the text.\n")


@pytest.mark.parametrize("new", ["It's over", 'He said "no"', "a: b", "# x", "back\\slash", "[x]"])
@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_words_that_yaml_reads_otherwise_are_quoted(new: str, quote: str):
    result = with_value(f"---\r\ntitle: {quote}Old{quote}\r\ndate: 2026-11-24\r\n---\r\nText.", KEYS, "Old", new)
    assert result is not None
    values = split(result.replace("\r\n", "\n")).values
    assert values == {"title": new, "date": "2026-11-24"}
    assert result.endswith("\r\ndate: 2026-11-24\r\n---\r\nText.")


@pytest.mark.parametrize(
    "new",
    ["1917", "null", "~", "True", "off", "y", "2024-01-02", "2024-13-45", "1_000", "9:30", "0o17", "1e3", ".5", "0x1F"],
)
def test_a_title_stays_text_for_site_generators(new: str):
    result = with_value("---\ntitle: Old\nweight: 1\n---\nText.", KEYS, "Old", new)
    assert result == f'---\ntitle: "{new}"\nweight: 1\n---\nText.'
    marked = with_value("\ufeff---\ntitle: Old\nweight: 1\n---\nText.", KEYS, "Old", new)
    assert marked == f"\ufeff{result}"
    for quote in "'\"":
        result = with_value(f"---\ntitle: {quote}Old{quote}\n---\nText.", KEYS, "Old", new)
        assert result == f"---\ntitle: {quote}{new}{quote}\n---\nText."


def test_a_value_with_a_no_break_space_is_written_with_it():
    result = with_value("---\ntitle: Teh 5\u00a0km\n---\nText.", KEYS, "Teh 5\u00a0km", "The 5\u00a0km")
    assert result == "---\ntitle: The 5\u00a0km\n---\nText."


@pytest.mark.parametrize(
    "source",
    [
        "---\ntitle: Other\n---\nOld",
        "Old",
        "---\ntitle: >\n  Old\n  words\n---\nOld words",
        "---\ndate: 2026-11-24\n---\nOld",
    ],
)
def test_what_is_not_there_is_not_changed(source: str):
    assert with_value(source, KEYS, "Old", "New") is None
