"""Slips that are on their way to phones, and what became of them, for the tests of the outbox."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg

from notifications.channels.addresses import FCM_PUSH_KINDS
from notifications.channels.channel import Outcome, Push, Sent
from notifications.outbox import (
    OutboxOptions,
)
from notifications.settling import RetryOptions
from notifications.slips import SlipEngine, SlipOptions
from notifications.texts import Texts
from tests.notifications.city import Announced, make_slipping_target

TEXTS = Texts.loaded()
AT_ONCE = OutboxOptions(retry=RetryOptions(backoff_first_s=0.0, attempts_max=4, hold_s=0.0))


async def slip(pool: asyncpg.Pool, connection: Any, employee_id: UUID) -> UUID:
    """A target that slips, with its notices and deliveries."""
    target_id = await make_slipping_target(connection, employee_id)
    await SlipEngine(pool, Announced(), SlipOptions(push_kinds=FCM_PUSH_KINDS)).settle()
    return target_id


async def deliveries(connection: Any) -> list[Any]:
    return await connection.fetch(
        "SELECT d.*, n.key FROM delivery d JOIN notice n ON n.id = d.notice_id ORDER BY d.made_at"
    )


async def only_delivery(connection: Any) -> Any:
    (row,) = await deliveries(connection)
    return row


async def sent_all(pushes: Sequence[Push]) -> list[Outcome]:
    return [Sent("m") for _ in pushes]


async def lease_runs_out(connection: Any) -> None:
    await connection.execute("UPDATE delivery SET due_at = clock_timestamp()")
