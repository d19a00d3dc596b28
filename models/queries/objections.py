"""Objections: with reasons, within the clock, decided once by whoever stands above.

Invariants: one objection a decision; it is decided by condition, once; a changed rating is a new
decision with its own evidence and the higher supervisor as its author, on the very facts that the
first one stood on; what is decided here is final.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.queries.appraisal_decisions import Author, decision_content
from models.queries.appraisal_evidence import evidence_written, newest_evidence
from models.queries.appraisals import not_open, stepped
from models.queries.asking import Row, asked, asked_one
from models.rules.objections import check_in_time
from models.rules.predicates import Predicate, predicate
from models.rules.ratings import Rating
from models.rules.refusals import (
    AlreadyDecided,
    AppraisalNotOpen,
    Conflict,
    InvalidValue,
    NotFound,
)

OBJECTION = """
    SELECT o.id, o.appraisal_id, o.decision_number, o.reasons, o.made_at, o.outcome, o.decided_by,
           e.name AS decided_by_name, o.decided_at, o.decision_reason
      FROM objection o LEFT JOIN employee e ON e.id = o.decided_by
"""

TAKE = """
    UPDATE appraisal SET state = 'objected', version = version + 1
     WHERE id = $1 AND decision_number = $2 AND state IN ('decided', 'acknowledged') RETURNING id
"""

DECIDE = """
    UPDATE objection SET outcome = $2, decided_by = $3, decided_at = $4, decision_reason = $5
     WHERE id = $1 AND outcome IS NULL RETURNING appraisal_id, decision_number
"""

UPHOLD = """
    UPDATE appraisal SET state = 'final', version = version + 1
     WHERE id = $1 AND state = 'objected' RETURNING id
"""

CHANGE = """
    UPDATE appraisal
       SET state = 'final', version = version + 1, result_rating = $2, behaviour_rating = $3,
           predicate = $4, reason = $5, decided_by = $6, decided_at = $7, acknowledged_at = NULL,
           decision_number = decision_number + 1
     WHERE id = $1 AND state = 'objected' RETURNING decision_number
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is decided about an objection. Ratings only for one that is changed."""

    outcome: str
    reason: str
    result: Rating | None = None
    behaviour: Rating | None = None


async def objections_to(connection: Any, appraisal_id: UUID) -> Sequence[Row]:
    """The objections to an appraisal, oldest first."""
    return await asked(
        connection,
        f"{OBJECTION} WHERE o.appraisal_id = $1 ORDER BY o.decision_number",
        appraisal_id,
    )


async def objection_row(connection: Any, objection_id: UUID) -> Row | None:
    """One objection."""
    return await asked_one(connection, f"{OBJECTION} WHERE o.id = $1", objection_id)


async def objected(
    connection: Any, row: Row, objection_id: UUID, reasons: str, now: datetime
) -> bool:
    """Writes an objection to the decision that stands; False: the same one was there already.

    `row`: the appraisal. The caller holds the employee's shard. Raises ObjectionTooLate, Conflict
    for an id that says something else, and AppraisalNotOpen.
    """
    known = await objection_row(connection, objection_id)
    if known is not None:
        if known["appraisal_id"] == row["id"] and known["reasons"] == reasons:
            return False
        raise Conflict(field="id")
    if row["state"] not in ("decided", "acknowledged"):
        raise AppraisalNotOpen(state=row["state"])
    check_in_time(row["decided_at"], now, row["zone"])
    number = row["decision_number"]
    if not await asked(connection, TAKE, row["id"], number):
        raise await not_open(connection, row["id"])
    made = await asked(
        connection,
        "INSERT INTO objection (id, appraisal_id, decision_number, reasons, made_at)"
        " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING id",
        objection_id,
        row["id"],
        number,
        reasons,
        now,
    )
    if not made:
        raise Conflict(field="id")
    details = {"objection_id": objection_id, "decision_number": number}
    await stepped(connection, [row["id"]], row["employee_id"], "objected", details)
    return True


async def objection_decided(
    connection: Any,
    row: Row,
    objection_id: UUID,
    answer: Answer,
    author: Author,
    now: datetime,
) -> None:
    """Decides an objection for good; `row`: its appraisal. The caller holds the employee's shard.

    Raises AlreadyDecided, NotFound, and InvalidValue for a change that changes nothing.
    """
    result = answer.result or Rating(row["result_rating"])
    behaviour = answer.behaviour or Rating(row["behaviour_rating"])
    same = (result, behaviour) == (row["result_rating"], row["behaviour_rating"])
    if (answer.outcome == "changed") is same:
        raise InvalidValue(field="outcome")
    claimed = await asked(
        connection, DECIDE, objection_id, answer.outcome, author.id, now, answer.reason
    )
    if not claimed:
        raise AlreadyDecided if await objection_row(connection, objection_id) else NotFound
    details: dict[str, Any] = {"objection_id": objection_id, "outcome": answer.outcome}
    if same:
        if not await asked(connection, UPHOLD, row["id"]):
            raise await not_open(connection, row["id"])
    else:
        outcome = predicate(result, behaviour)
        number = await _changed(connection, row, (result, behaviour, outcome), answer, author, now)
        details |= {"decision_number": number, "predicate": outcome}
    await stepped(connection, [row["id"]], author.id, "objection_decided", details)


async def _changed(
    connection: Any,
    row: Row,
    ratings: tuple[Rating, Rating, Predicate],
    answer: Answer,
    author: Author,
    now: datetime,
) -> int:
    """A new decision on the facts of the old one; its number."""
    result, behaviour, outcome = ratings
    before = await newest_evidence(connection, row["id"])
    if before is None:
        raise NotFound
    claimed = await asked_one(
        connection,
        CHANGE,
        row["id"],
        result.value,
        behaviour.value,
        outcome.value,
        answer.reason,
        author.id,
        now,
    )
    if claimed is None:
        raise await not_open(connection, row["id"])
    content = json.loads(before["content"])
    content["decision"] = decision_content(author, now, ratings, answer.reason)
    content["after_objection_to"] = before["decision_number"]
    await evidence_written(connection, row["id"], claimed["decision_number"], content)
    return claimed["decision_number"]
