"""One letter to a mail server, so that it is known afterwards whether the server has taken it."""

import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

TIMEOUT_SECONDS = 30
# replies to a recipient that concern the service: it has to sign in, may not relay, or has the wrong sender (RFC 3463)
_SIGN_IN_CODES = {530, 534, 535, 538}
_SERVICE_STATUS = re.compile(rb"5\.(7\.\d+|1\.[78])\b")


class TemporaryFailure(Exception):
    """The server cannot be reached, says to come later or refuses the service itself: nothing was sent."""


class PermanentFailure(Exception):
    """The server refuses this message or its recipient for good: nothing was sent."""


class UnknownOutcome(Exception):
    """The connection was lost after the letter had begun to go out: it may have been sent or not."""


@dataclass(frozen=True)
class Envelope:
    """A message as the server gets it: the addresses of both sides and the text."""

    sender: str
    recipient: str
    content: bytes

    @classmethod
    def of(cls, message: EmailMessage) -> "Envelope":
        """Raises ValueError where an address of the message is none."""
        sender, recipient = (message[name].addresses[0].addr_spec for name in ("From", "To"))
        return cls(sender, recipient, message.as_bytes())


def send_mail(server: str, envelope: Envelope, begin: Callable[[], bool]) -> bool:
    """Hand a message to `server` (`smtp://user:password@host:port`, `smtps://…`).

    `begin` is called when the server has taken sender and recipient, right before the text goes out; where it says
    False nothing is sent, and this returns False. Raises `TemporaryFailure`, `PermanentFailure` or `UnknownOutcome`;
    their texts name no address.
    """
    try:
        connection = _connect(server)
    except (OSError, smtplib.SMTPException, ValueError) as error:  # ValueError: a host or password it cannot encode
        raise TemporaryFailure(f"cannot reach the mail server: {_without_addresses(error)}") from error
    try:
        _addresses(connection, envelope)
        if not begin():
            return False
        _text(connection, envelope.content)
    finally:
        connection.close()
    return True


def _connect(server: str) -> smtplib.SMTP:
    parts = urlsplit(server)
    host = parts.hostname or "localhost"
    if parts.scheme == "smtps":
        context = ssl.create_default_context()
        connection: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=context)
    else:
        connection = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_SECONDS)
        connection.ehlo()
        if connection.has_extn("starttls"):
            connection.starttls(context=ssl.create_default_context())
            connection.ehlo()
    if parts.username:
        connection.login(unquote(parts.username), unquote(parts.password or ""))
    connection.ehlo_or_helo_if_needed()
    return connection


def _addresses(connection: smtplib.SMTP, envelope: Envelope) -> None:
    options = () if (envelope.sender + envelope.recipient).isascii() else ("SMTPUTF8",)
    if options and not connection.has_extn("smtputf8"):
        if envelope.sender.isascii():
            raise PermanentFailure("the mail server does not accept addresses with non-ASCII characters")
        raise TemporaryFailure("the mail server does not accept a sender with non-ASCII characters")
    try:
        code, _ = connection.mail(envelope.sender, options)
        _check(code, "the sender", is_final=False)
        code, reply = connection.rcpt(envelope.recipient)
        _check(code, "the recipient", is_final=not _concerns_service(code, reply))
    except (OSError, smtplib.SMTPException) as error:
        raise TemporaryFailure(f"the mail server closed the connection: {_without_addresses(error)}") from error


def _text(connection: smtplib.SMTP, content: bytes) -> None:
    try:
        code, _ = connection.data(content)
    except smtplib.SMTPDataError as error:  # the server did not ask for the text, so the reason is not in it
        raise TemporaryFailure(f"the mail server refused to receive messages ({error.smtp_code})") from error
    except (OSError, smtplib.SMTPException) as error:
        raise UnknownOutcome(
            f"the connection was lost before the mail server replied: {type(error).__name__}"
        ) from error
    _check(code, "the message", is_final=True)


def _check(code: int, step: str, *, is_final: bool) -> None:
    """Raises a failure where `code` is no success; `is_final` says whether a 5xx is one for good."""
    if 200 <= code < 400:
        return
    if 500 <= code < 600:
        failure = PermanentFailure if is_final else TemporaryFailure
        raise failure(f"the mail server refused {step} ({code})")
    raise TemporaryFailure(f"the mail server temporarily refused {step} ({code})")


def _concerns_service(code: int, reply: bytes) -> bool:
    """Whether a reply to the recipient's address is about the service: many servers check its login only here."""
    return code in _SIGN_IN_CODES or _SERVICE_STATUS.match(reply) is not None


def _without_addresses(error: Exception) -> str:
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__} {code}" if code else (getattr(error, "strerror", None) or type(error).__name__)
