"""Receivers of alerts on this machine: a web server that keeps what is posted, a mail server with TLS and a login."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "mailer", "a-password-of-the-tests"


@dataclass
class WebReceiver:
    """What was posted, and how the next requests are answered: statuses taken one by one, then 200."""

    address: str = ""
    posted: list[dict[str, Any]] = field(default_factory=list)
    requests: int = 0
    statuses: list[int] = field(default_factory=list)


@contextmanager
def web_receiver() -> Iterator[WebReceiver]:
    """Serve a webhook."""
    receiver = WebReceiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.requests += 1
            status = receiver.statuses.pop(0) if receiver.statuses else 200
            if status == 200:
                assert self.headers["Content-Type"] == "application/json"
                receiver.posted.append(json.loads(body))
            self.send_response(status)
            if status in (301, 302):
                self.send_header("Location", receiver.address)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.address = f"http://127.0.0.1:{server.server_port}/services/T0/secret-part"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class MailReceiver:
    """What was mailed: (who logged in, whether over TLS, the mail)."""

    port: int
    certificate: Path
    mails: list[tuple[str, bool, EmailMessage]] = field(default_factory=list)


class _Mailbox:
    def __init__(self) -> None:
        self.mails: list[tuple[str, bool, EmailMessage]] = []

    async def handle_DATA(  # noqa: N802  aiosmtpd names it
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        over_tls = session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None
        self.mails.append((session.auth_data or "", over_tls, mail))  # type: ignore[arg-type]
        return "250 taken"


class _OnAnyPort(Controller):
    """A server on a port of the system's choice, which the controller cannot name when it looks whether it serves."""

    @property
    def own_port(self) -> int:
        assert self.server is not None
        return int(self.server.sockets[0].getsockname()[1])

    def _trigger_server(self) -> None:
        with socket.create_connection(("127.0.0.1", self.own_port), timeout=5):
            pass


def _authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object) -> AuthResult:
    assert isinstance(data, LoginPassword)
    known = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False, auth_data=data.login.decode())


@contextmanager
def mail_receiver(folder: Path, security: str) -> Iterator[MailReceiver]:
    """Serve mail on localhost: `starttls` or `tls` from the first byte; both want the login."""
    certificate, key = self_made_certificate(folder)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    mailbox = _Mailbox()
    options: dict[str, Any] = {"authenticator": _authenticate, "auth_required": True}
    if security == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    else:
        options |= {"ssl_context": context, "auth_require_tls": False}  # the layer below has it
    controller = _OnAnyPort(mailbox, hostname="127.0.0.1", port=0, **options)
    controller.start()
    receiver = MailReceiver(controller.own_port, certificate, mailbox.mails)
    try:
        yield receiver
    finally:
        controller.stop(no_assert=True)


def self_made_certificate(folder: Path) -> tuple[Path, Path]:
    """Write a certificate for localhost that has signed itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_path, key_path = folder / "certificate.pem", folder / "key.pem"
    certificate_path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate_path, key_path
