"""Feedback: a supervisor's word on a report or a target, and the employee's "I have read it".

Both are feed events, written in the transaction of the row itself. Locks: the shard first, as
everywhere, so that a batch of acknowledgements never waits in a circle.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import msgspec

from models.queries.asking import Row, appended_over, asked, asked_one
from models.queries.feed import FeedRow, NewEvent
from models.queries.locks import locked_units_of
from models.rules.refusals import Conflict, NotFound

GIVE = """
    INSERT INTO feedback (id, employee_id, author_id, report_id, target_id, kind, text, next_step)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (id) DO NOTHING RETURNING id
"""

SAME = """
    SELECT author_id = $2 AND report_id IS NOT DISTINCT FROM $3
           AND target_id IS NOT DISTINCT FROM $4 AND kind = $5 AND text = $6 AND next_step = $7
           AS same
      FROM feedback WHERE id = $1
"""

ACKNOWLEDGE = """
    UPDATE feedback SET acknowledged_at = clock_timestamp()
     WHERE id = $1 AND employee_id = $2 AND acknowledged_at IS NULL
    RETURNING report_id, target_id, acknowledged_at
"""

FEEDBACK = """
    SELECT f.id, f.employee_id, f.author_id, a.name AS author_name, f.report_id, f.target_id,
           f.kind, f.text, f.next_step, f.made_at, f.acknowledged_at
      FROM feedback f JOIN employee a ON a.id = f.author_id
"""

# $2: None, or the units below which the person has to have worked when the word was said.
SAID_THERE = """
    ($2::uuid[] IS NULL OR EXISTS (
        SELECT FROM placement p JOIN unit u ON u.id = p.unit_id
         WHERE p.employee_id = f.employee_id AND p.valid_from <= f.made_at
           AND (p.valid_to IS NULL OR p.valid_to > f.made_at) AND u.path && $2))
"""

Outcome = Literal["applied", "duplicate"]


@dataclass(frozen=True, slots=True)
class NewFeedback:
    """A word on a report or on a target (one of the two). The id is the sender's own."""

    id: UUID
    employee_id: UUID
    author_id: UUID
    author_name: str
    kind: str
    text: str
    next_step: str = ""
    report_id: UUID | None = None
    target_id: UUID | None = None


async def feedback_given(
    connection: Any, given: NewFeedback, about_target: UUID | None
) -> tuple[Outcome, list[FeedRow]]:
    """Writes the feedback and its event; `about_target` is the target that the event names.

    The same id with the same words again changes nothing; with others it raises Conflict.
    """
    unit_id = await _locked_unit_of(connection, given.employee_id)
    made = await asked(
        connection,
        GIVE,
        given.id,
        given.employee_id,
        given.author_id,
        given.report_id,
        given.target_id,
        given.kind,
        given.text,
        given.next_step,
    )
    if not made:
        before = await asked_one(
            connection,
            SAME,
            given.id,
            given.author_id,
            given.report_id,
            given.target_id,
            given.kind,
            given.text,
            given.next_step,
        )
        if before is None or not before["same"]:
            raise Conflict(field="id")
        return "duplicate", []
    content = {
        "feedback_id": given.id,
        **({"report_id": given.report_id} if given.report_id else {}),
        **({"target_id": given.target_id} if given.target_id else {}),
        "feedback_kind": given.kind,
        "text": given.text,
        "next_step": given.next_step,
        "actor_id": given.author_id,
        "actor_name": given.author_name,
    }
    return "applied", await appended_over(
        connection,
        [_event(given.employee_id, unit_id, about_target, content)],
    )


async def acknowledged(
    connection: Any, feedback_id: UUID, employee_id: UUID
) -> tuple[Outcome, list[FeedRow]]:
    """The employee has read the feedback. Call it in a transaction; announce after the commit.

    Raises NotFound when there is no such feedback to this person.
    """
    unit_id = await _locked_unit_of(connection, employee_id)
    row = await asked_one(connection, ACKNOWLEDGE, feedback_id, employee_id)
    if row is None:
        known = await asked_one(
            connection,
            "SELECT 1 AS one FROM feedback WHERE id = $1 AND employee_id = $2",
            feedback_id,
            employee_id,
        )
        if known is None:
            raise NotFound
        return "duplicate", []
    content = {
        "feedback_id": feedback_id,
        **({"report_id": row["report_id"]} if row["report_id"] else {}),
        "acknowledged_at": row["acknowledged_at"],
    }
    target_id = row["target_id"]
    if row["report_id"]:
        report = await asked_one(
            connection, "SELECT target_id FROM report WHERE id = $1", row["report_id"]
        )
        target_id = report["target_id"] if report else None
    return "applied", await appended_over(
        connection, [_event(employee_id, unit_id, target_id, content)]
    )


async def feedback_of_report(
    connection: Any, report_id: UUID, said_below: Sequence[UUID] | None = None
) -> Sequence[Row]:
    """Every word on a report, oldest first; or those said while the person worked below a unit."""
    return await asked(
        connection,
        f"{FEEDBACK} WHERE f.report_id = $1 AND {SAID_THERE} ORDER BY f.id",
        report_id,
        said_below,
    )


async def feedback_of_target(
    connection: Any, target_id: UUID, said_below: Sequence[UUID] | None = None
) -> Sequence[Row]:
    """The same on a target itself."""
    return await asked(
        connection,
        f"{FEEDBACK} WHERE f.target_id = $1 AND {SAID_THERE} ORDER BY f.id",
        target_id,
        said_below,
    )


async def feedback_row(connection: Any, feedback_id: UUID) -> Row | None:
    """One feedback with the name of its author."""
    return await asked_one(connection, f"{FEEDBACK} WHERE f.id = $1", feedback_id)


async def _locked_unit_of(connection: Any, employee_id: UUID) -> UUID:
    """The person's unit, its shard locked. Raises NotFound for an unknown person."""
    units = await locked_units_of(connection, [employee_id])
    if employee_id not in units:
        raise NotFound
    return units[employee_id]


def _event(
    employee_id: UUID, unit_id: UUID, target_id: UUID | None, content: dict[str, Any]
) -> NewEvent:
    text = msgspec.json.encode(content).decode()
    return NewEvent("feedback", employee_id, unit_id, text, target_id=target_id)
