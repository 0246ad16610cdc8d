"""Who has been told what: ``data/alerts/state.json``, replaced whole, so that a kill leaves the old or the new."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError

from shelfwise.files import write_text_atomically
from shelfwise.settings import Settings


class ToldCause(BaseModel):
    """A cause that somebody was to be told of; `told` says when each channel took it last."""

    topic: str
    severity: str
    title: str
    text: str = ""
    owner: str = ""
    command: str = ""
    is_event: bool = False
    first_seen: datetime
    last_seen: datetime
    told: dict[str, datetime] = Field(default_factory=dict)


class OverCause(BaseModel):
    """A cause that is over; `channels` have told of it and have yet to say so."""

    severity: str
    title: str
    over_since: datetime
    first_seen: datetime
    channels: list[str]


class FailedDelivery(BaseModel):
    """When a channel last did not take a message, and why."""

    at: datetime
    subject: str
    problem: str


class State(BaseModel):
    """What is open, what is over and not yet said to be, and which channels are down."""

    open: dict[str, ToldCause] = Field(default_factory=dict)
    over: dict[str, OverCause] = Field(default_factory=dict)
    failures: dict[str, FailedDelivery] = Field(default_factory=dict)


def state_path(settings: Settings) -> Path:
    """Return where the state is kept."""
    return settings.alerts_path / "state.json"


def read_state(settings: Settings) -> State:
    """Return the state; an empty one where there is none or it cannot be read: then all is told once more."""
    try:
        return State.model_validate_json(state_path(settings).read_bytes())
    except (FileNotFoundError, ValidationError):
        return State()


def write_state(settings: Settings, state: State) -> None:
    """Replace the state."""
    settings.alerts_path.mkdir(parents=True, exist_ok=True)
    write_text_atomically(state_path(settings), state.model_dump_json(indent=2) + "\n")
