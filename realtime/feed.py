"""The feed for whoever asks instead of listening: snapshots, and pages after a cursor.

Invariant: the same topics, the same rights and the same filters as on a socket; a look at other
people's topics is recorded as one.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import msgspec

from mobile_contract.live import Cursor, FeedPage, FeedSnapshot, Reset
from models.rules.refusals import DatabaseAway, InvalidCursor, TopicNotAllowed
from realtime.cursors import cursor_of
from realtime.intake import verdict
from realtime.principals import Principal
from realtime.replay import Replay
from realtime.scopes import OpenTopic, Scopes
from realtime.views import Views


@dataclass(frozen=True, slots=True)
class FeedOptions:
    """Bounds of one answer."""

    most_cards: int = 200  # of each topic
    most_topics: int = 64  # that a cursor names beyond a person's own
    away_retry_after_s: int = 5


class Feed:
    """Answers of `GET /v1/feed`."""

    def __init__(self, scopes: Scopes, replay: Replay, views: Views, options: FeedOptions) -> None:
        self._scopes = scopes
        self._replay = replay
        self._views = views
        self._options = options

    async def snapshot(self, principal: Principal, topic: str | None, cards: int) -> FeedSnapshot:
        """Each of the person's topics (or the one named) as it stands, its newest `cards`.

        Raises TopicNotAllowed, DatabaseAway.
        """
        async with self._asked():
            topics = await self._topics(principal, topic)
            self._note(principal, topics)
            most = min(cards, self._options.most_cards)
            return await self._replay.snapshot(principal, topics, most)

    async def page(
        self, principal: Principal, topic: str | None, cursor: str, events: int
    ) -> FeedPage:
        """At most `events` events of the person's topics (or the one named) after a cursor.

        Topics that the cursor names beyond a person's own are included where they are allowed;
        the others end with a reset. Raises InvalidCursor, TopicNotAllowed, DatabaseAway.
        """
        given = cursor_of(cursor)
        async with self._asked():
            topics = await self._topics(principal, topic)
            resets: list[Reset] = []
            if topic is None:
                more, gone = await self._drilled(principal, given, topics)
                topics += more
                resets = [Reset("not_allowed", name) for name in gone]
                kept = {name: at for name, at in given.positions.items() if name not in gone}
                given = Cursor(given.epoch, kept)
            self._note(principal, topics)
            page = await self._replay.page(principal, topics, given, events)
        return msgspec.structs.replace(page, resets=[*resets, *page.resets])

    async def _topics(self, principal: Principal, topic: str | None) -> list[OpenTopic]:
        if topic is None:
            return await self._scopes.own_topics(principal)
        return [await self._scopes.topic(principal, topic)]

    async def _drilled(
        self, principal: Principal, cursor: Cursor, own: list[OpenTopic]
    ) -> tuple[list[OpenTopic], set[str]]:
        """The other topics that the cursor names: those allowed, and the names of the rest."""
        names = cursor.positions.keys() - {topic.name for topic in own}
        if len(names) > self._options.most_topics:
            raise InvalidCursor
        allowed: list[OpenTopic] = []
        gone: set[str] = set()
        for name in sorted(names):
            try:
                allowed.append(await self._scopes.topic(principal, name))
            except TopicNotAllowed:
                gone.add(name)
        return allowed, gone

    def _note(self, principal: Principal, topics: list[OpenTopic]) -> None:
        for topic in topics:
            if not topic.own:
                self._views.glance(principal.person.employee_id, topic.place)

    @asynccontextmanager
    async def _asked(self) -> AsyncGenerator[None]:
        try:
            yield
        except Exception as error:
            if verdict(error) == "culprit":
                raise
            raise DatabaseAway(retry_after_s=self._options.away_retry_after_s) from error
