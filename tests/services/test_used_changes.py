""" "Used with changes" names a change that happened at the place, and the house's policy holds for it too."""

import pytest

from corrections.services.actors import Actor
from corrections.services.articles import updates
from corrections.services.errors import AgainstPolicy, Invalid, UnknownRevision
from corrections.services.operations.audit import audit_publication
from corrections.services.publication import Publication
from corrections.services.review import decisions
from corrections.services.review.notice_drafts import NoticeDraft
from corrections.services.review.used_changes import changes_at_place
from repo_store.model.events import CorrectionUsed
from tests.newsroom import EDITOR, TALKS, TEXT, a_correction, an_article

OTHER_EDITOR = Actor("Otto", "editor")


def revise(publication: Publication, old: str, new: str) -> str:
    text = publication.current_text(TALKS).replace(old, new)
    return updates.publish(publication, EDITOR, updates.ArticleText(TALKS, text)).article.revision


def test_on_an_untouched_article_it_is_refused_and_nothing_is_written(publication: Publication):
    an_article(publication)
    sent = a_correction(publication, "1893", "1839")
    before = publication.store.head()
    with pytest.raises(Invalid, match="Nothing has changed here since the reader saw the article"):
        decisions.use(publication, EDITOR, 1, sent.last_event, "Thank you.")
    assert publication.store.head() == before


def test_a_change_elsewhere_in_the_article_is_no_change_of_this_place(publication: Publication):
    an_article(publication)
    sent = a_correction(publication, "1893", "1839")
    elsewhere = revise(publication, "Tusday", "Tuesday")
    assert changes_at_place(publication, sent) == []
    with pytest.raises(Invalid, match="Nothing has changed here"):
        decisions.use(publication, EDITOR, 1, sent.last_event, revision=elsewhere)
    here = revise(publication, "1893", "the late 1830s")
    with pytest.raises(Invalid, match="This revision changed nothing at this place"):
        decisions.use(publication, EDITOR, 1, sent.last_event, revision=elsewhere)
    with pytest.raises(UnknownRevision):
        decisions.use(publication, EDITOR, 1, sent.last_event, revision="0" * 40)
    done = decisions.use(publication, EDITOR, 1, sent.last_event, revision=here)
    assert done.state == "used"


def test_the_revision_is_named_on_the_ledger_also_where_the_editor_named_none(publication: Publication):
    an_article(publication)
    sent = a_correction(publication, "1893", "1839")
    revise(publication, "1893", "about 1840")
    revise(publication, "Ministers", "The ministers")
    last = revise(publication, "about 1840", "in the 1830s")
    done = decisions.use(publication, EDITOR, 1, sent.last_event)
    event = publication.store.entry(done.last_event).event
    assert isinstance(event, CorrectionUsed)
    assert event.revision == last


def test_the_policy_holds_and_the_notice_is_published_and_withdrawn_with_the_decision(publication: Publication):
    an_article(publication)
    (publication.folder / "policy.toml").write_text('wants_notice = ["number"]\nsecond_person = ["number"]\n')
    sent = a_correction(publication, "1893", "1839")
    revise(publication, "1893", "1838")
    notice = NoticeDraft("correction", "An earlier version of this article said “1893”. It should have said “1838”.")
    with pytest.raises(AgainstPolicy, match="second person"):
        decisions.use(publication, EDITOR, 1, sent.last_event, notice=notice)
    agreed = decisions.second(publication, OTHER_EDITOR, 1, sent.last_event)
    with pytest.raises(AgainstPolicy, match="requires a notice"):
        decisions.use(publication, EDITOR, 1, agreed.last_event)
    false = NoticeDraft("correction", "An earlier version of this article said “1893”. It should have said “1839”.")
    with pytest.raises(Invalid, match="should read “1839”"):
        decisions.use(publication, EDITOR, 1, agreed.last_event, notice=false)
    done = decisions.use(publication, EDITOR, 1, agreed.last_event, notice=notice)
    (published,) = publication.store.meta(TALKS, publication.article(TALKS).revision).notices
    assert (published.text, published.number) == (notice.text, 1)
    decisions.undo(publication, EDITOR, 1, done.last_event)
    assert publication.store.meta(TALKS, publication.article(TALKS).revision).notices == ()
    assert "1838" in publication.current_text(TALKS), "the article's own change stays"
    assert audit_publication(publication.folder) == []


def test_a_paragraph_that_was_taken_out_counts_as_changed(publication: Publication):
    an_article(publication)
    sent = a_correction(publication, "the minister said", "the minister says")
    gone = revise(publication, "> “We always said so,” the minister said.\n\n", "")
    assert [change.revision.revision for change in changes_at_place(publication, sent)] == [gone]
    assert TEXT.count("minister said") == 1
