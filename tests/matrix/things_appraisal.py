"""What a subject has of appraisals: one that waits, one decided, one objected to."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from models.queries.appraisal_parts import part_deciders
from models.rules.evidence import RULES, frozen
from models.tables.columns import new_id
from tests.making.appraisal import make_appraisal, make_past_target, month_before


async def things(connection: Any, draft: Any, unit_id: UUID, author_id: UUID) -> dict[str, UUID]:
    """Three appraisals in the unit of today; what was decided was decided by whoever does."""
    employee_id, mark, now = draft.employee_id, draft.mark, datetime.now(UTC)
    period = month_before(now)
    await make_past_target(connection, employee_id, period, indicator=f"goal-{mark}")
    waits = await make_appraisal(
        connection,
        employee_id,
        period=period,
        unit_id=unit_id,
        text=f"word-{mark}",
    )
    await connection.execute(
        "UPDATE appraisal SET state = 'self_assessed', self_at = clock_timestamp() WHERE id = $1",
        waits,
    )
    decided, objected = [
        await make_appraisal(connection, employee_id, period=period, unit_id=unit_id)
        for period in (month_before(now - timedelta(days=days)) for days in (40, 80))
    ]
    deciders = await part_deciders(connection, [decided, objected])
    for appraisal_id, state in ((decided, "decided"), (objected, "objected")):
        await connection.execute(
            "UPDATE appraisal SET state = $2, result_rating = 'below', behaviour_rating = 'meets',"
            " predicate = 'needs_improvement', reason = $3, decided_by = $4, decision_number = 1,"
            " decided_at = clock_timestamp() WHERE id = $1",
            appraisal_id,
            state,
            f"cause-{mark}",
            deciders[appraisal_id] or author_id,
        )
        await _evidence(connection, appraisal_id)
    objection = new_id()
    await connection.execute(
        "INSERT INTO objection (id, appraisal_id, decision_number, reasons) VALUES ($1, $2, 1, $3)",
        objection,
        objected,
        f"cause-{mark}",
    )
    return {"appraisal": waits, "decided_appraisal": decided, "objection": objection}


async def _evidence(connection: Any, appraisal_id: UUID) -> None:
    made = frozen(
        {
            "rules": RULES,
            "number": 1,
            "working_s": 0.0,
            "bands": {},
            "targets": [],
            "satisfaction": {},
            "quality": {},
            "behaviours": [],
            "suggestion": {
                "result": {"rating": None, "mean": None, "missing": []},
                "behaviour": None,
            },
        }
    )
    await connection.execute(
        "INSERT INTO appraisal_evidence (appraisal_id, decision_number, rules, content, sha256)"
        " VALUES ($1, 1, $2, $3, $4)",
        appraisal_id,
        RULES,
        made.text,
        made.sha256,
    )
