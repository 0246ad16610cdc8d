"""Messages arrive as their receivers expect them, and say nothing that is not theirs to know."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from receivers import PASSWORD, USER, mail_receiver, web_receiver

from shelfwise.alerts.channels import channels, slack_body
from shelfwise.alerts.delivery import deliver, send_report, send_test
from shelfwise.alerts.messages import Cause, Message
from shelfwise.settings import Settings

CAUSE = Cause(
    key="gate/landing/orders",
    topic="gate/landing",
    severity="error",
    title="the gate at landing stopped the run: shop__orders.total",
    text="Totals are <1,000 & not below 0 (3 rows); seen by jo@example.com",
    owner="data_engineering",
    command="shelfwise check landing",
    first_row={"order_id": "o1", "total": -3},
)


@pytest.fixture
def folder(tmp_path: Path, project_dir: Path) -> Settings:
    return Settings(project_dir=project_dir, data_dir=tmp_path)


def with_channel(settings: Settings, **alert: Any) -> Settings:
    return Settings(**{**settings.model_dump(), **{f"alert_{name}": value for name, value in alert.items()}})


def no_pause(_seconds: float) -> None: ...


def test_webhook_gets_what_slack_takes(folder: Settings) -> None:
    with web_receiver() as receiver:
        (channel,) = channels(with_channel(folder, webhook=receiver.address))
        assert deliver(channel, Message("two\nlines", "alert", causes=(CAUSE,))).went
    (body,) = receiver.posted
    assert body["blocks"][0] == {"type": "header", "text": {"type": "plain_text", "text": "two lines"}}
    section = body["blocks"][1]["text"]["text"]
    assert section.startswith("*ERROR: the gate at landing stopped the run: shop__orders.total*\n")
    for part in (
        'first bad row: {"order_id": "o1", "total": -3}',
        "owner: data_engineering",
        "shelfwise check landing",
    ):
        assert part in section
        assert part in body["text"]
    assert "&lt;1,000 &amp; not" in section
    assert "jo@example.com" not in json.dumps(body)


def test_slacks_limits_hold(folder: Settings) -> None:
    body = slack_body(Message("long " * 100, "report", paragraphs=("x" * 9000,) * 60))
    assert len(body["blocks"]) <= 50
    assert len(body["blocks"][0]["text"]["text"]) <= 150
    assert all(len(block["text"]["text"]) <= 3000 for block in body["blocks"])


def test_a_webhook_that_stumbles_is_tried_again(folder: Settings) -> None:
    with web_receiver() as receiver:
        receiver.statuses = [500, 503]
        (channel,) = channels(with_channel(folder, webhook=receiver.address))
        delivery = deliver(channel, Message("s", "test"), pause=no_pause)
    assert (delivery.went, delivery.attempts, len(receiver.posted)) == (True, 3, 1)


@pytest.mark.parametrize("status", [404, 302])
def test_a_webhook_that_refuses_is_recorded_without_its_address(folder: Settings, status: int) -> None:
    with web_receiver() as receiver:
        receiver.statuses = [status] * 3
        (channel,) = channels(with_channel(folder, webhook=receiver.address))
        delivery = deliver(channel, Message("s", "test"), pause=no_pause)
    assert receiver.requests == 3, "a redirect was followed"
    assert delivery.problem == f"the webhook answered {status}"
    assert "secret-part" not in repr(channel)


def test_a_webhook_that_nobody_serves_or_that_never_answers(folder: Settings) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/secret-part"
        refused = with_channel(folder, webhook=address)
        down = deliver(channels(refused)[0], Message("s", "test"), pause=no_pause)
        silent.listen()
        waiting = with_channel(folder, webhook=address, timeout_seconds=0.05)
        slow = deliver(channels(waiting)[0], Message("s", "test"), pause=no_pause)
    assert "refused" in down.problem
    assert "timed out" in slow.problem
    assert "secret-part" not in down.problem + slow.problem


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_goes_over_tls_after_a_login(folder: Settings, tmp_path: Path, security: str) -> None:
    with mail_receiver(tmp_path, security) as receiver:
        settings = with_channel(
            folder,
            mail_to="ops@example.com,owner@example.com",
            smtp_port=receiver.port,
            smtp_security=security,
            smtp_user=USER,
            smtp_password=PASSWORD,
            smtp_ca_file=receiver.certificate,
        )
        assert (
            send_report(settings, subject="week 48", html="<h1>Week 48</h1>", summary=["Revenue 12."])[0].problem == ""
        )
        assert deliver(channels(settings)[0], Message("bad\r\nBcc: x@example.com", "alert", causes=(CAUSE,))).went
    (user, over_tls, report), (_, _, alert) = receiver.mails
    assert (user, over_tls) == (USER, True)
    assert report["Subject"] == "[shelfwise] week 48"
    assert report["To"] == "ops@example.com, owner@example.com"
    body, attached = report.iter_parts()
    assert "Revenue 12." in body.get_content()
    assert (attached.get_filename(), attached.get_content_type()) == ("report.html", "text/html")
    assert attached.get_content().strip() == "<h1>Week 48</h1>"
    assert alert["Bcc"] is None
    assert "first bad row" in alert.get_content()


def test_mail_is_not_sent_to_a_server_that_cannot_prove_who_it_is(folder: Settings, tmp_path: Path) -> None:
    with mail_receiver(tmp_path, "starttls") as receiver:
        settings = with_channel(
            folder, mail_to="ops@example.com", smtp_port=receiver.port, smtp_user=USER, smtp_password=PASSWORD
        )
        delivery = deliver(channels(settings)[0], Message("s", "test"), pause=no_pause)
    assert "certificate" in delivery.problem.lower()
    assert receiver.mails == []


def test_a_wrong_password_is_not_repeated(folder: Settings, tmp_path: Path) -> None:
    with mail_receiver(tmp_path, "tls") as receiver:
        settings = with_channel(
            folder,
            mail_to="ops@example.com",
            smtp_port=receiver.port,
            smtp_security="tls",
            smtp_user=USER,
            smtp_password="another-password",
            smtp_ca_file=receiver.certificate,
        )
        delivery = deliver(channels(settings)[0], Message("s", "test"), pause=no_pause)
    assert "535" in delivery.problem
    assert "another-password" not in delivery.problem + repr(settings)


def test_a_password_never_goes_in_the_clear(folder: Settings) -> None:
    settings = with_channel(folder, mail_to="ops@example.com", smtp_security="none", smtp_password=PASSWORD)
    delivery = deliver(channels(settings)[0], Message("s", "test"), pause=no_pause)
    assert "in the clear" in delivery.problem


def test_the_file_grows_by_a_line_a_message(folder: Settings, tmp_path: Path) -> None:
    settings = with_channel(folder, file="notes/alerts.jsonl")
    send_test(settings)
    send_report(settings, subject="week", html="<b>", summary=["a", "b"])
    lines = [json.loads(line) for line in (tmp_path / "notes" / "alerts.jsonl").read_text().splitlines()]
    assert [(line["kind"], line["subject"]) for line in lines] == [("test", "test message"), ("report", "week")]
    assert lines[1]["text"] == "week\n\na\n\nb"


def test_no_channel_sends_nothing(folder: Settings) -> None:
    assert send_test(folder) == []
