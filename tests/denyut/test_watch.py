"""Watching against the real service: what happens is on the picture, and a loss is said."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from io import StringIO

import asyncpg
import pytest
from rich.console import Console

from api.passwords import Hasher, HasherOptions
from denyut.serving import serving
from denyut.settings import Settings
from denyut.watch import Watch, WatchOptions, signed_in
from mobile_contract.client.connection import Refused
from realtime.scopes import ScopeOptions
from tests.builders import City, decide, make_city, make_report

PASSWORD = "kata sandi uji"


@dataclass
class Watched:
    """A service, its city, and who may sign in: the head of the clinic."""

    city: City
    nip: str
    url: str
    stack: AsyncExitStack


@asynccontextmanager
async def watched(database: str, pool: asyncpg.Pool, **settings: object) -> AsyncIterator[Watched]:
    city = await make_city(pool)
    hasher = Hasher(HasherOptions(memory_kib=64, passes=1))
    await pool.execute(
        "INSERT INTO account (employee_id, password_hash) VALUES ($1, $2)",
        city.clinic_head,
        await hasher.hashed(PASSWORD),
    )
    hasher.close()
    nip = await pool.fetchval("SELECT nip FROM employee WHERE id = $1", city.clinic_head)
    async with AsyncExitStack() as stack:
        given = Settings(database_url=database, port=0, **settings)  # type: ignore[arg-type]
        _, url = await stack.enter_async_context(serving(given))
        yield Watched(city, nip, url, stack)


@asynccontextmanager
async def watching(there: Watched, console: Console) -> AsyncIterator[None]:
    """Watches while the block runs; begins once the feed is live."""
    opened = asyncio.Event()
    async with signed_in(there.url, there.nip, PASSWORD) as connection:
        watch = Watch(connection, console, WatchOptions(there.url, "en"))
        task = asyncio.create_task(watch.run(opened.set))
        waiting = asyncio.create_task(opened.wait())
        await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        try:
            yield
        finally:
            task.cancel()
            with pytest.raises((asyncio.CancelledError, BaseExceptionGroup)):
                await task


async def until(holds: Callable[[], bool]) -> None:
    while not holds():
        await asyncio.sleep(0.02)


async def test_in_a_pipe_each_new_card_is_a_few_lines(database: str, pool: asyncpg.Pool) -> None:
    out = StringIO()
    async with watched(database, pool) as there, watching(there, Console(file=out, width=100)):
        city = there.city
        await make_report(pool, city.ani, city.targets[city.ani], quantity=12, note="pagi")
        await until(lambda: "“pagi”" in out.getvalue())
    assert "Pegawai  12 kali · Kunjungan" in out.getvalue()
    assert "12 of 100 kali" in out.getvalue()
    assert "✓ Received, no. " in out.getvalue()
    assert out.getvalue().count("“pagi”") == 1


async def test_on_a_terminal_the_picture_changes_in_place(
    database: str, pool: asyncpg.Pool
) -> None:
    out = StringIO()
    console = Console(file=out, width=130, height=30, force_terminal=True)
    async with watched(database, pool) as there, watching(there, console):
        city = there.city
        row = await make_report(pool, city.budi, city.targets[city.budi], note="siang")
        await until(lambda: "“siang”" in out.getvalue())
        report_id = await pool.fetchval("SELECT id FROM report WHERE seq = $1", row.seq)
        await decide(pool, city.clinic_head, report_id)
        await until(lambda: "Approved by Atasan" in out.getvalue())
        await until(lambda: "people · " in out.getvalue())
    assert "Live feed · Puskesmas" in out.getvalue()
    assert "● connected" in out.getvalue()


async def test_a_service_that_goes_is_said_and_the_feed_comes_back_by_itself(
    database: str, pool: asyncpg.Pool
) -> None:
    out = StringIO()
    async with watched(database, pool) as there, watching(there, Console(file=out, width=100)):
        await there.stack.aclose()
        await until(lambda: "disconnected, trying again" in out.getvalue())


async def test_a_big_scope_is_shown_by_its_parts(database: str, pool: asyncpg.Pool) -> None:
    out = StringIO()
    console = Console(file=out, width=130, height=30, force_terminal=True)
    scopes = ScopeOptions(rollup_above_people=2)
    async with watched(database, pool, scopes=scopes) as there, watching(there, console):
        city = there.city
        await make_report(pool, city.ani, city.targets[city.ani], quantity=3)
        await until(lambda: "reports today" in out.getvalue())


async def test_a_wrong_password_is_refused_with_words(database: str, pool: asyncpg.Pool) -> None:
    async with watched(database, pool) as there:
        with pytest.raises(Refused) as refused:
            async with signed_in(there.url, there.nip, "not this one"):
                pass
        assert refused.value.problem.code == "wrong_credentials"


async def test_the_session_ends_with_the_watch(database: str, pool: asyncpg.Pool) -> None:
    async with watched(database, pool) as there:
        async with signed_in(there.url, there.nip, PASSWORD):
            pass
        assert await pool.fetchval(
            "SELECT bool_and(revoked_at IS NOT NULL) FROM session WHERE employee_id = $1",
            there.city.clinic_head,
        )
