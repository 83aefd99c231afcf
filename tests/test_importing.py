"""Files and folders into a publication: the right article, the right words, and a reason for what is not taken."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from corrections.article_files import batch_import
from corrections.article_files.batch_import import ImportOptions, ImportResult, import_files
from corrections.article_files.discovery import NothingToImport
from corrections.article_files.identity import Clash
from corrections.errors import CorrectionsError
from corrections.services.articles.versions import version_at
from corrections.services.publication import Publication
from corrections.text.formats.markdown.render import render
from tests.newsroom import EDITOR

STORY = "Ministers met on Tuesday in the capital and agreed on two points after long talks.\n"
SECOND_STORY = "The bridge was opened in 1893 and closed for good when the river changed its bed.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source = tmp_path / "in"
    source.mkdir()
    return source


@pytest.fixture
def import_all(publication: Publication, folder: Path) -> Callable[..., list[ImportResult]]:
    def run(*names: str, options: ImportOptions | None = None) -> list[ImportResult]:
        paths = [folder / name for name in names] or [folder]
        return list(
            import_files(publication, EDITOR, paths, options or ImportOptions(), lambda step, done, total: None)
        )

    return run


def put(folder: Path, files: dict[str, str | bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def dated(text: str, day: str = "2026-11-24", more: str = "") -> str:
    return f"---\ndate: {day}\n{more}---\n{text}"


def ids(results: list[ImportResult]) -> list[str]:
    return [result.article.id if result.article else "" for result in results]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a/index.md": dated(STORY), "b/index.md": dated(SECOND_STORY)}, ["a", "b"]),
        ({"a/story.md": dated(STORY), "b/story.md": dated(SECOND_STORY)}, ["a-story", "b-story"]),
        ({"story.md": dated(STORY), "a/story.md": dated(SECOND_STORY)}, ["a-story", "story"]),
        ({"x/a/story.md": dated(STORY), "y/a/story.md": dated(SECOND_STORY)}, ["x-a-story", "y-a-story"]),
        ({"x/a/index.md": dated(STORY), "y/a/index.md": dated(SECOND_STORY)}, ["x-a", "y-a"]),
        ({"новини.md": dated(STORY), "погода.md": dated(SECOND_STORY)}, ["novini", "pogoda"]),
        ({"\U0001f600.md": dated(STORY), "\U0001f389.md": dated(SECOND_STORY)}, ["u1f389", "u1f600"]),
        ({"2026-11-24-x.md": STORY, "2026/11/24/y.txt": SECOND_STORY}, ["y", "x"]),
        ({"2025-01-01-x.md": dated(STORY)}, ["x"]),
        ({"any.md": dated(STORY, more="slug: Мій Шлях\n")}, ["mii-shliakh"]),
        ({"any.md": f"---\nid: 2026/11/24/of-its-own\n---\n{STORY}"}, ["of-its-own"]),
        ({"any.md": dated(STORY, more="id: 4711\n")}, ["any"]),
        ({"UPPER.MARKDOWN": dated(STORY)}, ["upper"]),
    ],
)
def test_ids_come_from_date_and_name(import_all, folder: Path, files: dict[str, str], expected: list[str]):
    put(folder, files)
    assert ids(import_all()) == [f"2026/11/24/{result}" for result in expected]
    assert [result.outcome for result in import_all()] == ["unchanged"] * len(files)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("новини.md", "novini.md"),
        ("Story.md", "story.md"),
        ("my story.md", "my-story!.md"),
        ("2026/11/24/story.md", "2026/11/24/story.txt"),
        ("a/story.md", "a/story/index.md"),
        ("2026-11-24-x.md", "x.md"),
        (f"{'x' * 120}a.md", f"{'x' * 120}b.md"),
    ],
)
def test_a_clash_is_refused_with_both_names_before_anything_is_written(
    publication: Publication, import_all, folder: Path, first: str, second: str
):
    put(
        folder,
        {
            "0-before.md": dated(STORY),
            first: dated(STORY),
            second: SECOND_STORY if second.endswith("txt") else dated(SECOND_STORY),
        },
    )
    head = publication.store.head()
    with pytest.raises(Clash) as refused:
        import_all()
    assert f"{folder / first} " in refused.value.message
    assert f"{folder / second} " in refused.value.message
    assert publication.store.head() == head


def test_a_slug_given_twice_is_a_clash_even_in_different_folders(import_all, folder: Path):
    put(folder, {"a/x.md": dated(STORY, more="slug: s\n"), "b/y.md": dated(SECOND_STORY, more="slug: s\n")})
    with pytest.raises(Clash, match=r"x\.md.*y\.md"):
        import_all()


def test_a_file_given_twice_is_imported_once(import_all, folder: Path):
    put(folder, {"a.md": dated(STORY)})
    (folder / "link.md").symlink_to("a.md")
    assert len(import_all("a.md", "a.md", ".")) == 1


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-11-24", "2026-11-24"),
        ("2026-11-24T23:30:00-05:00", "2026-11-24"),
        ("2026-11-24 00:30:00 +02:00", "2026-11-24"),
        ("2026-1-2", "2026-01-02"),
        ("'2026/11/24'", "2026-11-24"),
    ],
)
def test_the_date_is_the_day_that_was_written(import_all, folder: Path, written: str, day: str):
    put(folder, {"a.md": f"---\ndate: {written}\nlastmod: 2030-01-01\n---\n{STORY}"})
    (outcome,) = import_all()
    assert outcome.article is not None
    assert outcome.article.published == day
    assert outcome.article.id == f"{day.replace('-', '/')}/a"


@pytest.mark.parametrize(
    ("header", "field", "value"),
    [
        ("language: no", "language", "no"),
        ("lang: no", "language", "no"),
        ("lang: en_GB", "language", "en-GB"),
        ("title: Yes", "title", "Yes"),
        ("title: 9:30", "title", "9:30"),
        ("title: 1_000", "title", "1_000"),
        ("title: 2026-11-24", "title", "2026-11-24"),
        ("title: null", "title", "null"),
        ("title: >\n  Folded\n  over lines", "title", "Folded over lines"),
        ("title: a\x08b\x85", "title", "ab"),
        ("headline: Head", "title", "Head"),
        ("title:", "title", STORY.strip()),
        ("url: https://example.org/a", "url", "https://example.org/a"),
        ("url: /posts/a/", "url", ""),
        ("content: x\n2026: y", "title", STORY.strip()),
        ("author: Ann", "authors", ("Ann",)),
        ("authors: [Ann, Bob]", "authors", ("Ann", "Bob")),
        ("author:\n  name: Ann\n  email: a@example.org", "authors", ("Ann",)),
        ("authors:\n- name: Ann\n- Bob\n- {first: Cy, last: Dee}", "authors", ("Ann", "Bob", "Cy Dee")),
        ("authors: [no, 7]", "authors", ("no", "7")),
        ("published: true", "published", "2026-11-24"),
    ],
)
@pytest.mark.parametrize("form", ["{}", "\ufeff{}", "crlf"])
def test_front_matter_says_what_was_written(
    publication: Publication, import_all, folder: Path, header: str, field: str, value: object, form: str
):
    source = f"---\ndate: 2026-11-24\n{header}\n---\n{STORY}"
    put(folder, {"a.md": source.replace("\n", "\r\n") if form == "crlf" else form.format(source)})
    (outcome,) = import_all()
    assert outcome.article is not None, outcome.error
    version = version_at(publication, outcome.article.id, outcome.article.revision)
    assert str(version.title if field == "title" else getattr(version.meta, field)) == str(value)
    assert publication.current_text(outcome.article.id) == (STORY.replace("\n", "\r\n") if form == "crlf" else STORY)


def test_an_undated_file_is_the_same_article_on_another_day(import_all, folder: Path, monkeypatch: pytest.MonkeyPatch):
    put(folder, {"notes.md": STORY, "index.md": SECOND_STORY})
    before = datetime.now(UTC)
    first = import_all()
    days = {day.strftime("%Y/%m/%d") for day in (before, datetime.now(UTC))}
    assert {result[:10] for result in ids(first)} <= days

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2031, 5, 6, tzinfo=tz)

    monkeypatch.setattr(batch_import, "datetime", Later)
    second = import_all()
    assert ids(second) == ids(first)
    assert [result.outcome for result in second] == ["unchanged", "unchanged"]
    assert "no date" in second[0].warnings[0]
    put(folder, {"notes.md": STORY.replace("Tuesday", "Wednesday")})
    revised = import_all("notes.md")
    assert (ids(revised), revised[0].outcome) == (ids(first)[1:], "revised")
    put(folder, {"notes.md": SECOND_STORY})
    (refused,) = import_all("notes.md")
    assert refused.outcome == "refused"
    assert ids(first)[1] in refused.error


def test_an_entirely_different_text_under_a_known_id_is_told(import_all, folder: Path):
    put(folder, {"a.md": dated(STORY)})
    import_all()
    put(folder, {"a.md": dated(STORY.replace("two", "three"))})
    assert import_all()[0].warnings == ()
    put(folder, {"a.md": dated(SECOND_STORY)})
    (outcome,) = import_all()
    assert outcome.outcome == "revised"
    assert "completely different" in outcome.warnings[0]


def test_articles_of_the_first_version_are_found_under_their_ids(import_all, folder: Path):
    put(folder, {"2026-11-24-новини.md": STORY, "2026-11-24-my-story.md": SECOND_STORY})
    for name, slug in (("2026-11-24-новини.md", "2026-11-24"), ("2026-11-24-my-story.md", "2026-11-24-my-story")):
        import_all(name, options=ImportOptions(id=f"2026/11/24/{slug}"))
    second = import_all()
    assert ids(second) == ["2026/11/24/2026-11-24-my-story", "2026/11/24/2026-11-24"]
    assert [result.outcome for result in second] == ["unchanged", "unchanged"]


def test_a_file_whose_folder_was_part_of_its_id_keeps_it_when_it_comes_alone(import_all, folder: Path):
    put(folder, {"a/story.md": dated(STORY), "b/story.md": dated(SECOND_STORY)})
    results = import_all()
    assert ids(import_all("b")) == ids(results)[1:]
    assert ids(import_all("a/story.md")) == ids(results)[:1]


BAD_FILES = {
    "latin.md": ("Le café est fermé.\n".encode("latin-1"), ("byte 6", "line 1", "windows-1252")),
    "cyrillic.txt": ("Новини з Києва: міністри зустрілися у вівторок.\n".encode("cp1251"), ("byte 0", "windows-1251")),
    "utf16.md": ("News\n".encode("utf-16"), ("UTF-16",)),
    "utf16-without-mark.md": ("News of the day\n".encode("utf-16-le"), ("UTF-16LE", "byte 1")),
    "utf32.md": ("News\n".encode("utf-32"), ("UTF-32",)),
    "empty.md": (b"", ("empty",)),
    "blank.txt": (b" \n\t\n", ("empty",)),
    "only-mark.md": (b"\xef\xbb\xbf", ("empty",)),
    "no-body.md": (b"---\ntitle: A\n---\n\n", ("front matter", "no text")),
    "nul.md": (b"One\ntwo\0\n", ("U+0000", "Line 2, column 4")),
    "large.md": (b"word " * 1_000_000, ("5,000,000 bytes", "2,097,152")),
    "large.txt": (b"word " * 1_000_000, ("5,000,000 bytes", "2,097,152")),
    "yaml.md": (b"---\ntitle: a: b\n---\nText\n", ("line 2", "colon")),
    "date.md": (b"---\ndate: last Tuesday\n---\nText\n", ("last Tuesday", "date")),
    "title.md": (b"---\ntitle: [a, b]\n---\nText\n", ("title",)),
    "long-title.md": (b"---\ntitle: " + b"x" * 301 + b"\n---\nText\n", ("301",)),
    "language.md": (b"---\nlanguage: Klingon and more\n---\nText\n", ("language",)),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_what_cannot_be_imported_is_refused_in_plain_words_and_the_rest_is_taken(import_all, folder: Path, name: str):
    content, about = BAD_FILES[name]
    put(folder, {"0.md": dated(STORY), name: content, "z.md": dated(SECOND_STORY)})
    outcomes = {result.path.name: result for result in import_all()}
    assert [outcomes["0.md"].outcome, outcomes[name].outcome, outcomes["z.md"].outcome] == ["new", "refused", "new"]
    for words in about:
        assert words in outcomes[name].error


def test_a_folder_is_taken_with_all_below_it_but_hidden_files_and_links_out(import_all, folder: Path, tmp_path: Path):
    names = ["a.md", "b.markdown", "c.txt", "d.html", "e.htm", "f.xhtml", "sub/g.md", "x.md/h.md"]
    put(folder, {name: f"<p>Story number {number} of the day.</p>\n" for number, name in enumerate(names)})
    put(
        folder,
        {".hidden.md": STORY, ".git/x.md": STORY, "sub/.draft/y.md": STORY, "picture.png": b"\x89PNG", "x.csv": "1"},
    )
    put(tmp_path, {"outside.md": STORY, "elsewhere/z.md": STORY})
    (folder / "link.md").symlink_to(tmp_path / "outside.md")
    (folder / "broken.md").symlink_to(folder / "nowhere.md")
    (folder / "loop").symlink_to(folder)
    (folder / "away").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(folder / "pipe.md")
    outcomes = import_all()
    assert [str(result.path.relative_to(folder)) for result in outcomes if result.article] == names
    remaining = {result.path.name: (result.outcome, result.error) for result in outcomes if not result.article}
    assert remaining["link.md"] == ("skipped", "it is a link to a file outside the folder")
    assert remaining["loop"][0] == remaining["away"][0] == "skipped"
    assert remaining["broken.md"][0] == remaining["pipe.md"][0] == "refused"
    assert len(remaining) == 5


def test_a_folder_without_articles_and_two_files_with_one_id_are_errors(import_all, folder: Path):
    put(folder, {"picture.png": b"\x89PNG", ".hidden.md": STORY})
    with pytest.raises(NothingToImport):
        import_all()
    put(folder, {"a.md": STORY, "b.md": SECOND_STORY})
    for options in (
        ImportOptions(id="2026/11/24/a"),
        ImportOptions(url="https://example.org"),
        ImportOptions(title="A"),
    ):
        with pytest.raises(CorrectionsError, match="can only be used with a single file"):
            import_all(options=options)


def test_control_characters_are_kept_and_told(publication: Publication, import_all, folder: Path):
    put(folder, {"a.md": dated("Minis\x08ters\n\nm\x85et\x9f on Tuesday\x08.\n"), "b.txt": "One\x08 *two*\x0cthree\n"})
    article, plain = import_all()
    assert article.article is not None
    assert plain.article is not None
    assert publication.current_text(article.article.id) == "Minis\x08ters\n\nm\x85et\x9f on Tuesday\x08.\n"
    warnings = " ".join(article.warnings)
    for words in ("U+0008 (backspace)", "2 times", "line 4, 6", "U+0085", "U+009F", "once"):
        assert words in warnings
    assert render(publication.current_text(plain.article.id)).text == "One *two* three\n"
    assert article.article.title == "Ministers"


def test_a_draft_an_address_left_out_and_front_matter_never_closed_are_told(import_all, folder: Path):
    put(folder, {"a.md": dated(STORY, more="draft: true\nurl: posts/a\n"), "b.md": f"---\ntitle: A\n\n{SECOND_STORY}"})
    draft, open_ended = import_all()
    assert len(draft.warnings) == 2
    assert "never closed" in open_ended.warnings[0]
