"""Feedback: a supervisor's word on a report, a target or a period, and what the employee does with
it: "I have read it", or an answer.

The word and its being read are feed events, written in the transaction of the row itself. Locks:
the shard first, as everywhere, so that a batch of acknowledgements never waits in a circle.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from models.queries.asking import Row, appended_over, asked, asked_one
from models.queries.feed import FeedRow, NewEvent
from models.queries.locks import locked_units_of
from models.queries.requests import request_answered
from models.rules.refusals import Conflict, NotFound

GIVE = """
    INSERT INTO feedback (id, employee_id, author_id, report_id, target_id, kind, text, next_step,
                          period, about, request_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    ON CONFLICT (id) DO NOTHING RETURNING id
"""

SAME = """
    SELECT employee_id = $2 AND author_id = $3 AND report_id IS NOT DISTINCT FROM $4
           AND target_id IS NOT DISTINCT FROM $5 AND kind = $6 AND text = $7 AND next_step = $8
           AND period IS NOT DISTINCT FROM $9 AND about = $10
           AND request_id IS NOT DISTINCT FROM $11 AS same
      FROM feedback WHERE id = $1
"""

ANSWER = """
    UPDATE feedback
       SET answer = $3, answered_at = clock_timestamp(),
           acknowledged_at = coalesce(acknowledged_at, clock_timestamp())
     WHERE id = $1 AND employee_id = $2 AND answered_at IS NULL
    RETURNING id
"""

ACKNOWLEDGE = """
    UPDATE feedback SET acknowledged_at = clock_timestamp()
     WHERE id = $1 AND employee_id = $2 AND acknowledged_at IS NULL
    RETURNING report_id, target_id, acknowledged_at
"""

FEEDBACK = """
    SELECT f.id, f.employee_id, f.author_id, a.name AS author_name, f.report_id, f.target_id,
           f.kind, f.text, f.next_step, f.made_at, f.acknowledged_at, f.period, f.about, f.answer,
           f.answered_at, f.request_id
      FROM feedback f JOIN employee a ON a.id = f.author_id
"""

OF_PERSON = f"""{FEEDBACK}
     WHERE f.employee_id = $1 AND ($2::text IS NULL OR f.period = $2)
       AND ($3::timestamptz IS NULL OR (f.made_at, f.id) < ($3, $4::uuid))
     ORDER BY f.made_at DESC, f.id DESC LIMIT $5
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
    """A word on a report, on a target or on a period (one of them). The id is the sender's own.

    `request_id`: the question of the employee that it answers.
    """

    id: UUID
    employee_id: UUID
    author_id: UUID
    author_name: str
    kind: str
    text: str
    next_step: str = ""
    report_id: UUID | None = None
    target_id: UUID | None = None
    period: str | None = None
    about: str = ""
    request_id: UUID | None = None

    @property
    def written(self) -> tuple[object, ...]:
        """What GIVE writes and SAME compares, in their order."""
        return (
            *(self.id, self.employee_id, self.author_id, self.report_id, self.target_id),
            *(self.kind, self.text, self.next_step, self.period, self.about, self.request_id),
        )


async def feedback_given(
    connection: Any, given: NewFeedback, about_target: UUID | None
) -> tuple[Outcome, list[FeedRow]]:
    """Writes the feedback and its event; `about_target` is the target that the event names.

    The same id with the same words again changes nothing; with others it raises Conflict. Raises
    InvalidValue when `request_id` is no question of this employee.
    """
    unit_id = await _locked_unit_of(connection, given.employee_id)
    if given.request_id is not None:
        await request_answered(connection, given.request_id, given.employee_id)
    if not await asked(connection, GIVE, *given.written):
        before = await asked_one(connection, SAME, *given.written)
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


async def answered(
    connection: Any, feedback_id: UUID, employee_id: UUID, answer: str
) -> tuple[Outcome, UUID, list[FeedRow]]:
    """The employee answers a word, and so has read it; the author and what to announce.

    The same answer again changes nothing. Raises Conflict for another one, and NotFound when there
    is no such feedback to this person. Locks the shards of both, so a notice may follow.
    """
    said = await asked_one(
        connection,
        "SELECT author_id FROM feedback WHERE id = $1 AND employee_id = $2",
        feedback_id,
        employee_id,
    )
    if said is None:
        raise NotFound
    author_id: UUID = said["author_id"]
    await locked_units_of(connection, [employee_id, author_id])
    _, events = await acknowledged(connection, feedback_id, employee_id)
    if await asked(connection, ANSWER, feedback_id, employee_id, answer):
        return "applied", author_id, events
    before = await asked_one(connection, "SELECT answer FROM feedback WHERE id = $1", feedback_id)
    if before is None or before["answer"] != answer:
        raise Conflict(field="answer")
    return "duplicate", author_id, events


async def feedback_of_report(
    connection: Any, report_id: UUID, said_below: Sequence[UUID] | None = None
) -> Sequence[Row]:
    """Every word on a report, oldest first; or those said while the person worked below a unit."""
    return await asked(
        connection,
        f"{FEEDBACK} WHERE f.report_id = $1 AND {SAID_THERE} ORDER BY f.made_at, f.id",
        report_id,
        said_below,
    )


async def feedback_of_target(
    connection: Any, target_id: UUID, said_below: Sequence[UUID] | None = None
) -> Sequence[Row]:
    """The same on a target itself."""
    return await asked(
        connection,
        f"{FEEDBACK} WHERE f.target_id = $1 AND {SAID_THERE} ORDER BY f.made_at, f.id",
        target_id,
        said_below,
    )


async def feedback_of_person(
    connection: Any,
    employee_id: UUID,
    period: str | None,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[Row]:
    """What was said to somebody, newest first; `period`: only the words on that period."""
    at, last_id = before or (None, None)
    return await asked(connection, OF_PERSON, employee_id, period, at, last_id, limit)


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
