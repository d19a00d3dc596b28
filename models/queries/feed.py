"""Feed events as rows: how any floor appends them, and what it announces after its commit.

`append_feed_v1` numbers events inside the caller's transaction. Only after the commit may the
caller announce the rows; a caller that dies in between loses nothing, since every process
compares heads with the database.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ARRAY, Integer, SmallInteger, Text, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession


@dataclass(slots=True)
class FeedRow:
    """One committed event. `content` is JSON text; `unit_path` is empty for a personal notice.

    Nobody changes one; it is not frozen because that costs each event another microsecond.
    """

    shard: int
    seq: int
    at: datetime
    kind: str
    employee_id: UUID
    unit_id: UUID | None
    unit_path: Sequence[UUID]
    agency_id: UUID | None
    flags: int
    target_id: UUID | None
    goal: float | None
    approved: float | None
    pending: float | None
    state: str | None
    content: str


Announce = Callable[[Sequence[FeedRow]], None]
"""Tells the live feed what was committed. Returns at once and never raises for the network."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to append. Without a unit it is personal and needs its person's shard."""

    kind: str
    employee_id: UUID
    unit_id: UUID | None
    content: str
    target_id: UUID | None = None
    flags: int = 0
    shard: int | None = None


class Rows(Protocol):
    """What both drivers give: a row that can be read by column name."""

    def __getitem__(self, key: str, /) -> Any: ...


FEED_COLUMNS = (
    "shard, seq, at, kind, employee_id, unit_id, unit_path, agency_id, flags, target_id, "
    "goal, approved, pending, state, content"
)


def feed_row(row: Mapping[str, Any] | Any) -> FeedRow:
    """A row of either driver (asyncpg.Record, SQLAlchemy mapping) as a FeedRow."""
    return FeedRow(
        row["shard"],
        row["seq"],
        row["at"],
        row["kind"],
        row["employee_id"],
        row["unit_id"],
        row["unit_path"],
        row["agency_id"],
        row["flags"],
        row["target_id"],
        row["goal"],
        row["approved"],
        row["pending"],
        row["state"],
        row["content"],
    )


APPEND = f"SELECT {FEED_COLUMNS} FROM append_feed_v1($1, $2, $3, $4, $5, $6, $7) ORDER BY ord"

APPEND_NAMED = text(
    f"SELECT {FEED_COLUMNS} FROM append_feed_v1("
    ":kinds, :employee_ids, :unit_ids, :shards, :flags, :target_ids, :contents) ORDER BY ord"
).bindparams(
    bindparam("kinds", type_=ARRAY(Text)),
    bindparam("employee_ids", type_=ARRAY(Uuid)),
    bindparam("unit_ids", type_=ARRAY(Uuid)),
    bindparam("shards", type_=ARRAY(SmallInteger)),
    bindparam("flags", type_=ARRAY(Integer)),
    bindparam("target_ids", type_=ARRAY(Uuid)),
    bindparam("contents", type_=ARRAY(Text)),
)


def event_columns(events: Sequence[NewEvent]) -> dict[str, list[Any]]:
    """The arguments of `append_feed_v1`, one list a column, in its order."""
    return {
        "kinds": [event.kind for event in events],
        "employee_ids": [event.employee_id for event in events],
        "unit_ids": [event.unit_id for event in events],
        "shards": [event.shard for event in events],
        "flags": [event.flags for event in events],
        "target_ids": [event.target_id for event in events],
        "contents": [event.content for event in events],
    }


async def appended(connection: Any, events: Sequence[NewEvent]) -> list[FeedRow]:
    """Appends over a raw asyncpg connection, inside its transaction; announce after the commit."""
    return [
        feed_row(row) for row in await connection.fetch(APPEND, *event_columns(events).values())
    ]


async def appended_in(
    session: AsyncSession | AsyncConnection, events: Sequence[NewEvent]
) -> list[FeedRow]:
    """The same inside an SQLAlchemy transaction."""
    rows = await session.execute(APPEND_NAMED, event_columns(events))
    return [feed_row(row) for row in rows.mappings()]
