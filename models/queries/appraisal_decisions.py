"""Deciding an appraisal: ratings by a human author, the predicate, and what they stood on, frozen.

Invariants: of two who decide at once one is told that it was decided already; a decision and its
evidence are written together or not at all; departing from what was suggested needs a reason; once
every part of a period is decided its targets take no new captures.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.queries.appraisal_evidence import Evidence, evidence_written
from models.queries.appraisals import UNDECIDED, appraisal_row, not_open, stepped
from models.queries.asking import Row, asked, asked_one
from models.queries.feed import FeedRow
from models.queries.targets import target_closed
from models.rules.predicates import Predicate, predicate
from models.rules.ratings import Rating, Shown, behaviour_suggested, departs
from models.rules.refusals import AlreadyDecided, AppraisalNotOpen, NotFound, ReasonRequired

DECIDED = ("decided", "acknowledged", "objected", "final")

CLAIM = """
    UPDATE appraisal
       SET state = 'decided', version = version + 1, result_rating = $4, behaviour_rating = $5,
           predicate = $6, reason = $7, decided_by = $8, decided_at = $9, acknowledged_at = NULL,
           decision_number = decision_number + 1
     WHERE id = $1 AND version = $2 AND state = ANY ($3::text[])
    RETURNING decision_number
"""

SHOWN = """
    INSERT INTO behaviour (appraisal_id, value, rating, example)
    SELECT $1, s.value, s.rating, s.example
      FROM unnest($2::text[], $3::text[], $4::text[]) AS s(value, rating, example)
    ON CONFLICT (appraisal_id, value) DO UPDATE
       SET rating = excluded.rating, example = excluded.example
"""

# Those whose whole period lies in this one, once no part of it waits.
TO_CLOSE = """
    SELECT t.id FROM target t
     WHERE t.employee_id = $1 AND t.period_start >= $2 AND t.period_end <= $3
       AND t.closed_at IS NULL
       AND NOT EXISTS (SELECT FROM appraisal a
                        WHERE a.employee_id = $1 AND a.kind = $4 AND a.period = $5
                          AND a.state = ANY ($6::text[]))
     ORDER BY t.id
"""

DECIDED_OF = """
    SELECT a.id, a.kind, a.period, a.period_start, a.period_end, a.part_start, a.part_end,
           a.unit_id, a.state, a.result_rating, a.behaviour_rating, a.predicate, a.reason,
           a.decided_by, a.decided_at, a.decision_number, a.acknowledged_at,
           v.content, v.sha256, o.reasons AS objection_reasons, o.made_at AS objected_at,
           o.outcome AS objection_outcome, o.decision_reason AS objection_answer
      FROM appraisal a
      JOIN appraisal_evidence v ON v.appraisal_id = a.id AND v.decision_number = a.decision_number
      LEFT JOIN LATERAL (SELECT * FROM objection q WHERE q.appraisal_id = a.id
                          ORDER BY q.decision_number DESC LIMIT 1) o ON true
     WHERE a.employee_id = $1 AND a.period_start >= $2 AND a.period_end <= $3
       AND a.state = ANY ($4::text[])
     ORDER BY a.period_start, a.part_start, a.id
"""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a supervisor decides. `behaviour` None: the median of the seven values stands."""

    base_version: int
    result: Rating
    shown: Sequence[Shown]
    behaviour: Rating | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Author:
    """Who decides, as they are called at that moment; their name and NIP are frozen."""

    id: UUID
    name: str
    nip: str


async def author_of(connection: Any, employee_id: UUID) -> Author:
    """Somebody as an author. Raises NotFound."""
    row = await asked_one(
        connection, "SELECT id, name, nip FROM employee WHERE id = $1", employee_id
    )
    if row is None:
        raise NotFound
    return Author(row["id"], row["name"], row["nip"])


async def appraisal_decided(
    connection: Any,
    row: Row,
    evidence: Evidence,
    decision: Decision,
    author: Author,
    now: datetime,
) -> Predicate:
    """Decides an appraisal that was read as `row`; the caller holds the employee's shard.

    Raises AlreadyDecided, OutdatedBase, AppraisalNotOpen (too early, too), and ReasonRequired for
    a value without an example or a departure without a reason.
    """
    if row["part_end"] > now:
        raise AppraisalNotOpen(state=row["state"], opens_at=row["part_end"].isoformat())
    suggested = behaviour_suggested(decision.shown)
    behaviour = decision.behaviour or suggested
    departing = departs(decision.result, evidence.suggestion.rating) or behaviour is not suggested
    if departing and not decision.reason.strip():
        raise ReasonRequired(field="reason")
    outcome = predicate(decision.result, behaviour)
    claimed = await asked_one(
        connection,
        CLAIM,
        row["id"],
        decision.base_version,
        list(UNDECIDED),
        decision.result.value,
        behaviour.value,
        outcome.value,
        decision.reason,
        author.id,
        now,
    )
    if claimed is None:
        raise await _why_not(connection, row["id"], decision.base_version)
    await asked(
        connection,
        SHOWN,
        row["id"],
        [each.value.value for each in decision.shown],
        [each.rating.value for each in decision.shown],
        [each.example for each in decision.shown],
    )
    suggestion = {**evidence.content["suggestion"], "behaviour": suggested}
    content = {
        **evidence.content,
        "suggestion": suggestion,
        "behaviours": [asdict(each) for each in decision.shown],
        "decision": decision_content(
            author, now, (decision.result, behaviour, outcome), decision.reason
        ),
    }
    number = claimed["decision_number"]
    await evidence_written(connection, row["id"], number, content)
    await stepped(
        connection,
        [row["id"]],
        author.id,
        "decided",
        {"decision_number": number, "predicate": outcome, "departs": departing},
    )
    return outcome


async def targets_ended(connection: Any, row: Row, reason: str) -> list[FeedRow]:
    """Closes the period's targets once every part is decided; the caller holds the shard."""
    to_close = await asked(
        connection,
        TO_CLOSE,
        row["employee_id"],
        row["period_start"],
        row["period_end"],
        row["kind"],
        row["period"],
        list(UNDECIDED),
    )
    events: list[FeedRow] = []
    for target in to_close:
        events += await target_closed(connection, target["id"], reason)
    return events


async def decided_appraisals(
    connection: Any, employee_id: UUID, start: datetime, end: datetime
) -> Sequence[Row]:
    """What stands of the periods within [start, end): ratings, evidence (JSON text), objection.

    An appraisal that was reopened stands no longer until it is decided anew.
    """
    return await asked(connection, DECIDED_OF, employee_id, start, end, list(DECIDED))


def decision_content(
    author: Author, at: datetime, ratings: tuple[Rating, Rating, Predicate], reason: str
) -> dict[str, Any]:
    """A decision as it is frozen."""
    result, behaviour, outcome = ratings
    return {
        "result_rating": result,
        "behaviour_rating": behaviour,
        "predicate": outcome,
        "reason": reason,
        "at": at.isoformat(),
        "by": {"id": str(author.id), "name": author.name, "nip": author.nip},
    }


async def _why_not(connection: Any, appraisal_id: UUID, base_version: int) -> Exception:
    row = await appraisal_row(connection, appraisal_id)
    if row is not None and row["state"] in DECIDED and row["version"] != base_version:
        return AlreadyDecided()
    return await not_open(connection, appraisal_id, base_version)
