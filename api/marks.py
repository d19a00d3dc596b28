"""What an outbox marks as seen: a feedback acknowledged, a notice read.

Invariant: the mark is committed before the answer, and its feed event is announced after that.
"""

from typing import Any
from uuid import UUID

from api.outbox import Marked
from models.queries.feed import Announce
from models.queries.feedback import acknowledged
from models.queries.notices import mark_read
from models.rules.refusals import DatabaseAway
from realtime.intake import verdict
from realtime.principals import Principal

AWAY_RETRY_S = 5


class Marks:
    """Both marks, over raw connections: an outbox is the hot way in."""

    def __init__(self, pool: Any, announce: Announce) -> None:
        self._pool = pool
        self._announce = announce

    async def acknowledge(self, principal: Principal, feedback_id: UUID) -> Marked:
        """The employee has read a feedback. Raises NotFound, DatabaseAway."""
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                outcome, rows = await acknowledged(
                    connection, feedback_id, principal.person.employee_id
                )
        except Exception as error:
            raise_if_away(error)
            raise
        if rows:
            self._announce(rows)
        return outcome

    async def read(self, principal: Principal, notice_id: UUID) -> Marked:
        """The person has read a notice. Raises NotFound, DatabaseAway."""
        try:
            async with self._pool.acquire() as connection:
                return await mark_read(connection, notice_id, principal.person.employee_id)
        except Exception as error:
            raise_if_away(error)
            raise


def raise_if_away(error: Exception) -> None:
    """Turns a lost or locked database into the refusal that says to try again."""
    if verdict(error) != "culprit":
        raise DatabaseAway(retry_after_s=AWAY_RETRY_S) from error
