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
        self._stale: dict[str, int | None] = {}

    @property
    def states(self) -> dict[str, TopicState]:
        """Each topic as it stands now."""
        return dict(self._states)

    @property
    def needs_snapshot(self) -> bool:
        """Whether something is not known without asking."""
        return self._snapshots and (self._epoch is None or bool(self._stale))

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

    def shown(self, snapshot: FeedSnapshot) -> list[Update]:
        """Takes a snapshot: of what is stale, or of all when nothing was known."""
        fresh = {topic.topic: topic for topic in snapshot.topics}
        everything = self._epoch != snapshot.epoch
        wanted = set(fresh) if everything else set(self._stale)
        updates: list[Update] = []
        for topic in sorted(wanted | self._stale.keys()):
            if topic in fresh:
                state = TopicState.from_snapshot(fresh[topic], self._cards)
                updates.append(self._shown(state))
                continue
            position = self._stale[topic]
            if topic in self._drilled and position is not None:
                updates.append(self._shown(self._empty(topic, position)))
            else:
                updates += self._forget([topic])
        self._epoch = snapshot.epoch
        self._stale.clear()
        return updates

    def take(self, message: ServerMessage) -> list[Update]:
        """What a message changes. Ping and bye change nothing here."""
        match message:
            case Welcome():
                return self._welcomed(message)
            case Events():
                return self._moved(message)
            case Subscribed(topic, mode, upto):
                known = self._states.get(topic) or self._empty(topic, upto)
                return [self._shown(replace(known, mode=mode))]
            case Unsubscribed(topic) | Revoked(topic):
                self._drilled.discard(topic)
                return self._forget([topic])
            case Rollup(topic, upto):
                known = self._states.get(topic) or self._empty(topic, upto)
                self._states[topic] = replace(known, mode="rollup", position=upto)
                return [RolledUp(message)]
            case Reset():
                return self._reset(message)
            case LiveError(code, topic):
                if topic is not None and topic not in self._states:
                    self._drilled.discard(topic)
                return [Declined(code, topic)]
            case Ping() | Bye():
                return []
            case _:
                assert_never(message)

    def _welcomed(self, welcome: Welcome) -> list[Update]:
        updates: list[Update] = [Connected(welcome)]
        if self._epoch != welcome.epoch:
            self._stale |= dict.fromkeys(self._states)
            self._epoch = welcome.epoch
        gone = self._states.keys() - welcome.topics.keys() - self._drilled
        updates += self._forget(sorted(gone))
        for topic, served in welcome.topics.items():
            known = self._states.get(topic)
            if known is not None:
                self._states[topic] = replace(known, mode=served.mode)
            elif self._snapshots:
                self._stale[topic] = served.upto
            else:
                empty = self._empty(topic, served.upto)
                updates.append(self._shown(replace(empty, mode=served.mode)))
        if not self._snapshots:
            updates += self._start_over(dict(self._stale))
        return updates

    def _moved(self, frame: Events) -> list[Update]:
        state = self._states.get(frame.topic)
        if state is None or frame.topic in self._stale:
            return []  # left meanwhile, or a snapshot that has it all is on its way
        after = state.apply(frame)
        if isinstance(after, Gap):
            if self._snapshots:
                return self._lost({frame.topic: frame.upto})
            return [*self._start_over({frame.topic: frame.prev}), *self._moved(frame)]
        if after is state:
            return []
        self._states[frame.topic] = after
        new = tuple(event for event in frame.events if event.position > state.position)
        return [Changed(after, new)] if new else []

    def _reset(self, reset: Reset) -> list[Update]:
        if reset.topic is not None:
            return self._lost({reset.topic: reset.upto})
        return self._lost(dict.fromkeys(self._states, reset.upto))

    def _lost(self, places: dict[str, int | None]) -> list[Update]:
        """These topics are not known any more; `places`: where the service goes on with each."""
        self._stale |= places
        return [] if self._snapshots else self._start_over(places)

    def _start_over(self, places: dict[str, int | None]) -> list[Update]:
        updates: list[Update] = []
        for topic, position in places.items():
            self._stale.pop(topic, None)
            if position is None:
                updates += self._forget([topic])
            else:
                updates.append(self._shown(self._empty(topic, position)))
        return updates

    def _shown(self, state: TopicState) -> Shown:
        self._states[state.topic] = state
        return Shown(state)

    def _forget(self, topics: Iterable[str]) -> list[Update]:
        gone = [topic for topic in topics if self._states.pop(topic, None) is not None]
        return [Forgotten(topic) for topic in gone]

    def _empty(self, topic: str, position: int) -> TopicState:
        return TopicState(topic, position, limit=self._cards)
