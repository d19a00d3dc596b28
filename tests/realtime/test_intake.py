"""Group commit: nothing is answered before its commit, and nothing sinks anything else."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from models.queries.feed import FeedRow
from models.rules.refusals import Busy, DatabaseAway
from models.tables.columns import new_id
from realtime.intake import Intake, IntakeOptions, verdict
from realtime.submission import IntakeItem, ItemResult
from tests.builders import City, make_city
from tests.models.sql.test_submit_batch_v1 import item, pace


class Announced(list[FeedRow]):
    """Remembers what was announced."""

    def __call__(self, rows: Sequence[FeedRow]) -> None:
        self.extend(rows)


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    """The small city of the builders."""
    async with pool.acquire() as connection:
        return await make_city(connection)


@pytest.fixture
def announced() -> Announced:
    """Where announcements end up."""
    return Announced()


@pytest.fixture
async def intake(database: str, announced: Announced) -> AsyncIterator[Intake]:
    """An intake on the test's database."""
    options = IntakeOptions(pause_s=0.01)
    async with Intake(lambda: asyncpg.connect(database), announced, options).running() as intake:
        yield intake


async def test_what_arrives_during_a_commit_forms_the_next_batch(
    intake: Intake, city: City, announced: Announced
) -> None:
    sent = [item(city.ani, city.targets[city.ani]) for _ in range(40)]
    results = await asyncio.gather(*(intake.submit([one]) for one in sent))
    assert [result.outcome for (result,) in results] == ["applied"] * 40
    assert [result.report_id for (result,) in results] == [one.report_id for one in sent]
    assert intake.batches < 5
    assert sorted(row.seq for row in announced) == list(range(1, 41))


async def test_an_answer_comes_only_after_the_commit(
    intake: Intake, city: City, pool: asyncpg.Pool
) -> None:
    sent = item(city.ani, city.targets[city.ani])
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM feed_shard WHERE shard = 3 FOR UPDATE")
        waiting = asyncio.create_task(intake.submit([sent]))
        await asyncio.sleep(0.1)
        assert not waiting.done()
    (result,) = await waiting
    assert result.outcome == "applied"
    assert await pool.fetchval("SELECT count(*) FROM report WHERE id = $1", sent.report_id) == 1


async def test_a_client_that_hangs_up_never_cancels_a_commit(
    intake: Intake, city: City, pool: asyncpg.Pool
) -> None:
    gone, stays = (item(city.ani, city.targets[city.ani]) for _ in range(2))
    leaving = asyncio.create_task(intake.submit([gone]))
    staying = asyncio.create_task(intake.submit([stays]))
    await asyncio.sleep(0)
    leaving.cancel()
    (result,) = await staying
    assert result.outcome == "applied"
    (again,) = await intake.submit([gone])
    assert again.outcome == "duplicate"
    assert await pool.fetchval("SELECT count(*) FROM report") == 2


async def test_a_culprit_is_found_by_halving_and_the_rest_goes_through(
    intake: Intake, city: City, pool: asyncpg.Pool
) -> None:
    sent = [item(city.ani, city.targets[city.ani]) for _ in range(9)]
    sent[4] = replace(sent[4], note="\0")
    results = await intake.submit(sent)
    outcomes = [result.outcome for result in results]
    assert outcomes == ["applied"] * 4 + ["rejected"] + ["applied"] * 4
    assert results[4].code == "unexpected"
    assert await pace(pool, city.targets[city.ani]) == (0.0, 8.0, 8, 8)


async def test_an_item_that_cannot_even_be_encoded_is_a_culprit(intake: Intake, city: City) -> None:
    good, bad = (item(city.ani, city.targets[city.ani]) for _ in range(2))
    results = await intake.submit([good, replace(bad, flags=2**40)])
    assert [result.outcome for result in results] == ["applied", "rejected"]


async def test_a_full_queue_says_busy_and_takes_nothing(
    database: str, city: City, pool: asyncpg.Pool
) -> None:
    options = IntakeOptions(queue_items=3, batch_items=1)
    door = Intake(lambda: asyncpg.connect(database), lambda _: None, options)
    with pytest.raises(Busy):
        await door.submit([item(city.ani, city.targets[city.ani])])
    async with door.running():
        sent = [item(city.ani, city.targets[city.ani]) for _ in range(6)]
        got = await asyncio.gather(*(door.submit([one]) for one in sent), return_exceptions=True)
    refused = [result for result in got if isinstance(result, Busy)]
    assert len(refused) == 3
    assert refused[0].details["retry_after_s"] > 0
    assert await pool.fetchval("SELECT count(*) FROM report") == 3


async def test_a_lost_connection_sends_the_same_batch_again(
    intake: Intake, city: City, pool: asyncpg.Pool
) -> None:
    await intake.submit([item(city.ani, city.targets[city.ani])])
    await pool.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND query LIKE '%submit_batch%'"
    )
    (result,) = await intake.submit([item(city.ani, city.targets[city.ani])])
    assert result.outcome == "applied"


async def test_a_standby_that_only_reads_refuses_no_report(
    database: str, city: City, pool: asyncpg.Pool
) -> None:
    """After a failover the intake may reach the wrong server for a while; phones must not hear of
    a refusal that is none."""
    connections: list[bool] = []

    async def connect() -> Any:
        only_reads = "on" if len(connections) < 2 else "off"
        connections.append(True)
        settings = {"default_transaction_read_only": only_reads}
        return await asyncpg.connect(database, server_settings=settings)

    options = IntakeOptions(pause_s=0.01)
    async with Intake(connect, lambda _: None, options).running() as door:
        (result,) = await door.submit([item(city.ani, city.targets[city.ani])])
    assert result.outcome == "applied"
    assert len(connections) > 2
    assert await pool.fetchval("SELECT count(*) FROM report") == 1


async def test_a_database_that_stays_away_is_said_in_time(city: City) -> None:
    async def nowhere() -> Any:
        raise ConnectionRefusedError

    options = IntakeOptions(give_up_s=0.2, pause_s=0.01)
    async with Intake(nowhere, lambda _: None, options).running() as door:
        with pytest.raises(DatabaseAway) as refused:
            await door.submit([item(city.ani, city.targets[city.ani])])
    assert refused.value.details["retry_after_s"] == options.away_retry_after_s


async def test_a_deadlock_is_survived(intake: Intake, city: City, pool: asyncpg.Pool) -> None:
    """A transaction that breaks the lock order on purpose; one of the two is sent again."""
    sent: IntakeItem = item(city.ani, city.targets[city.ani])
    async with pool.acquire() as rogue:
        await rogue.execute("SET deadlock_timeout = '10s'")
        transaction = rogue.transaction()
        await transaction.start()
        await rogue.execute(
            "SELECT FROM target_pace WHERE target_id = $1 FOR UPDATE", city.targets[city.ani]
        )
        waiting = asyncio.create_task(intake.submit([sent]))
        await asyncio.sleep(0.2)
        stuck = asyncio.create_task(
            rogue.execute("SELECT FROM feed_shard WHERE shard = 3 FOR UPDATE")
        )
        await asyncio.sleep(1.5)  # longer than the default deadlock_timeout of the intake's side
        await asyncio.wait([stuck], timeout=5)
        await transaction.rollback()
    (result,) = await waiting
    assert result.outcome == "applied"


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (asyncpg.DeadlockDetectedError("x"), "again"),
        (asyncpg.QueryCanceledError("x"), "again"),
        (asyncpg.AdminShutdownError("x"), "lost"),
        (asyncpg.ConnectionDoesNotExistError("x"), "lost"),
        (ConnectionResetError(), "lost"),
        (TimeoutError(), "lost"),
        (asyncpg.InterfaceError("x"), "lost"),
        (asyncpg.TooManyConnectionsError("x"), "lost"),
        (asyncpg.DiskFullError("x"), "lost"),
        (asyncpg.ReadOnlySQLTransactionError("x"), "lost"),
        (asyncpg.InvalidPasswordError("x"), "lost"),
        (asyncpg.UndefinedFunctionError("x"), "lost"),
        (asyncpg.PostgresIOError("x"), "lost"),
        (asyncpg.InvalidCachedStatementError("x"), "again"),
        (asyncpg.CheckViolationError("x"), "culprit"),
        (asyncpg.DataError("x"), "culprit"),
        (asyncpg.UniqueViolationError("x"), "culprit"),
        (ValueError("x"), "culprit"),
    ],
)
def test_an_error_says_what_to_do_with_its_batch(error: Exception, word: str) -> None:
    assert verdict(error) == word


async def test_stopping_commits_what_waits(database: str, city: City, pool: asyncpg.Pool) -> None:
    door = Intake(lambda: asyncpg.connect(database), lambda _: None, IntakeOptions(batch_items=2))
    async with door.running():
        waiting = [
            asyncio.create_task(door.submit([item(city.ani, city.targets[city.ani])]))
            for _ in range(7)
        ]
        await asyncio.sleep(0)
    results = await asyncio.gather(*waiting)
    assert [result.outcome for (result,) in results] == ["applied"] * 7
    with pytest.raises(Busy):
        await door.submit([item(city.ani, uuid4(), report_id=new_id())])


async def test_only_a_full_batch_is_sent_ahead(
    database: str, city: City, pool: asyncpg.Pool, announced: Announced
) -> None:
    """While a batch is in flight the next full one goes to the locks; a third waits here."""
    options = IntakeOptions(batch_items=2)
    one = [item(city.ani, city.targets[city.ani]) for _ in range(7)]
    async with Intake(lambda: asyncpg.connect(database), announced, options).running() as door:
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT FROM feed_shard WHERE shard = 3 FOR UPDATE")
            waiting: list[asyncio.Task[list[ItemResult]]] = []
            for count, at_the_locks, left in ((1, 1, 0), (1, 1, 1), (1, 2, 0), (4, 2, 4)):
                first = len(waiting)
                waiting += [
                    asyncio.create_task(door.submit([each])) for each in one[first : first + count]
                ]
                await until(pool, at_the_locks)
                assert door.waiting_items == left
        results = await asyncio.gather(*waiting)
    assert [result.outcome for (result,) in results] == ["applied"] * 7
    assert sorted(row.seq for row in announced) == list(range(1, 8))


async def until(pool: asyncpg.Pool, at_the_locks: int) -> None:
    """Waits until so many batches stand at a lock, and a moment longer for one too many."""
    asked = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND query LIKE '%submit_batch%' AND wait_event_type = 'Lock'"
    )
    while await pool.fetchval(asked) != at_the_locks:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    assert await pool.fetchval(asked) == at_the_locks


async def test_the_same_report_in_two_batches_under_way_is_committed_once(
    database: str, city: City, pool: asyncpg.Pool
) -> None:
    options = IntakeOptions(batch_items=1)
    sent = item(city.ani, city.targets[city.ani])
    async with Intake(lambda: asyncpg.connect(database), lambda _: None, options).running() as door:
        results = await asyncio.gather(*(door.submit([sent]) for _ in range(6)))
    assert sorted(result.outcome for (result,) in results) == ["applied"] + ["duplicate"] * 5
    assert len({result.receipt_seq for (result,) in results}) == 1
    assert await pool.fetchval("SELECT count(*) FROM feed") == 1
