"""What editors do beyond one decision: talk, many at once, notices and policy, changes without a correction."""

import re
import subprocess
import threading

import pytest
from flask.testing import FlaskClient

from corrections.index import queries
from corrections.private.contacts import Contact
from corrections.services import (
    settings,
)
from corrections.services.actors import Actor
from corrections.services.articles import (
    updates,
)
from corrections.services.errors import AlreadyDecided, Forbidden, Invalid, NotAll
from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from corrections.services.readers import (
    status,
)
from corrections.services.review import (
    bulk,
    comments,
    decisions,
    edited_text,
    notices,
    occurrences,
    review_view,
)
from corrections.services.review.notice_drafts import NoticeDraft, WordChange
from tests.newsroom import EDITOR, TALKS, TEXT, VIEWER, a_correction, an_article

OTHER_EDITOR = Actor("Otto", "editor")


def picked(publication: Publication, *numbers: int) -> bulk.Picked:
    return {number: publication.correction(number).last_event for number in numbers}


def three_in_one_article(publication: Publication) -> None:
    an_article(publication)
    a_correction(publication, "Tusday", "Tuesday")
    a_correction(publication, "teh", "the")
    a_correction(publication, "1893", "1839")


def test_all_clean_ones_of_an_article_are_accepted_in_one_batch(publication: Publication):
    an_article(publication)
    a_correction(publication, "teh", "the")
    a_correction(publication, "closed in", "shut in")
    a_correction(publication, "agreed", "settled")
    together = bulk.clean_corrections(publication, TALKS)
    assert together.numbers == (1, 2, 3)
    before = publication.store.head().seq
    bulk.accept_all(publication, EDITOR, TALKS, picked(publication, 1, 2, 3))
    assert publication.current_text(TALKS) == together.after.body.text
    after = together.after.body.text
    assert after == TEXT.replace("teh", "the").replace("closed in", "shut in").replace("agreed", "settled")
    events = list(publication.store.entries())[before:]
    assert [entry.event.type for entry in events] == ["correction.accepted"] * 3
    assert len({entry.at for entry in events}) == 1, "one batch"
    assert audit_publication(publication.folder) == []
    last = publication.correction(3)
    assert decisions.revert(publication, EDITOR, 3, last.last_event, "No.").state == "reverted"
    assert "agreed" in publication.current_text(TALKS)


def test_if_one_cannot_be_decided_nothing_is_and_the_report_says_which(publication: Publication):
    three_in_one_article(publication)
    a_correction(publication, "Tusday", "Monday")
    seen = picked(publication, 1, 2, 3, 4)
    head = publication.store.head().ledger
    with pytest.raises(NotAll, match="#4: It changes the same text as another selected correction") as refused:
        bulk.accept_all(publication, EDITOR, TALKS, seen)
    assert list(refused.value.details["refused"]) == ["4"]
    decisions.reject(publication, EDITOR, 2, seen[2], "No.")
    head = publication.store.head().ledger
    with pytest.raises(NotAll, match="#2: Someone else decided this correction in the meantime"):
        bulk.reject_all(publication, EDITOR, seen, code="style")
    assert publication.store.head().ledger == head
    with pytest.raises(Forbidden):
        bulk.spam_all(publication, VIEWER, picked(publication, 1))


def test_many_are_rejected_with_one_reason_each_reader_in_the_article_s_language(publication: Publication):
    an_article(publication)
    updates.publish(publication, EDITOR, updates.ArticleText("2026/11/25/uk", TEXT, language="uk"))
    a_correction(publication, "1893", "1839")
    a_correction(publication, "1893", "1840", article="2026/11/25/uk")
    done = bulk.reject_all(publication, EDITOR, picked(publication, 1, 2), code="right")
    assert [each.reason for each in done] == ["The article is correct as published.", "У статті все правильно."]


def test_two_editors_on_one_correction_at_the_same_moment(publication: Publication):
    an_article(publication)
    for number in range(1, 51):
        sent = a_correction(publication, "1893", f"{1900 + number}")
        start, told = threading.Barrier(2), []

        def decide(who: Actor, act, event=sent.last_event, number=number, start=start, told=told) -> None:
            start.wait()
            try:
                told.append(act(publication, who, number, event, "No.").decided_by)
            except AlreadyDecided as error:
                told.append(error)

        editors = [
            threading.Thread(target=decide, args=(EDITOR, decisions.reject)),
            threading.Thread(target=decide, args=(OTHER_EDITOR, decisions.mark_spam)),
        ]
        for each in editors:
            each.start()
        for each in editors:
            each.join()
        stood = publication.correction(number).decided_by
        assert stood in ("Mira", "Otto")
        assert [each for each in told if not isinstance(each, AlreadyDecided)] == [stood]
        assert len(told) == 2
    types = [entry.event.type for entry in publication.store.entries()]
    assert len([each for each in types if each in ("correction.rejected", "correction.spam")]) == 50


def test_a_question_goes_to_the_reader_and_the_answer_comes_back(publication: Publication):
    an_article(publication)
    a_correction(publication, "1893", "1839")
    assert comments.ask(publication, EDITOR, 1, "Which plaque?").asked
    comments.note(publication, EDITOR, 1, "I know that bridge. @Otto")
    for _ in range(10):
        comments.note(publication, EDITOR, 1, "Our own words do not count as the reader's.")
    answered = status.add_word(publication, 1, "The one on the north pier.")
    assert not answered.asked
    said = [each for each in review_view.build_review_view(publication, 1).talk if "do not count" not in each.text]
    assert [(each.kind, each.by) for each in said] == [
        ("question", "Mira"),
        ("staff", "Mira"),
        ("reader", said[2].by),
    ]
    with pytest.raises(Forbidden):
        comments.note(publication, VIEWER, 1, "May I?")


def test_to_assign_or_snooze_makes_no_decision_stale(publication: Publication):
    an_article(publication)
    sent = a_correction(publication, "1893", "1839")
    publication.private.accounts.save("Otto", "editor", "long enough for a test")
    comments.assign(publication, EDITOR, 1, "Otto")
    comments.flag(publication, EDITOR, 1, True)
    assert decisions.accept(publication, OTHER_EDITOR, 1, sent.last_event).state == "accepted"


def test_used_with_changes_is_an_outcome_of_its_own(publication: Publication):
    an_article(publication)
    sent = a_correction(publication, "1893", "1839")
    text = TEXT.replace("1893", "the late 1830s")
    revised = updates.publish(publication, EDITOR, updates.ArticleText(TALKS, text))
    assert len(queries.unlogged(publication.index)) == 1
    done = decisions.use(publication, EDITOR, 1, sent.last_event, "You were right.", revised.article.revision)
    assert done.state == "used"
    assert queries.unlogged(publication.index) == [], "the change has a correction behind it now"


def test_a_change_from_the_cms_without_a_correction_is_asked_about(publication: Publication):
    an_article(publication)
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, TEXT.replace("1893", "1894")))
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, TEXT.replace("1893", "1894"), url="https://x.org"))
    (change,) = queries.unlogged(publication.index)
    notices.log_revision(
        publication, EDITOR, TALKS, change.revision, "correction", "The bridge opened in 1894, not in 1893."
    )
    assert queries.unlogged(publication.index) == []
    article = publication.article(TALKS)
    (notice,) = publication.store.meta(TALKS, article.revision).notices
    assert (notice.kind, notice.text) == ("correction", "The bridge opened in 1894, not in 1893.")
    assert audit_publication(publication.folder) == []


def test_a_notice_is_drafted_edited_and_withdrawn_as_events(publication: Publication):
    an_article(publication)
    sent = a_correction(publication, "1893", "1839", category="factual")
    change = WordChange("1893", "1839")
    drafts = notices.drafts(publication, change, "en")
    assert drafts["correction"] == "An earlier version of this article said “1893”. It should have said “1839”."
    assert "У попередній версії" in notices.drafts(publication, change, "uk")["correction"]
    settings.put(publication, "notice-correction", "We wrote {was}; right is {now}.")
    assert notices.drafts(publication, change, "en")["correction"] == "We wrote 1893; right is 1839."
    settings.put(publication, "notice-correction.uk", "Було {was}, треба {now}.")
    assert notices.drafts(publication, change, "uk")["correction"] == "Було 1893, треба 1839."
    assert notices.mislabelled("update", sent)
    assert not notices.mislabelled("correction", sent)
    assert len(notices.doubts("correction", "Sorry.", change)) == 3
    assert notices.doubts("correction", drafts["correction"], change) == []
    decisions.accept(publication, EDITOR, 1, sent.last_event, notice=NoticeDraft("correction", drafts["correction"]))
    edited = notices.edit(publication, EDITOR, TALKS, 0, NoticeDraft("clarification", "It opened in 1839."))
    assert publication.store.meta(TALKS, edited.revision).notices[0].kind == "clarification"
    assert publication.correction(1).notice_text == "It opened in 1839.", "the public log tells what stands there now"
    assert "1839" in publication.current_text(TALKS)
    with pytest.raises(Invalid):
        notices.withdraw(publication, EDITOR, TALKS, 0, "")
    gone = notices.withdraw(publication, EDITOR, TALKS, 0, "It was wrong.")
    assert publication.store.meta(TALKS, gone.revision).notices == ()
    assert publication.correction(1).notice_text is None
    with pytest.raises(notices.NoticeGone):
        notices.withdraw(publication, EDITOR, TALKS, 0, "Again.")
    assert audit_publication(publication.folder) == []


def test_the_same_reader_s_record_tells_numbers_and_no_name(publication: Publication):
    an_article(publication)
    ada = Contact("Ada", "ada@example.org", False)
    first = a_correction(publication, "1893", "1839", contact=ada)
    decisions.accept(publication, EDITOR, 1, first.last_event)
    second = a_correction(publication, "1971", "1972", contact=ada)
    decisions.reject(publication, EDITOR, 2, second.last_event, "No.")
    third = a_correction(publication, "teh", "the", contact=ada)
    assert review_view.record(publication, third) == review_view.Record(sent=2, accepted=1, decided=2)
    assert review_view.record(publication, a_correction(publication, "bridge", "tunnel")) is None


def test_earlier_decisions_at_the_same_place_are_shown(publication: Publication):
    an_article(publication)
    first = a_correction(publication, "1893", "1839")
    decisions.reject(publication, EDITOR, 1, first.last_event, "No.")
    again = a_correction(publication, "1893", "1840")
    assert [each.number for each in review_view.earlier(publication, again)] == [1]


def test_earlier_decisions_are_found_by_their_place_in_the_text_not_by_their_words_or_nearness(
    publication: Publication,
):
    text = "## North\n\nThe bridge opened in 1893.\n\n## South\n\nThe bridge opened in 1894.\n"
    an_article(publication, text)
    near = a_correction(publication, "The bridge opened in 1893", "The bridge was opened in 1893")
    decisions.reject(publication, EDITOR, near.number, near.last_event, "No.")
    same = a_correction(publication, "in 1894", "in 1895")
    decisions.accept(publication, EDITOR, same.number, same.last_event)
    an_article(publication, "A new first paragraph.\n\n" * 40 + publication.current_text(near.article))
    again = a_correction(publication, "opened in 1895", "opened in 1896")
    assert [other.number for other in review_view.earlier(publication, again)] == [same.number]


def test_an_editor_s_words_are_shown_before_they_are_published(publication: Publication):
    an_article(publication)
    a_correction(publication, "1893", "1839")
    seen = edited_text.preview(publication, 1, "1840")
    assert "1840" in seen.html
    assert {each.code for each in seen.warnings} == {"number"}
    assert "1893" in publication.current_text(TALKS)


def test_the_same_words_elsewhere_are_found_and_proposed_one_by_one(publication: Publication):
    an_article(publication)
    for number, text in enumerate(
        ("It opened in 1893, they say. In 1893!", "# The year 1893\n\nx18931", "no year here")
    ):
        updates.publish(publication, EDITOR, updates.ArticleText(f"2026/11/2{number}/bridge", text))
    a_correction(publication, "1893", "1839", category="factual")
    found = occurrences.elsewhere(publication, 1)
    assert [(each.article.id[:10], each.before[-4:]) for each in found] == [
        ("2026/11/20", " in "),
        ("2026/11/20", " In "),
        ("2026/11/21", "ear "),
    ]
    made, refused = occurrences.propose(publication, EDITOR, 1, [found[0].key, found[2].key, "gone:1"])
    assert made == [2, 3]
    assert list(refused) == ["gone:1"]
    headline = publication.correction(3)
    assert (headline.article, headline.exact, headline.category) == ("2026/11/21/bridge", "1893", "factual")
    with pytest.raises(Forbidden):
        occurrences.propose(publication, VIEWER, 1, [])
    a_correction(publication, "minister said", "--open-files-in-pager=x")
    assert occurrences.elsewhere(publication, 4) == []


def test_a_mark_at_the_changed_words_leads_to_the_notice_wherever_they_move(
    publication: Publication, client: FlaskClient
):
    an_article(publication)
    sent = a_correction(publication, "1893", "1839", category="factual")
    notice = NoticeDraft("correction", "It opened in 1839, not in 1893.", "head")
    decisions.accept(publication, EDITOR, 1, sent.last_event, notice=notice)
    settings.put(publication, "time-zone", "Europe/Kyiv")
    page = client.get(f"/daily/a/{TALKS}").text
    assert '1839<a class="notice-mark" href="#notice-1"' in page
    assert page.index("It opened in 1839, not in 1893.") < page.index("Ministers met")
    assert "(Europe/Kyiv)" in page
    text = publication.current_text(TALKS)
    updates.publish(
        publication, EDITOR, updates.ArticleText(TALKS, text.replace("# The talks\n", "# The talks\n\nNew.\n"))
    )
    assert '1839<a class="notice-mark"' in client.get(f"/daily/a/{TALKS}").text
    text = publication.current_text(TALKS)
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, text.replace("opened in 1839", "is gone")))
    page = client.get(f"/daily/a/{TALKS}").text
    assert "notice-mark" not in page
    assert "It opened in 1839, not in 1893." in page


def test_an_article_that_changed_under_the_editor_s_eyes_is_shown_again(publication: Publication, editor: FlaskClient):
    an_article(publication)
    sent = a_correction(publication, "1893", "1839")
    shown = publication.article(TALKS).revision
    form = {"decision": "accept", "based_on": sent.last_event, "shown": shown, "notice": "none"}
    text = publication.current_text(TALKS)
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, text.replace("closed in", "was shut in")))
    answer = editor.post("/daily/review/1", data=form)
    assert answer.status_code == 409
    assert "The article has changed here since you opened the page" in answer.text
    assert "was shut in" in answer.text
    text = publication.current_text(TALKS)
    updates.publish(publication, EDITOR, updates.ArticleText(TALKS, text.replace("Ministers", "The ministers")))
    form["shown"] = re.search(r'name="shown" value="(\w+)"', answer.text)[1]
    assert editor.post("/daily/review/1", data=form).status_code == 303, "elsewhere in the article: no matter"


def test_the_reader_s_and_the_editor_s_parts_are_told_apart_in_the_commits(publication: Publication):
    an_article(publication)
    sent = a_correction(publication, "1893", "1839")
    done = decisions.accept(publication, EDITOR, 1, sent.last_event, text="1840")

    def shown(form: str, commit: str) -> str:
        command = ["git", "-C", str(publication.store.path), "log", "-1", f"--format={form}", commit]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    merge = str(done.published_revision)
    before, words = shown("%P", merge).split()
    assert words != sent.commit, "what the editor struck out is not published"
    assert shown("%an", words) == shown("%an", sent.commit), "the reader is the author of both"
    assert shown("%P", words) == before
    assert "Edited-by: an editor" in shown("%B", words)
    assert "1839" in publication.store.text(TALKS, sent.commit), "the reader's words stay a commit of their own"
    message = shown("%B", merge)
    assert "Edited-by: an editor" in message
    assert "Accepted-by: an editor" in message


def test_what_was_set_aside_is_confirmed_and_who_is_not_reached_is_named(publication: Publication, editor: FlaskClient):
    an_article(publication)
    a_correction(publication, "1893", "1839")
    accounts = publication.private.accounts
    accounts.save("Otto", "editor", "long enough for a test")
    accounts.save("Clara", "editor", "long enough for a test", "clara@example.org")

    def done(**form: str) -> str:
        return editor.post("/daily/review/1/talk", data=form, follow_redirects=True).text

    assert "Assigned to Otto. Otto has no e-mail address and is not notified." in done(do="assign", to="Otto")
    assert "Assigned to Clara.</p>" in done(do="assign", to="Clara")
    assert "Snoozed until 1 December 2099." in done(do="snooze", until="2099-12-01")
    assert "Choose a date after today." in done(do="snooze", until="2020-01-01")
    assert publication.correction(1).snoozed_until == "2099-12-01"
    said = done(do="note", text="@Clara @Otto @nobody please look")
    assert "Clara is notified by e-mail." in said
    assert "Otto has no e-mail address and is not notified." in said
    assert "There is no staff account named nobody: nobody is notified." in said
