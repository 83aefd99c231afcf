"""What a file's name and folders say of the article in it."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrections.article_files.names import parse_file_name, slug

DAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("path", "day", "own"),
    [
        ("talks.md", None, "talks"),
        ("My Story.md", None, "my-story"),
        ("новини.md", None, "novini"),
        ("Привіт, світе!.md", None, "privit-svite"),
        ("Żółć.md", None, "zolc"),
        ("Straße.md", None, "strasse"),
        ("新闻.md", None, "xin-wen"),
        ("my_story.md", None, "my_story"),
        ("v1.2 final.md", None, "v1-2-final"),
        ('a:b?c*d|e"f<g>.md', None, "a-b-c-d-e-f-g"),
        ("CON.md", None, "con-article"),
        ("\U0001f600\U0001f389.md", None, "u1f600-u1f389"),
        ("…—.md", None, "u2026-u2014"),
        ("posts/my-story/index.md", None, "my-story"),
        ("posts/my-story/index.uk.md", None, "my-story-uk"),
        ("posts/_index.md", None, "posts"),
        ("posts/2026-11-24-my-story/index.md", DAY, "my-story"),
        ("_posts/2026-11-24-my-story.md", DAY, "my-story"),
        ("2026_11_24_my_story.md", DAY, "my_story"),
        ("20261124-my-story.md", DAY, "my-story"),
        ("2026-11-24.md", DAY, "2026-11-24"),
        ("content/2026/11/24/x.md", DAY, "x"),
        ("content/2026/11/24/x/index.md", DAY, "x"),
        ("content/2026/11/24/index.md", DAY, "index"),
        ("2026-11-24/x.md", DAY, "x"),
        ("2025/01/02/2026-11-24-x.md", DAY, "x"),
        ("2026-13-45-x.md", None, "2026-13-45-x"),
        ("2026-02-30-x.md", None, "2026-02-30-x"),
        ("2026-in-review.md", None, "2026-in-review"),
        ("123456789.md", None, "123456789"),
    ],
)
def test_name_and_folders_tell_day_and_slug(path: str, day: date | None, own: str):
    name = parse_file_name(Path("/news") / path)
    assert (name.day, name.slug) == (day, own)


@given(st.text(alphabet=st.characters(exclude_characters="/\0"), min_size=1, max_size=250))
def test_any_name_is_a_slug(name: str):
    assert re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,99}", slug(name))
