"""Cards from events: what a screen shows of a topic, as a fold over frames. No I/O.

Invariant: a snapshot plus the events after it equals a fresh snapshot. The fold goes event by
event, so how events were cut into frames never matters, frames may overlap, and one that does not
join on is reported as a gap instead of being applied.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self
from uuid import UUID

import msgspec

from mobile_contract.live import Card, Event, Events, Mode, Progress, TopicSnapshot, place_of

CARD_KINDS = frozenset({"report", "slip", "recovery", "notice", "target_changed"})
CHANGE_KINDS = frozenset({"revision", "withdrawal", "approval", "return"})
USUAL_CARDS = 50  # cards of a topic in a snapshot when the client asks for no other number


class _Named(msgspec.Struct, frozen=True):
    """What a content points at; everything else in it is skipped."""

    report_id: UUID | None = None
    target_id: UUID | None = None
    feedback_id: UUID | None = None
    acknowledged_at: str | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """A frame that begins after what is known: events in between were lost, ask for a snapshot."""

    topic: str
    position: int
    prev: int


@dataclass(frozen=True, slots=True)
class TopicState:
    """A topic up to and including `position`: its newest cards, oldest first, and their targets.

    `limit`: at most this many cards are kept; the same number as in the snapshot.
    """

    topic: str
    position: int
    mode: Mode = "events"
    limit: int = USUAL_CARDS
    cards: tuple[Card, ...] = ()
    progress: Mapping[UUID, Progress] = field(default_factory=dict[UUID, Progress])

    @classmethod
    def from_snapshot(cls, snapshot: TopicSnapshot, limit: int = USUAL_CARDS) -> Self:
        """The state that a snapshot taken with the same `limit` describes."""
        return cls(
            topic=snapshot.topic,
            position=snapshot.upto,
            mode=snapshot.mode,
            limit=limit,
            cards=tuple(snapshot.cards),
            progress=snapshot.progress,
        )

    def as_snapshot(self) -> TopicSnapshot:
        """What `GET /v1/feed` would answer now."""
        return TopicSnapshot(
            self.topic, self.mode, self.position, list(self.cards), dict(self.progress)
        )

    def apply(self, frame: Events) -> "TopicState | Gap":
        """The state after a frame; the same state if it brings nothing new.

        Events at or before `position` have been seen and are dropped. Raises ValueError for a
        frame of another topic.
        """
        if frame.topic != self.topic:
            raise ValueError(f"a frame of {frame.topic} does not belong to {self.topic}")
        moved = place_of(frame.upto)[0] != place_of(self.position)[0]
        if frame.prev > self.position or moved:
            return Gap(self.topic, self.position, frame.prev)
        if frame.upto <= self.position:
            return self
        cards, progress = [_Shown.of(card) for card in self.cards], dict(self.progress)
        for event in frame.events:
            if event.position > self.position:
                _fold(cards, progress, event, self.limit)
        shown = tuple(each.card for each in cards)
        return replace(self, position=frame.upto, cards=shown, progress=progress)


def plain(snapshot: TopicSnapshot) -> Any:
    """A snapshot as plain values, to compare two of them by meaning instead of by bytes."""
    return msgspec.json.decode(msgspec.json.encode(snapshot))


@dataclass(slots=True)
class _Shown:
    """A card while a frame is folded in, with what its content points at read once."""

    card: Card
    named: _Named

    @classmethod
    def of(cls, card: Card) -> "_Shown":
        return cls(card, _named(card.content))


def _fold(cards: list[_Shown], progress: dict[UUID, Progress], event: Event, limit: int) -> None:
    if event.kind in CARD_KINDS:
        cards.append(_Shown.of(_card_of(event)))
    elif event.kind in CHANGE_KINDS:
        _change(cards, event)
    elif event.kind == "feedback":
        _add_feedback(cards, event)
    # Kinds that this version does not know change no card; newer servers may send them.
    moved = event.progress
    if moved is not None and any(each.named.target_id == moved.target_id for each in cards):
        progress[moved.target_id] = moved
    excess = len(cards) - limit
    if excess > 0:
        gone = {each.named.target_id for each in cards[:excess]}
        del cards[:excess]
        for target_id in gone - {each.named.target_id for each in cards}:
            if target_id is not None:
                progress.pop(target_id, None)


def _card_of(event: Event) -> Card:
    return Card(
        position=event.position,
        kind=event.kind,
        at=event.at,
        employee_id=event.employee_id,
        unit_id=event.unit_id,
        receipt=event.receipt,
        flags=event.flags,
        content=event.content.copy(),  # else it keeps the whole message alive
    )


def _change(cards: list[_Shown], event: Event) -> None:
    shown = _of_report(cards, _named(event.content).report_id)
    if shown is not None:
        merged = _merged(shown.card.content, event.content)
        shown.card = msgspec.structs.replace(shown.card, content=merged)
        shown.named = _named(merged)


def _add_feedback(cards: list[_Shown], event: Event) -> None:
    """A feedback joins the card of its report; an acknowledgement joins its feedback."""
    said = _named(event.content)
    shown = _of_report(cards, said.report_id)
    if shown is None:
        return
    if said.acknowledged_at is None:
        feedback = [*shown.card.feedback, event.content.copy()]
    else:
        feedback = [
            _merged(each, event.content) if _named(each).feedback_id == said.feedback_id else each
            for each in shown.card.feedback
        ]
    shown.card = msgspec.structs.replace(shown.card, feedback=feedback)


def _of_report(cards: list[_Shown], report_id: UUID | None) -> _Shown | None:
    if report_id is None:
        return None
    for shown in reversed(cards):
        if shown.card.kind == "report" and shown.named.report_id == report_id:
            return shown
    return None


def _named(content: msgspec.Raw) -> _Named:
    return msgspec.json.decode(content, type=_Named)


def _merged(content: msgspec.Raw, change: msgspec.Raw) -> msgspec.Raw:
    """The keys of `content`, with those of `change` over them; values stay as they were written."""
    keys = msgspec.json.decode(content, type=dict[str, msgspec.Raw])
    keys |= msgspec.json.decode(change, type=dict[str, msgspec.Raw])
    return msgspec.Raw(msgspec.json.encode(keys))
