"""A letter to a reader, as text and HTML, in the reader's language."""

import email.utils
from dataclasses import dataclass
from datetime import date
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from babel.dates import format_date
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from corrections.domain.states import State
from corrections.i18n import LazyString, load_catalog, quoted, supported_language, translate
from corrections.index import queries
from corrections.notify.smtp import TemporaryFailure
from corrections.notify.subscriber import DECIDED, MENTION, SAME
from corrections.private.contacts import Contact
from corrections.private.invitations import INVITED_DAYS
from corrections.private.outbox import Letter
from corrections.services import settings
from corrections.services.publication import Publication
from corrections.text.control_characters import interchangeable
from corrections.urls import host_of
from repo_store.model.events import CorrectionCommented

RECEIPTS_A_DAY = 5  # letters of the kind "received" to one address, whoever typed it
SUBJECTS = {
    "received": LazyString("We received your correction %(number)s"),
    State.ACCEPTED: LazyString("Your correction %(number)s was accepted"),
    State.USED: LazyString("Your correction %(number)s was used with changes"),
    State.REJECTED: LazyString("Your correction %(number)s was not accepted"),
    State.DUPLICATE: LazyString("Your correction %(number)s is a duplicate"),
    "question": LazyString("A question about your correction %(number)s"),
    State.REVERTED: LazyString("Your correction %(number)s was reverted"),
}
HEADER_LIMIT = 500  # code points of a subject or a sender's name
_RTL = ("ar",)


@dataclass(frozen=True)
class Sender:
    """`url` is where readers reach the service, `address` the sender's."""

    url: str
    address: str


def compose_message(publication: Publication, sender: Sender, row: Letter) -> EmailMessage | None:
    """The letter as a message, or None where nobody wants it any more: its reader is forgotten, wants no mail, or
    something else was decided meanwhile. Raises `Later` where a newer version has to write it, and ValueError where
    the address is none."""
    if row.kind == "invitation":
        return _invitation(publication, sender, row)
    correction = queries.correction_by_id(publication.index, row.correction)
    if row.kind.startswith(MENTION) and correction is not None:
        return _to_colleague(publication, sender, row, correction)
    contacts = publication.private.contacts
    contact = contacts.get(row.correction)
    if correction is None or contact is None or not contact.email or not contacts.takes_mail(contact.email):
        return None
    kind = row.kind.removeprefix(SAME)
    if kind not in SUBJECTS:
        raise TemporaryFailure("this version does not know this type of mail: a newer version created it")
    about = correction
    if row.kind.startswith(SAME):
        if correction.same_as is None or correction.state is not State.DUPLICATE:
            return None
        about = publication.correction(correction.same_as)
    if kind == "received":
        if contacts.received_lately(contact.email, correction.id) > RECEIPTS_A_DAY:
            return None
    elif kind != "question" and _last_decision(publication, about) != row.event:
        return None
    return _message(publication, sender, row, kind, correction, about, contact)


def _last_decision(publication: Publication, correction: queries.Correction) -> str | None:
    """The event that made the correction what it is now, if it was a decision."""
    deciding = {**DECIDED, "correction.reopened": "", "correction.spam": "", "correction.withdrawn": ""}
    found = [each.id for each in queries.events(publication.index, correction.number) if each.type in deciding]
    return found[-1] if found else None


def _message(
    publication: Publication,
    sender: Sender,
    row: Letter,
    kind: str,
    correction: queries.Correction,
    about: queries.Correction,
    contact: Contact,
) -> EmailMessage:
    article = publication.article(correction.article)
    language = supported_language(article.language) or supported_language(contact.language) or "en"
    page = f"{sender.url}/{publication.name}/c/{correction.number}"
    key = publication.private.reader_key(correction.id)
    stop = f"{page}/no-mail?key={key}"
    values = {
        "kind": kind,
        "publication": publication,
        "correction": correction,
        "about": about,
        "article": article,
        "language": language,
        "direction": "rtl" if language in _RTL else "ltr",
        "page": f"{page}?key={key}",
        "stop": stop,
        "question": _text(publication, row) if kind == "question" else "",
        "reply_by": _day(correction.reply_by, language),
        "answered": bool(settings.text(publication, "reply-to")),
    }
    made = EmailMessage(policy=SMTP)
    subject = translate(LazyString(SUBJECTS[kind], number=correction.number), language)
    made["Subject"] = _header(f"{subject}: {article.title}")
    made["From"] = Address(_header(publication.title), addr_spec=sender.address)
    made["To"] = Address(addr_spec=contact.email)
    if reply_to := settings.text(publication, "reply-to"):
        made["Reply-To"] = Address(addr_spec=reply_to)
    made["Date"] = email.utils.localtime()
    made["Message-ID"] = f"<{row.event[:16]}.{row.correction}@{host_of(sender.url)}>"
    made["Auto-Submitted"] = "auto-generated"
    made["Content-Language"] = language
    made["List-Unsubscribe"] = f"<{stop}>"
    made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    environment = _environment(language)
    made.set_content(interchangeable(environment.get_template("letter.txt").render(values)))
    html = interchangeable(environment.get_template("letter.html").render(values))
    made.add_alternative(html, subtype="html")
    return made


def _to_colleague(
    publication: Publication, sender: Sender, row: Letter, correction: queries.Correction
) -> EmailMessage | None:
    """A mention reaches the colleague."""
    name = row.kind.removeprefix(MENTION)
    account = next((each for each in publication.private.accounts.all() if each.name == name and each.email), None)
    if account is None:
        return None
    by = getattr(publication.store.entry(row.event).event, "by", "")
    page = f"{sender.url}/{publication.name}/review/{correction.number}"
    subject = f"{by} mentioned you in correction {correction.number}"
    return _to_staff(publication, sender, row, account.email, subject, f"{by}: {_text(publication, row)}\n\n{page}\n")


def _invitation(publication: Publication, sender: Sender, row: Letter) -> EmailMessage | None:
    invitations = publication.private.invitations
    found = invitations.get(row.event)
    if found is None:
        return None
    address = f"{sender.url}/{publication.name}/join/{found.id}?key={invitations.key_of(found)}"
    role = found.role.replace("-", " ")
    subject = f"{found.by} invites you to work on corrections for {publication.title}"
    text = (
        f"Hello {found.name},\n\nYou have been invited as {role}. Open this link within {INVITED_DAYS} days "
        f"to choose a password:\n\n{address}\n"
    )
    return _to_staff(publication, sender, row, found.email, subject, text)


def _to_staff(publication: Publication, sender: Sender, row: Letter, to: str, subject: str, text: str) -> EmailMessage:
    """A letter in English, as the desk speaks, and plain."""
    made = EmailMessage(policy=SMTP)
    made["Subject"] = _header(subject)
    made["From"] = Address(_header(publication.title), addr_spec=sender.address)
    made["To"] = Address(addr_spec=to)
    made["Date"] = email.utils.localtime()
    made["Message-ID"] = f"<{row.event[:16]}.{row.id}@{host_of(sender.url)}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(interchangeable(text))
    return made


def _header(text: str) -> str:
    """`text` on one line, cut to `HEADER_LIMIT`, as the value of a header."""
    line = " ".join(interchangeable(text).split())
    return line if len(line) <= HEADER_LIMIT else f"{line[: HEADER_LIMIT - 1]}…"


def _text(publication: Publication, row: Letter) -> str:
    event = publication.store.entry(row.event).event
    return event.text if isinstance(event, CorrectionCommented) else ""


def _environment(language: str) -> Environment:
    made = Environment(
        loader=PackageLoader("corrections.notify", "templates"),
        autoescape=select_autoescape(["html"]),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["quoted"] = lambda text: quoted(text, language)
    words = load_catalog(language)
    made.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]
    return made


def _day(day: str | None, language: str) -> str:
    locale = "en_GB" if language == "en" else language
    return format_date(date.fromisoformat(day), "long", locale) if day else ""
