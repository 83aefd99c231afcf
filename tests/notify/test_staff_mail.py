"""e-mail to the staff: mentions and appeals."""

from corrections.domain.roles import Role
from corrections.notify.mail_sender import MailSender
from corrections.services.actors import Actor
from corrections.services.publication import Publication
from corrections.services.readers import status
from corrections.services.review import comments, decisions
from tests.newsroom import EDITOR, a_correction, an_article
from tests.notify.postbox import ADA, Postbox, from_ada


def test_a_mention_reaches_the_colleague_and_nobody_else(publication: Publication, mail: MailSender, postbox: Postbox):
    an_article(publication)
    for name, address in (("Mira", "mira@example.org"), ("Otto", "otto@example.org"), ("Vic", "vic@example.org")):
        publication.private.accounts.save(name, "editor", "long enough for a test", address)
    a_correction(publication, "1893", "1839")
    comments.note(publication, EDITOR, 1, "@otto and @Mira: look? mail@vic.example")
    mail.deliver(publication)
    (letter,) = postbox.letters
    assert letter["To"] == "otto@example.org"
    assert letter["Subject"] == "Mira mentioned you in correction 1"
    assert "https://corrections.example.org/daily/review/1" in letter.get_content()


def test_an_appeal_reaches_the_chief_editors_and_its_outcome_the_reader(
    publication: Publication, mail: MailSender, postbox: Postbox
):
    an_article(publication)
    for name, role in (("Clara", "chief-editor"), ("Otto", "editor")):
        publication.private.accounts.save(name, role, "long enough for a test", f"{name.lower()}@example.org")
    correction = from_ada(publication)
    decisions.reject(publication, EDITOR, 1, correction.last_event, "The plaque says 1893.")
    mail.deliver(publication)
    status.appeal(publication, 1, "There are two plaques.")
    mail.deliver(publication)
    asked = postbox.letters[-1]
    assert asked["To"] == "clara@example.org"
    assert [letter["To"] for letter in postbox.letters].count("otto@example.org") == 0
    text = asked.get_content()
    assert "There are two plaques." in text
    assert "rejected by Mira: The plaque says 1893." in text
    assert "https://corrections.example.org/daily/review/1" in text
    chief = Actor("Clara", Role.CHIEF_EDITOR)
    decisions.accept(publication, chief, 1, publication.correction(1).last_event)
    mail.deliver(publication)
    outcome = postbox.letters[-1]
    assert outcome["To"] == ADA
    for kind in ("plain", "html"):
        body = outcome.get_body((kind,)).get_content()
        assert "As you asked, a chief editor reviewed the decision." in body
        assert "The article was changed as you suggested." in body
