"""Sending an article again: what corrections changed stays, what the publisher changed comes in, a clash is told."""

import subprocess
import threading
import unicodedata
from collections.abc import Callable

import pytest

from corrections.index import queries
from corrections.services.actors import Actor
from corrections.services.articles.updates import ArticleText, Outcome, publish
from corrections.services.errors import Clashing, TakenDown
from corrections.services.operations import redaction
from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from corrections.services.review import decisions, notices
from corrections.services.review.decisions import NoticeDraft
from corrections.text.comparison.merge import Side
from tests.newsroom import EDITOR, TALKS, TEXT, a_correction, an_article

CHIEF = Actor("Ines", "admin")


def send(publication: Publication, text: str = TEXT, side: Side | None = None, **beside: object) -> Outcome:
    return publish(publication, EDITOR, ArticleText(TALKS, text, **beside), side)  # type: ignore[arg-type]


def accept(publication: Publication, old: str, new: str, **more: object) -> int:
    number = a_correction(publication, old, new).number
    decisions.accept(publication, EDITOR, number, publication.correction(number).last_event, **more)  # type: ignore[arg-type]
    return number


def text(publication: Publication) -> str:
    return publication.current_text(TALKS)


def events(publication: Publication) -> int:
    return publication.store.head().seq


@pytest.mark.parametrize(
    "again",
    [
        str,
        lambda sent: sent.replace("\n", "\r\n"),
        lambda sent: sent.replace("\n", "\r"),
        lambda sent: "\ufeff" + sent,
        lambda sent: unicodedata.normalize("NFD", sent),
        lambda sent: sent.rstrip("\n"),
        lambda sent: sent + "\n\n",
    ],
    ids=["bytes", "CR LF", "CR", "byte order mark", "NFD", "no last line end", "line ends more"],
)
def test_the_same_words_again_change_nothing_for_readers_whatever_was_accepted_since(
    publication: Publication, again: Callable[[str], str]
):
    article = TEXT + "\nA café in Zürich.\n"
    send(publication, article)
    accept(publication, "Tusday", "Tuesday")
    accept(publication, "1971", "1972", notice=NoticeDraft("correction", "It closed in 1972."))
    done = send(publication, again(article))
    assert (done.outcome, done.kept) == ("unchanged" if again is str else "merged", (1, 2))
    assert publication.current_text(TALKS) == again(article).replace("Tusday", "Tuesday").replace("1971", "1972")
    assert queries.revisions(publication.index, TALKS)[0].logged != ""  # no editor has to say what it was
    before, seq = publication.article(TALKS), events(publication)
    done = send(publication, again(article))
    assert (done.outcome, done.kept) == ("unchanged", (1, 2))
    assert (publication.article(TALKS), events(publication)) == (before, seq)


def test_a_changed_article_keeps_the_corrections_time_and_again(publication: Publication):
    an_article(publication)
    accept(publication, "Tusday", "Tuesday")
    changed = TEXT
    for number in range(4):
        changed += f"\nParagraph {number}.\n"
        done = send(publication, changed)
        assert (done.outcome, done.kept) == ("merged", (1,))
        assert text(publication) == changed.replace("Tusday", "Tuesday")
        assert send(publication, changed).outcome == "unchanged"
    assert audit_publication(publication.folder) == []
    event = publication.store.entry(str(publication.store.ledger()))
    assert event.event.type == "article.revised"
    assert event.commit is not None
    assert publication.store.text(TALKS, event.commit) == changed, "plain git shows what was sent"


def test_what_was_sent_is_not_reached_from_main(publication: Publication):
    an_article(publication)
    accept(publication, "1971", "1972")
    send(publication, TEXT.replace("1971", "1666"), "ours")
    assert text(publication) == TEXT.replace("1971", "1972")
    log = subprocess.run(["git", "log", "-p", "main"], cwd=publication.store.path, capture_output=True, check=True)
    assert b"1666" not in log.stdout


@pytest.mark.parametrize(
    ("changed", "theirs", "ours"),
    [
        (TEXT.replace("1971", "1973"), TEXT.replace("1971", "1973"), TEXT.replace("1971", "1972")),
        (TEXT.replace("1971", "1973") + "\nMore.\n", None, TEXT.replace("1971", "1972") + "\nMore.\n"),
        (TEXT.replace("\n- the bridge opened in 1893\n- and closed in 1971\n", ""), None, TEXT.replace("1971", "1972")),
    ],
    ids=["other words", "other words and more", "the paragraph taken out"],
)
def test_a_clash_is_told_and_then_decided(publication: Publication, changed: str, theirs: str | None, ours: str):
    an_article(publication)
    accept(publication, "1971", "1972")
    seq = events(publication)
    with pytest.raises(Clashing) as error:
        send(publication, changed)
    assert events(publication) == seq
    (clash,) = error.value.details["clashes"]  # type: ignore[attr-defined]
    assert clash["corrections"] == (1,)
    assert ("1972" in clash["published"], "1971" in clash["sent_before"]) == (True, True)
    assert clash["sent_now"] == "" or "1973" in clash["sent_now"]
    assert len(send(publication, changed, "ours").decided) == 1
    assert text(publication) == ours
    assert send(publication, changed).outcome == "unchanged", "it was decided"
    assert send(publication, changed.replace("Ministers", "The ministers")).outcome == "merged"
    assert text(publication) == ours.replace("Ministers", "The ministers"), "and stays decided"
    assert audit_publication(publication.folder) == []
    with_theirs = Publication.create(publication.folder.parent, "other")
    an_article(with_theirs)
    accept(with_theirs, "1971", "1972")
    assert send(with_theirs, changed, "theirs").outcome == "revised"
    assert text(with_theirs) == (theirs or changed)
    with_theirs.close()


def test_theirs_applies_to_clashes_alone(publication: Publication):
    an_article(publication)
    accept(publication, "Tusday", "Tuesday")
    accept(publication, "1971", "1972")
    done = send(publication, TEXT.replace("1971", "1973"), "theirs")
    assert (done.outcome, done.kept, len(done.decided)) == ("merged", (1,), 1)
    assert text(publication) == TEXT.replace("Tusday", "Tuesday").replace("1971", "1973")


def test_a_publisher_who_takes_a_correction_over_changes_nothing_and_may_go_on_from_there(publication: Publication):
    an_article(publication)
    accept(publication, "Tusday", "Tuesday")
    accept(publication, "1971", "1972")
    before = publication.article(TALKS)
    partly = TEXT.replace("Tusday", "Tuesday")
    done = send(publication, partly)
    assert (done.outcome, done.kept, done.taken_over) == ("unchanged", (2,), (1,))
    done = send(publication, partly.replace("1971", "1972"))
    assert (done.outcome, done.kept, done.taken_over) == ("unchanged", (), (2,))
    assert publication.article(TALKS) == before
    assert len(queries.revisions(publication.index, TALKS)) == 3
    further = partly.replace("1971", "1970").replace("Tuesday", "Monday")
    assert send(publication, further).outcome == "revised", "its own words now, which clash with nobody's"
    assert text(publication) == further
    assert audit_publication(publication.folder) == []
    publication.index.rebuild(publication.store)
    assert audit_publication(publication.folder) == []


def test_a_correction_taken_over_and_then_corrected_again_stays_corrected(publication: Publication):
    an_article(publication)
    accept(publication, "Tusday", "Tuesday")
    taken_over = TEXT.replace("Tusday", "Tuesday")
    send(publication, taken_over)
    accept(publication, "Tuesday", "Wednesday")
    assert send(publication, taken_over).outcome == "unchanged"
    assert text(publication) == TEXT.replace("Tusday", "Wednesday")


def test_a_reverted_correction_clashes_with_nothing(publication: Publication):
    an_article(publication)
    number = accept(publication, "1971", "1972")
    decisions.revert(publication, EDITOR, number, publication.correction(number).last_event, "It was right.")
    assert send(publication).outcome == "unchanged"
    assert text(publication) == TEXT
    assert send(publication, TEXT.replace("1971", "1973")).outcome == "revised"
    assert text(publication) == TEXT.replace("1971", "1973")


def test_a_correction_reverted_after_it_was_kept_is_gone(publication: Publication):
    an_article(publication)
    number = accept(publication, "1971", "1972")
    send(publication, TEXT + "\nMore.\n")
    decisions.revert(publication, EDITOR, number, publication.correction(number).last_event, "It was right.")
    done = send(publication, TEXT + "\nMore and more.\n")
    assert (done.outcome, done.kept) == ("revised", ())
    assert text(publication) == TEXT + "\nMore and more.\n"


def test_the_words_of_an_editor_are_kept(publication: Publication):
    an_article(publication)
    accept(publication, "1893", "1839", text="the 1830s")
    assert send(publication, TEXT.replace("teh", "the")).kept == (1,)
    assert text(publication) == TEXT.replace("1893", "the 1830s").replace("teh", "the")


def test_notices_are_kept(publication: Publication):
    an_article(publication)
    accept(publication, "1971", "1972", notice=NoticeDraft("correction", "It closed in 1972."))
    revision = publication.article(TALKS).revision
    notices.log_revision(publication, EDITOR, TALKS, revision, "update", "Updated.")
    before = publication.store.meta(TALKS, publication.article(TALKS).revision).notices
    assert len(before) == 2
    send(publication, TEXT + "\nMore.\n", url="https://example.org/talks")
    after = publication.store.meta(TALKS, publication.article(TALKS).revision)
    assert (after.notices, after.url) == (before, "https://example.org/talks")
    assert audit_publication(publication.folder) == []


def test_what_stands_beside_the_text_is_merged_field_by_field(publication: Publication):
    send(publication, url="https://example.org/a", language="en", authors=("Ann",))
    send(publication, url="https://example.org/b")
    article = publication.article(TALKS)
    assert (article.url, article.language) == ("https://example.org/b", "en")
    assert send(publication, url="https://example.org/b", language="en").outcome == "unchanged"
    assert send(publication, authors=("Ann", "Bob")).outcome == "revised"
    assert publication.store.meta(TALKS, publication.article(TALKS).revision).authors == ("Ann", "Bob")


def test_an_article_that_comes_from_an_earlier_version_is_merged_too(publication: Publication):
    """There, what was sent last is what was published by it."""
    an_article(publication)
    send(publication, TEXT.replace("teh", "the"))
    accept(publication, "Tusday", "Tuesday")
    assert {entry.commit for entry in publication.store.entries() if entry.event.type.startswith("article")} == {None}
    assert send(publication, TEXT.replace("teh", "the")).outcome == "unchanged"
    assert send(publication, TEXT).outcome == "merged"
    assert text(publication) == TEXT.replace("Tusday", "Tuesday")


def test_a_correction_accepted_while_an_article_is_sent_is_kept(
    publication: Publication, monkeypatch: pytest.MonkeyPatch
):
    an_article(publication)
    number = a_correction(publication, "Tusday", "Tuesday").number
    write = publication.store.write_together

    def interrupted(intents):
        monkeypatch.setattr(publication.store, "write_together", write)
        decisions.accept(publication, EDITOR, number, publication.correction(number).last_event)
        return write(intents)

    monkeypatch.setattr(publication.store, "write_together", interrupted)
    done = send(publication, TEXT.replace("teh", "the"))
    assert (done.outcome, done.kept) == ("merged", (number,))
    assert text(publication) == TEXT.replace("teh", "the").replace("Tusday", "Tuesday")


def test_two_who_send_at_once_both_come_in_or_are_told(publication: Publication):
    an_article(publication)
    accept(publication, "Tusday", "Tuesday")
    versions = [TEXT.replace("teh", "the"), TEXT.replace("opened", "was opened")]
    threads = [threading.Thread(target=send, args=(publication, version)) for version in versions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert text(publication) in [version.replace("Tusday", "Tuesday") for version in versions]
    assert audit_publication(publication.folder) == []


@pytest.mark.parametrize("changed", [TEXT, TEXT + "\nMore.\n", TEXT.replace("Ministers", "The ministers")])
def test_words_taken_down_do_not_come_back_by_sending_them_again(publication: Publication, changed: str):
    an_article(publication)
    accept(publication, "Tusday", "Tuesday")
    redaction.redact(publication, CHIEF, redaction.Removal("A court's order.", article=TALKS, words=("the minister",)))
    hidden = text(publication)
    seq = events(publication)
    for side in (None, "ours"):
        with pytest.raises(TakenDown, match="A court's order"):
            send(publication, changed, side)  # type: ignore[arg-type]
    assert (text(publication), events(publication)) == (hidden, seq)
    without = changed.replace("the minister", "somebody")
    assert send(publication, without).outcome == "merged"
    assert "█" not in text(publication)
    assert "the minister" not in text(publication)
    assert send(publication, without).outcome == "unchanged"
    with pytest.raises(TakenDown):
        send(publication, changed)


def test_other_words_of_the_same_length_may_be_sent_in_so_many_words(publication: Publication):
    an_article(publication)
    redaction.redact(publication, CHIEF, redaction.Removal("A court's order.", article=TALKS, words=("the minister",)))
    other = TEXT.replace("the minister", "our ministry")
    with pytest.raises(TakenDown):
        send(publication, other)
    assert send(publication, other, "theirs").outcome == "revised"
    assert send(publication, other + "\nMore.\n").outcome == "revised", "it was said once"


def test_words_taken_down_are_gone_from_what_was_sent(publication: Publication):
    an_article(publication)
    accept(publication, "1971", "1972")
    send(publication, TEXT.replace("minister said", "minister Quillfeather said"))
    send(publication, TEXT.replace("1971", "1666 (Quillfeather)"), "ours")
    removal = redaction.Removal("A court's order.", article=TALKS, words=("Quillfeather",))
    redaction.redact(publication, CHIEF, removal)
    assert audit_publication(publication.folder) == []
    every = subprocess.run(
        ["git", "log", "-p", "-m", "--all"], cwd=publication.store.path, capture_output=True, check=True
    )
    assert b"Quillfeather" not in every.stdout
    assert b"1666" in every.stdout
    done = send(publication, TEXT.replace("closed", "shut").replace("1971", "1666 (████████████)"))
    assert done.outcome == "merged"
    assert text(publication) == TEXT.replace("closed", "shut").replace("1971", "1972")
    assert audit_publication(publication.folder) == []


def test_a_revision_taken_down_takes_what_was_sent_along(publication: Publication):
    an_article(publication)
    accept(publication, "1971", "1972")
    revision = send(publication, TEXT + "\nThis is libel.\n").article.revision
    send(publication, TEXT + "\nThis is not.\n")
    removal = redaction.Removal("A court's order.", article=TALKS, revision=revision)
    redaction.redact(publication, CHIEF, removal)
    every = subprocess.run(
        ["git", "log", "-p", "-m", "--all"], cwd=publication.store.path, capture_output=True, check=True
    )
    assert b"is libel" not in every.stdout
    with pytest.raises(TakenDown):
        send(publication, TEXT + "\nThis is libel.\n\nMore.\n")
    assert audit_publication(publication.folder) == []
