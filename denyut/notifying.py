"""A test notice to one person, by the real path: written, queued, claimed, sent, settled.

Invariant: only the test's own deliveries are touched, so it may be run beside a running service;
whichever of the two outboxes comes first sends it, once.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import asyncpg

from models.queries.asking import Row, asked, asked_one
from models.queries.audit import Change, audited
from models.queries.feed import NewEvent, appended
from models.queries.ledger import deliveries_of_notice, steps_of
from models.rules.nip import parse_nip
from models.tables.columns import new_id
from notifications.channels.addresses import PUSH_KINDS
from notifications.ladder import NoticeKind
from notifications.outbox import Outbox

LOOK_EVERY_S: Final = 0.25

PERSON: Final = """
    SELECT e.id, e.name, u.shard FROM employee e JOIN unit u ON u.id = e.unit_id
     WHERE e.nip = $1 AND e.active
"""
DEVICES: Final = """
    SELECT d.id, d.name, d.platform, d.push_kind, d.push_disabled_reason
      FROM device d WHERE d.employee_id = $1 ORDER BY d.seen_at DESC
"""
NOTICE: Final = """
    INSERT INTO notice (id, key, recipient_id, kind, content) VALUES ($1, $2, $3, $4, $5::jsonb)
"""
DELIVERY: Final = """
    INSERT INTO delivery (id, notice_id, employee_id, device_id, channel)
    VALUES ($1, $2, $3, $4, $5)
"""


class Nobody(Exception):
    """No active employee has the NIP; the text says so."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A test notice. `unreached`: the devices that nothing is sent to, with the reason."""

    notice_id: UUID
    name: str
    unreached: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Arrival:
    """What happened at one device."""

    device: str
    state: str
    outcome: str
    steps: tuple[str, ...] = ()


async def trial_made(connection: Any, nip: str, channels: Sequence[str]) -> Trial:
    """Writes the notice and a delivery for each device that one of `channels` reaches.

    `connection`: raw asyncpg, outside a transaction. Raises Nobody, InvalidNip.
    """
    person = await asked_one(connection, PERSON, parse_nip(nip).digits)
    if person is None:
        raise Nobody("No active employee has this NIP.")
    notice_id, employee_id = new_id(), person["id"]
    content = json.dumps({"notice_id": str(notice_id), "notice_kind": NoticeKind.TEST.value})
    unreached: dict[str, str] = {}
    async with connection.transaction():
        key = f"{NoticeKind.TEST.value}:{notice_id}:{employee_id}"
        kind = NoticeKind.TEST.value
        await asked(connection, NOTICE, notice_id, key, employee_id, kind, content)
        for device in await asked(connection, DEVICES, employee_id):
            channel = next((c for c in channels if device["push_kind"] in PUSH_KINDS[c]), None)
            if why := _why_not(device, channel):
                unreached[_called(device)] = why
            else:
                await asked(
                    connection, DELIVERY, new_id(), notice_id, employee_id, device["id"], channel
                )
        event = NewEvent("notice", employee_id, None, content, shard=person["shard"])
        await appended(connection, [event])
        await audited(connection, None, Change("notice_tested", employee_id))
    return Trial(notice_id, person["name"], unreached)


async def trial_sent(
    pool: asyncpg.Pool, outboxes: Sequence[Outbox], trial: Trial, patience_s: float
) -> list[Arrival]:
    """Sends the test's deliveries until each has ended, or patience has; what became of each."""
    arrivals: list[Arrival] = []
    try:
        async with asyncio.timeout(patience_s):
            while True:
                for outbox in outboxes:
                    await outbox.send_due(trial.notice_id)
                arrivals = await _arrivals(pool, trial)
                if all(arrival.state != "queued" for arrival in arrivals):
                    return arrivals
                await asyncio.sleep(LOOK_EVERY_S)
    except TimeoutError:
        return await _arrivals(pool, trial)


async def _arrivals(pool: asyncpg.Pool, trial: Trial) -> list[Arrival]:
    async with pool.acquire() as connection:
        rows = await deliveries_of_notice(connection, trial.notice_id)
        steps = await steps_of(connection, [row["id"] for row in rows])
    return [
        Arrival(
            row["device_name"] or str(row["device_id"]),
            row["state"],
            row["outcome"],
            tuple(
                f"{step['what']}: {step['detail']}"
                for step in steps
                if step["delivery_id"] == row["id"]
            ),
        )
        for row in rows
    ]


def _why_not(device: Row, channel: str | None) -> str | None:
    if device["push_kind"] is None:
        return "gave no address for pushes"
    if device["push_disabled_reason"] is not None:
        return f"disabled: {device['push_disabled_reason']}"
    if channel is None:
        return f"this installation has no channel for {device['push_kind']}"
    return None


def _called(device: Row) -> str:
    return device["name"] or device["platform"] or str(device["id"])
