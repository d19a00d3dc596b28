"""What a fresh look at a topic is made of: its newest events back to the n-th newest card.

The cards themselves are the fold of these events (mobile_contract/cards.py), so a snapshot is by
construction what a client holds that has followed the events. Invariant: events and the shard's
head come from one snapshot of the database, so nothing at or below the head is missing.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from models.queries.feed import FeedRow
from models.queries.replays import ShardState, TopicPlace, newest_between, shard_state

MOST_EVENTS = 20_000  # a topic whose newest cards lie under more answers than this shows fewer

Seen = Callable[[Any, Sequence[FeedRow]], Awaitable[list[FeedRow]]]
"""`(connection, rows)` → those of them that the viewer may see, in their order."""


@dataclass(frozen=True, slots=True)
class NewestEvents:
    """The events of a topic up to `state.head` that its newest cards are made of, ascending."""

    state: ShardState
    events: list[FeedRow]


@asynccontextmanager
async def one_moment(pool: Any) -> AsyncGenerator[Any]:
    """A connection on which every statement sees the database as of the first one; read only."""
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        yield connection


async def newest_events(
    connection: Any,
    topic: TopicPlace,
    card_kinds: frozenset[str],
    cards: int,
    seen: Seen,
) -> NewestEvents:
    """The visible events from the `cards`-th newest card on, inside `one_moment`.

    Reads backwards in growing pages; the cost follows the cards asked for, not the history.
    """
    state = await shard_state(connection, topic.shard)
    upto, page, read, found = state.head, max(cards * 2, 20), 0, 0
    pages: list[list[FeedRow]] = []
    while found < cards and read < MOST_EVENTS:
        rows = await newest_between(connection, topic, 0, upto, page)
        if not rows:
            break
        read += len(rows)
        visible = await seen(connection, rows)
        found += sum(row.kind in card_kinds for row in visible)
        pages.append(visible)
        if len(rows) < page:
            break
        upto, page = rows[0].seq - 1, page * 2
    events = [row for rows in reversed(pages) for row in rows]
    return NewestEvents(state, _from_card(events, card_kinds, cards))


def _from_card(events: list[FeedRow], card_kinds: frozenset[str], cards: int) -> list[FeedRow]:
    """The events from the `cards`-th newest card on."""
    left = cards
    for place in range(len(events) - 1, -1, -1):
        if events[place].kind in card_kinds:
            left -= 1
            if left == 0:
                return events[place:]
    return events
