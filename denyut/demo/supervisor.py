"""The demo's supervisor at work: approves, praises and returns some of what the phones sent.

Only reports of the simulated phones are answered, so a script that plays the introduced employee
finds its own reports as it left them.
"""

import asyncio
import random
from collections.abc import AsyncGenerator, Collection
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import msgspec

from denyut.demo.answers import RETURNS, SAYINGS
from denyut.demo.phones import connected_phone
from denyut.demo.stage import Player
from mobile_contract.client.captures import utc_now, uuid7
from mobile_contract.client.connection import Connection, Refused, SignInNeeded, Unreachable
from mobile_contract.client.feed import FeedOptions, LiveFeed
from mobile_contract.client.topics import Changed
from mobile_contract.contents import ReportContent
from mobile_contract.live import Event
from mobile_contract.reviews import Decisions, NewFeedback


@dataclass(frozen=True, slots=True)
class SupervisorOptions:
    """How the supervisor answers: shares of the reports, and the mean pause before it."""

    after_s: float = 12.0
    approved_share: float = 0.55
    returned_share: float = 0.04
    said_share: float = 0.12


class DemoSupervisor:
    """Reads the live feed and answers."""

    def __init__(
        self, connection: Connection, employees: Collection[UUID], options: SupervisorOptions
    ) -> None:
        self._connection = connection
        self._employees = frozenset(employees)
        self._options = options

    async def run(self) -> None:
        """Answers until cancelled."""
        feed = LiveFeed(self._connection, FeedOptions(snapshots=False))
        async with asyncio.TaskGroup() as answers, aclosing(feed.updates()) as updates:
            async for update in updates:
                if not isinstance(update, Changed) or not update.state.topic.startswith("unit:"):
                    continue
                for event in update.events:
                    if event.kind == "report" and event.employee_id in self._employees:
                        answers.create_task(self._answer(event))

    async def _answer(self, event: Event) -> None:
        options, chance = self._options, random.random()
        await asyncio.sleep(random.uniform(0.3, 2.0) * options.after_s)
        report = msgspec.json.decode(event.content, type=ReportContent)
        try:
            if chance < options.returned_share:
                await self._decide(report.report_id, "return", random.choice(RETURNS))
            elif chance < options.returned_share + options.approved_share:
                await self._decide(report.report_id, "approve", "")
                if random.random() < options.said_share:
                    await self._say(report.report_id)
        except (Refused, Unreachable, SignInNeeded):
            return  # a report that stays unanswered is as good a picture

    async def _decide(self, report_id: UUID, decision: str, reason: str) -> None:
        body = Decisions.model_validate(
            {"report_ids": [report_id], "decision": decision, "reason": reason}
        )
        await self._connection.post("/v1/approvals", body)

    async def _say(self, report_id: UUID) -> None:
        kind, text, next_step = random.choice(SAYINGS)
        body = NewFeedback.model_validate(
            {"id": uuid7(utc_now()), "kind": kind, "text": text, "next_step": next_step}
        )
        await self._connection.post(f"/v1/reports/{report_id}/feedback", body)


@asynccontextmanager
async def answering(
    url: str,
    supervisor: Player,
    password: str,
    employees: Collection[UUID],
    options: SupervisorOptions,
) -> AsyncGenerator[None]:
    """The supervisor's answers to these employees, for as long as the block runs."""
    async with connected_phone(url) as connection:
        await connection.sign_in(supervisor.nip, password)
        task = asyncio.create_task(
            DemoSupervisor(connection, employees, options).run(), name="demo supervisor"
        )
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])
            if not task.cancelled():
                task.exception()  # the demo goes on without its answers
