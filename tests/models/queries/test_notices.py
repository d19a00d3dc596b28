"""The inbox in SQL: newest first, unread by count, marked by its owner alone."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from models.queries.notices import (
    inbox_page,
    mark_acknowledged,
    mark_read,
    unread_count,
)
from models.rules.refusals import NotFound
from models.tables.columns import new_id
from tests.builders import make_city


async def told(pool: asyncpg.Pool, who: UUID, at: datetime) -> UUID:
    notice_id = new_id()
    await pool.execute(
        "INSERT INTO notice (id, key, recipient_id, kind, content, made_at)"
        " VALUES ($1, $2, $3, 'slip', '{}', $4)",
        notice_id,
        str(notice_id),
        who,
        at,
    )
    return notice_id


async def test_pages_go_by_key_even_between_equal_instants(pool: asyncpg.Pool) -> None:
    city, now = await make_city(pool), datetime.now(UTC)
    made = [await told(pool, city.ani, now) for _ in range(3)]
    made.append(await told(pool, city.ani, now + timedelta(seconds=1)))
    await told(pool, city.budi, now)
    seen, after = [], None
    while rows := await inbox_page(pool, city.ani, False, after, 2):
        seen += [row["id"] for row in rows]
        after = rows[-1]["made_at"], rows[-1]["id"]
    assert seen == [made[3], *sorted(made[:3], reverse=True)]


async def test_marking_is_done_once_and_counts_down(pool: asyncpg.Pool) -> None:
    city, now = await make_city(pool), datetime.now(UTC)
    first, second = [await told(pool, city.ani, now) for _ in range(2)]
    assert await unread_count(pool, city.ani) == 2
    assert await mark_read(pool, first, city.ani) == "applied"
    assert await mark_read(pool, first, city.ani) == "duplicate"
    assert await mark_acknowledged(pool, second, city.ani) == "applied"
    assert await mark_acknowledged(pool, first, city.ani) == "applied"
    assert await mark_acknowledged(pool, first, city.ani) == "duplicate"
    assert await unread_count(pool, city.ani) == 0
    assert await inbox_page(pool, city.ani, True, None, 10) == []


async def test_nobody_marks_for_another(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    notice_id = await told(pool, city.ani, datetime.now(UTC))
    for mark in (mark_read, mark_acknowledged):
        for wrong, who in ((notice_id, city.budi), (new_id(), city.ani)):
            with pytest.raises(NotFound):
                await mark(pool, wrong, who)
    assert await unread_count(pool, city.ani) == 1
