"""Telling people of causes: each once in a while, and once more when it is over."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta

from shelfwise.alerts.channels import Channel, channels
from shelfwise.alerts.delivery import Delivery, deliver, described
from shelfwise.alerts.messages import Cause, Message, headline
from shelfwise.alerts.told import FailedDelivery, OverCause, State, ToldCause, read_state, write_state
from shelfwise.locks import exclusive_lock
from shelfwise.settings import Settings

logger = logging.getLogger(__name__)

EVENT_DAYS = 90  # after which an event is forgotten


def tell(
    settings: Settings, causes: Sequence[Cause], *, looked_at: Collection[str], now: datetime | None = None
) -> list[Delivery]:
    """Send what is new, what has lasted for `alert_repeat_hours` since it was told, and what is over.

    `looked_at` are the topics that were judged: a cause of one of them that is not among `causes` is over. What a
    channel did not take goes with the next call. Never raises for a channel or a state that cannot be written; where
    no channel is configured, nothing is kept.
    """
    open_channels = channels(settings)
    if not open_channels:
        return []
    moment = now or datetime.now(UTC)
    try:
        settings.alerts_path.mkdir(parents=True, exist_ok=True)
        with exclusive_lock(settings.alerts_path / ".lock", holder="alerts", wait=True):
            state = read_state(settings)
            note(state, causes, looked_at, moment)
            forget_channels(state, {channel.name for channel in open_channels})
            sent = [
                delivery for channel in open_channels for delivery in send_due(settings, state, channel, causes, moment)
            ]
            write_state(settings, state)
    except OSError as error:  # a full disk must not turn a finished run into a failed one
        logger.warning("alerts could not be sent: %s", described(error))
        return [Delivery("state", moment, 1, described(error))]
    return sent


def note(state: State, causes: Sequence[Cause], looked_at: Collection[str], now: datetime) -> None:
    """Bring the state up to date with what was found."""
    found = {cause.key: cause for cause in causes}
    for key, known in list(state.open.items()):
        if known.is_event:
            is_over = key not in found and now - known.last_seen > timedelta(days=EVENT_DAYS)
        else:
            is_over = known.topic in looked_at and key not in found
        if is_over:
            del state.open[key]
            if known.told and not known.is_event:
                state.over[key] = OverCause(
                    severity=known.severity,
                    title=known.title,
                    over_since=now,
                    first_seen=known.first_seen,
                    channels=list(known.told),
                )
    for key, cause in found.items():
        state.over.pop(key, None)  # it is back before anybody heard that it was over
        known = state.open.setdefault(
            key, ToldCause(topic=cause.topic, severity=cause.severity, title=cause.title, first_seen=now, last_seen=now)
        )
        known.last_seen, known.title, known.is_event = now, cause.title, cause.is_event
        known.text, known.owner, known.command = cause.text, cause.owner, cause.command


def forget_channels(state: State, names: Collection[str]) -> None:
    """Drop what was to be said through channels that are configured no more."""
    for key, cause in list(state.over.items()):
        cause.channels = [name for name in cause.channels if name in names]
        if not cause.channels:
            del state.over[key]
    for name in set(state.failures) - set(names):
        del state.failures[name]


def send_due(
    settings: Settings, state: State, channel: Channel, causes: Sequence[Cause], now: datetime
) -> list[Delivery]:
    """Send through one channel what it has to say, and note what it took."""
    deliveries = []
    repeat = timedelta(hours=settings.alert_repeat_hours)
    due = [cause for cause in causes if is_due(state.open[cause.key], channel.name, repeat, now)]
    if due:
        alert = Message(headline(due), "alert", causes=tuple(due))
        deliveries.append(noted(state, deliver(channel, alert), alert))
        if deliveries[-1].went:
            for cause in due:
                state.open[cause.key].told[channel.name] = now
    over = {key: ended for key, ended in state.over.items() if channel.name in ended.channels}
    if over:
        lines = tuple(f"{ended.title} (since {ended.first_seen:%Y-%m-%d %H:%M} UTC)" for ended in over.values())
        more = f" (and {len(over) - 1} more)" if len(over) > 1 else ""
        resolved = Message(f"resolved: {next(iter(over.values())).title}{more}", "resolved", paragraphs=lines)
        deliveries.append(noted(state, deliver(channel, resolved), resolved))
        if deliveries[-1].went:
            for key, ended in over.items():
                ended.channels.remove(channel.name)
                if not ended.channels:
                    del state.over[key]
    return deliveries


def is_due(known: ToldCause, channel: str, repeat: timedelta, now: datetime) -> bool:
    """Tell whether a channel has to tell of a cause: it has not yet, or not for long."""
    told = known.told.get(channel)
    return told is None or (not known.is_event and not timedelta(0) <= now - told < repeat)


def noted(state: State, delivery: Delivery, message: Message) -> Delivery:
    """Keep when a channel failed last, until it works again."""
    if delivery.went:
        state.failures.pop(delivery.channel, None)
    else:
        state.failures[delivery.channel] = FailedDelivery(
            at=delivery.at, subject=message.title, problem=delivery.problem
        )
    return delivery
