"""E-mail waits for the quarter hour; nothing else waits."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

QUARTER = timedelta(minutes=15)
EARLY = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
ASK = "SELECT carried_at_v1($1, $2)"


@pytest.mark.parametrize("way", ["fcm", "web_push", "fcm_token", "fcm_installation"])
async def test_a_push_goes_out_when_it_is_due(pool: asyncpg.Pool, way: str) -> None:
    at = EARLY + timedelta(minutes=7, microseconds=1)
    assert await pool.fetchval(ASK, way, at) == at


async def test_mail_goes_out_at_the_end_of_its_quarter_hour(pool: asyncpg.Pool) -> None:
    for after in (timedelta(microseconds=1), timedelta(minutes=7), QUARTER):
        assert await pool.fetchval(ASK, "email", EARLY + after) == EARLY + QUARTER


async def test_mail_that_is_due_on_the_quarter_hour_does_not_wait(pool: asyncpg.Pool) -> None:
    assert await pool.fetchval(ASK, "email", EARLY) == EARLY


async def test_mail_without_an_instant_has_none(pool: asyncpg.Pool) -> None:
    assert await pool.fetchval(ASK, "email", None) is None
