"""What happens to a subject: one event of every kind, made through the service as people do it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from mobile_contract.live import position_of
from tests.builders import make_session
from tests.matrix.calls import instant
from tests.matrix.stage import Stage
from tests.matrix.subjects import Subject

PATIENCE_S = 20.0  # for something that must come
LATE_GOAL = 10.0  # of a period half over: with nothing done it slips, with all but one it is back


Post = Callable[[str, Any], Awaitable[Any]]


class Happenings:
    """Makes events about one subject; `decider_id` decides for them."""

    def __init__(self, stage: Stage, subject: Subject, decider_id: UUID) -> None:
        self._stage = stage
        self._subject = subject
        self._decider_id = decider_id

    async def everything(self) -> None:
        """Each kind at least once; what the slip engine says is waited for."""
        mark = self._subject.mark
        decider = await self._poster(self._decider_id)
        mine = await self._poster(self._subject.employee_id)
        late_id = (await decider("/v1/targets", self._late_target()))["id"]

        report_id = await self.report()
        await mine(f"/v1/reports/{report_id}/revisions", self._said_anew())
        await decider(f"/v1/reports/{report_id}/return", {"reason": f"word-{mark}"})
        await mine(f"/v1/reports/{report_id}/revisions", self._said_anew())
        feedback_id = str(uuid4())
        word = {"id": feedback_id, "kind": "praise", "text": f"word-{mark}"}
        await decider(f"/v1/reports/{report_id}/feedback", word)
        await mine(f"/v1/feedback/{feedback_id}/acknowledgement", None)
        await decider("/v1/approvals", {"report_ids": [report_id]})

        mistaken_id = await self.report()
        withdrawal = {"mutation_id": str(uuid4()), "reason": f"cause-{mark}"}
        await mine(f"/v1/reports/{mistaken_id}/withdrawal", withdrawal)

        await self._told("slip")
        await self.report(target_id=late_id, quantity=LATE_GOAL - 1)
        await self._told("recovery")

    async def report(self, target_id: str | None = None, quantity: float = 1) -> str:
        """The subject reports; the report's id."""
        report_id = str(uuid4())
        post = await self._poster(self._subject.employee_id)
        body = {
            "id": report_id,
            "target_id": target_id or self._subject["target"],
            "quantity": quantity,
            "activity_at": instant(),
            "note": f"note-{self._subject.mark}",
        }
        await post("/v1/reports", body)
        return report_id

    async def last_position(self) -> int:
        """The position of the newest event about the subject."""
        row = await self._stage.pool.fetchrow(
            "SELECT shard, seq FROM feed WHERE employee_id = $1 ORDER BY seq DESC LIMIT 1",
            self._subject.employee_id,
        )
        return position_of(row["shard"], row["seq"])

    def _said_anew(self) -> dict[str, Any]:
        said = {"quantity": 2, "activity_at": instant(), "note": f"note-{self._subject.mark}"}
        return said | {"mutation_id": str(uuid4())}

    def _late_target(self) -> dict[str, Any]:
        now = datetime.now(UTC)
        return {
            "employee_id": self._subject["person"],
            "indicator": f"goal-{self._subject.mark}",
            "unit_of_measure": "kali",
            "quantity": LATE_GOAL,
            "period_start": (now - timedelta(days=20)).isoformat(),
            "period_end": (now + timedelta(days=20)).isoformat(),
        }

    async def _told(self, kind: str) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not await self._stage.pool.fetchval(
                "SELECT count(*) FROM feed WHERE employee_id = $1 AND kind = $2",
                self._subject.employee_id,
                kind,
            ):
                await asyncio.sleep(0.01)

    async def _poster(self, employee_id: UUID) -> Post:
        token = await make_session(self._stage.pool, employee_id)
        return lambda path, body: self._stage.sent_with(token, "POST", path, body)
