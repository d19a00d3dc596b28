"""Appraisals: opening them, the employee's own word, acknowledgement, reopening, and reading.

Decisions stand in `decisions.py`, objections in `objections.py`. Invariants: one row a person,
period and part, however often it is opened; every change bumps the version by a condition on the
state it was made from and leaves a step; what was decided keeps its evidence for ever.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.queries.appraisal_parts import parts_of
from models.queries.asking import Row, asked, asked_one
from models.rules.periods import bounds, parse_period
from models.rules.refusals import AppraisalNotOpen, NotFound, OutdatedBase
from models.tables.columns import new_id

UNDECIDED = ("open", "self_assessed", "reopened")

COLUMNS = """
    a.id, a.employee_id, e.name AS employee_name, e.nip, a.kind, a.period, a.period_start,
    a.period_end, a.part_start, a.part_end, a.unit_id, u.name AS unit_name, u.zone, a.unit_path,
    a.state, a.version, a.opened_at, a.self_text, a.self_rating, a.self_at, a.result_rating,
    a.behaviour_rating, a.predicate, a.reason, a.decided_by, d.name AS decided_by_name,
    a.decided_at, a.decision_number, a.acknowledged_at
"""
JOINED = """
      FROM appraisal a
      JOIN employee e ON e.id = a.employee_id
      JOIN unit u ON u.id = a.unit_id
      LEFT JOIN employee d ON d.id = a.decided_by
"""

ONE = f"SELECT {COLUMNS} {JOINED} WHERE a.id = $1"

OF_PERSON = f"""
    SELECT {COLUMNS} {JOINED}
     WHERE a.employee_id = $1 ORDER BY a.period_start DESC, a.part_start DESC, a.id LIMIT $2
"""

# Where it happened, where the person works today, or a personal tie: `may` has the last word.
WATCHED = f"""
    SELECT {COLUMNS} {JOINED}
      JOIN unit t ON t.id = e.unit_id
     WHERE (a.unit_path && $1::uuid[] OR t.path && $1 OR a.employee_id = ANY ($2::uuid[]))
       AND ($3::uuid IS NULL OR a.unit_path @> ARRAY[$3::uuid])
       AND ($4::text IS NULL OR a.period = $4)
       AND ($5::text IS NULL OR a.state = $5)
       AND ($6::uuid IS NULL OR a.id < $6)
       AND a.employee_id IS DISTINCT FROM $7
     ORDER BY a.id DESC LIMIT $8
"""

BEHAVIOURS = "SELECT value, rating, example FROM behaviour WHERE appraisal_id = $1"

STEPS = """
    SELECT s.at, s.by, e.name AS by_name, s.what, s.details::text AS details
      FROM appraisal_step s LEFT JOIN employee e ON e.id = s.by
     WHERE s.appraisal_id = $1 ORDER BY s.at, s.id
"""

WORKERS = """
    SELECT e.id, u.zone FROM employee e JOIN unit u ON u.id = e.unit_id
     WHERE e.active AND e.id = ANY ($1::uuid[])
"""

# A part that was opened while the period ran may end earlier than it was thought to.
OPEN = """
    INSERT INTO appraisal (id, employee_id, kind, period, period_start, period_end, part_start,
                           part_end, unit_id, unit_path)
    SELECT n.id, n.employee_id, $3, $4, n.period_start, n.period_end, n.part_start, n.part_end,
           u.id, u.path
      FROM unnest($1::uuid[], $2::uuid[], $5::timestamptz[], $6::timestamptz[],
                  $7::timestamptz[], $8::timestamptz[], $9::uuid[])
           AS n(id, employee_id, period_start, period_end, part_start, part_end, unit_id)
      JOIN unit u ON u.id = n.unit_id
     ORDER BY n.employee_id, n.part_start
    ON CONFLICT (employee_id, kind, period, part_start) DO UPDATE
       SET part_end = excluded.part_end, opened_at = clock_timestamp()
     WHERE appraisal.state IN ('open', 'self_assessed')
       AND (appraisal.part_end <> excluded.part_end
            OR (appraisal.opened_at < appraisal.period_end
                AND clock_timestamp() >= appraisal.period_end))
    RETURNING id, employee_id, part_end, xmax = 0 AS is_new
"""

STEP = """
    INSERT INTO appraisal_step (id, appraisal_id, by, what, details)
    SELECT gen_random_uuid(), s.id, $2, $3, $4::text::jsonb FROM unnest($1::uuid[]) AS s(id)
"""


@dataclass(frozen=True, slots=True)
class Opened:
    """An appraisal that was not there before, or whose part has got its end. Times are UTC."""

    id: UUID
    employee_id: UUID
    part_end: datetime
    is_new: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which appraisals to list: of `units` and below, then and now, and of `people`; not `mine`."""

    units: Collection[UUID]
    people: Collection[UUID] = ()
    unit_id: UUID | None = None
    period: str | None = None
    state: str | None = None
    before: UUID | None = None
    mine: UUID | None = None
    limit: int = 50


async def appraisal_row(connection: Any, appraisal_id: UUID) -> Row | None:
    """One appraisal with the names of its people and unit."""
    return await asked_one(connection, ONE, appraisal_id)


async def appraisals_of(connection: Any, employee_id: UUID, limit: int) -> Sequence[Row]:
    """A person's appraisals, the latest period first."""
    return await asked(connection, OF_PERSON, employee_id, limit)


async def appraisals_watched(connection: Any, wanted: Wanted) -> Sequence[Row]:
    """Appraisals that the asker may have to do with, the last opened first."""
    return await asked(
        connection,
        WATCHED,
        list(wanted.units),
        list(wanted.people),
        wanted.unit_id,
        wanted.period,
        wanted.state,
        wanted.before,
        wanted.mine,
        wanted.limit,
    )


async def behaviours_of(connection: Any, appraisal_id: UUID) -> Sequence[Row]:
    """How each value was rated at the latest decision, with its example; empty before one."""
    return await asked(connection, BEHAVIOURS, appraisal_id)


async def steps_of(connection: Any, appraisal_id: UUID) -> Sequence[Row]:
    """What happened to an appraisal, in order; `details` are JSON text."""
    return await asked(connection, STEPS, appraisal_id)


async def appraisals_opened(
    connection: Any, period: str, employee_ids: Collection[UUID], by: UUID | None
) -> list[Opened]:
    """One appraisal a person and part of this period; those that stand already stay as they are.

    Only active people who were placed somewhere in it get one. Raises InvalidValue for a period
    that is none.
    """
    kind, days = parse_period(period)
    workers = await asked(connection, WORKERS, list(set(employee_ids)))
    by_zone: dict[str, list[UUID]] = {}
    for worker in workers:
        by_zone.setdefault(worker["zone"], []).append(worker["id"])
    opened: list[Opened] = []
    for zone, people in by_zone.items():
        period_bounds = bounds(days, zone)
        found = await parts_of(connection, people, period_bounds)
        rows = [
            (new_id(), employee_id, *period_bounds, part.start, part.end, part.unit_id)
            for employee_id in sorted(found)
            for part in found[employee_id]
        ]
        if not rows:
            continue
        ids, employees, *instants, units = (list(column) for column in zip(*rows, strict=True))
        answer = await asked(connection, OPEN, ids, employees, kind.value, period, *instants, units)
        opened += [
            Opened(row["id"], row["employee_id"], row["part_end"], row["is_new"]) for row in answer
        ]
    await stepped(connection, [each.id for each in opened if each.is_new], by, "opened")
    return opened


async def self_assessed(connection: Any, appraisal_id: UUID, text: str, rating: str | None) -> None:
    """Writes the employee's own word, again as often as they like until it is decided.

    Raises NotFound, AppraisalNotOpen.
    """
    rows = await asked(
        connection,
        """UPDATE appraisal
              SET self_text = $2, self_rating = $3, self_at = clock_timestamp(),
                  state = CASE state WHEN 'open' THEN 'self_assessed' ELSE state END,
                  version = version + 1
            WHERE id = $1 AND state = ANY ($4::text[]) RETURNING employee_id""",
        appraisal_id,
        text,
        rating,
        list(UNDECIDED),
    )
    if not rows:
        raise await not_open(connection, appraisal_id)
    await stepped(connection, [appraisal_id], rows[0]["employee_id"], "self_assessed")


async def acknowledged(connection: Any, appraisal_id: UUID) -> None:
    """The employee has read the decision, which is no consent. Twice changes nothing.

    Raises NotFound, AppraisalNotOpen while nothing is decided.
    """
    rows = await asked(
        connection,
        """UPDATE appraisal
              SET acknowledged_at = clock_timestamp(), version = version + 1,
                  state = CASE state WHEN 'decided' THEN 'acknowledged' ELSE state END
            WHERE id = $1 AND acknowledged_at IS NULL
              AND state IN ('decided', 'objected', 'final')
            RETURNING employee_id""",
        appraisal_id,
    )
    if rows:
        await stepped(connection, [appraisal_id], rows[0]["employee_id"], "acknowledged")
        return
    row = await appraisal_row(connection, appraisal_id)
    if row is None or row["acknowledged_at"] is None:
        raise await not_open(connection, appraisal_id)


async def reopened(connection: Any, appraisal_id: UUID, by: UUID, reason: str) -> None:
    """Opens a decided appraisal once more; what was decided stands until it is decided anew.

    Raises NotFound, and AppraisalNotOpen when nothing is decided or an objection waits.
    """
    rows = await asked(
        connection,
        """UPDATE appraisal SET state = 'reopened', acknowledged_at = NULL, version = version + 1
            WHERE id = $1 AND state IN ('decided', 'acknowledged', 'final') RETURNING id""",
        appraisal_id,
    )
    if not rows:
        raise await not_open(connection, appraisal_id)
    await stepped(connection, [appraisal_id], by, "reopened", {"reason": reason})


async def stepped(
    connection: Any,
    appraisal_ids: Sequence[UUID],
    by: UUID | None,
    what: str,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Writes one step of each of these appraisals down. No author: the service itself."""
    if appraisal_ids:
        written = json.dumps(dict(details or {}), default=str)
        await asked(connection, STEP, list(appraisal_ids), by, what, written)


async def not_open(
    connection: Any, appraisal_id: UUID, base_version: int | None = None
) -> Exception:
    """Why a step that asks for another state or version was not taken."""
    row = await appraisal_row(connection, appraisal_id)
    if row is None:
        return NotFound()
    if base_version is not None and base_version != row["version"] and row["state"] in UNDECIDED:
        return OutdatedBase(latest=row["version"])
    return AppraisalNotOpen(state=row["state"])
