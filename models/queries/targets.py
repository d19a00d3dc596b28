"""Targets: reading them, making them (one or a thousand), and changing them with their history.

Every making and change is a feed event of kind "target_changed" in the same transaction, under
the shards of the people concerned, and leaves the pace stale, so that the slip engine looks anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from models.queries.asking import Row, appended_over, asked, asked_one
from models.queries.feed import FeedRow, NewEvent
from models.queries.locks import locked_units_of
from models.queries.standings import TARGET_COLUMNS
from models.rules.refusals import InvalidValue, NotFound, OutdatedBase, PeriodClosed

OF_PERSON = f"""
    SELECT {TARGET_COLUMNS}
      FROM target_pace p JOIN target t ON t.id = p.target_id
     WHERE p.employee_id = $1 AND p.period_end > $2
     ORDER BY p.period_end DESC, t.indicator, t.id LIMIT $3
"""

WITHIN = f"""
    SELECT {TARGET_COLUMNS}, w.kind, w.title AS result_title
      FROM target t JOIN target_pace p ON p.target_id = t.id
      LEFT JOIN work_result w ON w.id = t.work_result_id
     WHERE t.employee_id = $1 AND t.period_end > $2 AND t.period_start < $3
     ORDER BY t.period_start, t.indicator, t.id
"""

OF_RESULTS = f"""
    SELECT {TARGET_COLUMNS}
      FROM target t JOIN target_pace p ON p.target_id = t.id
     WHERE t.work_result_id = ANY ($1::uuid[])
     ORDER BY t.period_start, t.indicator, t.id LIMIT $2
"""

ONE = f"""
    SELECT {TARGET_COLUMNS}, e.name AS employee_name
      FROM target t JOIN target_pace p ON p.target_id = t.id JOIN employee e ON e.id = t.employee_id
     WHERE t.id = $1
"""

MAKE = """
    WITH made AS (
        INSERT INTO target (id, employee_id, template_id, indicator, unit_of_measure, aspect,
                            direction, quantity, low, high, max_quantity, tolerance, grace,
                            period_start, period_end, work_result_id, service_id,
                            rolled_from_id, made_by)
        SELECT n.*, $19::uuid
          FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[],
                      $7::text[], $8::float8[], $9::float8[], $10::float8[], $11::float8[],
                      $12::float8[], $13::float8[], $14::timestamptz[], $15::timestamptz[],
                      $16::uuid[], $17::uuid[], $18::uuid[]) n
        ON CONFLICT (id) DO NOTHING
        RETURNING id, employee_id, period_end
    ), paced AS (
        INSERT INTO target_pace (target_id, employee_id, shard, period_end)
        SELECT m.id, m.employee_id, u.shard, m.period_end
          FROM made m JOIN employee e ON e.id = m.employee_id JOIN unit u ON u.id = e.unit_id
        RETURNING target_id
    )
    SELECT m.id FROM made m JOIN paced p ON p.target_id = m.id
"""

CHANGE = """
    UPDATE target SET indicator = $2, unit_of_measure = $3, quantity = $4, low = $5, high = $6,
                      max_quantity = $7, tolerance = $8, grace = $9, work_result_id = $10,
                      service_id = $11, version = version + 1
     WHERE id = $1
"""

HISTORY = """
    SELECT c.at, c.by, e.name AS by_name, c.reason, c.before::text AS before, c.after::text AS after
      FROM target_change c LEFT JOIN employee e ON e.id = c.by
     WHERE c.target_id = $1 ORDER BY c.at, c.id
"""

CHANGEABLE = (
    "indicator",
    "unit_of_measure",
    "quantity",
    "low",
    "high",
    "max_quantity",
    "tolerance",
    "grace",
    "work_result_id",
    "service_id",
)
"""What a change may touch. Aspect, direction and period would make another target of it."""

MOST_OF_RESULTS = 500  # targets of one person's agreements in one answer
USUAL_TOLERANCE, USUAL_GRACE = 0.15, 0.10  # domain.md, "Pace and slipping": assumed, per target


@dataclass(frozen=True, slots=True)
class NewTarget:
    """A target to make. The id is the maker's own, so that asking twice makes one."""

    id: UUID
    employee_id: UUID
    employee_name: str
    indicator: str
    unit_of_measure: str
    quantity: float
    period_start: datetime
    period_end: datetime
    aspect: str = "quantity"
    direction: str = "higher"
    low: float | None = None
    high: float | None = None
    max_quantity: float | None = None
    template_id: UUID | None = None
    tolerance: float = USUAL_TOLERANCE
    grace: float = USUAL_GRACE
    work_result_id: UUID | None = None
    service_id: UUID | None = None
    rolled_from_id: UUID | None = None


async def targets_of(
    connection: Any, employee_id: UUID, ending_after: datetime, limit: int
) -> Sequence[Row]:
    """A person's targets whose period ends after an instant, the latest period first."""
    return await asked(connection, OF_PERSON, employee_id, ending_after, limit)


async def targets_within(
    connection: Any, employee_id: UUID, start: datetime, end: datetime
) -> Sequence[Row]:
    """A person's targets whose period touches [start, end), with `kind` and `result_title` of the
    work result each belongs to (None: to none). Rolled-over and closed ones are among them."""
    return await asked(connection, WITHIN, employee_id, start, end)


async def targets_of_results(connection: Any, result_ids: Sequence[UUID]) -> Sequence[Row]:
    """The targets by which these work results are measured, the earliest period first."""
    return await asked(connection, OF_RESULTS, list(result_ids), MOST_OF_RESULTS)


async def target_row(connection: Any, target_id: UUID) -> Row | None:
    """One target with its pace and the name of its employee."""
    return await asked_one(connection, ONE, target_id)


async def target_history(connection: Any, target_id: UUID) -> Sequence[Row]:
    """What was changed about a target, oldest first; `before` and `after` are JSON text."""
    return await asked(connection, HISTORY, target_id)


async def targets_made(
    connection: Any, targets: Sequence[NewTarget], made_by: UUID | None, reason: str = ""
) -> list[FeedRow]:
    """Writes targets, their paces and their events. One that exists already is left as it is.

    Raises Busy when somebody is being moved in this moment.
    """
    units = await locked_units_of(connection, [target.employee_id for target in targets])
    known = [target for target in targets if target.employee_id in units]
    rows = await asked(
        connection,
        MAKE,
        [target.id for target in known],
        [target.employee_id for target in known],
        [target.template_id for target in known],
        [target.indicator for target in known],
        [target.unit_of_measure for target in known],
        [target.aspect for target in known],
        [target.direction for target in known],
        [target.quantity for target in known],
        [target.low for target in known],
        [target.high for target in known],
        [target.max_quantity for target in known],
        [target.tolerance for target in known],
        [target.grace for target in known],
        [target.period_start for target in known],
        [target.period_end for target in known],
        [target.work_result_id for target in known],
        [target.service_id for target in known],
        [target.rolled_from_id for target in known],
        made_by,
    )
    made = {row["id"] for row in rows}
    events = [
        target_event(asdict(target), units[target.employee_id], "made", reason)
        for target in known
        if target.id in made
    ]
    return await appended_over(connection, events)


async def target_changed(
    connection: Any,
    target_id: UUID,
    changes: Mapping[str, Any],
    *,
    by: UUID | None,
    reason: str,
    base_version: int | None = None,
) -> list[FeedRow]:
    """Changes a target (keys of CHANGEABLE) and keeps what it was; nothing new: no event.

    Raises NotFound, OutdatedBase when the target has a newer version than `base_version`,
    PeriodClosed when its appraisal is decided, and InvalidValue for a range turned around or a
    service that a target of another aspect than quality would name.
    """
    row = await target_row(connection, target_id)
    if row is None:
        raise NotFound
    units = await locked_units_of(connection, [row["employee_id"]])
    await asked(
        connection, "SELECT 1 FROM target_pace WHERE target_id = $1 FOR NO KEY UPDATE", target_id
    )
    row = await target_row(connection, target_id)
    if row is None:
        raise NotFound
    if row["closed_at"] is not None:
        raise PeriodClosed
    if base_version is not None and base_version != row["version"]:
        raise OutdatedBase(latest=row["version"])
    before = {name: row[name] for name in CHANGEABLE}
    after = before | {name: value for name, value in changes.items() if name in CHANGEABLE}
    low, high = after["low"], after["high"]  # judged under the lock: two may change one end each
    if low is not None and high is not None and low > high:
        raise InvalidValue(field="low")
    if after["service_id"] is not None and row["aspect"] != "quality":
        raise InvalidValue(field="service_id")
    told = {name for name in CHANGEABLE if before[name] != after[name]}
    if not told:
        return []
    await asked(connection, CHANGE, target_id, *after.values())
    await asked(connection, "UPDATE target_pace SET stale = true WHERE target_id = $1", target_id)
    await asked(
        connection,
        "INSERT INTO target_change (id, target_id, by, reason, before, after)"
        " VALUES (gen_random_uuid(), $1, $2, $3, $4::text::jsonb, $5::text::jsonb)",
        target_id,
        by,
        reason,
        msgspec.json.encode({name: before[name] for name in sorted(told)}).decode(),
        msgspec.json.encode({name: after[name] for name in sorted(told)}).decode(),
    )
    word = "assigned" if told == {"work_result_id"} else "changed"
    event = target_event({**row, **after}, units[row["employee_id"]], word, reason)
    return await appended_over(connection, [event])


async def target_closed(connection: Any, target_id: UUID, reason: str) -> list[FeedRow]:
    """The appraisal of this target is decided: it takes no new captures from now on.

    Closing twice changes nothing. Raises NotFound.
    """
    row = await target_row(connection, target_id)
    if row is None:
        raise NotFound
    units = await locked_units_of(connection, [row["employee_id"]])
    closed = await asked(
        connection,
        "UPDATE target SET closed_at = clock_timestamp(), version = version + 1"
        " WHERE id = $1 AND closed_at IS NULL RETURNING id",
        target_id,
    )
    if not closed:
        return []
    return await appended_over(
        connection, [target_event(row, units[row["employee_id"]], "closed", reason)]
    )


async def targets_told(
    connection: Any, employee_ids: Sequence[UUID], change: str, reason: str
) -> list[FeedRow]:
    """A "target_changed" event for each running target of these people, such as after a move.

    The caller holds their shards.
    """
    rows = await asked(
        connection,
        """SELECT t.id, t.employee_id, e.name AS employee_name, e.unit_id, t.indicator,
                  t.unit_of_measure, t.quantity, t.period_start, t.period_end
             FROM target_pace p JOIN target t ON t.id = p.target_id
             JOIN employee e ON e.id = p.employee_id
            WHERE p.employee_id = ANY ($1::uuid[]) AND p.period_end > clock_timestamp()
            ORDER BY t.id""",
        list(employee_ids),
    )
    events = [target_event(row, row["unit_id"], change, reason) for row in rows]
    return await appended_over(connection, events)


def target_event(facts: Row, unit_id: UUID, change: str, reason: str) -> NewEvent:
    """News of a target; `facts`: its row with the name of its employee. `change` says what."""
    content = {
        "target_id": facts["id"],
        "employee_name": facts["employee_name"],
        "indicator": facts["indicator"],
        "unit_of_measure": facts["unit_of_measure"],
        "goal": facts["quantity"],
        "period_start": facts["period_start"],
        "period_end": facts["period_end"],
        "change": change,
        "reason": reason,
    }
    return NewEvent(
        "target_changed",
        facts["employee_id"],
        unit_id,
        msgspec.json.encode(content).decode(),
        target_id=facts["id"],
    )
