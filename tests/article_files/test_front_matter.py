"""Front matter: every value as it was written, text never taken for it, and what is wrong said with its line."""

import pytest

from corrections.article_files import front_matter
from corrections.services.errors import Invalid

MANY = "".join(f"{name}: &{name} [*{of}, *{of}, *{of}, *{of}]\n" for of, name in zip("abcdefg", "bcdefgh", strict=True))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        *((each, each) for each in ("no", "Yes", "off", "null", "~", "010", "0x1F", "1_000", "9:30", "1e3", ".5")),
        *((each, each) for each in ("2026-11-24", "2026-11-24 23:30:00 -05:00", "2026-11-24T10:00:00Z", "=", "<<")),
        ("", ""),
        ("'a: b'", "a: b"),
        ('"tab\\there"', "tab\there"),
        ("# only a comment", ""),
        ("plain # with a comment", "plain"),
        ("!!int 12", "12"),
        ("!!python/object:os.system x", "x"),
        ("|\n  two\n  lines", "two\nlines"),
        ("[a, 1, {b: no}]", ["a", "1", {"b": "no"}]),
        ("\tafter a tab", "after a tab"),
        ("a\u2028b", "a b"),
    ],
)
def test_a_value_is_the_string_that_was_written(written: str, read: object):
    assert front_matter.split(f"---\ntitle: {written}\n---\nText\n").values == {"title": read}


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ("---\ntitle: A\n---\nText", {"title": "A"}),
        ("---\ntitle: A\n...\nText", {"title": "A"}),
        ("---  \ntitle: A\n---\t\nText", {"title": "A"}),
        ("---\nTitle: A\n---\nText", {"Title": "A"}),
        ("---\n---\nText", {}),
        ("---\n\n---\nText", {}),
        ("---\ncontent: x\n2026: y\nmetadata: z\nhandler: w\n---\nText", dict(zip(("content", "2026", "metadata", "handler"), "xyzw", strict=True))),
        ("---\nmood: a\nweather: b\n---\nText", {"mood": "a", "weather": "b"}),
        ("---\nog:title: A\ntitle: B\nmy own key: C\n---\nText", {"og:title": "A", "title": "B", "my own key": "C"}),
        ("---\n# a comment\ntitle: A\n---\nText", {"title": "A"}),
        ("---\n{title: A, tags: [b]}\n---\nText", {"title": "A", "tags": ["b"]}),
        ("+++\ntitle = 'A'\ndate = 2026-11-24\nok = true\n+++\nText", {"title": "A", "date": "2026-11-24", "ok": "true"}),
        ("+++\ntitle = 'A'\ndate = 2026-11-24T10:00:00-05:00\n[params]\nn = 1.50\n+++\nText",
         {"title": "A", "date": "2026-11-24T10:00:00-05:00", "params": {"n": "1.50"}}),
        ('{\n  "title": "A",\n  "weight": 1.0, "draft": false\n}\nText', {"title": "A", "weight": "1.0", "draft": "false"}),
    ],
)  # fmt: skip
def test_front_matter_is_taken_off(source: str, values: dict[str, object]):
    read = front_matter.split(source)
    assert (read.values, read.text) == (values, "Text")
    assert source.split("\n")[read.line - 1] == "Text"


@pytest.mark.parametrize(
    "text",
    [
        "---\n\nNote: this is prose.\n\n---\n\nMore.\n",
        "---\nNote: this is prose.\n---\nMore.\n",
        "---\nSummary: what happened.\n---\nMore.\n",
        "---\nThe minister said: no.\n---\nMore.\n",
        "---\nKyiv: ministers met.\nParis: nobody came.\n---\nMore.\n",
        "---\nTitle: the first word of prose\n\nthat goes on here.\n\n---\nMore.\n",
        "---\n# A heading\n---\nMore.\n",
        "---\n- a list\n---\nMore.\n",
        "---\n*Update*: prose\n---\nMore.\n",
        "---\n`x`: prose\n---\n",
        "---\n> quoted: words\n---\n",
        "---\njust words\n---\n",
        "---\nwords, \"never closed\n---\n",
        "---\n",
        "---",
        "----\ntitle: x\n----\n",
        "--- title: x\n---\n",
        "\n---\ntitle: x\n---\n",
        "Text\n---\ntitle: x\n---\n",
        "***\ntitle: x\n***\n",
        "+++\nprose\n+++\n",
        "+++\n",
        "{{< shortcode >}}\nText\n",
        "{not: json}\n",
        '{"title": "A"} is how it begins\n',
        "{}",
        "",
    ],
)  # fmt: skip
def test_text_stays_text(text: str):
    read = front_matter.split(text)
    assert (read.values, read.text, read.line) == ({}, text, 1)


@pytest.mark.parametrize(
    ("source", "line", "about"),
    [
        ("---\ntitle: Talks: the second day\n---\nText\n", 2, "colon"),
        ('---\ndate: 2026-11-24\ntitle: "Talks\n---\nText\n', 3, "quotation mark"),
        ("---\ntitle: A\nbroken line\n---\nText\n", 3, ""),
        ("---\ntitle: A\n\tsub: x\n---\nText\n", 3, "tab"),
        ("---\ntitle: A\ntitle: B\n---\nText\n", 3, "twice"),
        ("---\ntitle: A\nparams:\n  x: 1\n  x: 2\n---\nText\n", 5, "twice"),
        ("---\ntitle: @handle\n---\nText\n", 2, ""),
        ("---\ntitle: A\n? [x]\n: y\n---\nText\n", 3, "key"),
        (f"---\na: &a [x, x, x]\n{MANY}title: A\n---\nText\n", 2, "aliases"),
        (f"---\ntitle: A\na: &a [x, x, x]\n{MANY}---\nText\n", 3, "aliases"),
        ("---\ntitle: *other\n---\nText\n", 2, "aliases"),
        (f"---\ntitle: {'[' * 5000}\n---\nText\n", None, "deeply"),
        (f"---\ntitle: A\ntags: {'[' * 22}{']' * 22}\n---\nText\n", 3, "20 levels"),
        (f"---\ntitle: A\ntags: {'{a: ' * 22}{'}' * 22}\n---\nText\n", 3, "20 levels"),
        (f"---\ntitle: A\ntags:\n  {'- ' * 22}x\n---\nText\n", 4, "20 levels"),
        (f"+++\ntitle = 'A'\ntags = {'[' * 22}{']' * 22}\n+++\nText\n", None, "20 levels"),
        (f"+++\ntitle = 'A'\ntags = {'[' * 5000}{']' * 5000}\n+++\nText\n", None, "20 levels"),
        (f'{{"title": "A", "tags": {"[" * 22}{"]" * 22}}}\nText\n', None, "20 levels"),
        (f'{{"title": "A", "tags": {"[" * 5000}{"]" * 5000}}}\nText\n', None, "20 levels"),
        (f"---\ntitle: {'x' * 100_000}\n---\nText\n", None, "characters"),
        ("+++\ntitle = Talks\n+++\nText\n", 2, ""),
        ("+++\ntitle = 'A'\ntitle = 'B'\n+++\nText\n", 3, ""),
        ('{"title": "A",\n "date": }\nText\n', 2, ""),
        ('{"title": "A", "title": "B"}\nText\n', None, "twice"),
    ],
)  # fmt: skip
def test_front_matter_that_cannot_be_read_is_refused_with_its_line(source: str, line: int | None, about: str):
    with pytest.raises(Invalid) as refused:
        front_matter.split(source)
    assert "front matter" in refused.value.message
    assert about in refused.value.message
    if line is not None:
        assert f"in line {line}:" in refused.value.message


def test_front_matter_that_is_never_closed_is_remarked_on():
    assert "never closed" in front_matter.split("---\ntitle: A\n\nText.\n").remark
    assert front_matter.split("---\n\nText.\n").remark == ""
