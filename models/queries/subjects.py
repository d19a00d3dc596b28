"""Who is asked about: the facts that `models.rules.access` needs of people, reports and targets.

Only what holds now is read: dated rows are filtered by the database's clock, and heads whose
account is deactivated head nothing. Each function asks a fixed number of questions, however many
people it is given; who is unknown is left out of the answer.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from models.queries.asking import Row, asked
from models.rules.access import (
    HeldGrant,
    Role,
    Subject,
    UnitHeads,
    decider_of,
    reporting_path,
)

PLACES = """
    SELECT e.id, u.path,
           (SELECT a.supervisor_id FROM personal_assignment a
              JOIN employee s ON s.id = a.supervisor_id AND s.active
             WHERE a.employee_id = e.id AND a.valid_from <= clock_timestamp()
               AND (a.valid_to IS NULL OR a.valid_to > clock_timestamp())) AS supervisor_id
      FROM employee e JOIN unit u ON u.id = e.unit_id
     WHERE e.id = ANY ($1::uuid[])
"""

HEADS = """
    SELECT s.unit_id, s.kind, s.supervisor_id, e.active
      FROM supervision s JOIN employee e ON e.id = s.supervisor_id
     WHERE (s.unit_id = ANY ($1::uuid[]) OR s.supervisor_id = ANY ($2::uuid[]))
       AND s.valid_from <= clock_timestamp()
       AND (s.valid_to IS NULL OR s.valid_to > clock_timestamp())
"""

GRANTS = """
    SELECT g.employee_id, g.role, u.path FROM role_grant g JOIN unit u ON u.id = g.unit_id
     WHERE g.employee_id = ANY ($1::uuid[]) AND g.revoked_at IS NULL ORDER BY g.id
"""

# The running period is the calendar year (docs/decisions/0003), as it turns where the person works.
YEAR_BEGAN = "date_trunc('year', clock_timestamp() AT TIME ZONE now_u.zone) AT TIME ZONE now_u.zone"

REPORTS_THEN = f"""
    SELECT r.id, r.employee_id, coalesce(f.unit_path, u.path) AS at_path,
           r.received_at >= {YEAR_BEGAN} AS running,
           ARRAY(SELECT s.unit_id FROM supervision s
                  WHERE s.supervisor_id = r.employee_id AND s.valid_from <= r.received_at
                    AND (s.valid_to IS NULL OR s.valid_to > r.received_at)) AS at_heads
      FROM report r
      JOIN unit u ON u.id = r.unit_id
      JOIN employee e ON e.id = r.employee_id
      JOIN unit now_u ON now_u.id = e.unit_id
      LEFT JOIN feed f ON f.shard = r.shard AND f.seq = r.seq
     WHERE r.id = ANY ($1::uuid[])
"""

TARGETS_THEN = f"""
    SELECT t.id, t.employee_id, coalesce(u.path, now_u.path) AS at_path,
           t.period_end > {YEAR_BEGAN} AS running,
           ARRAY(SELECT s.unit_id FROM supervision s
                  WHERE s.supervisor_id = t.employee_id AND s.valid_from < t.period_end
                    AND (s.valid_to IS NULL OR s.valid_to >= t.period_end)) AS at_heads
      FROM target t
      JOIN employee e ON e.id = t.employee_id
      JOIN unit now_u ON now_u.id = e.unit_id
      LEFT JOIN placement p ON p.employee_id = t.employee_id AND p.valid_from < t.period_end
           AND (p.valid_to IS NULL OR p.valid_to >= t.period_end)
      LEFT JOIN unit u ON u.id = p.unit_id
     WHERE t.id = ANY ($1::uuid[])
"""


# An agreement lies where its employee is at the end of its year; while it runs, where they are.
AGREEMENTS_THEN = f"""
    SELECT a.id, a.employee_id, coalesce(u.path, now_u.path) AS at_path,
           y.ends > {YEAR_BEGAN} AS running,
           ARRAY(SELECT s.unit_id FROM supervision s
                  WHERE s.supervisor_id = a.employee_id AND s.valid_from < y.ends
                    AND (s.valid_to IS NULL OR s.valid_to >= y.ends)) AS at_heads
      FROM agreement a
      JOIN employee e ON e.id = a.employee_id
      JOIN unit now_u ON now_u.id = e.unit_id
      CROSS JOIN LATERAL (
          SELECT make_timestamptz(a.year + 1, 1, 1, 0, 0, 0, now_u.zone) AS ends) y
      LEFT JOIN placement p ON p.employee_id = a.employee_id AND p.valid_from < y.ends
           AND (p.valid_to IS NULL OR p.valid_to >= y.ends)
      LEFT JOIN unit u ON u.id = p.unit_id
     WHERE a.id = ANY ($1::uuid[])
"""


async def subjects_of(connection: Any, employee_ids: Collection[UUID]) -> dict[UUID, Subject]:
    """These people as they stand today: path, units headed, and who decides for them."""
    places = await asked(connection, PLACES, list(set(employee_ids)))
    units = {unit_id for place in places for unit_id in place["path"]}
    people = [place["id"] for place in places]
    heads, headed = _heads(await asked(connection, HEADS, list(units), people))
    subjects: dict[UUID, Subject] = {}
    for place in places:
        employee_id, path = place["id"], tuple(place["path"])
        subjects[employee_id] = Subject(
            employee_id,
            path,
            heads=frozenset(headed.get(employee_id, ())),
            decider_id=decider_of(place["supervisor_id"], heads, path, employee_id),
        )
    return subjects


async def subjects_with_grants(
    connection: Any, employee_ids: Collection[UUID]
) -> dict[UUID, Subject]:
    """The same with the roles they hold, as issuing an activation code asks for."""
    subjects = await subjects_of(connection, employee_ids)
    held: dict[UUID, list[HeldGrant]] = defaultdict(list)
    for row in await asked(connection, GRANTS, list(subjects)):
        held[row["employee_id"]].append(HeldGrant(Role(row["role"]), tuple(row["path"])))
    return {
        employee_id: replace(subject, grants=tuple(held[employee_id]))
        for employee_id, subject in subjects.items()
    }


async def report_subjects(connection: Any, report_ids: Collection[UUID]) -> dict[UUID, Subject]:
    """By report id: its reporter today, and where the reporter was when it was received.

    One of an earlier period in a unit they have left says who decides it, too.
    """
    then = await _then(connection, await asked(connection, REPORTS_THEN, list(set(report_ids))))
    closed = {
        report_id: subject
        for report_id, subject in then.items()
        if not subject.in_running_period and subject.at_unit_path != subject.unit_path
    }
    if not closed:
        return then
    units = {unit_id for subject in closed.values() for unit_id in subject.at_unit_path or ()}
    heads, _ = _heads(await asked(connection, HEADS, list(units), []))
    return then | {
        report_id: replace(subject, then_decider_id=_decider_then(subject, heads))
        for report_id, subject in closed.items()
    }


async def target_subjects(connection: Any, target_ids: Collection[UUID]) -> dict[UUID, Subject]:
    """By target id: its employee today, and for an ended period the unit at its end."""
    return await _then(connection, await asked(connection, TARGETS_THEN, list(set(target_ids))))


async def heads_of_units(connection: Any, unit_ids: Collection[UUID]) -> dict[UUID, UnitHeads]:
    """The active heads of these units now; units without any are left out."""
    return _heads(await asked(connection, HEADS, list(set(unit_ids)), []))[0]


async def agreement_subjects(
    connection: Any, agreement_ids: Collection[UUID]
) -> dict[UUID, Subject]:
    """By agreement id: its employee today, and for an ended year the unit at its end."""
    rows = await asked(connection, AGREEMENTS_THEN, list(set(agreement_ids)))
    return await _then(connection, rows)


async def _then(connection: Any, rows: Sequence[Row]) -> dict[UUID, Subject]:
    today = await subjects_of(connection, {row["employee_id"] for row in rows})
    return {
        row["id"]: replace(
            today[row["employee_id"]],
            at_unit_path=tuple(row["at_path"]),
            at_heads=frozenset(row["at_heads"]),
            in_running_period=row["running"],
        )
        for row in rows
        if row["employee_id"] in today
    }


def _decider_then(subject: Subject, heads: Mapping[UUID, UnitHeads]) -> UUID | None:
    """Who decides now in the unit where it happened; today's decider where nobody does."""
    above = reporting_path(subject.at_unit_path or (), subject.at_heads)
    return decider_of(None, heads, above, subject.employee_id) or subject.decider_id


def _heads(rows: Sequence[Row]) -> tuple[dict[UUID, UnitHeads], dict[UUID, set[UUID]]]:
    """The active heads of each unit, and the units of each head."""
    by_unit: dict[UUID, UnitHeads] = {}
    by_head: dict[UUID, set[UUID]] = defaultdict(set)
    for row in rows:
        by_head[row["supervisor_id"]].add(row["unit_id"])
        if row["active"]:
            heads = by_unit.get(row["unit_id"], UnitHeads())
            by_unit[row["unit_id"]] = replace(heads, **{row["kind"]: row["supervisor_id"]})
    return by_unit, by_head
