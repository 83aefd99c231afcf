"""Settings and limits: each limit has a number, a name and a message, here and nowhere else."""

import difflib
import importlib.util
import ipaddress
import os
import re
from dataclasses import dataclass, fields
from email.errors import MessageError
from email.headerregistry import Address
from pathlib import Path
from urllib.parse import urlsplit

from corrections.cluster import Cluster
from corrections.cluster.cluster import PLACEHOLDER
from corrections.errors import CorrectionsError
from corrections.logs import FORMS
from corrections.urls import host_of, serialize_url
from repo_store import Remote
from repo_store.errors import BadRemote

# In Unicode code points of what is kept, except where they say bytes.
QUOTE_LIMIT = 2_000
CONTEXT_LIMIT = 500  # each of prefix and suffix
REPLACEMENT_LIMIT = 4_000
COMMENT_LIMIT = 2_000
EVIDENCE_LIMIT = 2_000
NAME_LIMIT = 100
EMAIL_LIMIT = 254
REASON_LIMIT = 2_000
NOTICE_LIMIT = 2_000
TITLE_LIMIT = 300
STANDFIRST_LIMIT = 2000  # code points that are read of it
URL_LIMIT = 2_000
KEY_LIMIT = 200
BODY_LIMIT = 64 * 1024  # bytes of a request
ARTICLE_LIMIT = 2 * 1024 * 1024  # bytes of an article's Markdown
CLONE_BODY_LIMIT = 1024 * 1024  # bytes of what a git client says it wants and has, as sent and as inflated
CLONES = 4  # git clients served at once; more are asked to come again
CLONES_PER_NETWORK = 3  # of them from one network
CLONE_SECONDS = 600  # that one of them may take
CLONE_MEMORY = 2 * 1024 * 1024 * 1024  # bytes of address space of each git process that serves one
CLONE_PROCESSOR_SECONDS = 300  # of each git process that serves one
ARTICLE_BODY_LIMIT = 3 * ARTICLE_LIMIT  # bytes of a request that carries an article, escapes and all
HEAD_LIMIT = 32 * 1024  # bytes of a request's line and headers; a search may be long
HEAD_SECONDS = 15  # from its first byte until a request's headers are here
REQUEST_SECONDS = 60  # until all of it is
IDLE_SECONDS = 15  # that a connection stays open on which nothing happens
STALLED_SECONDS = 30  # that a client may take nothing of its answer
STOP_SECONDS = 20  # to finish the requests in hand
WORKERS_LIMIT = 64  # worker processes of one service
CONNECTIONS = 1000  # open at once
CONNECTIONS_PER_NETWORK = 200  # of them from one network, where no proxy is in front
SHORTEST_KEY = 20  # characters of CORRECTIONS_CONNECT_KEY

VARIABLES = frozenset(
    f"CORRECTIONS_{name}"
    for name in (
        *("DATA", "DATABASE", "GIT_REMOTE", "CONNECT_KEY", "CONNECT_PASSWORD", "PRIVATE_HOSTS"),
        *("URL", "HOSTS", "PROXIES", "HTTPS", "WORKERS", "THREADS", "LIMITS", "SUBMIT_LIMIT", "METRICS", "LOG"),
        *("SMTP", "MAIL_FROM", "OIDC_ISSUER", "OIDC_CLIENT", "OIDC_SECRET"),
    )
)
_SUBMIT_LIMIT = re.compile(r"off|[1-9][0-9]*/(second|minute|hour|day)")

_DATABASE_EXAMPLE = "an address such as postgresql://corrections@db.example.org/corrections"


class BadSettings(CorrectionsError):
    code = "bad_settings"


@dataclass(frozen=True)
class Settings:
    """What the operator decides, from the environment, checked at start."""

    data: Path
    submit_limit: str = "20/hour"  # per address
    workers: int = 1  # processes
    threads: int = 16  # of each worker
    proxies: int = 0  # trusted reverse proxies in front
    prefix: str = ""  # of the paths under which the service lives on its host, such as /corrections; its proxy keeps it
    https: bool = False  # cookies only over HTTPS
    limits: str = "memory://"  # where limits are counted; redis://… for several machines
    cluster: Cluster | None = None  # the database in which the private stores are; None: a file for each publication
    url: str = ""  # where readers reach the service: what every absolute address begins with
    hosts: tuple[str, ...] = ()  # further names under which it answers
    smtp: str = ""  # smtp://user:password@host:587 (STARTTLS where offered), smtps://…; empty: no mail
    mail_from: str = ""  # the sender of our mail
    oidc_issuer: str = ""  # the newsroom's identity provider; empty: none
    oidc_client: str = ""
    oidc_secret: str = ""
    metrics: str = ""  # the token that /metrics asks for; empty: there is no such page
    log: str = "json"  # a line of JSON for each request; text, for a person; off: warnings alone

    def shown(self) -> dict[str, object]:
        """The settings without their secrets: those that are one, and passwords inside addresses."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        del values["cluster"]
        values["data"], values["database"] = str(self.data), self.cluster.name if self.cluster else ""
        values["git_remote"] = self.cluster.git_remote if self.cluster else ""
        for name in ("oidc_secret", "metrics"):
            values[name] = "(set)" if values[name] else ""
        for name in ("smtp", "limits", "git_remote"):
            values[name] = re.sub(r"//[^/@]*@", "//(set)@", str(values[name]))
        return values

    @classmethod
    def from_environment(cls, data: Path) -> "Settings":
        """Raises `BadSettings` naming the variable."""
        submit_limit = os.environ.get("CORRECTIONS_SUBMIT_LIMIT", cls.submit_limit)
        if not _SUBMIT_LIMIT.fullmatch(submit_limit):
            raise BadSettings("CORRECTIONS_SUBMIT_LIMIT must be 'off' or a rate such as 20/hour.")
        limits = os.environ.get("CORRECTIONS_LIMITS", cls.limits)
        if not limits.startswith(("memory://", "redis://", "rediss://")):
            raise BadSettings("CORRECTIONS_LIMITS must be memory:// or an address such as redis://localhost:6379/0.")
        if limits.startswith("redis") and importlib.util.find_spec("redis") is None:
            raise BadSettings("CORRECTIONS_LIMITS needs the Redis client: pip install 'corrections[redis]'")
        _check_connections()
        return cls(
            data=data,
            submit_limit=submit_limit,
            workers=_number("CORRECTIONS_WORKERS", 0, 0, WORKERS_LIMIT) or _cores(),
            threads=_number("CORRECTIONS_THREADS", cls.threads, 1, 64),
            proxies=_number("CORRECTIONS_PROXIES", cls.proxies, 0, 10),
            prefix=_prefix(),
            https=_number("CORRECTIONS_HTTPS", 0, 0, 1) == 1,
            limits=limits,
            cluster=cluster_from_environment(),
            hosts=_hosts(),
            metrics=os.environ.get("CORRECTIONS_METRICS", ""),
            log=_choice("CORRECTIONS_LOG", FORMS, cls.log),
            **_mail(),
            **_provider(),
        )


def cluster_from_environment() -> Cluster | None:
    """What `CORRECTIONS_DATABASE` and `CORRECTIONS_GIT_REMOTE` name, without connecting to it; None: neither is set.

    Raises `BadSettings`.
    """
    address = os.environ.get("CORRECTIONS_DATABASE", "").strip()
    git_remote = _git_remote()
    if not address and git_remote:
        raise BadSettings("CORRECTIONS_DATABASE must be set when CORRECTIONS_GIT_REMOTE is set.")
    if not address:
        return None
    if not address.startswith(("postgresql://", "postgres://")):
        raise BadSettings(f"CORRECTIONS_DATABASE must be {_DATABASE_EXAMPLE}.")
    try:
        import psycopg
    except ImportError as error:
        raise BadSettings(
            "CORRECTIONS_DATABASE needs PostgreSQL's driver: pip install 'corrections[cluster]'"
        ) from error
    _check_encoded("CORRECTIONS_DATABASE", address)
    try:
        psycopg.conninfo.conninfo_to_dict(address)
    except psycopg.ProgrammingError:  # its words may hold the password
        raise BadSettings(f"CORRECTIONS_DATABASE cannot be read. It must be {_DATABASE_EXAMPLE}.") from None
    return Cluster(address, git_remote)


def unknown_variables() -> list[str]:
    """A remark on each variable of the environment that has the form of a setting and is none."""
    remarks = []
    for name in sorted(os.environ):
        if name.startswith("CORRECTIONS_") and name not in VARIABLES:
            meant = difflib.get_close_matches(name, VARIABLES, 1)
            remarks.append(f"There is no setting {name}.{f' Did you mean {meant[0]}?' if meant else ''}")
    return remarks


def _check_connections() -> None:
    """Raises `BadSettings` where what connections need is set and cannot be."""
    key = os.environ.get("CORRECTIONS_CONNECT_KEY", "")
    if key and len(key) < SHORTEST_KEY:
        raise BadSettings(f"CORRECTIONS_CONNECT_KEY must have at least {SHORTEST_KEY} characters.")
    for entry in os.environ.get("CORRECTIONS_PRIVATE_HOSTS", "").replace(",", " ").split():
        try:
            ipaddress.ip_network(entry, strict=False)
        except ValueError as error:
            raise BadSettings(
                f"CORRECTIONS_PRIVATE_HOSTS must be addresses and networks such as 10.1.2.3 or 10.0.0.0/8, not {entry}."
            ) from error


def _check_encoded(name: str, address: str) -> None:
    """Raises `BadSettings` where a password has characters that end it, so that a part would be taken for the host."""
    authority, _, path = address.partition("://")[2].partition("?")[0].partition("/")
    port = authority.rpartition("@")[2].partition(":")[2].partition("#")[0]
    is_cut = "@" in path and ("@" in authority or (port != "" and not port.isdecimal()))
    if is_cut or authority.count("@") > 1 or "#" in authority:
        raise BadSettings(f"{name} cannot be read: write %40 for @, %2F for / and %23 for # in its user and password.")


def _git_remote() -> str:
    address = os.environ.get("CORRECTIONS_GIT_REMOTE", "").strip()
    if address and PLACEHOLDER not in address:
        raise BadSettings(
            f"CORRECTIONS_GIT_REMOTE must have {PLACEHOLDER} in it, such as ssh://git@git.example.org/{PLACEHOLDER}.git."
        )
    if address.startswith(("http://", "https://")):
        _check_encoded("CORRECTIONS_GIT_REMOTE", address)
    try:
        if address:
            Remote(address.replace(PLACEHOLDER, "daily"))
    except BadRemote as error:
        raise BadSettings(f"CORRECTIONS_GIT_REMOTE cannot be used: {error.message}") from error
    return address


def _cores() -> int:
    """The cores that this process may use, as far as workers are allowed."""
    return min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, WORKERS_LIMIT)


def _prefix() -> str:
    prefix = os.environ.get("SCRIPT_NAME", "").strip("/")
    if prefix and not re.fullmatch(r"[\w.~-]+(/[\w.~-]+)*", prefix, re.ASCII):
        raise BadSettings("SCRIPT_NAME must be a path prefix such as /corrections.")
    return f"/{prefix}" if prefix else ""


def _hosts() -> tuple[str, ...]:
    entries = os.environ.get("CORRECTIONS_HOSTS", "").replace(",", " ").split()
    names = tuple(host_of(f"http://{name}") for name in entries)
    if any(not name or re.search(r"[/?#@]", entry) for name, entry in zip(names, entries, strict=True)):
        raise BadSettings(
            "CORRECTIONS_HOSTS must be a comma-separated list of host names such as corrections.example.org."
        )
    return tuple(name.strip("[]") for name in names)


def _provider() -> dict[str, str]:
    issuer, client, secret = (os.environ.get(f"CORRECTIONS_OIDC_{name}", "") for name in ("ISSUER", "CLIENT", "SECRET"))
    if issuer and serialize_url(issuer) is None:
        raise BadSettings("CORRECTIONS_OIDC_ISSUER must be an address such as https://login.example.org.")
    if issuer and not client:
        raise BadSettings("CORRECTIONS_OIDC_CLIENT must be set when CORRECTIONS_OIDC_ISSUER is set.")
    if issuer and importlib.util.find_spec("authlib") is None:
        raise BadSettings("CORRECTIONS_OIDC_ISSUER needs Authlib: pip install 'corrections[oidc]'")
    return {"oidc_issuer": issuer, "oidc_client": client, "oidc_secret": secret}


def service_address() -> str:
    """Where readers reach the service (`CORRECTIONS_URL`), without a slash at its end; empty where it is not known."""
    return (serialize_url(os.environ.get("CORRECTIONS_URL", "").strip()) or "").rstrip("/")


def _mail() -> dict[str, str]:
    smtp = os.environ.get("CORRECTIONS_SMTP", "")
    address = os.environ.get("CORRECTIONS_URL", "").strip()
    url = service_address()
    sender = os.environ.get("CORRECTIONS_MAIL_FROM", "")
    _check_smtp(smtp)
    if address and (not url or "?" in url or "#" in url):
        raise BadSettings(
            "CORRECTIONS_URL must be the web address of the service, such as https://corrections.example.org."
        )
    if smtp and not url:
        raise BadSettings(
            "CORRECTIONS_URL must be set when CORRECTIONS_SMTP is set: mail contains links to the service."
        )
    if smtp and not _is_mail_address(sender):
        raise BadSettings("CORRECTIONS_MAIL_FROM must be the sender’s e-mail address when CORRECTIONS_SMTP is set.")
    return {"smtp": smtp, "url": url, "mail_from": sender}


def _check_smtp(address: str) -> None:
    """Raises `BadSettings`, without the password, where `address` is set and does not name a mail server."""
    if not address:
        return
    message = "CORRECTIONS_SMTP must be an address such as smtp://user:password@mail.example.org:587"
    if not re.fullmatch(r"smtps?://\S+", address):
        raise BadSettings(f"{message}.")
    _check_encoded("CORRECTIONS_SMTP", address)
    try:
        parts = urlsplit(address)
        is_valid = bool(parts.hostname) and parts.port != 0
    except ValueError:  # its words may hold the password
        is_valid = False
    if not is_valid or parts.path not in ("", "/") or "?" in address or "#" in address:
        raise BadSettings(
            f"{message}: a host, a port from 1 to 65535 and nothing after it. "
            "Percent-encode special characters in its user and password, such as %2F for / and %3F for ?."
        )


def _is_mail_address(text: str) -> bool:
    """Whether `text` is one address that the sender of a message can have."""
    if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", text):
        return False
    try:
        Address(addr_spec=text)
    except (ValueError, MessageError, LookupError, AttributeError):  # what its parser raises, by the kind of mistake
        return False
    return True


def _choice(name: str, choices: tuple[str, ...], default: str) -> str:
    value = os.environ.get(name, default)
    if value not in choices:
        raise BadSettings(f"{name} must be one of {', '.join(choices)}.")
    return value


def _number(name: str, default: int, least: int, most: int) -> int:
    value = os.environ.get(name, str(default))
    if not value.isdecimal() or not least <= int(value) <= most:
        raise BadSettings(f"{name} must be a whole number from {least} to {most}.")
    return int(value)
