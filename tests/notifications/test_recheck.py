"""Before a push goes out everything is looked at again: reason, hours, wishes, how many already."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.queries.calendar_changes import holiday_made, leave_made
from models.queries.deliveries import claimed_deliveries
from models.queries.policies import preferences_set, quiet_hours_set, unit_policy_set
from models.queries.rechecks import Facts
from models.rules.manners import Defer, Drop, QuietHours, Reason, Send, Verdict
from models.rules.pace import State
from models.tables.columns import new_id
from notifications.ladder import RELIEF_KINDS, SLIP_KINDS, NoticeKind
from notifications.recheck import lasts_s, reason, rechecked
from notifications.slips import SlipEngine, SlipOptions
from tests.builders import City, make_report
from tests.notifications.city import Announced, make_phone, make_slipping_target

TUESDAY = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # 10:00 in Jakarta
NIGHT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # 22:00
NEXT_MORNING = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)  # 07:30
HOLDING = Facts(
    *(TUESDAY, UUID(int=1), UUID(int=2), UUID(int=3), "fcm", "slip", False, False, UUID(int=4)),
    *("slipped", False, 1, 1, None, None, None, False, False),
)
facts = st.builds(
    replace,
    st.just(HOLDING),
    kind=st.sampled_from([*(kind.value for kind in NoticeKind), "from_a_newer_version"]),
    state=st.none() | st.sampled_from([state.value for state in State]),
    withdrawn=st.booleans(),
    stale=st.booleans(),
    slips=st.integers(0, 3),
    slip_number=st.none() | st.integers(0, 3),
    heard=st.booleans(),
    in_flight=st.booleans(),
    target_id=st.none() | st.just(UUID(int=4)),
    closes_at=st.none() | st.datetimes(timezones=st.just(UTC)),
)


@given(facts, st.booleans())
def test_a_slip_is_pushed_only_while_that_slip_lasts(each: Facts, reported: bool) -> None:
    if reason(each, reported, TUESDAY) is not Reason.HOLDS or each.state is None:
        return
    kind = each.kind
    if kind in SLIP_KINDS and each.target_id is not None:
        assert each.state == "slipped"
        assert each.slip_number in (None, each.slips)
        assert not each.stale
    if kind in RELIEF_KINDS and each.target_id is not None:
        assert each.state != "slipped"
        assert each.heard
    assert not each.withdrawn


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Reason.HOLDS),
        ({"stale": True}, Reason.UNSETTLED),
        ({"state": "on_track"}, Reason.GONE),
        ({"state": "lapsed"}, Reason.GONE),
        ({"slips": 2}, Reason.GONE),
        ({"withdrawn": True}, Reason.GONE),
        ({"kind": "at_risk"}, Reason.GONE),
        ({"kind": "at_risk", "state": "at_risk"}, Reason.HOLDS),
        ({"kind": "recovery", "state": "on_track"}, Reason.GONE),
        ({"kind": "recovery", "state": "on_track", "heard": True}, Reason.HOLDS),
        ({"kind": "recovery", "state": "on_track", "in_flight": True}, Reason.UNSETTLED),
        ({"kind": "recovery", "heard": True}, Reason.GONE),
        ({"kind": "late_reports", "target_id": None, "state": None}, Reason.HOLDS),
        ({"kind": "from_a_newer_version"}, Reason.HOLDS),
    ],
)
def test_reasons(changes: dict[str, Any], expected: Reason) -> None:
    assert reason(replace(HOLDING, **changes), False, TUESDAY) is expected


def test_a_nudge_is_pointless_after_a_report_and_after_closing_time() -> None:
    nudge = replace(
        HOLDING, kind="nudge", target_id=None, state=None, closes_at=TUESDAY + timedelta(hours=1)
    )
    assert reason(nudge, False, TUESDAY) is Reason.HOLDS
    assert reason(nudge, True, TUESDAY) is Reason.GONE
    assert reason(nudge, False, TUESDAY + timedelta(hours=1)) is Reason.GONE


# --- against the database ---------------------------------------------------------------------


@pytest.fixture
async def office(connection: Any, city: City) -> City:
    """Everybody works in an office, in Jakarta. Pace goes by the clock, so slips stay as made."""
    return city


async def slipped(pool: asyncpg.Pool, connection: Any, employee_id: UUID) -> UUID:
    """A target that slips, with pushes to everybody's phones."""
    target_id = await make_slipping_target(connection, employee_id)
    kinds = frozenset({"fcm_token"})
    await SlipEngine(pool, Announced(), SlipOptions(push_kinds=kinds)).settle()
    await connection.execute("UPDATE delivery SET due_at = clock_timestamp() WHERE state='queued'")
    await connection.execute("UPDATE unit SET work_pattern = 'five_days'")
    return target_id


async def said_of(connection: Any, now: datetime = TUESDAY) -> dict[tuple[str, str], Verdict]:
    """Verdicts by kind and the reader's name, of everything that is due."""
    deliveries = await claimed_deliveries(connection, "fcm", new_id(), 60.0, 100, None)
    verdicts = await rechecked(connection, deliveries, now)
    await connection.execute("UPDATE delivery SET due_at = clock_timestamp() WHERE state='queued'")
    rows = await connection.fetch("SELECT id, name FROM employee")
    names = {row["id"]: row["name"] for row in rows}
    return {
        (each.kind, names[each.employee_id]): verdict
        for each, verdict in zip(deliveries, verdicts, strict=True)
    }


async def test_inside_the_hours_it_is_sent_and_at_night_it_waits_for_the_morning(
    pool: asyncpg.Pool, connection: Any, office: City
) -> None:
    await make_phone(connection, office.ani, "a")
    await make_phone(connection, office.clinic_head, "h")
    await slipped(pool, connection, office.ani)
    said = await said_of(connection)
    assert said == {("slip", "Ani"): Send(3), ("staff_slip", "Clinic Head"): Send(3)}
    for verdict in (await said_of(connection, NIGHT)).values():
        assert verdict == Defer(NEXT_MORNING, "hours")
    assert await rechecked(connection, []) == []


async def test_zones_side_by_side(pool: asyncpg.Pool, connection: Any, office: City) -> None:
    """06:45 in Jakarta is 07:45 in Makassar and 08:45 in Jayapura."""
    for zone, person in (("Makassar", office.citra), ("Jayapura", office.dedi)):
        await connection.execute(
            "UPDATE unit SET zone = $1 WHERE id = (SELECT unit_id FROM employee WHERE id = $2)",
            f"Asia/{zone}",
            person,
        )
    for person in (office.ani, office.citra, office.dedi):
        await make_phone(connection, person, str(person))
        await slipped(pool, connection, person)
        await connection.execute("UPDATE unit SET work_pattern = 'always'")
    await connection.execute("UPDATE unit SET work_pattern = 'five_days'")
    early = datetime(2026, 11, 23, 23, 45, tzinfo=UTC)
    said = await said_of(connection, early)
    assert said["slip", "Ani"] == Defer(datetime(2026, 11, 24, 0, 30, tzinfo=UTC), "hours")
    assert (said["slip", "Citra"], said["slip", "Dedi"]) == (Send(3), Send(3))


async def test_leave_holidays_and_ramadan_move_the_moment(
    pool: asyncpg.Pool, connection: Any, office: City
) -> None:
    await make_phone(connection, office.ani, "a")
    await make_phone(connection, office.clinic_head, "h")
    await slipped(pool, connection, office.ani)
    day = date(2026, 11, 24)
    async with connection.transaction():
        await leave_made(connection, office.ani, (day, day + timedelta(days=1)), "annual", "")
        await holiday_made(connection, day, "Libur", "local", office.clinic)
        await connection.execute(
            "INSERT INTO ramadan (starts_on, ends_on) VALUES ($1, $2)", day, day + timedelta(28)
        )
    said = await said_of(connection)
    at_eight = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    assert said["staff_slip", "Clinic Head"] == Defer(at_eight, "hours")
    assert said["slip", "Ani"] == Defer(at_eight + timedelta(days=1), "hours")


async def test_own_quiet_hours_replace_those_of_the_unit_and_bind_a_night_shift_too(
    pool: asyncpg.Pool, connection: Any, office: City
) -> None:
    await make_phone(connection, office.ani, "a")
    await slipped(pool, connection, office.ani)
    await quiet_hours_set(connection, office.ani, QuietHours(9 * 60, 11 * 60))
    eleven = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
    assert (await said_of(connection))["slip", "Ani"] == Defer(eleven, "hours")
    await quiet_hours_set(connection, office.ani, None)
    await connection.execute("UPDATE employee SET work_pattern = 'roster' WHERE id = $1",
                             office.ani)  # fmt: skip
    await connection.execute(
        "INSERT INTO shift (id, employee_id, starts_at, ends_at) VALUES ($1, $2, $3, $4)",
        new_id(), office.ani, NIGHT - timedelta(hours=1), NIGHT + timedelta(hours=7),
    )  # fmt: skip
    assert (await said_of(connection, NIGHT))["slip", "Ani"] == Send(3)


async def test_what_was_made_good_or_read_meanwhile_is_dropped(
    pool: asyncpg.Pool, connection: Any, office: City
) -> None:
    await make_phone(connection, office.ani, "a")
    await make_phone(connection, office.clinic_head, "h")
    target_id = await slipped(pool, connection, office.ani)
    await connection.execute("UPDATE notice SET read_at = clock_timestamp() WHERE kind = 'slip'")
    said = await said_of(connection)
    assert said == {("slip", "Ani"): Drop("noted"), ("staff_slip", "Clinic Head"): Send(3)}
    await make_report(connection, office.ani, target_id, quantity=70.0)
    assert (await said_of(connection))["staff_slip", "Clinic Head"] == Defer(
        TUESDAY + timedelta(seconds=5), "unsettled"
    )
    await connection.execute("UPDATE unit SET work_pattern = 'always'")
    kinds = SlipOptions(push_kinds=frozenset({"fcm_token"}))
    await SlipEngine(pool, Announced(), kinds).settle()
    await connection.execute("UPDATE delivery SET due_at = clock_timestamp() WHERE state='queued'")
    await connection.execute("UPDATE unit SET work_pattern = 'five_days'")
    said = await said_of(connection)
    assert said["staff_slip", "Clinic Head"] == Drop("reason_gone")
    assert said["staff_recovery", "Clinic Head"] == Drop("reason_gone")  # the phone never heard
    withdrawn = await connection.fetchval(
        "SELECT count(*) FROM notice WHERE withdrawn_at IS NOT NULL AND kind LIKE '%slip'"
    )
    assert withdrawn == 2


async def test_wishes_and_policies_are_heard(
    pool: asyncpg.Pool, connection: Any, office: City
) -> None:
    await make_phone(connection, office.ani, "a")
    await make_phone(connection, office.clinic_head, "h")
    await slipped(pool, connection, office.ani)
    await preferences_set(connection, office.ani, {("slip", "fcm"): False})
    await unit_policy_set(connection, office.clinic, {"digest_above": 7}, office.hr)
    assert await said_of(connection) == {
        ("slip", "Ani"): Drop("preference"),
        ("staff_slip", "Clinic Head"): Send(7),
    }


async def test_the_cap_of_a_day_holds_within_one_claim_and_a_digest_costs_one(
    pool: asyncpg.Pool, connection: Any, office: City
) -> None:
    phone = await make_phone(connection, office.ani, "a")
    for _ in range(6):
        await make_slipping_target(connection, office.ani)
    await slipped(pool, connection, office.ani)

    async def verdicts(settings: dict[str, Any]) -> list[Verdict]:
        await unit_policy_set(connection, office.clinic, settings, office.hr)
        deliveries = await claimed_deliveries(connection, "fcm", new_id(), 60.0, 100, None)
        await connection.execute("UPDATE delivery SET due_at = clock_timestamp()")
        assert {each.device_id for each in deliveries} == {phone}
        return await rechecked(connection, deliveries, TUESDAY)

    assert await verdicts({"daily_cap": 2}) == [
        *[Send(3)] * 2,
        *[Defer(NEXT_MORNING, "daily_cap")] * 5,
    ]
    # More than three go out as one, so seven are less than four pushes.
    assert await verdicts({"daily_cap": 4, "digest_above": 3}) == [Send(3)] * 7


async def test_the_same_word_about_the_same_target_cools_down_first(
    pool: asyncpg.Pool, connection: Any, office: City
) -> None:
    phone = await make_phone(connection, office.ani, "a")
    target_id = await slipped(pool, connection, office.ani)
    earlier = new_id()
    await connection.execute(
        "INSERT INTO notice (id, key, recipient_id, kind, target_id) VALUES ($1, 'x', $2, 'slip',"
        " $3)", earlier, office.ani, target_id,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO delivery (id, notice_id, employee_id, device_id, channel, state, settled_at)"
        " VALUES ($1, $2, $3, $4, 'fcm', 'sent', $5)",
        new_id(), earlier, office.ani, phone, TUESDAY - timedelta(minutes=10),
    )  # fmt: skip
    assert (await said_of(connection))["slip", "Ani"] == Defer(
        TUESDAY + timedelta(minutes=50), "cool_down"
    )


async def test_presence_on_a_socket_suppresses_nothing(
    pool: asyncpg.Pool, connection: Any, office: City
) -> None:
    """Heard from this very second, and still pushed: an open screen may lie on a desk."""
    await make_phone(connection, office.ani, "a")
    await slipped(pool, connection, office.ani)
    await connection.execute(
        "INSERT INTO last_contact (employee_id, at) VALUES ($1, clock_timestamp())", office.ani
    )
    assert (await said_of(connection))["slip", "Ani"] == Send(3)


def test_a_nudge_is_worth_something_until_its_day_closes() -> None:
    nudge = replace(HOLDING, kind="nudge", target_id=None, closes_at=TUESDAY + timedelta(hours=6))
    assert lasts_s(nudge, TUESDAY) == 6 * 3600
    assert lasts_s(nudge, TUESDAY + timedelta(hours=6, seconds=-0.5)) == 1
    assert lasts_s(replace(nudge, closes_at=None), TUESDAY) is None
    assert lasts_s(replace(nudge, kind="slip"), TUESDAY) is None
