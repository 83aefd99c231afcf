"""Requests over https, to real servers with certificates that are right, expired, for another name or from nobody."""

import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from corrections.connectors import connections
from corrections.connectors.connections import NewConnection
from corrections.http_client import OutgoingRequest, RequestFailed, send
from corrections.services.errors import Invalid
from corrections.services.publication import Publication
from tests.connectors.test_git_connector import ADMIN

NOW = datetime.now(UTC)
Serve = Callable[..., str]


class Authority:
    """Issues certificates."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority of the tests")])
        self.certificate = self._issue(self.name, self.key, NOW + timedelta(days=1), None)

    def issue(self, folder: Path, host: str, until: datetime) -> Path:
        """A file with a certificate for a host's name, and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        certificate = self._issue(subject, key, until, host)
        path = folder / f"{host}-{until:%Y%m%d}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        return path

    def _issue(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, until: datetime, host: str | None
    ) -> x509.Certificate:
        builder = x509.CertificateBuilder(
            self.name, subject, key.public_key(), x509.random_serial_number(), NOW - timedelta(days=9), until
        ).add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
        if host is not None:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        return builder.sign(self.key, hashes.SHA256())


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """One that this machine trusts."""
    authority = Authority()
    path = tmp_path / "authority.pem"
    path.write_bytes(authority.certificate.public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    monkeypatch.setenv("CORRECTIONS_PRIVATE_HOSTS", "127.0.0.0/8, ::1")
    return authority


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a server with the certificate in a file, or without TLS; returns its address, which begins with https."""
    servers = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"hello")

        def log_message(self, format: str, *args: object) -> None:
            pass

    def start(certificate: Path | None) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"https://localhost:{server.server_port}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def asked(url: str) -> bytes:
    return send(OutgoingRequest(url), is_allowed=lambda _address: True).body


def test_a_certificate_that_is_right_is_trusted(authority: Authority, serve: Serve, tmp_path: Path):
    assert asked(serve(authority.issue(tmp_path, "localhost", NOW + timedelta(days=1)))) == b"hello"


@pytest.mark.parametrize(
    ("host", "days", "message"),
    [("localhost", -1, "certificate has expired"), ("www.example.org", 1, "certificate is not valid for 'localhost'")],
)
def test_one_that_expired_or_has_another_name_is_refused(
    authority: Authority, serve: Serve, tmp_path: Path, host: str, days: int, message: str
):
    url = serve(authority.issue(tmp_path, host, NOW + timedelta(days=days)))
    with pytest.raises(RequestFailed, match=rf"^The site’s certificate is not valid: .*{message}\.$"):
        asked(url)


def test_one_from_nobody_is_refused_and_what_is_no_tls_is_said(authority: Authority, serve: Serve, tmp_path: Path):
    url = serve(Authority().issue(tmp_path, "localhost", NOW + timedelta(days=1)))
    with pytest.raises(RequestFailed, match=r"^The site’s certificate is not valid: "):
        asked(url)
    with pytest.raises(RequestFailed, match=r"does not accept encrypted connections \(https\)\.$"):
        asked(serve(None))


def test_a_wordpress_with_a_bad_certificate_is_not_connected_and_says_why(
    authority: Authority, serve: Serve, tmp_path: Path, publication: Publication
):
    url = serve(authority.issue(tmp_path, "localhost", NOW - timedelta(days=1)))
    new = NewConnection("wordpress", {"url": url, "user": "editor"}, password="xxxx yyyy")
    with pytest.raises(Invalid, match="localhost: The site’s certificate is not valid: certificate has expired"):
        connections.connect(publication, ADMIN, new)
    assert publication.private.connections.all() == []
