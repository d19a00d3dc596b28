"""The pulse: heads, floors, changes of rights, and honesty about its own age."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from realtime.pulse import Heads, Pulse, PulseOptions
from tests.builders import bump_rights, make_city, make_report


class Seconds:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s


class Recorded:
    """What a pulse told its listeners."""

    def __init__(self, pulse: Pulse) -> None:
        self.heads: list[Heads] = []
        self.rights: list[frozenset[UUID] | None] = []
        pulse.on_heads(self.heads.append)
        pulse.on_rights(self.rights.append)


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def pulse(pool, clock) -> Pulse:
    return Pulse(pool, PulseOptions(timeout_s=10.0), clock)


async def test_a_beat_brings_the_heads_of_all_shards(pool, pulse):
    told = Recorded(pulse)
    await pulse.beat()
    city = await make_city(pool)
    row = await make_report(pool, city.ani, city.targets[city.ani])
    await pulse.beat()
    assert len(told.heads[1].heads) == len(told.heads[1].floors) == 16
    assert told.heads[0].heads == (0,) * 16
    assert told.heads[1].heads[row.shard] == row.seq
    assert told.heads[0].epoch == await pool.fetchval("SELECT epoch FROM feed_epoch")
    assert pulse.heads == told.heads[1]


async def test_the_first_answer_concerns_everybody_and_later_ones_only_whom_they_name(pool, pulse):
    told = Recorded(pulse)
    await pulse.beat()
    one, other = uuid4(), uuid4()
    await bump_rights(pool, [one])
    await bump_rights(pool, [other, one])
    await pulse.beat()
    await pulse.beat()
    assert told.rights == [None, frozenset({one, other})]


async def test_a_change_for_everybody_is_told_as_such(pool, pulse):
    told = Recorded(pulse)
    await pulse.beat()
    await bump_rights(pool, [uuid4()])
    await bump_rights(pool)
    await pulse.beat()
    assert told.rights[-1] is None


async def test_it_is_fresh_until_its_question_is_too_old(pulse, clock):
    assert not pulse.fresh
    await pulse.beat()
    assert pulse.fresh
    clock.now_s += 0.75
    assert pulse.fresh
    clock.now_s += 0.01
    assert not pulse.fresh
    await pulse.beat()
    assert pulse.fresh


async def test_changes_are_told_before_it_is_fresh_again(pool, pulse, clock):
    await pulse.beat()
    clock.now_s += 60
    seen: list[bool] = []
    pulse.on_rights(lambda _: seen.append(pulse.fresh))
    await bump_rights(pool, [uuid4()])
    await pulse.beat()
    assert seen == [False]
    assert pulse.fresh


class Faltering:
    """A pool whose answers a test scripts; an exception is raised."""

    def __init__(self, *answers) -> None:
        self._answers = list(answers)

    async def fetchrow(self, *_):
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def answer(version: int, changes: int, employee_ids=()) -> dict:
    return {
        "epoch": UUID(int=1),
        "version": version,
        "now": datetime(2026, 11, 2, tzinfo=UTC),
        "heads": [0] * 16,
        "floors": [0] * 16,
        "changes": changes,
        "everybody": False,
        "employee_ids": list(employee_ids),
    }


async def test_a_missed_beat_loses_no_change(clock):
    who = uuid4()
    pool = Faltering(answer(5, 5), OSError("gone"), answer(7, 2, [who]))
    pulse = Pulse(pool, PulseOptions(), clock)
    told = Recorded(pulse)
    await pulse.beat()
    with pytest.raises(OSError, match="gone"):
        await pulse.beat()
    await pulse.beat()
    assert told.rights == [None, frozenset({who})]


@pytest.mark.parametrize(
    ("version", "changes"), [(9, 1), (3, 0)], ids=["rows are gone", "the version went back"]
)
async def test_what_cannot_be_known_concerns_everybody(clock, version, changes):
    pulse = Pulse(
        Faltering(answer(5, 5), answer(version, changes, [uuid4()])), PulseOptions(), clock
    )
    told = Recorded(pulse)
    await pulse.beat()
    await pulse.beat()
    assert told.rights == [None, None]


async def test_it_beats_by_itself_and_survives_a_database_that_goes(pool):
    pulse = Pulse(pool, PulseOptions(every_s=0.01))
    beats: asyncio.Queue[Heads] = asyncio.Queue()
    changes: asyncio.Queue[frozenset[UUID] | None] = asyncio.Queue()
    pulse.on_heads(beats.put_nowait)
    pulse.on_rights(changes.put_nowait)
    async with pulse.running():
        assert await changes.get() is None
        who = uuid4()
        await bump_rights(pool, [who])
        assert await changes.get() == {who}
        await pool.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        for _ in range(beats.qsize() + 2):
            await beats.get()


async def test_the_time_is_the_databases_and_runs_on_between_beats(pool, pulse, clock):
    before = await pool.fetchval("SELECT clock_timestamp()")
    await pulse.beat()
    after = await pool.fetchval("SELECT clock_timestamp()")
    told = pulse.now()
    assert before <= told <= after
    clock.now_s += 90.0
    assert pulse.now() == told + timedelta(seconds=90)


async def test_before_the_first_answer_this_machine_tells_the_time(pulse):
    before = datetime.now(UTC)
    assert before <= pulse.now() <= datetime.now(UTC)
