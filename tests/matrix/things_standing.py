"""What is counted of a subject: a day of theirs, a month of their unit, evidence of a report."""

from datetime import date
from typing import Any, Protocol
from uuid import UUID

COUNTED_ON = date(2001, 1, 15)  # long ago: no roller comes by there
COUNTED_IN = "2001-01"
NO_MORE = (1, 0, 0, 0, 0, 0, 0, 0, 0.0, 1.0)
COUNTERS = (
    "reports, approved_reports, first_time, returned_reports, late, excused, with_evidence,"
    " measured, approved, pending"
)


class Marked(Protocol):
    """Whom things are made for; whatever is written carries their mark."""

    @property
    def employee_id(self) -> UUID: ...
    @property
    def target_id(self) -> UUID: ...
    @property
    def mark(self) -> str: ...


async def things(connection: Any, draft: Marked, unit_id: UUID, author_id: UUID) -> dict[str, UUID]:
    """Nothing that a row asks for by a name of its own: counters and evidence of what is there."""
    path = await connection.fetchval("SELECT path FROM unit WHERE id = $1", unit_id)
    goal = f"goal-{draft.mark}"
    await connection.execute(
        "INSERT INTO person_day (employee_id, on_day, target_id, unit_id, unit_path, indicator,"
        f" unit_of_measure, {COUNTERS})"
        " VALUES ($1, $2, $3, $4, $5, $6, 'kali', $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        *(draft.employee_id, COUNTED_ON, draft.target_id, unit_id, path, goal, *NO_MORE),
    )
    await connection.executemany(
        f"INSERT INTO unit_month (unit_id, month, indicator, unit_of_measure, {COUNTERS})"
        " VALUES ($1, $2, $3, 'kali', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        [(above, COUNTED_ON.replace(day=1), goal, *NO_MORE) for above in path],
    )
    await connection.execute(
        "INSERT INTO report_evidence (report_id, number, kind, reference)"
        " SELECT id, 1, 'link', $2 FROM report WHERE employee_id = $1",
        draft.employee_id,
        f"https://contoh.go.id/note-{draft.mark}",
    )
    return {}
