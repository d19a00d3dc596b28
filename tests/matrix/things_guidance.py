"""What guidance a subject has: a question that waits, a word on a period, what HR published."""

from typing import Any, Protocol
from uuid import UUID

from models.queries.subjects import subjects_of
from models.tables.columns import new_id


class Marked(Protocol):
    """Whom things are made for; whatever is written carries their mark."""

    @property
    def employee_id(self) -> UUID: ...
    @property
    def mark(self) -> str: ...


async def things(connection: Any, draft: Marked, unit_id: UUID, author_id: UUID) -> dict[str, UUID]:
    """Their ids, by the names that rows use. What is published is for the whole of their unit."""
    employee_id, mark = draft.employee_id, draft.mark
    ids = {name: new_id() for name in ("request", "period_feedback", "announcement", "training")}
    decider = (await subjects_of(connection, [employee_id]))[employee_id].decider_id
    await connection.execute(
        # The oldest stand first in a list that ends somewhere: the newest subject's is the oldest.
        "INSERT INTO feedback_request (id, employee_id, asked_id, period, question, made_at)"
        " VALUES ($1, $2, $3, '2026-11', $4, '2020-01-01'::timestamptz - (now() - '2020-01-01'))",
        ids["request"],
        employee_id,
        decider,
        f"word-{mark}",
    )
    await connection.execute(
        "INSERT INTO feedback (id, employee_id, author_id, period, kind, text)"
        " VALUES ($1, $2, $3, '2026-11', 'comment', $4)",
        ids["period_feedback"],
        employee_id,
        author_id,
        f"word-{mark}",
    )
    await connection.execute(
        "INSERT INTO announcement (id, unit_id, title, body, made_by) VALUES ($1, $2, $3, '', $4)",
        ids["announcement"],
        unit_id,
        f"desk-{mark}",
        author_id,
    )
    await connection.execute(
        "INSERT INTO training (id, unit_id, title, starts_at, ends_at, made_by)"
        " VALUES ($1, $2, $3, now(), now() + interval '1 hour', $4)",
        ids["training"],
        unit_id,
        f"desk-{mark}",
        author_id,
    )
    await connection.execute(
        "INSERT INTO attendance (training_id, employee_id) VALUES ($1, $2)",
        ids["training"],
        employee_id,
    )
    return ids
