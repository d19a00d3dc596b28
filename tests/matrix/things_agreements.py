"""What a subject has of agreements: three of them, an open proposal, and a target that lapsed."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from models.tables.columns import new_id
from tests.making.agreements import make_agreement, make_result

THIS_YEAR = datetime.now(UTC).year
FREE_YEAR = THIS_YEAR + 9  # in which a subject has no agreement


async def things(connection: Any, draft: Any, unit_id: UUID, author_id: UUID) -> dict[str, UUID]:
    """The ids of what was made; `agreement` is proposed, `proposal` asks for a new target."""
    employee_id, mark = draft.employee_id, draft.mark
    ids: dict[str, UUID] = {}
    for name, year, state in (
        ("agreement", THIS_YEAR, "proposed"),
        ("drafted", THIS_YEAR + 1, "draft"),
        ("agreed", THIS_YEAR + 2, "agreed"),
    ):
        ids[name] = await make_agreement(connection, employee_id, year, state)
        await make_result(connection, ids[name], f"goal-{mark}")
    await connection.execute(
        "INSERT INTO agreement_change (id, agreement_id, by, reason)"
        " VALUES (gen_random_uuid(), $1, $2, $3)",
        ids["agreement"],
        author_id,
        f"cause-{mark}",
    )
    ids["proposal"] = new_id()
    start = datetime(THIS_YEAR + 1, 1, 31, 17, tzinfo=UTC)
    body = {
        "indicator": f"goal-{mark}",
        "unit_of_measure": "kali",
        "quantity": 4.0,
        "period_start": start.isoformat(),
        "period_end": (start + timedelta(days=28)).isoformat(),
    }
    await connection.execute(
        "INSERT INTO target_proposal (id, employee_id, kind, body, reason)"
        " VALUES ($1, $2, 'new', $3::text::jsonb, 'wilayah bertambah')",
        ids["proposal"],
        employee_id,
        json.dumps(body),
    )
    ids["lapsed"] = await _lapsed(connection, employee_id, f"goal-{mark}")
    return ids


async def _lapsed(connection: Any, employee_id: UUID, indicator: str) -> UUID:
    """A target that ended an hour ago, which the slip engine has dealt with."""
    target_id, now = new_id(), datetime.now(UTC)
    end = now - timedelta(hours=1)
    await connection.execute(
        "INSERT INTO target (id, employee_id, indicator, unit_of_measure, quantity, period_start,"
        " period_end) VALUES ($1, $2, $3, 'kali', 10, $4, $5)",
        target_id,
        employee_id,
        indicator,
        end - timedelta(days=30),
        end,
    )
    await connection.execute(
        "INSERT INTO target_pace (target_id, employee_id, shard, period_end, state, stale,"
        " paced_at) SELECT $1, e.id, u.shard, $3, 'lapsed', false, $4"
        " FROM employee e JOIN unit u ON u.id = e.unit_id WHERE e.id = $2",
        target_id,
        employee_id,
        end,
        now,
    )
    return target_id
