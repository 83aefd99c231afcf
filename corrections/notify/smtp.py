"""One letter to a mail server, so that it is known afterwards whether the server has taken it."""

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

TIMEOUT_SECONDS = 30


class TemporaryFailure(Exception):
    """The server cannot be reached, or says to come later: nothing was sent."""


class PermanentFailure(Exception):
    """The server takes this letter never: nothing was sent."""


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
        _check(*connection.mail(envelope.sender, options), "the sender")
        _check(*connection.rcpt(envelope.recipient), "the recipient")
    except (OSError, smtplib.SMTPException) as error:
        raise TemporaryFailure(f"the mail server closed the connection: {_without_addresses(error)}") from error


def _text(connection: smtplib.SMTP, content: bytes) -> None:
    try:
        code, _ = connection.data(content)
    except smtplib.SMTPDataError as error:  # the server did not ask for the text
        _check(error.smtp_code, b"", "the message")
        raise
    except (OSError, smtplib.SMTPException) as error:
        raise UnknownOutcome(
            f"the connection was lost before the mail server replied: {type(error).__name__}"
        ) from error
    _check(code, b"", "the message")


def _check(code: int, _answer: bytes, step: str) -> None:
    if 200 <= code < 400:
        return
    if 500 <= code < 600:
        raise PermanentFailure(f"the mail server refused {step} ({code})")
    raise TemporaryFailure(f"the mail server temporarily refused {step} ({code})")


def _without_addresses(error: Exception) -> str:
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__} {code}" if code else (getattr(error, "strerror", None) or type(error).__name__)
