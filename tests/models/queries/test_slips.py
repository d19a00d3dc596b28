"""Finding costs what is due; a claim writes only what is still as it was read."""

import re
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from models.queries import slips
from models.queries.slips import (
    Claim,
    NewEvent,
    NewNotice,
    PaceChange,
    TargetClaim,
    agenda,
    claimed,
    due_targets,
    shards_of,
    told_of,
)
from models.tables.columns import new_id
from tests.builders import CITY_SHARD, HEALTH_SHARD, WORKS_SHARD, City, make_city, move_employee

HOUR = timedelta(hours=1)


@pytest.fixture
async def connection(pool: asyncpg.Pool) -> AsyncGenerator[Any]:
    async with pool.acquire() as acquired:
        yield acquired


@pytest.fixture
async def city(connection: Any) -> City:
    """Nothing is due and nothing is stale."""
    made = await make_city(connection)
    await connection.execute(
        "UPDATE target_pace SET stale = false, paced_at = clock_timestamp(),"
        " slips_at = clock_timestamp() + interval '5 days',"
        " at_risk_at = clock_timestamp() + interval '4 days'"
    )
    return made


async def change(connection: Any, target_id: UUID, **columns: Any) -> None:
    for name, value in columns.items():
        await connection.execute(
            f"UPDATE target_pace SET {name} = $2 WHERE target_id = $1", target_id, value
        )


async def claim_of(connection: Any, target_id: UUID, *, heard: UUID | None = None) -> TargetClaim:
    """A claim that the target has slipped; `heard` gets a notice."""
    row = await connection.fetchrow(
        "SELECT xmin::text AS seen, period_end FROM target_pace WHERE target_id = $1", target_id
    )
    change = PaceChange(target_id, row["seen"], "slipped", None, None, row["period_end"], 1)
    if heard is None:
        return TargetClaim(change)
    notice = NewNotice(
        new_id(), f"slip:{target_id}:1:{heard}", heard, "slip", '{"a":1}', True, datetime.now(UTC)
    )
    return TargetClaim(change, (NewEvent("slip", '{"b":2}'),), (notice,))


def whole(*targets: TargetClaim, shards: tuple[int, ...] = ()) -> Claim:
    return Claim(datetime.now(UTC), shards, (), targets)


async def state_of(connection: Any, target_id: UUID) -> str:
    return await connection.fetchval(
        "SELECT state FROM target_pace WHERE target_id = $1", target_id
    )


# --- finding ----------------------------------------------------------------------------------


async def test_the_agenda_names_the_next_instant_and_no_shard_when_nothing_is_due(
    connection: Any, city: City
) -> None:
    waiting = await agenda(connection)
    assert waiting.shards == ()
    assert waiting.next_at == await connection.fetchval("SELECT min(at_risk_at) FROM target_pace")


@pytest.mark.parametrize(
    "columns",
    [
        {"slips_at": datetime.now(UTC) - HOUR},
        {"at_risk_at": datetime.now(UTC) - HOUR},
        {"period_end": datetime.now(UTC) - HOUR, "paced_at": datetime.now(UTC) - 2 * HOUR},
        {"period_end": datetime.now(UTC) - HOUR, "paced_at": None},
        {"stale": True},
    ],
)
async def test_each_reason_brings_a_target_up(
    connection: Any, city: City, columns: dict[str, Any]
) -> None:
    target_id = city.targets[city.dedi]
    await change(connection, target_id, **columns)
    assert (await agenda(connection)).shards == (WORKS_SHARD,)
    (target,) = await due_targets(connection, WORKS_SHARD, 10)
    assert (target.target_id, target.employee_id, target.employee_name) == (
        target_id,
        city.dedi,
        "Dedi",
    )
    assert await due_targets(connection, HEALTH_SHARD, 10) == []


@pytest.mark.parametrize(
    "columns",
    [
        {"slips_at": datetime.now(UTC) - HOUR, "state": "slipped"},
        {"at_risk_at": datetime.now(UTC) - HOUR, "state": "at_risk"},
        {"period_end": datetime.now(UTC) - HOUR, "paced_at": datetime.now(UTC)},
        {"period_end": datetime.now(UTC) - HOUR, "paced_at": None, "state": "lapsed"},
        {"slips_at": None, "at_risk_at": None},
    ],
)
async def test_what_was_dealt_with_stays_down(
    connection: Any, city: City, columns: dict[str, Any]
) -> None:
    await change(connection, city.targets[city.dedi], **columns)
    assert (await agenda(connection)).shards == ()
    assert await due_targets(connection, WORKS_SHARD, 10) == []


async def test_a_target_with_several_reasons_comes_up_once_and_slips_come_first(
    connection: Any, city: City
) -> None:
    await change(connection, city.targets[city.ani], stale=True)
    both = city.targets[city.budi]
    await change(connection, both, stale=True, slips_at=datetime.now(UTC) - HOUR)
    assert len(await due_targets(connection, HEALTH_SHARD, 10)) == 2
    (first,) = await due_targets(connection, HEALTH_SHARD, 1)
    assert first.target_id == both


@pytest.mark.parametrize("question", [slips.AGENDA, slips.DUE])
async def test_finding_reads_the_partial_indexes_and_nothing_else_of_the_paces(
    connection: Any, city: City, question: str
) -> None:
    """Whatever the planner thinks of so few rows: with many, no question may scan the table."""
    await connection.execute("SET enable_seqscan = off")
    question = question.replace("$1", "3::smallint").replace("$2", "200")
    plan = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {question}"))
    used = set(re.findall(r"using (target_pace\w+)|on (target_pace_\w+)", plan))
    names = {name for pair in used for name in pair if name} - {"target_pace_pkey"}
    assert names == {
        "target_pace_due",
        "target_pace_at_risk",
        "target_pace_ends",
        "target_pace_stale",
    }
    assert "Seq Scan on target_pace" not in plan


async def test_who_was_told_and_where_people_are(connection: Any, city: City) -> None:
    target_id = city.targets[city.ani]
    await claimed(
        connection,
        whole(await claim_of(connection, target_id, heard=city.ani), shards=(HEALTH_SHARD,)),
    )
    (told,) = await told_of(connection, [target_id])
    assert (told.kind, told.recipient_id, told.target_id) == ("slip", city.ani, target_id)
    assert await told_of(connection, []) == []
    assert await shards_of(connection, {city.ani, city.mayor}) == {
        city.ani: HEALTH_SHARD,
        city.mayor: CITY_SHARD,
    }
    assert await shards_of(connection, set()) == {}


# --- claiming ---------------------------------------------------------------------------------


async def test_a_claim_writes_state_event_and_notice(connection: Any, city: City) -> None:
    target_id = city.targets[city.ani]
    claim = await claim_of(connection, target_id, heard=city.budi)
    answer = await claimed(connection, whole(claim, shards=(HEALTH_SHARD,)))
    assert answer.target_ids == {target_id}
    event, personal = answer.events
    assert (event.kind, event.employee_id, event.unit_id, event.state) == (
        "slip",
        city.ani,
        city.clinic,
        "slipped",
    )
    assert (personal.kind, personal.employee_id, personal.unit_id) == ("notice", city.budi, None)
    row = await connection.fetchrow("SELECT * FROM target_pace WHERE target_id = $1", target_id)
    assert (row["state"], row["slip_number"], row["stale"]) == ("slipped", 1, False)
    notice = await connection.fetchrow("SELECT * FROM notice")
    assert (notice["recipient_id"], notice["employee_id"]) == (city.budi, city.ani)


@pytest.mark.parametrize("column", ["approved = approved + 1", "stale = true", "shard = shard"])
async def test_a_row_that_was_written_since_it_was_read_is_left_alone(
    connection: Any, city: City, column: str
) -> None:
    target_id = city.targets[city.ani]
    claim = await claim_of(connection, target_id, heard=city.ani)
    await connection.execute(f"UPDATE target_pace SET {column} WHERE target_id = $1", target_id)
    answer = await claimed(connection, whole(claim, shards=(HEALTH_SHARD,)))
    assert (answer.target_ids, answer.events) == (frozenset(), ())
    assert await state_of(connection, target_id) == "on_track"
    assert await connection.fetchval("SELECT count(*) FROM notice") == 0


async def test_the_same_claim_again_does_nothing(connection: Any, city: City) -> None:
    claim = whole(
        await claim_of(connection, city.targets[city.ani], heard=city.ani), shards=(HEALTH_SHARD,)
    )
    assert len((await claimed(connection, claim)).events) == 2
    assert (await claimed(connection, claim)).events == ()


async def test_a_notice_whose_key_exists_is_not_made_again(connection: Any, city: City) -> None:
    target_id = city.targets[city.ani]
    first = await claim_of(connection, target_id, heard=city.ani)
    await claimed(connection, whole(first, shards=(HEALTH_SHARD,)))
    second = await claim_of(connection, target_id, heard=city.ani)
    answer = await claimed(connection, whole(second, shards=(HEALTH_SHARD,)))
    assert [event.kind for event in answer.events] == ["slip"]
    assert await connection.fetchval("SELECT count(*) FROM notice") == 1


@pytest.mark.parametrize("mover", ["ani", "budi"])
async def test_who_moved_to_a_shard_that_is_not_held_is_left_for_later(
    connection: Any, city: City, mover: str
) -> None:
    """The employee or the recipient of a notice: no shard is ever locked late."""
    target_id = city.targets[city.ani]
    await move_employee(connection, getattr(city, mover), city.roads)
    moved = await claim_of(connection, target_id, heard=city.budi)
    other = await claim_of(connection, city.targets[city.citra], heard=city.citra)
    answer = await claimed(connection, whole(moved, other, shards=(HEALTH_SHARD,)))
    assert answer.target_ids == {city.targets[city.citra]}
    shards = (HEALTH_SHARD, WORKS_SHARD)
    assert (await claimed(connection, whole(moved, shards=shards))).target_ids == {target_id}


async def test_a_quiet_claim_needs_no_shard(connection: Any, city: City) -> None:
    target_id = city.targets[city.ani]
    answer = await claimed(connection, whole(await claim_of(connection, target_id)))
    assert (answer.target_ids, answer.events) == ({target_id}, ())


async def test_since_when_a_state_holds_moves_only_with_the_state(
    connection: Any, city: City
) -> None:
    target_id = city.targets[city.ani]
    await claimed(connection, whole(await claim_of(connection, target_id)))
    since = "SELECT state_since FROM target_pace WHERE target_id = $1"
    before = await connection.fetchval(since, target_id)
    await claimed(connection, whole(await claim_of(connection, target_id)))
    assert await connection.fetchval(since, target_id) == before
