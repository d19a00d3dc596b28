"""Performance agreements as they are read, and what may be linked to their results.

Writing them is `agreeing.py`. Whoever reads the agreement of somebody else asks the rules first.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from models.queries.asking import Row, asked, asked_one
from models.queries.subjects import HEADS, subjects_of
from models.rules.access import reporting_path
from models.rules.agreements import Chain
from models.rules.refusals import InvalidValue, NotFound

AGREEMENT = """
    SELECT a.id, a.employee_id, e.name AS employee_name, a.year, a.state, a.version, a.proposed_at,
           a.agreed_at, a.agreed_by, by.name AS agreed_by_name
      FROM agreement a JOIN employee e ON e.id = a.employee_id
      LEFT JOIN employee by ON by.id = a.agreed_by
"""
RESULTS = """
    SELECT w.id, w.agreement_id, w.kind, w.title, w.place, w.dropped_at, w.serves_id,
           s.title AS serves_title, se.name AS serves_name
      FROM work_result w
      LEFT JOIN work_result s ON s.id = w.serves_id
      LEFT JOIN agreement sa ON sa.id = s.agreement_id
      LEFT JOIN employee se ON se.id = sa.employee_id
     WHERE w.agreement_id = ANY ($1::uuid[]) ORDER BY w.place, w.id
"""
HISTORY = """
    SELECT c.at, c.by, e.name AS by_name, c.reason, c.before::text AS before, c.after::text AS after
      FROM agreement_change c LEFT JOIN employee e ON e.id = c.by
     WHERE c.agreement_id = $1 ORDER BY c.at, c.id
"""
SUPERIOR = """
    SELECT w.id, w.title, a.employee_id, e.name AS employee_name
      FROM agreement a JOIN work_result w ON w.agreement_id = a.id
      JOIN employee e ON e.id = a.employee_id
     WHERE a.employee_id = ANY ($1::uuid[]) AND a.year = $2 AND a.state <> 'draft'
       AND w.dropped_at IS NULL
     ORDER BY e.name, e.id, w.place, w.id
"""
# Below the units that somebody heads, and whose personal supervisor they are.
PROPOSED_BELOW = f"""
    {AGREEMENT}
     WHERE a.state = 'proposed' AND a.employee_id IN (
           SELECT p.id FROM unit_ancestry b JOIN employee p ON p.unit_id = b.unit_id AND p.active
            WHERE b.ancestor_id = ANY ($1::uuid[]) AND b.current
            UNION SELECT unnest($2::uuid[]))
     ORDER BY a.proposed_at, a.id LIMIT $3
"""
# A target belongs to a result of its own employee, and names a service that is still there.
LINKED = """
    SELECT ($2::uuid IS NULL OR EXISTS (
               SELECT FROM work_result w JOIN agreement a ON a.id = w.agreement_id
                WHERE w.id = $2 AND a.employee_id = $1 AND w.dropped_at IS NULL)) AS result,
           ($3::uuid IS NULL OR EXISTS (
               SELECT FROM public_service s WHERE s.id = $3 AND s.retired_at IS NULL)) AS service
"""


@dataclass(frozen=True, slots=True)
class Result:
    """A result as it is read, with the name and owner of the one it serves."""

    id: UUID
    agreement_id: UUID
    kind: Literal["main", "additional"]
    title: str
    place: int
    dropped_at: datetime | None
    serves_id: UUID | None
    serves_title: str | None
    serves_name: str | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """One employee's agreement for one year, its dropped results included and marked."""

    id: UUID
    employee_id: UUID
    employee_name: str
    year: int
    state: str
    version: int
    proposed_at: datetime | None
    agreed_at: datetime | None
    agreed_by: UUID | None
    agreed_by_name: str | None
    results: tuple[Result, ...]


async def agreements_of(
    connection: Any, employee_id: UUID, year: int | None = None
) -> list[Agreement]:
    """A person's agreements, the latest year first."""
    rows = await asked(
        connection,
        f"{AGREEMENT} WHERE a.employee_id = $1 AND ($2::int IS NULL OR a.year = $2::int)"
        " ORDER BY a.year DESC",
        employee_id,
        year,
    )
    return await _with_results(connection, rows)


async def agreement_of(connection: Any, employee_id: UUID, year: int) -> Agreement | None:
    """A person's agreement for a year, whatever its state."""
    return next(iter(await agreements_of(connection, employee_id, year)), None)


async def agreement_by_id(connection: Any, agreement_id: UUID) -> Agreement | None:
    """One agreement."""
    rows = await asked(connection, f"{AGREEMENT} WHERE a.id = $1", agreement_id)
    return next(iter(await _with_results(connection, rows)), None)


async def proposed_agreements(
    connection: Any, unit_ids: Collection[UUID], employee_ids: Collection[UUID], limit: int
) -> list[Agreement]:
    """Those that wait for an answer, of everybody below these units and of these people."""
    rows = await asked(connection, PROPOSED_BELOW, list(unit_ids), list(employee_ids), limit)
    return await _with_results(connection, rows)


async def agreement_history(connection: Any, agreement_id: UUID) -> Sequence[Row]:
    """What was changed, by whom and why, oldest first; `before` and `after` are JSON text."""
    return await asked(connection, HISTORY, agreement_id)


async def superior_results(connection: Any, employee_id: UUID, year: int) -> Sequence[Row]:
    """The results that somebody's own may serve: those of the people above, drafts left out."""
    chain = await chain_of(connection, employee_id, year)
    return await asked(connection, SUPERIOR, list(chain.above), year)


async def chain_of(connection: Any, employee_id: UUID, year: int) -> Chain:
    """Who stands above somebody today: their decider, and whoever heads a unit above them."""
    subject = (await subjects_of(connection, [employee_id])).get(employee_id)
    if subject is None:
        raise NotFound
    path = reporting_path(subject.unit_path, subject.heads)
    heads = await asked(connection, HEADS, list(path), [])
    above = {row["supervisor_id"] for row in heads if row["active"]}
    if subject.decider_id is not None:
        above.add(subject.decider_id)
    return Chain(employee_id, year, frozenset(above - {employee_id}))


async def check_links(
    connection: Any, employee_id: UUID, work_result_id: UUID | None, service_id: UUID | None
) -> None:
    """Raises InvalidValue when a target of theirs may not belong to the result, or not name the
    service."""
    if work_result_id is None and service_id is None:
        return
    row = await asked_one(connection, LINKED, employee_id, work_result_id, service_id)
    if row is None or not row["result"]:
        raise InvalidValue(field="work_result_id")
    if not row["service"]:
        raise InvalidValue(field="service_id")


async def _with_results(connection: Any, rows: Sequence[Row]) -> list[Agreement]:
    results: dict[UUID, list[Result]] = {row["id"]: [] for row in rows}
    for row in await asked(connection, RESULTS, list(results)):
        results[row["agreement_id"]].append(Result(**row))
    return [Agreement(**row, results=tuple(results[row["id"]])) for row in rows]
