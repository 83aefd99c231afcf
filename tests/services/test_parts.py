"""Headline and standfirst, each a part of an article of its own: stored as it came, corrected without the others."""

import json
import subprocess

import pytest

from corrections.domain.roles import Role
from corrections.services.actors import Actor
from corrections.services.articles import timeline, updates
from corrections.services.articles.versions import version_at
from corrections.services.errors import AlreadyPublished, Clashing, InConflict, QuoteAmbiguous, Unwritable
from corrections.services.operations import checkpoints, redaction
from corrections.services.publication import Publication
from corrections.services.reporting import proofs
from corrections.services.reporting.exports import exported
from corrections.services.review import bulk, decisions, occurrences
from corrections.services.review.edited_text import Paragraph
from corrections.services.review.notice_drafts import NoticeDraft
from corrections.services.review.review_view import build_review_view, earlier
from repo_store import Format, Part, Source
from repo_store.audit.proof_check import proof_findings
from repo_store.audit.repository_audit import audit
from tests.newsroom import EDITOR, TALKS, a_correction

ADMIN = Actor("Ann", Role.ADMIN)
HEADLINE = "Ministers met on Tusday &amp; <em>agreed</em>\u00a0\u2013 at  last"
STANDFIRST = "<p>Teh talks lasted two days.</p>\r\n"
BODY = "<!-- wp:paragraph -->\r\n<p>The talks began on Tusday in the capital.</p>\r\n<!-- /wp:paragraph -->"


def send(publication: Publication, side=None, **changes: object) -> updates.Outcome:
    sent: dict[str, object] = {
        "headline": Source(HEADLINE, Format.HTML),
        "standfirst": Source(STANDFIRST, Format.HTML),
        "format": Format.HTML,
        "text": BODY,
        **changes,
    }
    return updates.publish(publication, EDITOR, updates.ArticleText(TALKS, **sent), side)  # type: ignore[arg-type]


def sources(publication: Publication) -> tuple[str, str, str]:
    """Headline, standfirst and body as they are stored now."""
    stored = publication.sources(TALKS, publication.article(TALKS).revision)
    return tuple(stored.of(part).text for part in Part)  # type: ignore[return-value]


def accept(publication: Publication, number: int, **more: object):
    event = publication.correction(number).last_event
    return decisions.accept(publication, EDITOR, number, event, **more)  # type: ignore[arg-type]


def changed_files(publication: Publication, commit: str) -> list[str]:
    git = ["git", "-C", str(publication.store.path), "diff", "--name-only", f"{commit}^1", commit]
    return subprocess.run(git, check=True, capture_output=True, text=True).stdout.split()


def test_parts_are_stored_byte_for_byte_in_files_of_their_own(publication: Publication):
    send(publication)
    assert sources(publication) == (HEADLINE, STANDFIRST, BODY)
    git = ["git", "-C", str(publication.store.path), "ls-tree", "--name-only", "main", f"articles/{TALKS}/"]
    names = subprocess.run(git, check=True, capture_output=True, text=True).stdout.split()
    assert [name.rsplit("/", 1)[1] for name in names] == ["headline.html", "meta.json", "standfirst.html", "text.html"]
    assert publication.article(TALKS).title == "Ministers met on Tusday & agreed – at last"
    assert send(publication).outcome == "unchanged"


def test_a_correction_of_the_headline_changes_that_file_alone(publication: Publication):
    send(publication)
    correction = a_correction(publication, "Tusday", "Tuesday", prefix="met on ", suffix=" & agreed")
    assert correction.part is Part.HEADLINE
    assert changed_files(publication, correction.commit) == [f"articles/{TALKS}/headline.html"]
    view = build_review_view(publication, 1)
    assert view.in_headline
    assert view.compared[1].text == HEADLINE.replace("Tusday", "Tuesday")
    accepted = accept(publication, 1)
    assert sources(publication) == (HEADLINE.replace("Tusday", "Tuesday"), STANDFIRST, BODY)
    assert changed_files(publication, str(accepted.published_revision)) == [f"articles/{TALKS}/headline.html"]
    assert publication.article(TALKS).title == "Ministers met on Tuesday & agreed – at last"
    newest = timeline.page(publication, TALKS)[0]
    assert newest.change is not None
    assert (newest.change.removed, newest.change.added) == ("Tusday", "Tuesday")
    decisions.revert(publication, EDITOR, 1, publication.correction(1).last_event, "It was right.")
    assert sources(publication) == (HEADLINE, STANDFIRST, BODY)
    assert publication.article(TALKS).title == "Ministers met on Tusday & agreed – at last"
    assert list(audit(publication.store.path)) == []


def test_a_correction_of_the_standfirst_changes_that_file_alone(publication: Publication):
    send(publication)
    correction = a_correction(publication, "Teh talks", "The talks")
    assert correction.part is Part.STANDFIRST
    accepted = accept(publication, 1)
    assert sources(publication) == (HEADLINE, STANDFIRST.replace("Teh", "The"), BODY)
    assert changed_files(publication, str(accepted.published_revision)) == [f"articles/{TALKS}/standfirst.html"]
    assert not build_review_view(publication, 1).in_headline
    assert list(audit(publication.store.path)) == []


def test_an_editors_words_for_a_headline_are_published_and_the_readers_are_not(publication: Publication):
    send(publication)
    a_correction(publication, "Tusday & agreed", "Tuesday & quarrelled")
    accepted = accept(publication, 1, text="Tuesday & agreed")
    assert sources(publication)[0] == HEADLINE.replace("Tusday", "Tuesday")
    assert changed_files(publication, str(accepted.published_revision)) == [f"articles/{TALKS}/headline.html"]
    git = ["git", "-C", str(publication.store.path), "log", "-p", "main"]
    assert "quarrelled" not in subprocess.run(git, check=True, capture_output=True, text=True).stdout
    assert list(audit(publication.store.path)) == []


def test_words_in_headline_and_body_are_told_apart_by_what_is_around_them(publication: Publication):
    send(publication)
    with pytest.raises(QuoteAmbiguous) as raised:
        a_correction(publication, "Tusday", "Tuesday")
    assert len(raised.value.details["candidates"]) == 2  # type: ignore[arg-type]
    assert a_correction(publication, "Tusday", "Tuesday", suffix=" in the capital").part is Part.BODY
    assert a_correction(publication, "Tusday", "Tuesday", prefix="Ministers met on ").part is Part.HEADLINE
    accept(publication, 1)
    accept(publication, 2)
    assert sources(publication) == (*(text.replace("Tusday", "Tuesday") for text in (HEADLINE, STANDFIRST, BODY)),)


def test_a_selection_over_two_parts_is_refused_in_plain_words(publication: Publication):
    send(publication)
    with pytest.raises(Unwritable, match="runs across the headline"):
        a_correction(publication, "at last\nTeh talks", "at last\nThe talks")


@pytest.mark.parametrize(
    ("exact", "typed", "part"),
    [
        ("agreed – at last\n", "signed – at last\n", Part.HEADLINE),
        ("\nTeh talks", "\nThe talks", Part.STANDFIRST),
        ("\nThe talks began", "\nThe talks opened", Part.BODY),
    ],
)
def test_a_line_end_beside_a_part_is_none_of_a_correction(publication: Publication, exact: str, typed: str, part: Part):
    send(publication)
    before = sources(publication)
    correction = a_correction(publication, exact, typed)
    quoted = correction.exact.replace("\u00a0", " ")
    assert (correction.part, quoted, correction.replacement) == (part, exact.strip(), typed.strip())
    accept(publication, 1)
    after = sources(publication)
    assert [old != new for old, new in zip(before, after, strict=True)] == [each is part for each in Part]
    word = typed.split()[0] if part is not Part.BODY else "opened"
    assert word in after[list(Part).index(part)]


@pytest.mark.parametrize("nothing", ["", "\u00a0", "\u200b"])
def test_a_reader_cannot_take_the_headline_away(publication: Publication, nothing: str):
    send(publication)
    with pytest.raises(Unwritable, match="needs a headline"):
        a_correction(publication, "Ministers met on Tusday & agreed – at last", nothing)


def test_a_readers_words_are_no_markup_in_a_headline(publication: Publication):
    send(publication)
    a_correction(publication, "Ministers", "<b>Ministers</b> & [more]")
    accept(publication, 1)
    assert sources(publication)[0].startswith("&lt;b&gt;Ministers&lt;/b&gt; &amp; &#91;more] met")
    assert publication.article(TALKS).title.startswith("<b>Ministers</b> & [more] met")


def test_two_corrections_of_one_headline_both_apply_and_one_of_the_same_words_is_a_conflict(publication: Publication):
    send(publication)
    a_correction(publication, "Ministers met", "Ministers have met")
    a_correction(publication, "agreed", "signed", prefix="& ")
    a_correction(publication, "agreed", "quarrelled", prefix="& ")
    assert publication.correction(3).alternative_to == 2
    accept(publication, 1)
    accept(publication, 2)
    assert sources(publication)[0] == HEADLINE.replace("met", "have met", 1).replace("agreed", "signed")
    assert build_review_view(publication, 3).badge == "conflict"
    with pytest.raises(InConflict):
        accept(publication, 3)
    with pytest.raises(AlreadyPublished):
        a_correction(publication, "agreed", "signed", prefix="& ", revision=publication.correction(1).revision)


def test_corrections_of_all_parts_are_accepted_in_one_batch(publication: Publication):
    send(publication)
    a_correction(publication, "at last", "finally")
    a_correction(publication, "Teh talks", "The talks")
    a_correction(publication, "began", "opened")
    together = bulk.clean_corrections(publication, TALKS)
    assert (together.numbers, together.refused) == ((1, 2, 3), {})
    expected = (
        HEADLINE.replace("at  last", "finally"),
        STANDFIRST.replace("Teh", "The"),
        BODY.replace("began", "opened"),
    )
    assert tuple(together.after.of(part).text for part in Part) == expected
    bulk.accept_all(
        publication, EDITOR, TALKS, {number: publication.correction(number).last_event for number in (1, 2, 3)}
    )
    assert sources(publication) == expected
    assert publication.article(TALKS).title.endswith("finally")
    assert list(audit(publication.store.path)) == []


def test_a_change_of_the_body_leaves_an_open_correction_of_the_headline_clean(publication: Publication):
    send(publication)
    a_correction(publication, "Ministers met", "Ministers have met")
    send(publication, text=BODY.replace("the capital", "Geneva"))
    accept(publication, 1)
    assert sources(publication)[0] == HEADLINE.replace("met", "have met", 1)


def test_what_the_publisher_sends_again_keeps_an_accepted_headline(publication: Publication):
    send(publication)
    a_correction(publication, "Ministers met", "Ministers have met")
    accept(publication, 1)
    corrected = HEADLINE.replace("met", "have met", 1)
    again = send(publication)
    assert (again.outcome, again.kept) == ("unchanged", (1,))
    other = send(publication, headline=Source(HEADLINE.replace("last", "length"), Format.HTML))
    assert (other.outcome, other.kept) == ("merged", (1,))
    assert sources(publication)[0] == corrected.replace("last", "length")
    taken = send(publication, headline=Source(corrected.replace("last", "length"), Format.HTML))
    assert taken.taken_over == (1,)
    assert list(audit(publication.store.path)) == []


def test_a_headline_changed_by_both_is_a_clash_until_a_side_is_chosen(publication: Publication):
    send(publication)
    a_correction(publication, "Ministers met", "Ministers have met")
    accept(publication, 1)
    theirs = Source(HEADLINE.replace("Ministers met", "Ministers assembled"), Format.HTML)
    with pytest.raises(Clashing) as raised:
        send(publication, headline=theirs)
    assert [(clash.field, clash.corrections) for clash in raised.value.clashes] == [("title", (1,))]
    send(publication, "ours", headline=theirs)
    assert sources(publication)[0] == HEADLINE.replace("met", "have met", 1)


def test_a_notice_may_quote_the_headline(publication: Publication):
    send(publication)
    a_correction(publication, "at last", "finally")
    text = "An earlier version of this article said “at last”. It should have said “finally”."
    accept(publication, 1, notice=NoticeDraft("correction", text))
    meta = version_at(publication, TALKS, publication.article(TALKS).revision).meta
    assert [notice.text for notice in meta.notices] == [text]
    assert sources(publication)[1:] == (STANDFIRST, BODY)
    assert list(audit(publication.store.path)) == []


def test_words_of_a_headline_are_redacted_everywhere(publication: Publication):
    send(publication)
    a_correction(publication, "Ministers met", "Ministers have met")
    accept(publication, 1)
    redaction.redact(
        publication,
        ADMIN,
        redaction.Removal("court order", article=TALKS, words=("Ministers",)),
    )
    assert sources(publication)[0] == HEADLINE.replace("Ministers met", "█████████ have met")
    assert publication.article(TALKS).title.startswith("█████████ have met")
    events = [entry.event.model_dump_json() for entry in publication.store.entries()]
    assert not any("Ministers" in event for event in events)
    assert json.loads(events[0])["headline_format"] == "html"
    findings = list(audit(publication.store.path))
    assert findings == []


def test_earlier_decisions_here_are_those_about_the_same_part(publication: Publication):
    send(publication)
    a_correction(publication, "Ministers met", "Ministers have met")
    a_correction(publication, "The talks", "These talks")
    a_correction(publication, "The talks began", "Those talks began")
    accept(publication, 1)
    accept(publication, 2)
    assert [other.number for other in earlier(publication, publication.correction(3))] == [2]


def test_an_export_gives_positions_in_the_whole_article(publication: Publication):
    send(publication)
    a_correction(publication, "Teh talks", "The talks")
    a_correction(publication, "began", "opened")
    seen = publication.sources(TALKS, publication.article(TALKS).revision).seen.text
    items = json.loads("".join(exported(publication, "annotations")))["items"]
    positions = [item["target"]["selector"][1] for item in items]
    assert [seen[position["start"] : position["end"]] for position in positions] == ["Teh talks", "began"]


def test_removing_a_revision_removes_its_body_and_leaves_the_headline_that_others_share(publication: Publication):
    send(publication)
    a_correction(publication, "Ministers met", "Ministers have met")
    a_correction(publication, "began", "opened")
    first = publication.article(TALKS).revision
    send(publication, text="<p>They met.</p>")
    removal = redaction.Removal("court order", article=TALKS, revision=first)
    redaction.redact(publication, ADMIN, removal)
    assert sources(publication) == (HEADLINE, STANDFIRST, "<p>They met.</p>")
    texts = [entry.event.model_dump_json() for entry in publication.store.entries()]
    assert any("Ministers have met" in text for text in texts)
    assert not any("opened" in text for text in texts)
    accept(publication, 1)
    assert list(audit(publication.store.path)) == []


def test_the_same_words_are_found_in_the_headlines_of_other_articles(publication: Publication):
    send(publication)
    other = updates.ArticleText("2026/11/25/other", "Nothing here.\n", title="Ministers met on Tusday again")
    updates.publish(publication, EDITOR, other)
    a_correction(publication, "met on Tusday", "met on Tuesday")
    (place,) = occurrences.elsewhere(publication, 1)
    assert (place.article.id, place.exact, place.before) == ("2026/11/25/other", "met on Tusday", "Ministers ")


def test_a_proof_of_a_corrected_headline_holds_its_words_before_and_after(publication: Publication):
    send(publication)
    a_correction(publication, "at last", "finally")
    accept(publication, 1)
    checkpoints.checkpoint(publication)
    for audience in ("public", "reader", "staff"):
        bundle, changes = proofs.open_bundle(proofs.proof_bundle(publication, 1, audience))
        assert list(proof_findings(bundle, (), None)) == []
        assert [what for what, *_ in changes] == ["proposed", "published"]
        for _, _, before, after in changes:
            assert (before.rpartition("– ")[2], after.rpartition("– ")[2]) == ("at last", "finally")


def test_a_correction_of_a_headline_that_has_moved_into_the_body_is_not_written_beside_it(publication: Publication):
    send(publication)
    a_correction(publication, "Ministers met", "Ministers have met")
    send(publication, headline=None, text=f"<h1>{HEADLINE}</h1>{BODY}")
    assert sources(publication)[0] == ""
    assert build_review_view(publication, 1).badge == "conflict"
    with pytest.raises(Unwritable, match="no longer has a headline of its own"):
        accept(publication, 1, paragraph=Paragraph(publication.article(TALKS).revision, 0, 0, "Ministers have met"))
    assert sources(publication)[0] == ""
