"""The live feed on the wire: topics, positions, events, and the messages of `WS /v1/live`.

A topic is `unit:<id>` or `person:<id>` and lies in one shard. A position in a topic is one number,
`seq * 16 + shard`, so a cursor from another shard is seen as such. A client applies a frame when
`prev` is not past its position, drops events it has seen, and knows of loss when `prev` is past it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

SHARDS = 16
MAX_TOPIC_CHARACTERS = 64  # a kind and an id; answers name the topic, so it must not grow them
MAX_TOKEN_CHARACTERS = 512

TopicName = Annotated[str, msgspec.Meta(max_length=MAX_TOPIC_CHARACTERS)]
AccessToken = Annotated[str, msgspec.Meta(max_length=MAX_TOKEN_CHARACTERS)]


def position_of(shard: int, seq: int) -> int:
    """The place of an event among all places."""
    return seq * SHARDS + shard


def place_of(position: int) -> tuple[int, int]:
    """Shard and number of a position."""
    return position % SHARDS, position // SHARDS


def unit_topic(unit_id: UUID) -> str:
    """The topic of a unit and everything below it, within its agency."""
    return f"unit:{unit_id}"


def person_topic(employee_id: UUID) -> str:
    """The topic of one person: their own reports, answers to them, and their notices."""
    return f"person:{employee_id}"


class Progress(msgspec.Struct, frozen=True):
    """Where the target of an event stands after the commit that made the event."""

    target_id: UUID
    goal: float
    approved: float
    pending: float
    state: str


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """One feed event. `content` depends on `kind`; see documents.py for each.

    `position` grows along a topic. `receipt` stands on kind "report" only.
    """

    position: int
    kind: str
    at: datetime
    employee_id: UUID
    unit_id: UUID | None = None
    receipt: str | None = None
    flags: list[str] = []
    progress: Progress | None = None
    content: msgspec.Raw = msgspec.Raw(b"{}")


class Cursor(msgspec.Struct, frozen=True):
    """Where a client stands: the feed's epoch and the last position of each topic."""

    epoch: UUID
    positions: dict[str, int]


# Client → server


class Hello(msgspec.Struct, frozen=True, tag_field="type", tag="hello"):
    """The first message, within 5 s. Without a cursor the feed starts now."""

    token: AccessToken
    cursor: Cursor | None = None


class Renew(msgspec.Struct, frozen=True, tag_field="type", tag="renew"):
    """A fresh access token of the same person, before the old one ends."""

    token: AccessToken


class Subscribe(msgspec.Struct, frozen=True, tag_field="type", tag="subscribe"):
    """One more topic (drilling down). `position`: where the client stands in it, if anywhere."""

    topic: TopicName
    position: int | None = None


class Unsubscribe(msgspec.Struct, frozen=True, tag_field="type", tag="unsubscribe"):
    """One topic fewer."""

    topic: TopicName


class Pong(msgspec.Struct, frozen=True, tag_field="type", tag="pong"):
    """The answer to a ping."""


ClientMessage = Hello | Renew | Subscribe | Unsubscribe | Pong

# Server → client

Mode = Literal["events", "rollup"]


class TopicState(msgspec.Struct, frozen=True):
    """How a topic is served and the position that catching up leads to."""

    mode: Mode
    upto: int


class Welcome(msgspec.Struct, frozen=True, tag_field="type", tag="welcome"):
    """Signed in. `topics` are what this person is subscribed to from the start."""

    epoch: UUID
    employee_id: UUID
    topics: dict[str, TopicState]
    ping_every_s: float
    token_expires_at: datetime


class Events(msgspec.Struct, frozen=True, tag_field="type", tag="events"):
    """A frame: what happened in a topic after `prev`, up to and including `upto`."""

    topic: str
    prev: int
    upto: int
    events: Sequence[Event]


class Subscribed(msgspec.Struct, frozen=True, tag_field="type", tag="subscribed"):
    """The answer to `subscribe`."""

    topic: str
    mode: Mode
    upto: int


class Unsubscribed(msgspec.Struct, frozen=True, tag_field="type", tag="unsubscribed"):
    """The answer to `unsubscribe`."""

    topic: str


class RollupRow(msgspec.Struct, frozen=True):
    """One child unit of a big scope (or the unit's own people, under its own id).

    Counts of today (the unit's reporting day) as of this roll-up.
    """

    unit_id: UUID
    reports: int
    approvals: int
    returns: int
    slips: int
    last_at: datetime | None = None


class Rollup(msgspec.Struct, frozen=True, tag_field="type", tag="rollup"):
    """A big scope once a second: a row for each child that changed, and a sample of events."""

    topic: str
    upto: int
    at: datetime
    rows: Sequence[RollupRow]
    sample: Sequence[Event]


class Ping(msgspec.Struct, frozen=True, tag_field="type", tag="ping"):
    """Are you there? `at` is the server's clock."""

    at: datetime


class Reset(msgspec.Struct, frozen=True, tag_field="type", tag="reset"):
    """Drop what you know of this topic (none: of all) and take a snapshot from `GET /v1/feed`.

    Reasons: epoch, retention, too_far_behind, moved, not_allowed.
    """

    reason: str
    topic: str | None = None
    upto: int | None = None


class Revoked(msgspec.Struct, frozen=True, tag_field="type", tag="revoked"):
    """A topic that this person may no longer see; forget it."""

    topic: str


class Bye(msgspec.Struct, frozen=True, tag_field="type", tag="bye"):
    """The server goes; come back after this many seconds, spread out."""

    retry_in_s: float


class LiveError(msgspec.Struct, frozen=True, tag_field="type", tag="error"):
    """A message that was not understood or not allowed. `code` is from the error catalogue."""

    code: str
    topic: str | None = None


ServerMessage = (
    Welcome | Events | Subscribed | Unsubscribed | Rollup | Ping | Reset | Revoked | Bye | LiveError
)

CLOSE_MALFORMED = 4400
CLOSE_NOT_SIGNED_IN = 4401
CLOSE_NOT_ALLOWED = 4403
CLOSE_TOO_SLOW = 4408
CLOSE_RESTART = 1012


class Card(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a screen shows for one event that makes a card, with later events folded in.

    Kinds that make a card: report, slip, recovery, notice, target_changed. The others change the
    card of their report: `content` keys are merged, feedback is kept in the order it came.
    """

    position: int
    kind: str
    at: datetime
    employee_id: UUID
    unit_id: UUID | None = None
    receipt: str | None = None
    flags: list[str] = []
    content: msgspec.Raw = msgspec.Raw(b"{}")
    feedback: list[msgspec.Raw] = []


class TopicSnapshot(msgspec.Struct, frozen=True):
    """A topic as it stands at `upto`: its newest cards, oldest first, and their targets."""

    topic: str
    mode: Mode
    upto: int
    cards: list[Card]
    progress: dict[UUID, Progress]


class FeedSnapshot(msgspec.Struct, frozen=True):
    """`GET /v1/feed` without a cursor."""

    epoch: UUID
    topics: list[TopicSnapshot]
    cursor: str


class FeedPage(msgspec.Struct, frozen=True):
    """`GET /v1/feed` with a cursor: frames to apply in order, and where that leads."""

    frames: list[Events]
    resets: list[Reset]
    cursor: str
    more: bool
