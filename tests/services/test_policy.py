"""What the house’s policy and reasons require of a decision."""

import pytest

from corrections.services.actors import Actor
from corrections.services.errors import AgainstPolicy, Forbidden, Invalid, NotAll
from corrections.services.publication import Publication
from corrections.services.review import acceptance_policy, bulk, decisions, rejection_reasons
from corrections.services.review.acceptance_policy import BadPolicy
from corrections.services.review.notice_drafts import NoticeDraft
from tests.newsroom import EDITOR, TALKS, a_correction, an_article
from tests.services.test_desk import picked

CHIEF = Actor("Clara", "chief-editor")


def test_the_house_s_own_reasons_take_the_place_of_the_usual_ones(publication: Publication):
    rejection_reasons.put(publication, "legal", {"en": "Our lawyers say no.", "uk": "Юристи проти."})
    assert [each.code for each in rejection_reasons.listed(publication)][-1] == "legal"
    assert rejection_reasons.by_code(publication, "legal").text("uk-UA") == "Юристи проти."
    assert rejection_reasons.by_code(publication, "legal").text("fr") == "Our lawyers say no."
    rejection_reasons.remove(publication, "style")
    assert "style" not in [each.code for each in rejection_reasons.listed(publication)]
    for code, texts in (("Bad Code", {"en": "x"}), ("x", {}), ("x", {"ja": "x"})):
        with pytest.raises(Invalid):
            rejection_reasons.put(publication, code, texts)


def test_a_policy_is_kept_by_gravity(publication: Publication):
    an_article(publication)
    (publication.folder / "policy.toml").write_text(
        'silent = ["typo"]\nwants_notice = ["number"]\nsecond_person = ["quotation"]\nchief_approves = ["retraction"]\n'
    )
    typo = a_correction(publication, "teh", "the", category="typo")
    decisions.accept(publication, EDITOR, 1, typo.last_event)
    number = a_correction(publication, "1893", "1839", category="factual")
    with pytest.raises(AgainstPolicy, match="requires a notice"):
        decisions.accept(publication, EDITOR, 2, number.last_event)
    notice = NoticeDraft("correction", "It opened in 1839, not 1893.")
    with pytest.raises(Forbidden):
        decisions.accept(publication, EDITOR, 2, number.last_event, notice=NoticeDraft("retraction", "We retract."))
    decisions.accept(publication, EDITOR, 2, number.last_event, notice=notice)
    year = a_correction(publication, "1971", "1972", category="factual")
    with pytest.raises(NotAll, match="#3: The publication’s policy requires a notice for changes of this type: number"):
        bulk.accept_all(publication, EDITOR, TALKS, picked(publication, 3))
    decisions.reject(publication, EDITOR, 3, year.last_event, "No.")
    quoted = a_correction(publication, "always", "never")
    with pytest.raises(AgainstPolicy, match="a second person"):
        decisions.accept(publication, EDITOR, 4, quoted.last_event)
    agreed = decisions.second(publication, EDITOR, 4, quoted.last_event)
    with pytest.raises(AgainstPolicy, match="a second person"):
        decisions.accept(publication, EDITOR, 4, agreed.last_event)
    assert decisions.accept(publication, CHIEF, 4, agreed.last_event).state == "accepted"


@pytest.mark.parametrize("text", ["silent = 3", "unknown = []", "not toml at all [", 'silent = ["luck"]'])
def test_a_policy_that_cannot_be_read_stops_the_decision_and_says_so(publication: Publication, text: str):
    an_article(publication)
    sent = a_correction(publication, "1893", "1839")
    (publication.folder / "policy.toml").write_text(text)
    with pytest.raises(BadPolicy, match=r"policy\.toml"):
        decisions.accept(publication, EDITOR, 1, sent.last_event)
    assert publication.correction(1).state == "open"


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("not toml at all [", "cannot be read"),
        ('second_person = ["quotaton"]', "names quotaton, which is none of date, direction, headline"),
        ('wants_notice = ["number", "fakt"]', "names fakt, which is none of"),
        ('chief_approves = ["note"]', "names note, which is none of clarification, correction, editors-note"),
    ],
)
def test_what_a_policy_says_in_vain_is_remarked(publication: Publication, text: str, remark: str):
    (publication.folder / "policy.toml").write_text(text)
    remarks = acceptance_policy.remarks(publication)
    assert len(remarks) == 1
    assert remark in remarks[0]
    for text in ("", 'second_person = ["headline", "renders_alike"]\nchief_approves = ["retraction"]'):
        (publication.folder / "policy.toml").write_text(text)
        assert acceptance_policy.remarks(publication) == []
