"""What waits for a first look by an editor before it goes to the queue. Nothing is dropped, and all can be released."""

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import regex

from corrections.index import queries
from corrections.services import settings
from corrections.services.publication import Publication

if TYPE_CHECKING:
    from corrections.services.submission.submissions import Submission

WHY = {
    "trap": "a hidden form field was filled in",
    "hurried": "sent within seconds of opening the form",
    "proof": "sent without the required proof of work",
    "words": "contains blocked words",
    "address": "sent from a blocked address",
    "links": "contains many web addresses, from an unknown reader",
}
_LINK = regex.compile(r"https?://|\bwww\.", regex.IGNORECASE)


@dataclass(frozen=True)
class Arrival:
    """How a submission came: from which IP address (or none), and the signs that no person sent it, as codes of `WHY`.

    It is looked at and forgotten: of all this only codes enter the ledger.
    """

    address: str = ""
    signs: tuple[str, ...] = ()


def reasons(publication: Publication, submission: "Submission", arrival: Arrival) -> tuple[str, ...]:
    """Why this submission is to be held back, as codes of `WHY`; none where it may go to the queue."""
    found = [*arrival.signs]
    said = "\n".join((submission.replacement or "", submission.comment, submission.evidence, submission.contact.name))
    if _has_words(said, settings.words(settings.text(publication, "blocked-words"))):
        found.append("words")
    blocked = settings.words(settings.text(publication, "blocked-addresses"))
    if _is_blocked(submission.contact.email, arrival.address, blocked):
        found.append("address")
    own = f"{submission.replacement or ''}\n{submission.comment}"
    added = len(_LINK.findall(own)) - len(_LINK.findall(submission.selector.exact))
    if added > settings.number(publication, "stranger-links") and not _is_known(publication, submission.contact.email):
        found.append("links")
    return tuple(found)


def _has_words(said: str, blocked: tuple[str, ...]) -> bool:
    folded = said.casefold()
    return any(regex.search(rf"(?<!\w){regex.escape(each.casefold())}(?!\w)", folded) for each in blocked)


def _is_blocked(email: str, address: str, blocked: tuple[str, ...]) -> bool:
    email = email.casefold()
    return any(_is_mail_of(email, each.casefold()) or _within(address, each) for each in blocked)


def _is_mail_of(email: str, blocked: str) -> bool:
    """Whether `blocked` is this e-mail address, its domain (with or without @), or a domain above that."""
    domain = email.rpartition("@")[2]
    return bool(email) and (
        email == blocked or domain == blocked.lstrip("@") or domain.endswith("." + blocked.lstrip("@"))
    )


def _within(address: str, network: str) -> bool:
    try:
        sender, blocked = ipaddress.ip_address(address), ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
    plain = getattr(sender, "ipv4_mapped", None) or sender  # how IPv4 appears to who listens on IPv6
    return plain in blocked or sender in blocked


def _is_known(publication: Publication, email: str) -> bool:
    """Whether an earlier correction with this e-mail address was accepted."""
    ids = publication.private.contacts.corrections_of(email) if email else []
    return bool(ids) and queries.accepted_among(publication.index, ids)
