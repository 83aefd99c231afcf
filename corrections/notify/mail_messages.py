"""A letter to a reader, as text and HTML, in the reader's language."""

import email.utils
from dataclasses import dataclass
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from zoneinfo import ZoneInfo

from babel.dates import format_date
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from corrections.domain.states import State
from corrections.i18n import LazyString, load_catalog, quoted, supported_language, text_direction, translate
from corrections.index import queries
from corrections.notify.rendered_change import change_html
from corrections.notify.site_changes import SITE_PREFIX, site_letter
from corrections.notify.smtp import TemporaryFailure
from corrections.notify.subscriber import APPEAL_PREFIX, DECIDED, DUPLICATE_PREFIX, MENTION_PREFIX
from corrections.private.contacts import Contact
from corrections.private.delivery.outbox import SIGN_IN_PREFIX, Letter
from corrections.private.invitations import INVITED_DAYS
from corrections.services import settings
from corrections.services.publication import Publication
from corrections.services.rendered_view import sent_rows
from corrections.text.control_characters import interchangeable
from corrections.urls import host_of
from repo_store.model.events import CorrectionCommented

RECEIPTS_A_DAY = 5  # letters of the kind "received" to one address, no matter who typed it
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


@dataclass(frozen=True)
class Sender:
    """`url` is where readers reach the service, `address` the sender's."""

    url: str
    address: str


def compose_message(publication: Publication, sender: Sender, row: Letter) -> EmailMessage | None:
    """The letter as a message, or None where nobody wants it any more: its reader is forgotten, wants no mail, or
    something else was decided meanwhile. Raises `TemporaryFailure` where a newer version has to write it, and
    ValueError where the address is none."""
    if row.kind == "invitation":
        return _invitation(publication, sender, row)
    if row.kind.startswith(SIGN_IN_PREFIX):
        return _about_sign_in(publication, sender, row)
    correction = queries.correction_by_id(publication.index, row.correction)
    if row.kind.startswith(MENTION_PREFIX) and correction is not None:
        return _to_colleague(publication, sender, row, correction)
    if row.kind.startswith(APPEAL_PREFIX) and correction is not None:
        return _to_chief_editor(publication, sender, row, correction)
    if row.kind.startswith(SITE_PREFIX) and correction is not None:
        return _to_site(publication, sender, row, correction)
    contacts = publication.private.contacts
    contact = contacts.get(row.correction)
    if correction is None or contact is None or not contact.email or not contacts.takes_mail(contact.email):
        return None
    kind = row.kind.removeprefix(DUPLICATE_PREFIX)
    if kind not in SUBJECTS:
        raise TemporaryFailure("this version does not know this type of mail: a newer version created it")
    about = correction
    if row.kind.startswith(DUPLICATE_PREFIX):
        if correction.same_as is None or correction.state is not State.DUPLICATE:
            return None
        about = publication.correction(correction.same_as)
    if kind == "received":
        if contacts.count_recent(contact.email, correction.id) > RECEIPTS_A_DAY:
            return None
    elif kind != "question" and _last_decision(publication, about) != row.event:
        return None
    return _message(publication, sender, row, kind, correction, about, contact)


def _last_decision(publication: Publication, correction: queries.Correction) -> str | None:
    """The event that made the correction what it is now, if it was a decision."""
    deciding = {**DECIDED, "correction.reopened": "", "correction.spam": "", "correction.withdrawn": ""}
    decision_ids = [
        event.id for event in queries.events(publication.index, correction.number) if event.type in deciding
    ]
    return decision_ids[-1] if decision_ids else None


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
        "direction": text_direction(language),
        "change": change_html(sent_rows(publication, correction), language),
        "page": f"{page}?key={key}",
        "stop": stop,
        "question": _text(publication, row) if kind == "question" else "",
        "reply_by": _day(correction.reply_by, language),
        "answered": bool(settings.text(publication, "reply-to")),
    }
    message = EmailMessage(policy=SMTP)
    subject = translate(LazyString(SUBJECTS[kind], number=correction.number), language)
    message["Subject"] = _header(f"{subject}: {article.title}")
    message["From"] = Address(_header(publication.title), addr_spec=sender.address)
    message["To"] = Address(addr_spec=contact.email)
    if reply_to := settings.text(publication, "reply-to"):
        message["Reply-To"] = Address(addr_spec=reply_to)
    message["Date"] = email.utils.localtime()
    message["Message-ID"] = f"<{row.event[:16]}.{row.correction}@{host_of(sender.url)}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = language
    message["List-Unsubscribe"] = f"<{stop}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    environment = _environment(language)
    message.set_content(interchangeable(environment.get_template("letter.txt").render(values)))
    html = interchangeable(environment.get_template("letter.html").render(values))
    message.add_alternative(html, subtype="html")
    return message


def _to_colleague(
    publication: Publication, sender: Sender, row: Letter, correction: queries.Correction
) -> EmailMessage | None:
    """A mention reaches the colleague."""
    name = row.kind.removeprefix(MENTION_PREFIX)
    account = next(
        (member for member in publication.private.accounts.all() if member.name == name and member.email), None
    )
    if account is None:
        return None
    by = getattr(publication.store.entry(row.event).event, "by", "")
    page = f"{sender.url}/{publication.name}/review/{correction.number}"
    subject = f"{by} mentioned you in correction {correction.number}"
    return _to_staff(publication, sender, row, account.email, subject, f"{by}: {_text(publication, row)}\n\n{page}\n")


def _to_chief_editor(
    publication: Publication, sender: Sender, row: Letter, correction: queries.Correction
) -> EmailMessage | None:
    """A request for a review reaches a chief editor, while nobody has decided it."""
    name = row.kind.removeprefix(APPEAL_PREFIX)
    account = next(
        (member for member in publication.private.accounts.all() if member.name == name and member.email), None
    )
    if account is None or correction.state is not State.APPEALED:
        return None
    reason = getattr(publication.store.entry(row.event).event, "reason", "")
    page = f"{sender.url}/{publication.name}/review/{correction.number}"
    title = publication.article(correction.article).title
    subject = f"A reader asks for a review of correction {correction.number}: {title}"
    text = (
        f"Correction {correction.number} was rejected by {correction.decided_by}: {correction.reason}\n\n"
        f"The reader asks a chief editor to look again:\n{reason}\n\n{page}\n"
    )
    return _to_staff(publication, sender, row, account.email, subject, text)


def _to_site(
    publication: Publication, sender: Sender, row: Letter, correction: queries.Correction
) -> EmailMessage | None:
    """A change to make by hand, while the decision that asked for it holds and the page does not show it."""
    if _last_decision(publication, correction) != row.event:
        return None
    letter = site_letter(publication, sender.url, row.kind.removeprefix(SITE_PREFIX), correction)
    if letter is None:
        return None
    message = _to_staff(publication, sender, row, letter.to, letter.subject, letter.text)
    for name, source in letter.attachments.items():
        message.add_attachment(source, subtype="html", filename=name)
    return message


def _invitation(publication: Publication, sender: Sender, row: Letter) -> EmailMessage | None:
    invitations = publication.private.invitations
    invitation = invitations.get(row.event)
    if invitation is None:
        return None
    address = f"{sender.url}/{publication.name}/join/{invitation.id}?key={invitations.key_of(invitation)}"
    role = invitation.role.replace("-", " ")
    subject = f"{invitation.by} invites you to work on corrections for {publication.title}"
    text = (
        f"Hello {invitation.name},\n\nYou have been invited as {role}. Open this link within {INVITED_DAYS} days "
        f"to choose a password, or to join with an account that you have at another publication here:\n\n{address}\n"
    )
    return _to_staff(publication, sender, row, invitation.email, subject, text)


def _about_sign_in(publication: Publication, sender: Sender, row: Letter) -> EmailMessage | None:
    """Somebody signed in on a device that the account was not used on before: its owner should know."""
    number, _, device = row.kind.removeprefix(SIGN_IN_PREFIX).partition("-")
    account = publication.private.accounts.get(int(number))
    if account is None or not account.email:
        return None
    moment = datetime.fromisoformat(row.at).astimezone(ZoneInfo(settings.text(publication, "time-zone")))
    when = f"{format_date(moment, 'long', 'en_GB')}, {moment:%H:%M %Z}"
    subject = f"New sign-in to {publication.title}: {device}"
    text = (
        f"Hello {account.name},\n\nSomebody signed in to your account on a new device: {device}, on {when}.\n\n"
        f"If it was you, you do not need to do anything. If not, end that session and change your password:\n\n"
        f"{sender.url}/{publication.name}/account\n"
    )
    return _to_staff(publication, sender, row, account.email, subject, text)


def _to_staff(publication: Publication, sender: Sender, row: Letter, to: str, subject: str, text: str) -> EmailMessage:
    """A letter in English, as the desk speaks, and plain."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = _header(subject)
    message["From"] = Address(_header(publication.title), addr_spec=sender.address)
    message["To"] = Address(addr_spec=to)
    message["Date"] = email.utils.localtime()
    message["Message-ID"] = f"<{row.event[:16]}.{row.id}@{host_of(sender.url)}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(interchangeable(text))
    return message


def _header(text: str) -> str:
    """`text` on one line, cut to `HEADER_LIMIT`, as the value of a header."""
    line = " ".join(interchangeable(text).split())
    return line if len(line) <= HEADER_LIMIT else f"{line[: HEADER_LIMIT - 1]}…"


def _text(publication: Publication, row: Letter) -> str:
    event = publication.store.entry(row.event).event
    return event.text if isinstance(event, CorrectionCommented) else ""


def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("corrections.notify", "templates"),
        autoescape=select_autoescape(["html"]),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["quoted"] = lambda text: quoted(text, language)
    environment.globals["State"] = State
    words = load_catalog(language)
    environment.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]
    return environment


def _day(day: str | None, language: str) -> str:
    locale = "en_GB" if language == "en" else language
    return format_date(date.fromisoformat(day), "long", locale) if day else ""
