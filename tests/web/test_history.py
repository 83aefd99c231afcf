"""What anyone can check of an article: its timeline, any revision and any two, who wrote which sentence."""

import re
import subprocess
from pathlib import Path

from flask.testing import FlaskClient

from corrections.index import queries
from corrections.services import settings
from corrections.services.actors import Actor
from corrections.services.articles import updates
from corrections.services.operations import redaction
from corrections.services.publication import Publication
from corrections.services.review import decisions
from corrections.services.review.decisions import NoticeDraft
from tests.markup import collapse_whitespace
from tests.newsroom import EDITOR, TALKS, TEXT, a_correction, an_article

CHIEF = Actor("Ines", "admin")
ARTICLE = f"/daily/a/{TALKS}"


def accepted(publication: Publication, replacing: str, by: str, **more: object) -> str:
    """A correction accepted; its revision."""
    sent = a_correction(publication, replacing, by)
    return str(decisions.accept(publication, EDITOR, sent.number, sent.last_event, **more).published_revision)  # type: ignore[arg-type]


def words(page: str) -> str:
    """What a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_timeline_shows_each_change_in_a_line(client: FlaskClient, publication: Publication) -> None:
    an_article(publication)
    accepted(publication, "Tusday", "Tuesday")
    accepted(publication, "1893", "1839", notice=NoticeDraft("correction", "The bridge opened in 1839."))
    an_article(publication, publication.current_text(TALKS) + "\nOne.\n\nTwo.\n\nThree.\n")
    page = client.get(f"{ARTICLE}/history").text
    assert "Ministers met on <del>Tusday</del> <ins>Tuesday</ins> in teh capital" in page
    assert "3 paragraphs changed" in page
    assert "The bridge opened in 1839." in page
    assert "First version · By the newsroom" in words(page)
    assert "Correction 2 : Accepted · Suggested by a reader, reviewed by an editor" in words(page)
    assert "Mira" not in page, "the public sees roles"


def test_a_long_timeline_comes_in_pages_that_miss_nothing(client: FlaskClient, publication: Publication) -> None:
    for number in range(queries.PAGE + 10):
        an_article(publication, f"# Talks\n\nVersion {number}.\n")
    seen: list[str] = []
    address = f"{ARTICLE}/history"
    while address:
        page = collapse_whitespace(client.get(address).text)
        seen += re.findall(r'name="to" value="([0-9a-f]{40})"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = f"{ARTICLE}/history{following[1]}" if following else ""
    assert seen == [each.revision for each in queries.revisions(publication.index, TALKS)]
    assert page.count("<ins>") == 9, "the last line of the last page is the first version"


def test_every_revision_has_an_address_and_leads_to_the_next(client: FlaskClient, publication: Publication) -> None:
    first = an_article(publication).revision
    second = accepted(publication, "Tusday", "Tuesday")
    third = accepted(publication, "teh", "the")
    page = client.get(f"{ARTICLE}/revision/{second}").text
    assert "Revision 2 of 3" in page
    assert "met on Tuesday in teh capital" in page
    assert f'rel="prev" href="{ARTICLE}/revision/{first}"' in page
    assert f'rel="next" href="{ARTICLE}/revision/{third}"' in page
    assert 'name="robots" content="noindex"' in page
    assert "Current version" in client.get(f"{ARTICLE}/revision/{third}").text
    assert client.get(f"{ARTICLE}/revision?n=2").headers["Location"].endswith(second)
    for wrong in (f"{ARTICLE}/revision/{'0' * 40}", f"{ARTICLE}/revision/x", f"{ARTICLE}/revision?n=9"):
        assert client.get(wrong).status_code == 404


def test_as_it_stood_on_a_day_in_the_houses_time(client: FlaskClient, publication: Publication) -> None:
    first = an_article(publication).revision
    second = accepted(publication, "Tusday", "Tuesday")
    settings.put(publication, "time-zone", "Europe/Kyiv")
    with publication.index.databases.write() as database:
        database.execute("UPDATE revisions SET at='2026-11-20T21:59:00+00:00' WHERE revision=?", (first,))
        database.execute("UPDATE revisions SET at='2026-11-20T22:01:00+00:00' WHERE revision=?", (second,))
    assert client.get(f"{ARTICLE}/on?day=2026-11-20").headers["Location"].endswith(first)
    assert client.get(f"{ARTICLE}/on?day=2026-11-21").headers["Location"].endswith(second)
    assert "was not yet published here on that date" in client.get(f"{ARTICLE}/on?day=2026-11-19").text
    for wrong in ("", "yesterday", "9999-12-31"):
        assert client.get(f"{ARTICLE}/on?day={wrong}").status_code in (302, 404)


def test_downloads_are_what_git_has_and_git_applies_the_patch(
    client: FlaskClient, publication: Publication, tmp_path: Path
) -> None:
    first = an_article(publication).revision
    accepted(publication, "Tusday", "Tuesday")
    last = accepted(publication, "1893", "1839")
    markdown = client.get(f"{ARTICLE}/revision/{first}/text.md")
    assert markdown.text == TEXT
    assert "attachment" in markdown.headers["Content-Disposition"]
    plain = client.get(f"{ARTICLE}/revision/{last}/text.txt").text
    assert "agreed on two points" in plain
    assert "**" not in plain
    subprocess.run(["git", "clone", "-q", str(publication.store.path), str(tmp_path / "clone")], check=True)
    here = ["git", "-C", str(tmp_path / "clone")]
    subprocess.run([*here, "checkout", "-q", first], check=True)
    patch = client.get(f"{ARTICLE}/change.patch?from={first}&to={last}").data
    subprocess.run([*here, "apply"], input=patch, check=True)
    assert (tmp_path / "clone" / "articles" / TALKS / "text.md").read_text() == publication.current_text(TALKS)


def test_two_revisions_side_by_side_and_inline(client: FlaskClient, publication: Publication) -> None:
    first = an_article(publication).revision
    accepted(publication, "Tusday", "Tuesday")
    accepted(publication, "teh", "the")
    both = client.get(f"{ARTICLE}/diff?from={first}").text
    assert both.count("<ins>") == 2
    inline = client.get(f"{ARTICLE}/diff?from={first}&view=inline").text
    assert "<table" not in inline
    assert '<del>Tusday</del><span class="unseen">Inserted: </span><ins>Tuesday</ins>' in inline
    inline_source = client.get(f"{ARTICLE}/diff?from={first}&view=inline&source=1").text
    assert "<table" not in inline_source
    assert "<del>Tusday</del><ins>Tuesday</ins>" in inline_source
    assert 'rel="prev"' in client.get(f"{ARTICLE}/diff").text


def test_each_sentence_leads_to_its_correction(
    client: FlaskClient, editor: FlaskClient, publication: Publication
) -> None:
    an_article(publication, "# Talks\n\nThe bridge opened in 1893. Nobody came.\n\nThe end is neer.\n")
    sent = a_correction(publication, "1893", "1839", comment="So says the plaque.", category="factual")
    decisions.accept(
        publication, EDITOR, 1, sent.last_event, reason="We looked.", notice=NoticeDraft("correction", "It was 1839.")
    )
    revision = accepted(publication, "neer", "near")
    page = client.get(f"{ARTICLE}/blame").text
    links = dict(re.findall(r'class="sentence" id="s\d+" href="([^"]+)">([^<]+)</a>', page))
    assert list(links.values()) == ["# Talks", "The bridge opened in 1839. ", "Nobody came.", "The end is near."]
    address = next(link for link, text in links.items() if "1839" in text)
    assert revision in address, "the address is good for ever"
    told = words(client.get(address).text)
    assert "Correction 1 : Accepted" in told
    assert "Factual error" in told
    assert "It was 1839." in told
    assert "plaque" not in told, "the reader's reason is for the staff"
    for_staff = words(editor.get(address).text)
    assert "So says the plaque." in for_staff
    assert "We looked." in for_staff
    untouched = next(link for link, text in links.items() if "Nobody" in text)
    assert "Unchanged since the first version of the article." in client.get(untouched).text
    assert client.get(address.rsplit("/", 1)[0] + "/3").status_code == 404
    an_article(publication, "# Talks\n\nAll is new.\n", side="theirs")
    assert "Correction 1 : Accepted" in words(client.get(address).text), "as it was then"


def test_blame_by_pieces_is_the_same_as_at_once(client: FlaskClient, publication: Publication) -> None:
    pages = []
    for number in range(12):
        an_article(publication, f"# Talks\n\nOne {number // 3}. Two {number}. Three.\n\nFour {number // 5}.\n")
        revision = publication.article(TALKS).revision
        pages.append((revision, client.get(f"{ARTICLE}/blame").text))
    with publication.index.databases.write() as database:
        database.execute("DELETE FROM attributions")
    for revision, page in reversed(pages):
        found = re.findall(r'id="s\d+"', page), re.findall(r"to=([0-9a-f]{40})", page)
        again = client.get(f"{ARTICLE}/blame?revision={revision}").text
        assert (re.findall(r'id="s\d+"', again), re.findall(r"to=([0-9a-f]{40})", again)) == found


def test_old_addresses_lead_on_after_something_was_removed(client: FlaskClient, publication: Publication) -> None:
    an_article(publication)
    old = accepted(publication, "Tusday", "Tuesday (Quillfeather)")
    accepted(publication, "teh", "the")
    redaction.redact(publication, CHIEF, redaction.Removal("Privacy.", number=1, words=("Quillfeather",)))
    for address in (f"{ARTICLE}/revision/{old}", f"{ARTICLE}/diff?to={old}", f"{ARTICLE}/blame?revision={old}"):
        answer = client.get(address, follow_redirects=True)
        assert answer.status_code == 200
        assert "Quillfeather" not in answer.text
        assert "████████████" in answer.text
        assert "Part of this article was permanently removed." in answer.text
        assert "Privacy." in answer.text
    for address in (ARTICLE, f"{ARTICLE}/history", "/daily/c/1"):
        assert "Privacy." in client.get(address).text


def test_history_holds_hostile_words_as_words(client: FlaskClient, publication: Publication) -> None:
    hostile = "<script>alert(1)</script>"
    an_article(publication, f"# T\n\nOne {hostile}.\n")
    an_article(publication, f"# T {hostile}\n\nTwo {hostile}.\n")
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, publication.current_text(TALKS), title=hostile))
    revision = publication.article(TALKS).revision
    for place in ("", "/history", "/diff", "/diff?view=inline", "/blame", f"/revision/{revision}"):
        assert "<script>alert" not in client.get(f"{ARTICLE}{place}").text, place


def test_a_revision_with_an_editor_s_words_says_so(client: FlaskClient, publication: Publication) -> None:
    an_article(publication)
    accepted(publication, "Tusday", "Tuesday")
    revision = accepted(publication, "teh", "die", text="the")
    page = words(client.get(f"{ARTICLE}/history").text)
    said = "Correction 2 : Accepted with edits · Suggested by a reader, edited by an editor"
    assert said in page
    assert "Correction 1 : Accepted · Suggested by a reader, reviewed by an editor" in page
    assert said in words(client.get(f"{ARTICLE}/revision/{revision}").text)
