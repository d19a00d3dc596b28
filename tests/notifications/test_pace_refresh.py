"""The pace of a target that was read is the rules' pace of what it says."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.queries.slips import due_targets
from models.rules.pace import State
from notifications.pace_refresh import goal_of, missing, paced, paced_all, progress_of, wanting
from tests.builders import HEALTH_SHARD
from tests.notifications.city import SLIPPED, make_city_at_work, make_slipping_target
from tests.notifications.seen import END, NOW, TIMETABLE, seen


def test_pending_and_approved_count_together() -> None:
    assert paced(seen(approved=20.0, pending=30.0), TIMETABLE).state is State.ON_TRACK
    assert paced(seen(approved=20.0), TIMETABLE).state is State.SLIPPED


def test_the_measured_value_is_the_mean_of_the_reports() -> None:
    target = seen(aspect="quality", quantity=85.0, approved=600.0, pending=240.0, observations=10)
    assert progress_of(target).measured == 84.0
    assert paced(target, TIMETABLE).state is State.SLIPPED
    assert paced(replace(target, observations=9), TIMETABLE).state is State.ON_TRACK
    assert progress_of(seen(aspect="quality")).measured is None


def test_each_target_brings_its_own_tolerance_and_grace() -> None:
    assert paced(seen(approved=20.0, tolerance=0.5), TIMETABLE).state is not State.SLIPPED
    assert paced(seen(grace=0.5), TIMETABLE).state is State.ON_TRACK


@pytest.mark.parametrize(("done", "state"), [(20.0, State.LAPSED), (100.0, State.ACHIEVED)])
def test_a_closed_target_stands_as_it_will_at_its_end(done: float, state: State) -> None:
    answer = paced(seen(approved=done, closed_at=NOW), TIMETABLE)
    assert (answer.state, answer.slips_at, answer.at_risk_at) == (state, None, None)


def test_it_is_worked_out_for_the_instant_of_reading() -> None:
    later = seen(approved=50.0, now=NOW + timedelta(days=9))
    assert paced(later, TIMETABLE).state is State.SLIPPED
    assert paced(seen(approved=50.0, now=END), TIMETABLE).state is State.LAPSED


def test_what_is_missing_is_what_brings_it_back() -> None:
    target = seen(approved=20.0)
    more = missing(target, paced(target, TIMETABLE))
    assert more == pytest.approx(85 / 3 - 20)
    back = seen(approved=20.0 + more + 0.01)
    assert paced(back, TIMETABLE).state is not State.SLIPPED
    assert missing(back, paced(back, TIMETABLE)) == 0.0


@pytest.mark.parametrize(
    "target",
    [
        seen(direction="lower", quantity=10.0, approved=12.0),
        seen(aspect="quality", quantity=85.0, approved=500.0, observations=10),
        seen(direction="range", low=10.0, high=15.0, approved=16.0),
    ],
)
def test_nothing_is_missing_where_no_amount_would_help(target: Any) -> None:
    answer = paced(target, TIMETABLE)
    assert answer.state is State.SLIPPED
    assert missing(target, answer) is None


@pytest.mark.parametrize(
    ("target", "why"),
    [
        (seen(direction="lower", quantity=10.0, approved=12.0), "limit"),
        (seen(direction="range", low=10.0, high=15.0, approved=16.0), "limit"),
        (seen(aspect="quality", quantity=85.0, approved=500.0, observations=10), "measured"),
        (seen(approved=50.0), ""),
        (seen(approved=100.0), ""),
    ],
)
def test_where_no_amount_helps_the_reason_is_named(target: Any, why: str) -> None:
    wanted = wanting(target, paced(target, TIMETABLE))
    assert (wanted.why, wanted.amount, wanted.by) == (why, None, None)


@given(st.floats(28.4, 31.0), st.booleans())
def test_what_is_wanting_before_a_slip_brings_it_to_its_plan_at_that_instant(
    done: float, is_range: bool
) -> None:
    target = seen(approved=done)
    if is_range:
        target = seen(approved=done, direction="range", low=100.0, high=200.0)
    answer = paced(target, TIMETABLE)
    assert answer.state is State.AT_RISK
    wanted = wanting(target, answer)
    assert wanted.amount is not None
    assert (wanted.why, wanted.by) == ("more", answer.slips_at)
    then = paced(replace(target, now=wanted.by), TIMETABLE)
    assert then.expected == pytest.approx(done + wanted.amount, abs=1e-3)
    enough = replace(target, approved=done + wanted.amount + 0.01, now=wanted.by)
    assert paced(enough, TIMETABLE).state is State.ON_TRACK


@given(st.floats(0.0, 28.0))
def test_what_is_wanting_after_a_slip_ends_it(done: float) -> None:
    target = seen(approved=done)
    wanted = wanting(target, paced(target, TIMETABLE))
    assert wanted.amount is not None
    assert (wanted.why, wanted.by) == ("more", None)
    enough = replace(target, approved=done + wanted.amount + 0.001)
    assert paced(enough, TIMETABLE).state is not State.SLIPPED


def test_a_range_without_ends_makes_no_sense() -> None:
    with pytest.raises(ValueError, match="range"):
        goal_of(seen(direction="range"))


async def test_one_that_cannot_be_told_sinks_no_other(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as connection:
        city = await make_city_at_work(connection)
        bad = await make_slipping_target(connection, city.ani, SLIPPED)
        good = await make_slipping_target(connection, city.budi, SLIPPED)
        await connection.execute("UPDATE target SET direction = 'range' WHERE id = $1", bad)
        answers = {
            answer.seen.target_id: answer
            for answer in await paced_all(
                connection, await due_targets(connection, HEALTH_SHARD, 10)
            )
        }
        assert await paced_all(connection, []) == []
    assert answers[bad].pace is None
    assert "range" in answers[bad].problem
    pace = answers[good].pace
    assert pace is not None
    assert pace.state is State.SLIPPED
