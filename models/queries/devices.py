"""Phones as their people use them, and where pushes to them go.

Invariant: pushes for a person go to a phone only while they are signed in on it, or until somebody
else takes it over, so a phone that was handed on gets nobody else's pushes.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.queries.asking import asked, asked_one


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A phone as one person uses it."""

    id: UUID
    name: str
    platform: str
    push_kind: str | None
    push_disabled_reason: str | None
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class PushAddress:
    """Where pushes to a phone go; the kind says which channel reads the target."""

    kind: str
    target: str


REGISTER = """
    INSERT INTO device (id, employee_id, name, platform, push_kind, push_target)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (id, employee_id) DO UPDATE
       SET name = coalesce(nullif(excluded.name, ''), device.name),
           platform = coalesce(nullif(excluded.platform, ''), device.platform),
           push_kind = excluded.push_kind, push_target = excluded.push_target,
           push_disabled_reason = NULL, seen_at = clock_timestamp()
    RETURNING id, name, platform, push_kind, push_disabled_reason, seen_at
"""
TAKE_OVER = """
    UPDATE device d SET push_kind = NULL, push_target = NULL
     WHERE d.id = $1 AND d.employee_id <> $2
       AND NOT EXISTS (SELECT FROM session s
                        WHERE s.employee_id = d.employee_id AND s.device_id = d.id
                          AND s.revoked_at IS NULL AND s.expires_at > clock_timestamp())
"""
FORGET = "DELETE FROM device WHERE id = $1 AND employee_id = $2 RETURNING id"


async def registered(
    connection: Any,
    device_id: UUID,
    employee_id: UUID,
    *,
    name: str = "",
    platform: str = "",
    push: PushAddress | None = None,
) -> DeviceRow:
    """Notes a phone and where its pushes go; without an address, nowhere."""
    if push:
        await asked(connection, TAKE_OVER, device_id, employee_id)
    row = await asked_one(
        connection,
        REGISTER,
        device_id,
        employee_id,
        name,
        platform,
        push.kind if push else None,
        push.target if push else None,
    )
    assert row is not None  # an upsert always gives its row
    return DeviceRow(**row)


async def forgotten(connection: Any, device_id: UUID, employee_id: UUID) -> bool:
    """Removes a phone from a person; False: it was not theirs."""
    return bool(await asked(connection, FORGET, device_id, employee_id))
