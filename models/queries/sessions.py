"""Signing in and ending sessions: each a few statements of one transaction.

Invariant: whoever ends sessions also calls `rights_changed`, last, so that cached tokens die with
them; pushes for a person end with their last session on a phone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.queries.asking import asked, asked_one
from models.queries.tokens import Lifetimes, OpenSession, issued_tokens
from models.tables.columns import new_id


@dataclass(frozen=True, slots=True)
class UsedDevice:
    """The phone that signs in, as it describes itself."""

    id: UUID
    name: str = ""
    platform: str = ""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What can prove that somebody is this person. `known_device`: they signed in on it before."""

    employee_id: UUID
    active: bool
    password_hash: str | None
    known_device: bool


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A sign-in that has not ended."""

    id: UUID
    device_id: UUID
    device_name: str
    platform: str
    made_at: datetime
    used_at: datetime
    expires_at: datetime


CREDENTIALS = """
    SELECT e.id AS employee_id, e.active, a.password_hash,
           EXISTS (SELECT FROM device d
                    WHERE d.id = $2 AND d.employee_id = e.id) AS known_device
      FROM employee e LEFT JOIN account a ON a.employee_id = e.id
     WHERE e.nip = $1
"""
OWN_HASH = "SELECT password_hash FROM account WHERE employee_id = $1"
STILL_HOLDS = """
    SELECT 1 FROM account a JOIN employee e ON e.id = a.employee_id
     WHERE e.id = $1 AND e.active AND a.password_hash = $2
       FOR SHARE OF a, e
"""
# Sessions that nobody refreshes any more are swept a few at a time by those who sign in.
FORGET_ABANDONED = """
    DELETE FROM session_token
     WHERE hash IN (SELECT hash FROM session_token
                     WHERE expires_at < clock_timestamp() - interval '1 day'
                     ORDER BY expires_at LIMIT 50 FOR UPDATE SKIP LOCKED)
"""
DEVICE_SEEN = """
    INSERT INTO device (id, employee_id, name, platform) VALUES ($1, $2, $3, $4)
    ON CONFLICT (id, employee_id) DO UPDATE
       SET name = excluded.name, platform = excluded.platform, seen_at = clock_timestamp()
"""
OPEN = """
    INSERT INTO session (id, employee_id, device_id, device_name, platform, expires_at)
    VALUES ($1, $2, $3, $4, $5, clock_timestamp() + make_interval(secs => $6))
"""
END = """
    UPDATE session SET revoked_at = clock_timestamp(), revoked_reason = $2
     WHERE employee_id = $1 AND revoked_at IS NULL
       AND ($3::uuid IS NULL OR id = $3) AND ($4::uuid IS NULL OR id <> $4)
    RETURNING id, device_id
"""
# Nobody is signed in as this person on these phones any more, so their pushes must not come there.
SILENCE = """
    UPDATE device d SET push_kind = NULL, push_target = NULL, push_disabled_reason = NULL
     WHERE d.employee_id = $1 AND d.id = ANY ($2::uuid[])
       AND NOT EXISTS (SELECT FROM session s
                        WHERE s.employee_id = d.employee_id AND s.device_id = d.id
                          AND s.revoked_at IS NULL AND s.expires_at > clock_timestamp())
"""
LIVE = """
    SELECT id, device_id, device_name, platform, made_at, used_at, expires_at
      FROM session
     WHERE employee_id = $1 AND revoked_at IS NULL AND expires_at > clock_timestamp()
       AND ($2::timestamptz IS NULL OR (used_at, id) < ($2, $3::uuid))
     ORDER BY used_at DESC, id DESC LIMIT $4
"""


async def credentials_of(connection: Any, nip: str, device_id: UUID) -> Credentials | None:
    """How the person with this NIP can prove themselves; None: nobody has it."""
    row = await asked_one(connection, CREDENTIALS, nip, device_id)
    return Credentials(**row) if row else None


async def own_password_hash(connection: Any, employee_id: UUID) -> str | None:
    """The hash of a person's password; None: they have none now."""
    row = await asked_one(connection, OWN_HASH, employee_id)
    return row["password_hash"] if row else None


async def still_holds(connection: Any, employee_id: UUID, password_hash: str) -> bool:
    """Whether the checked hash is still the person's and they may sign in; locked until commit."""
    return bool(await asked(connection, STILL_HOLDS, employee_id, password_hash))


async def opened(
    connection: Any, employee_id: UUID, device: UsedDevice, lifetimes: Lifetimes
) -> OpenSession:
    """A new session of this person on this device, with its first pair of tokens."""
    session_id = new_id()
    await asked(connection, FORGET_ABANDONED)
    await asked(connection, DEVICE_SEEN, device.id, employee_id, device.name, device.platform)
    await asked(
        connection,
        OPEN,
        session_id,
        employee_id,
        device.id,
        device.name,
        device.platform,
        float(lifetimes.session_s),
    )
    return await issued_tokens(connection, session_id, employee_id, None, lifetimes)


async def ended(
    connection: Any,
    employee_id: UUID,
    reason: str,
    *,
    only: UUID | None = None,
    besides: UUID | None = None,
) -> Sequence[UUID]:
    """Ends a person's sessions: all, one, or all but one; their ids. Pushes to them end too."""
    rows = await asked(connection, END, employee_id, reason, only, besides)
    if rows:
        await asked(connection, SILENCE, employee_id, [row["device_id"] for row in rows])
    return [row["id"] for row in rows]


async def live_sessions(
    connection: Any,
    employee_id: UUID,
    *,
    before: tuple[datetime, UUID] | None = None,
    limit: int,
) -> Sequence[LiveSession]:
    """Where a person is signed in, last used first."""
    at, last_id = before or (None, None)
    rows = await asked(connection, LIVE, employee_id, at, last_id, limit)
    return [LiveSession(**row) for row in rows]
