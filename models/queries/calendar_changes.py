"""Changing calendars: holidays, Ramadan, leave, shifts, work patterns; and what must be recomputed.

Every change marks the running targets of exactly the people it touches as stale, in one statement
of the same transaction, under their shards; the slip engine then computes `slips_at` anew.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from models.queries.asking import Row, asked, asked_one
from models.queries.locks import lock_every_shard, locked_units_of
from models.rules.calendars import WeekPattern
from models.rules.refusals import Conflict, InvalidValue, NotFound
from models.tables.columns import new_id

STALE = """
    UPDATE target_pace SET stale = true
     WHERE target_id IN (
        SELECT p.target_id FROM target_pace p
         WHERE p.employee_id IN ({people}) AND p.period_end > $2
           AND p.state IN ('on_track', 'at_risk', 'slipped')
         ORDER BY p.target_id FOR NO KEY UPDATE)
"""
STALE_PEOPLE = STALE.format(people="SELECT unnest($1::uuid[])")
STALE_UNITS = STALE.format(
    people="""SELECT e.id FROM employee e JOIN unit_ancestry a ON a.unit_id = e.unit_id
               WHERE a.ancestor_id = ANY ($1::uuid[]) AND a.current"""
)
STALE_PATTERN = STALE.format(
    people="""SELECT e.id FROM employee e JOIN unit u ON u.id = e.unit_id
               WHERE coalesce(e.work_pattern, u.work_pattern) = ANY ($1::text[])"""
)
STALE_EVERYBODY = """
    UPDATE target_pace SET stale = true
     WHERE target_id IN (
        SELECT p.target_id FROM target_pace p
         WHERE p.period_end > $1 AND p.state IN ('on_track', 'at_risk', 'slipped')
         ORDER BY p.target_id FOR NO KEY UPDATE)
"""

LEAVE = """
    SELECT l.id, l.employee_id, l.starts_on, l.ends_on, l.kind, l.decree FROM leave l
"""


async def people_stale(connection: Any, employee_ids: Collection[UUID], since: datetime) -> None:
    """The targets of these people whose period ends after `since` need a fresh pace."""
    await locked_units_of(connection, employee_ids)
    await asked(connection, STALE_PEOPLE, list(employee_ids), since)


async def units_stale(connection: Any, unit_ids: Collection[UUID], since: datetime) -> None:
    """The same for everybody in or below these units."""
    await lock_every_shard(connection)
    await asked(connection, STALE_UNITS, list(unit_ids), since)


async def everybody_stale(connection: Any, since: datetime) -> None:
    """The same for everybody."""
    await lock_every_shard(connection)
    await asked(connection, STALE_EVERYBODY, since)


async def pattern_stale(connection: Any, code: str, since: datetime) -> None:
    """The same for those who work by this pattern."""
    await lock_every_shard(connection)
    await asked(connection, STALE_PATTERN, [code], since)


async def holidays_of(
    connection: Any, first: date, last: date, unit_ids: Collection[UUID]
) -> Sequence[Row]:
    """Everybody's days off from `first` to `last`, and those of these units."""
    return await asked(
        connection,
        """SELECT id, on_date, name, kind, unit_id FROM holiday
            WHERE on_date BETWEEN $1 AND $2 AND (unit_id IS NULL OR unit_id = ANY ($3::uuid[]))
            ORDER BY on_date, unit_id NULLS FIRST""",
        first,
        last,
        list(unit_ids),
    )


async def holiday_made(
    connection: Any, on_date: date, name: str, kind: str, unit_id: UUID | None
) -> UUID:
    """Adds a day off; the same day for the same unit again takes the new name and kind."""
    row = await asked_one(
        connection,
        """INSERT INTO holiday (id, on_date, name, kind, unit_id) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (on_date, unit_id) DO UPDATE SET name = excluded.name, kind = excluded.kind
           RETURNING id""",
        new_id(),
        on_date,
        name,
        kind,
        unit_id,
    )
    assert row is not None
    return row["id"]


async def holiday_row(connection: Any, holiday_id: UUID) -> Row | None:
    """One day off."""
    return await asked_one(
        connection, "SELECT id, on_date, name, kind, unit_id FROM holiday WHERE id = $1", holiday_id
    )


async def ramadans(connection: Any) -> Sequence[Row]:
    """Every Ramadan that is entered, the latest first."""
    return await asked(connection, "SELECT starts_on, ends_on FROM ramadan ORDER BY starts_on DESC")


async def ramadan_made(connection: Any, starts_on: date, ends_on: date) -> None:
    """Enters a Ramadan, or its new end. Raises Conflict when it overlaps another one."""
    if not 0 <= (ends_on - starts_on).days < 31:
        raise InvalidValue(field="ends_on")
    other = await asked(
        connection,
        "SELECT 1 FROM ramadan WHERE starts_on <= $2 AND ends_on >= $1 AND starts_on <> $1",
        starts_on,
        ends_on,
    )
    if other:
        raise Conflict(field="starts_on", reason="overlap")
    await asked(
        connection,
        """INSERT INTO ramadan (starts_on, ends_on) VALUES ($1, $2)
           ON CONFLICT (starts_on) DO UPDATE SET ends_on = excluded.ends_on""",
        starts_on,
        ends_on,
    )


async def leave_of(connection: Any, employee_id: UUID) -> Sequence[Row]:
    """A person's leave, the latest first."""
    return await asked(
        connection, f"{LEAVE} WHERE l.employee_id = $1 ORDER BY l.starts_on DESC", employee_id
    )


async def leave_row(connection: Any, leave_id: UUID) -> Row | None:
    """One leave."""
    return await asked_one(connection, f"{LEAVE} WHERE l.id = $1", leave_id)


async def leave_made(
    connection: Any, employee_id: UUID, days: tuple[date, date], kind: str, decree: str
) -> UUID:
    """Adds leave. Raises Conflict when days of it are entered already, InvalidValue for the days.

    The same leave again is the same leave.
    """
    starts_on, ends_on = days
    if not 0 <= (ends_on - starts_on).days <= 366:
        raise InvalidValue(field="ends_on")
    other = await asked_one(
        connection,
        f"{LEAVE} WHERE l.employee_id = $1 AND l.starts_on <= $3 AND l.ends_on >= $2 LIMIT 1",
        employee_id,
        starts_on,
        ends_on,
    )
    if other is not None:
        same = (other["starts_on"], other["ends_on"], other["kind"]) == (starts_on, ends_on, kind)
        if same:
            return other["id"]
        raise Conflict(
            field="starts_on",
            reason="overlap",
            existing_id=str(other["id"]),
            existing_from=other["starts_on"].isoformat(),
            existing_to=other["ends_on"].isoformat(),
            remedy="end_existing_or_begin_later",
        )
    leave_id = new_id()
    await asked(
        connection,
        "INSERT INTO leave (id, employee_id, starts_on, ends_on, kind, decree)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        leave_id,
        employee_id,
        starts_on,
        ends_on,
        kind,
        decree,
    )
    return leave_id


async def shifts_of(
    connection: Any, employee_id: UUID, start: datetime, end: datetime
) -> Sequence[Row]:
    """A person's shifts that touch [start, end), in order."""
    return await asked(
        connection,
        """SELECT id, employee_id, starts_at, ends_at FROM shift
            WHERE employee_id = $1 AND ends_at > $2 AND starts_at < $3 ORDER BY starts_at""",
        employee_id,
        start,
        end,
    )


async def shifts_replaced(
    connection: Any,
    span: tuple[datetime, datetime],
    shifts: Sequence[tuple[UUID, datetime, datetime]],
) -> Sequence[Row]:
    """Writes shifts (employee, start, end) in place of what these people had in [start, end).

    Of two shifts of one person that begin at the same instant, the later named one stands.
    """
    by_start = {(employee_id, start): end for employee_id, start, end in shifts}
    people = sorted({employee_id for employee_id, _ in by_start})
    await asked(
        connection,
        "DELETE FROM shift WHERE employee_id = ANY ($1::uuid[])"
        " AND starts_at >= $2 AND starts_at < $3",
        people,
        *span,
    )
    return await asked(
        connection,
        """INSERT INTO shift (id, employee_id, starts_at, ends_at)
           SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[])
           RETURNING id, employee_id, starts_at, ends_at""",
        [new_id() for _ in by_start],
        [employee_id for employee_id, _ in by_start],
        [start for _, start in by_start],
        list(by_start.values()),
    )


async def work_patterns(connection: Any) -> Sequence[Row]:
    """Every pattern; the weeks are JSON."""
    return await asked(
        connection, "SELECT code, name, week, ramadan_week, roster FROM work_pattern ORDER BY code"
    )


async def work_pattern_set(
    connection: Any,
    code: str,
    name: str,
    weeks: tuple[WeekPattern, WeekPattern],
    roster: bool,
) -> None:
    """Adds a pattern or changes it."""
    await asked(
        connection,
        """INSERT INTO work_pattern (code, name, week, ramadan_week, roster)
           VALUES ($1, $2, $3::text::jsonb, $4::text::jsonb, $5)
           ON CONFLICT (code) DO UPDATE SET name = excluded.name, week = excluded.week,
               ramadan_week = excluded.ramadan_week, roster = excluded.roster""",
        code,
        name,
        *(msgspec.json.encode(week.as_lists()).decode() for week in weeks),
        roster,
    )


async def pattern_used(connection: Any, code: str) -> bool:
    """Whether a unit or a person works by this pattern."""
    row = await asked_one(
        connection,
        """SELECT EXISTS (SELECT FROM unit WHERE work_pattern = $1)
               OR EXISTS (SELECT FROM employee WHERE work_pattern = $1) AS used""",
        code,
    )
    return bool(row and row["used"])


async def removed(connection: Any, table: str, key: str, value: object) -> None:
    """Deletes one row of a calendar table, named by this code. Raises NotFound when it is gone."""
    if not await asked(connection, f"DELETE FROM {table} WHERE {key} = $1 RETURNING 1", value):
        raise NotFound
