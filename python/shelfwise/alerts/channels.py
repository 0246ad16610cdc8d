"""Where messages go: a webhook, mail, a file. Each sends once or raises; `delivery` tries again and writes down."""

from __future__ import annotations

import json
import os
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from http.client import HTTPException
from pathlib import Path
from typing import Any, Protocol
from urllib.error import HTTPError
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from pydantic import SecretStr

from shelfwise.alerts.messages import Message
from shelfwise.errors import ShelfwiseError
from shelfwise.settings import Settings

LONGEST_BLOCK = 2900  # Slack takes 3,000 characters
MOST_BLOCKS = 40  # and 50 blocks


class Channel(Protocol):
    """A way to people."""

    @property
    def name(self) -> str:
        """What the record and the screen call it."""

    def send(self, message: Message) -> None:
        """Send once. Raises OSError (smtplib's and urllib's errors are such) or ShelfwiseError when it did not go."""


@dataclass(frozen=True)
class Webhook:
    """An address that takes JSON as Slack's incoming webhooks do; Mattermost, Rocket.Chat and others read it too."""

    settings: Settings
    name: str = "webhook"

    def send(self, message: Message) -> None:
        """Post the message. The address is a secret: no error repeats it."""
        address = self.settings.alert_webhook or SecretStr("")  # `channels` makes one only where there is an address
        request = Request(  # noqa: S310  settings take http and https alone, and the opener knows nothing else
            address.get_secret_value(),
            data=json.dumps(slack_body(message)).encode(),
            headers={"Content-Type": "application/json", "User-Agent": "shelfwise"},
        )
        try:
            with _web_only().open(request, timeout=self.settings.alert_timeout_seconds):
                pass
        except HTTPError as error:
            raise ShelfwiseError(f"the webhook answered {error.code}") from error
        except HTTPException as error:
            raise ShelfwiseError(f"the webhook's answer cannot be read ({type(error).__name__})") from None


def _web_only() -> OpenerDirector:
    """Return an opener of http and https that follows no redirect: a message goes where it was meant to go."""
    opener = OpenerDirector()
    for handler in (ProxyHandler(), HTTPHandler(), HTTPSHandler(), HTTPErrorProcessor(), HTTPDefaultErrorHandler()):
        opener.add_handler(handler)
    return opener


def slack_body(message: Message) -> dict[str, Any]:
    """Return a message as Slack takes it: `text` for receivers that know no blocks, and blocks."""
    blocks: list[dict[str, Any]] = [{"type": "header", "text": {"type": "plain_text", "text": message.title}}]
    for heading, lines in message.sections()[:MOST_BLOCKS]:
        bold = [f"*{_escaped(heading)}*"] if heading else []
        text = "\n".join([*bold, *map(_escaped, lines)])[:LONGEST_BLOCK]
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": text}})
    return {"text": _escaped(message.text()), "blocks": blocks}


def _escaped(text: str) -> str:
    """Return text in which Slack finds no link, no mention and no channel."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@dataclass(frozen=True)
class Mail:
    """A mail over SMTP, by STARTTLS or TLS from the first byte; a password is never sent in the clear."""

    settings: Settings
    name: str = "mail"

    def send(self, message: Message) -> None:
        """Hand the mail to the server."""
        settings = self.settings
        with self._connected() as server:
            if settings.alert_smtp_security == "starttls":
                server.starttls(context=self._tls())
            if settings.alert_smtp_password is not None:
                server.login(settings.alert_smtp_user, settings.alert_smtp_password.get_secret_value())
            if refused := server.send_message(self._mail(message)):
                raise ShelfwiseError(f"the mail server refused {len(refused)} of the receivers")

    def _connected(self) -> smtplib.SMTP:
        settings = self.settings
        if settings.alert_smtp_security == "none" and settings.alert_smtp_password is not None:
            raise ShelfwiseError(
                "a password would go over the network in the clear",
                remedy="Set SHELFWISE_ALERT_SMTP_SECURITY to starttls or tls",
            )
        server, timeout = (settings.alert_smtp_host, settings.alert_smtp_port), settings.alert_timeout_seconds
        if settings.alert_smtp_security == "tls":
            return smtplib.SMTP_SSL(*server, timeout=timeout, context=self._tls())
        return smtplib.SMTP(*server, timeout=timeout)

    def _tls(self) -> ssl.SSLContext:
        authority = self.settings.alert_smtp_ca_file
        return ssl.create_default_context(cafile=str(authority) if authority else None)

    def _mail(self, message: Message) -> EmailMessage:
        mail = EmailMessage()
        mail["Subject"] = f"[shelfwise] {message.title}"
        mail["From"], mail["To"] = self.settings.alert_mail_from, ", ".join(self.settings.alert_mail_to)
        mail["Date"] = format_datetime(message.sent_at)
        mail["Message-ID"] = make_msgid(domain="shelfwise.invalid")
        mail["Auto-Submitted"] = "auto-generated"  # no holiday notice answers it
        mail.set_content(message.text() + "\n")
        if message.attachment:
            mail.add_attachment(message.attachment.html, subtype="html", filename=message.attachment.name)
        return mail


@dataclass(frozen=True)
class LineFile:
    """A file that grows by a line of JSON a message, for whoever collects logs."""

    settings: Settings
    name: str = "file"

    @property
    def path(self) -> Path:
        """Where it is; relative to the data folder unless absolute."""
        return self.settings.data_path / (self.settings.alert_file or "alerts.jsonl")

    def send(self, message: Message) -> None:
        """Append the line and force it to disk: one write, so that two processes do not mix theirs."""
        line = {
            "at": message.sent_at.isoformat(timespec="seconds"),
            "kind": message.kind,
            "subject": message.title,
            "causes": [
                {"key": cause.key, "severity": cause.severity, "title": cause.title, "lines": cause.lines()}
                for cause in message.causes
            ],
            "text": message.text(),
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
        try:
            os.write(descriptor, (json.dumps(line, ensure_ascii=False) + "\n").encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def channels(settings: Settings) -> list[Channel]:
    """Return the channels that the settings switch on."""
    found: list[Channel] = []
    if settings.alert_webhook is not None:
        found.append(Webhook(settings))
    if settings.alert_mail_to:
        found.append(Mail(settings))
    if settings.alert_file is not None:
        found.append(LineFile(settings))
    return found
