"""What a subject has of support: practice, mentors of before and now, and an offer of help."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from models.tables.columns import new_id
from tests.making.support import make_mentorship

if TYPE_CHECKING:
    from tests.matrix.subjects import Draft


async def things(
    connection: Any, draft: "Draft", unit_id: UUID, author_id: UUID
) -> dict[str, UUID]:
    """Practice with a note, a mentorship that is over, and an offer with a word."""
    now = datetime.now(UTC)
    offer_id = new_id()
    await connection.execute(
        "INSERT INTO practice_report (id, employee_id, target_id, quantity, note, activity_at)"
        " VALUES ($1, $2, $3, 1, $4, $5)",
        new_id(),
        draft.employee_id,
        draft.target_id,
        f"note-{draft.mark}",
        now,
    )
    await connection.execute(
        "INSERT INTO help_offer (id, employee_id, signals, text, offered_by)"
        " VALUES ($1, $2, ARRAY['many_returns'], $3, $4)",
        offer_id,
        draft.employee_id,
        f"word-{draft.mark}",
        author_id,
    )
    mentorship_id = await make_mentorship(
        connection,
        draft.employee_id,
        author_id,
        valid_from=now - timedelta(days=300),
        valid_to=now - timedelta(days=200),
    )
    return {"help_offer": offer_id, "mentorship": mentorship_id, "mentor": author_id}
