"""What a publication decides for itself: each setting has a name, a default and a meaning, here and nowhere else."""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from corrections.domain.kinds import NOTICE_KINDS
from corrections.services.errors import Invalid
from corrections.services.publication import Publication
from corrections.services.validation import Fields, is_address
from corrections.text.anchoring.vocabulary import LANGUAGES
from repo_store.errors import BadName
from repo_store.model.intents import person_name

VALUE_LIMIT = 20_000  # code points of a setting
_RATE = re.compile(r"off|[1-9][0-9]*/(second|minute|hour|day)")


@dataclass(frozen=True)
class Setting:
    """`check` raises ValueError, with what the value has to be, where it is something else."""

    name: str
    default: str
    meaning: str
    check: Callable[[str], object]


def words(text: str) -> tuple[str, ...]:
    """A list written with commas or line breaks."""
    return tuple(filter(None, (part.strip() for part in re.split(r"[,\n]", text))))


def _rate(text: str) -> None:
    if not _RATE.fullmatch(text):
        raise ValueError("'off' or a rate such as 600/hour")


def _whole(least: int, most: int) -> Callable[[str], None]:
    def check(text: str) -> None:
        if not (text.isascii() and text.isdecimal() and least <= int(text) <= most):
            raise ValueError(f"a whole number from {least} to {most}")

    return check


def _one_of(*choices: str) -> Callable[[str], None]:
    def check(text: str) -> None:
        if text not in choices:
            raise ValueError(f"one of {', '.join(choices)}")

    return check


def _addresses(text: str) -> None:
    for address in words(text):
        if "@" not in address and not re.fullmatch(r"[\w-]+(\.[\w-]+)*\.[^\W\d]\w*", address):
            try:
                ipaddress.ip_network(address, strict=False)
            except ValueError as error:
                raise ValueError("a list of e-mail addresses, domains, and IP addresses or networks") from error


def _e_mail(text: str) -> None:
    if text and not is_address(text):
        raise ValueError("an e-mail address, or empty")


def _template(text: str) -> None:
    if len(text) > 500 or "\n" in text:
        raise ValueError("one line of at most 500 characters, or empty for the default")


def display_names(text: str) -> dict[str, str]:
    """Display names by sign-in name, of lines such as `mira: Mira Kovalenko`. Raises ValueError."""
    names = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, colon, display = (part.strip() for part in line.partition(":"))
        if not (name and colon and display):
            raise ValueError("lines of a sign-in name, a colon and the name to display")
        try:
            names[name] = person_name(display)
        except BadName as error:
            raise ValueError(f"lines with names of this form: {error.message}") from error
    return names


def _zone(text: str) -> None:
    try:
        ZoneInfo(text)
    except (ValueError, ZoneInfoNotFoundError, OSError) as error:
        raise ValueError("a time zone such as Europe/Kyiv") from error


_ALL = (
    Setting("submit-limit", "600/hour", "Submission limit for all readers together, or off", _rate),
    Setting("queue-ceiling", "5000", "Waiting corrections at which no more are accepted", _whole(1, 10**7)),
    Setting("proof-of-work", "auto", "Proof of work before readers can submit: on, off, or auto (by load)",
            _one_of("auto", "on", "off")),
    Setting("proof-from", "30/minute", "Load at which proof of work starts, with auto", _rate),
    Setting("form-seconds", "3", "Seconds: forms submitted sooner after opening are held back", _whole(0, 60)),
    Setting("blocked-words", "", "Words and phrases that hold a submission back", words),
    Setting("blocked-addresses", "", "E-mail addresses, domains, IP addresses or networks to hold back", _addresses),
    Setting("stranger-links", "2", "Web addresses an unknown reader may include without being held back",
            _whole(0, 100)),
    Setting("reply-days", "3", "Days within which a person concerned gets a reply", _whole(1, 365)),
    Setting("contact-days", "0", "Days after the decision until a reader’s contact details are deleted; 0: kept",
            _whole(0, 3650)),
    Setting("undo-minutes", "10", "Minutes before mail about a decision is sent, so that it can be undone",
            _whole(0, 24 * 60)),
    *(
        Setting(
            f"notice-{kind}",
            "",
            f"Draft of a notice of the type {kind}, with {{was}} and {{now}}; notice-{kind}.uk for one",
            _template,
        )
        for kind in NOTICE_KINDS
    ),
    Setting("sign-commits", "off", "Sign every commit as well as the checkpoints: on or off",
            _one_of("on", "off")),
    Setting("checkpoint-minutes", "60", "Minutes between signed checkpoints while there is activity",
            _whole(0, 24 * 60)),
    Setting("time-zone", "UTC", "Time zone of times on pages and dates of notices, such as Europe/Kyiv", _zone),
    Setting("display-names", "", "Public names of editors, one line each: mira: Mira Kovalenko. Without one: an editor",
            display_names),
    Setting("reply-to", "", "E-mail address for readers’ replies", _e_mail),
)  # fmt: skip
SETTINGS = {setting.name: setting for setting in _ALL}


def text(publication: Publication, name: str) -> str:
    """A setting's value, or its default."""
    value = publication.private.settings.get(name)
    return SETTINGS[name.partition(".")[0]].default if value is None else value


def number(publication: Publication, name: str) -> int:
    return int(text(publication, name))


def change(publication: Publication, by: str, name: str, value: str) -> None:
    """Change a setting, and note in the journal who did, with the value before. Raises as `put` does."""
    previous = text(publication, name) if name.partition(".")[0] in SETTINGS else ""
    put(publication, name, value)
    publication.private.journal.note(by, f"set {name} to {value[:200]!r} (was {previous[:200]!r})")


def put(publication: Publication, name: str, value: str) -> None:
    """Change a setting; a notice's draft may be set for one language, as `notice-correction.uk`.

    Raises `Invalid` for an unknown name or a value that cannot be.
    """
    base, _, language = name.partition(".")
    setting = SETTINGS.get(base if base.startswith("notice-") and language in LANGUAGES else name)
    if setting is None:
        raise Invalid({name: f"There is no setting named {name[:60]}. Settings: {', '.join(SETTINGS)}."})
    fields = Fields()
    fields.text(name, name, value, VALUE_LIMIT)
    fields.check()
    try:
        setting.check(value)
    except ValueError as error:
        raise Invalid({name: f"{name} is {error}."}) from error
    publication.private.settings.put(name, value)
