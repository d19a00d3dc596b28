"""The topics that a feed follows, and what each message does to them. No I/O.

Invariant: a topic's state is that of a fresh snapshot at its position, or the topic is stale: then
a snapshot is due and nothing is guessed. An event is told once, however often it arrives.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import assert_never
from uuid import UUID

from mobile_contract.cards import USUAL_CARDS, Gap, TopicState
from mobile_contract.live import (
    Bye,
    Cursor,
    Event,
    Events,
    FeedSnapshot,
    LiveError,
    Mode,
    Ping,
    Reset,
    Revoked,
    Rollup,
    ServerMessage,
    Subscribe,
    Subscribed,
    Unsubscribed,
    Welcome,
)
from mobile_contract.problems import CATALOGUE


@dataclass(frozen=True, slots=True)
class Connected:
    """The socket is open; what follows is live."""

    welcome: Welcome


@dataclass(frozen=True, slots=True)
class Shown:
    """A topic as it stands, to be drawn anew."""

    state: TopicState


@dataclass(frozen=True, slots=True)
class Changed:
    """A topic moved on. `events` are the new ones, in order, each told once."""

    state: TopicState
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class RolledUp:
    """A big scope's counts of this second."""

    rollup: Rollup


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A topic that was left or may no longer be seen."""

    topic: str


@dataclass(frozen=True, slots=True)
class Declined:
    """The service did not do what a message asked for. `code` is from the error catalogue."""

    code: str
    topic: str | None


Update = Connected | Shown | Changed | RolledUp | Forgotten | Declined


class FollowedTopics:
    """What one feed knows. `cards`: of each topic; `snapshots`: whether it may ask for them.

    Without snapshots every topic starts empty where the service says it stands.
    """

    def __init__(self, cards: int = USUAL_CARDS, snapshots: bool = True) -> None:
        self._cards = cards
        self._snapshots = snapshots
        self._epoch: UUID | None = None
        self._states: dict[str, TopicState] = {}
        self._drilled: set[str] = set()
        self._stale: set[str] = set()

    @property
    def states(self) -> dict[str, TopicState]:
        """Each topic as it stands now."""
        return dict(self._states)

    @property
    def due(self) -> list[str | None]:
        """The snapshots that are needed: None stands for all topics of the person's own."""
        if not self._snapshots:
            return []
        own: list[str | None] = [None] if self._epoch is None or self._stale - self._drilled else []
        return own + sorted(self._stale & self._drilled)

    @property
    def cursor(self) -> Cursor | None:
        """Where the topics of the person stand; those drilled into are subscribed to anew."""
        if self._epoch is None:
            return None
        own = self._states.keys() - self._drilled
        return Cursor(self._epoch, {topic: self._states[topic].position for topic in sorted(own)})

    def drill(self, topic: str) -> Subscribe:
        """One more topic, from where it was left if it was."""
        self._drilled.add(topic)
        state = self._states.get(topic)
        return Subscribe(topic, None if state is None else state.position)

    def leave(self, topic: str) -> None:
        """No longer drill into it."""
        self._drilled.discard(topic)

    @property
    def drilled(self) -> list[str]:
        """The topics that were drilled into; subscribe to them again after each welcome."""
        return sorted(self._drilled)

    def shown(self, snapshot: FeedSnapshot, topic: str | None = None) -> list[Update]:
        """Takes a snapshot of one topic, or of all the person's own where something was due."""
        fresh = {each.topic: each for each in snapshot.topics}
        own = self._stale - self._drilled
        asked = own if topic is None else {topic}
        if topic is None and self._epoch != snapshot.epoch:
            asked = own | fresh.keys()
        updates: list[Update] = []
        for name in sorted(asked):
            if name in fresh:
                state = TopicState.from_snapshot(fresh[name], self._cards)
                updates.append(self._shown(state))
            else:
                updates += self._forget([name])
        if topic is None:
            self._epoch = snapshot.epoch
        self._stale -= asked
        return updates

    def take(self, message: ServerMessage) -> list[Update]:
        """What a message changes. Ping and bye change nothing here."""
        match message:
            case Welcome():
                return self._welcomed(message)
            case Events():
                return self._moved(message)
            case Subscribed():
                return self._subscribed(message)
            case Unsubscribed(topic) | Revoked(topic):
                self._drilled.discard(topic)
                self._stale.discard(topic)
                return self._forget([topic])
            case Rollup(topic, upto):
                known = self._states.get(topic) or self._empty(topic, upto)
                self._states[topic] = replace(known, mode="rollup", position=upto)
                return [RolledUp(message)]
            case Reset():
                return self._reset(message)
            case LiveError(code, topic):
                known = CATALOGUE.get(code)
                if topic is not None and known is not None and known.retry != "later":
                    self._drilled.discard(topic)
                return [Declined(code, topic)]
            case Ping() | Bye():
                return []
            case _:
                assert_never(message)

    def _welcomed(self, welcome: Welcome) -> list[Update]:
        updates: list[Update] = [Connected(welcome)]
        if self._epoch != welcome.epoch:
            self._stale |= self._states.keys()
            self._epoch = welcome.epoch
        gone = self._states.keys() - welcome.topics.keys() - self._drilled
        self._stale -= gone
        updates += self._forget(sorted(gone))
        for topic, served in welcome.topics.items():
            known = self._states.get(topic)
            if known is None or topic in self._stale:
                updates += self._lost(self._empty(topic, served.upto, served.mode))
            else:
                self._states[topic] = replace(known, mode=served.mode)
        return updates

    def _subscribed(self, answer: Subscribed) -> list[Update]:
        known = self._states.get(answer.topic)
        if known is None:
            return self._lost(self._empty(answer.topic, answer.upto, answer.mode))
        self._states[answer.topic] = replace(known, mode=answer.mode)
        return []

    def _moved(self, frame: Events) -> list[Update]:
        state = self._states.get(frame.topic)
        if state is None or frame.topic in self._stale:
            return []  # left meanwhile, or a snapshot that has it all is due
        after = state.apply(frame)
        if isinstance(after, Gap):
            updates = self._lost(self._empty(frame.topic, frame.prev, state.mode))
            return updates + self._moved(frame)
        if after is state:
            return []
        self._states[frame.topic] = after
        new = tuple(event for event in frame.events if event.position > state.position)
        return [Changed(after, new)] if new else []

    def _reset(self, reset: Reset) -> list[Update]:
        topics = sorted(self._states) if reset.topic is None else [reset.topic]
        updates: list[Update] = []
        for topic in topics:
            if reset.upto is None and not self._snapshots:
                updates += self._forget([topic])
            else:
                updates += self._lost(self._empty(topic, reset.upto or 0))
        return updates

    def _lost(self, empty: TopicState) -> list[Update]:
        """A topic is not known any more: a snapshot is due, or it starts over from here."""
        if self._snapshots:
            self._stale.add(empty.topic)
            return []
        self._stale.discard(empty.topic)
        return [self._shown(empty)]

    def _shown(self, state: TopicState) -> Shown:
        self._states[state.topic] = state
        return Shown(state)

    def _forget(self, topics: Iterable[str]) -> list[Update]:
        gone = [topic for topic in topics if self._states.pop(topic, None) is not None]
        return [Forgotten(topic) for topic in gone]

    def _empty(self, topic: str, position: int, mode: Mode = "events") -> TopicState:
        return TopicState(topic, position, mode, self._cards)
