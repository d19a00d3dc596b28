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
        cards, progress = list(self.cards), dict(self.progress)
        for event in frame.events:
            if event.position > self.position:
                _fold(cards, progress, event, self.limit)
        return replace(self, position=frame.upto, cards=tuple(cards), progress=progress)


def plain(snapshot: TopicSnapshot) -> Any:
    """A snapshot as plain values, to compare two of them by meaning instead of by bytes."""
    return msgspec.json.decode(msgspec.json.encode(snapshot))


def _fold(cards: list[Card], progress: dict[UUID, Progress], event: Event, limit: int) -> None:
    if event.kind in CARD_KINDS:
        cards.append(_card_of(event))
    elif event.kind in CHANGE_KINDS:
        _change(cards, event)
    elif event.kind == "feedback":
        _add_feedback(cards, event)
    # Kinds that this version does not know change no card; newer servers may send them.
    named = {_named(card.content).target_id for card in cards}
    if event.progress is not None and event.progress.target_id in named:
        progress[event.progress.target_id] = event.progress
    if len(cards) > limit:
        del cards[: len(cards) - limit]
        kept = {_named(card.content).target_id for card in cards}
        for target_id in named - kept:
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


def _change(cards: list[Card], event: Event) -> None:
    place = _place_of_report(cards, _named(event.content).report_id)
    if place is not None:
        merged = _merged(cards[place].content, event.content)
        cards[place] = msgspec.structs.replace(cards[place], content=merged)


def _add_feedback(cards: list[Card], event: Event) -> None:
    """A feedback joins the card of its report; an acknowledgement joins its feedback."""
    said = _named(event.content)
    place = _place_of_report(cards, said.report_id)
    if place is None:
        return
    if said.acknowledged_at is None:
        feedback = [*cards[place].feedback, event.content.copy()]
    else:
        feedback = [
            _merged(each, event.content) if _named(each).feedback_id == said.feedback_id else each
            for each in cards[place].feedback
        ]
    cards[place] = msgspec.structs.replace(cards[place], feedback=feedback)


def _place_of_report(cards: list[Card], report_id: UUID | None) -> int | None:
    if report_id is None:
        return None
    for place in range(len(cards) - 1, -1, -1):
        if cards[place].kind == "report" and _named(cards[place].content).report_id == report_id:
            return place
    return None


def _named(content: msgspec.Raw) -> _Named:
    return msgspec.json.decode(content, type=_Named)


def _merged(content: msgspec.Raw, change: msgspec.Raw) -> msgspec.Raw:
    """The keys of `content`, with those of `change` over them; values stay as they were written."""
    keys = msgspec.json.decode(content, type=dict[str, msgspec.Raw])
    keys |= msgspec.json.decode(change, type=dict[str, msgspec.Raw])
    return msgspec.Raw(msgspec.json.encode(keys))
