"""Signing in, refreshing and ending sessions: each a few statements of one transaction.

Invariants: the database keeps SHA-256 of a token and never the token; a session's row is locked
before its tokens are judged, so two refreshes of one token happen one after the other; whoever
ends sessions also calls `rights_changed`, last.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.queries.asking import asked, asked_one
from models.queries.audit import Change, audited
from models.queries.rights import rights_changed
from models.rules.refusals import (
    NotSignedIn,
    RefreshReused,
    Refusal,
    SessionExpired,
    SessionRevoked,
)
from models.tables.columns import new_id

TOKEN_BYTES = 32
DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long tokens and sessions live, in seconds.

    A refresh token moves with its use; a session ends after `session_s` whatever happens.
    `concurrent_refresh_s`: two requests that refresh one token within this time are one phone
    that asked twice; whichever answer it keeps stays good until the other one is used.
    `reuse_memory_s`: how long a used refresh token is remembered, so that its reuse ends the
    family; a phone that refreshes all day leaves a hundred of them.
    """

    access_s: int = 600
    refresh_s: int = 30 * DAY_S
    session_s: int = 180 * DAY_S
    concurrent_refresh_s: int = 10
    reuse_memory_s: int = 7 * DAY_S


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
class OpenSession:
    """A fresh pair of tokens, in clear: they leave with the answer and are kept nowhere."""

    session_id: UUID
    employee_id: UUID
    access_token: str
    refresh_token: str


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
DEVICE_SEEN = """
    INSERT INTO device (id, employee_id, name, platform) VALUES ($1, $2, $3, $4)
    ON CONFLICT (id, employee_id) DO UPDATE
       SET name = excluded.name, platform = excluded.platform, seen_at = clock_timestamp()
"""
OPEN = """
    INSERT INTO session (id, employee_id, device_id, device_name, platform, expires_at)
    VALUES ($1, $2, $3, $4, $5, clock_timestamp() + make_interval(secs => $6))
"""
# No token outlives its session.
ISSUE = """
    INSERT INTO session_token (hash, session_id, kind, parent_hash, expires_at)
    SELECT t.hash, s.id, t.kind, $4,
           least(clock_timestamp() + make_interval(secs => t.life_s), s.expires_at)
      FROM session s, unnest($2::bytea[], ARRAY['access', 'refresh'], $3::float8[])
           AS t(hash, kind, life_s)
     WHERE s.id = $1
"""
# Locks the family. What a concurrent refresh did to its tokens is read by later statements.
FAMILY = """
    SELECT s.id, s.employee_id, s.revoked_at IS NOT NULL OR NOT e.active AS ended,
           s.expires_at <= clock_timestamp() AS over
      FROM session s JOIN employee e ON e.id = s.employee_id
     WHERE s.id = (SELECT session_id FROM session_token WHERE hash = $1 AND kind = 'refresh')
       FOR NO KEY UPDATE OF s
"""
CLAIM = """
    UPDATE session_token SET used_at = clock_timestamp()
     WHERE hash = $1 AND used_at IS NULL AND NOT void AND expires_at > clock_timestamp()
    RETURNING parent_hash
"""
VOID_SIBLINGS = """
    UPDATE session_token SET void = true
     WHERE parent_hash = $1 AND kind = 'refresh' AND hash <> $2 AND used_at IS NULL AND NOT void
"""
UNCLAIMED = """
    SELECT t.void OR EXISTS (SELECT FROM session_token n
                              WHERE n.parent_hash = t.hash AND n.kind = 'refresh'
                                AND n.used_at IS NOT NULL) AS reused,
           t.expires_at <= clock_timestamp() AS over
      FROM session_token t WHERE t.hash = $1
"""
VOID_SUCCESSORS = """
    UPDATE session_token SET void = true
     WHERE parent_hash = $1 AND kind = 'refresh' AND used_at IS NULL AND NOT void
       AND made_at <= clock_timestamp() - make_interval(secs => $2)
"""
SESSION_USED = "UPDATE session SET used_at = clock_timestamp() WHERE id = $1"
FORGET_OLD = """
    DELETE FROM session_token
     WHERE session_id = $1
       AND (expires_at < clock_timestamp()
            OR used_at < clock_timestamp() - make_interval(secs => $2))
"""
# Sessions that nobody refreshes any more are swept a few at a time by those who sign in.
FORGET_ABANDONED = """
    DELETE FROM session_token
     WHERE hash IN (SELECT hash FROM session_token
                     WHERE expires_at < clock_timestamp() - interval '1 day'
                     ORDER BY expires_at LIMIT 50 FOR UPDATE SKIP LOCKED)
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


def new_token() -> str:
    """256 random bits as 43 characters that any header and body can carry."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> bytes:
    """What the database keeps of a token. 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


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
    return await _issued(connection, session_id, employee_id, None, lifetimes)


async def refreshed(
    connection: Any, refresh_token: str, lifetimes: Lifetimes
) -> OpenSession | Refusal:
    """A new pair for a refresh token, or why not.

    The refusal is given back, not raised: a reuse has ended the family, and that is committed.
    A used token may come again while its successor is unused, since the answer may have been
    lost; the unused successor is void then. Later, or with a void token, somebody else has it.
    """
    given = token_hash(refresh_token)
    family = await asked_one(connection, FAMILY, given)
    if family is None:
        return NotSignedIn()
    if family["ended"]:
        return SessionRevoked()
    if family["over"]:
        return SessionExpired()
    claimed = await asked_one(connection, CLAIM, given)
    if claimed is None:
        unclaimed = await asked_one(connection, UNCLAIMED, given)
        if unclaimed is None:
            return NotSignedIn()
        if unclaimed["reused"]:
            await _reuse_ended(connection, family["id"], family["employee_id"])
            return RefreshReused()
        if unclaimed["over"]:
            return SessionExpired()
        await asked(connection, VOID_SUCCESSORS, given, float(lifetimes.concurrent_refresh_s))
    elif claimed["parent_hash"] is not None:
        await asked(connection, VOID_SIBLINGS, claimed["parent_hash"], given)
    await asked(connection, SESSION_USED, family["id"])
    await asked(connection, FORGET_OLD, family["id"], float(lifetimes.reuse_memory_s))
    return await _issued(connection, family["id"], family["employee_id"], given, lifetimes)


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


async def _reuse_ended(connection: Any, session_id: UUID, employee_id: UUID) -> None:
    """Ends a family whose old token came back, and writes down that it happened."""
    await ended(connection, employee_id, "refresh_reused", only=session_id)
    details = {"session_id": str(session_id)}
    await audited(connection, None, Change("refresh_reused", employee_id, details=details))
    await rights_changed(connection, [employee_id])


async def _issued(
    connection: Any,
    session_id: UUID,
    employee_id: UUID,
    parent_hash: bytes | None,
    lifetimes: Lifetimes,
) -> OpenSession:
    access, refresh = new_token(), new_token()
    await asked(
        connection,
        ISSUE,
        session_id,
        [token_hash(access), token_hash(refresh)],
        [float(lifetimes.access_s), float(lifetimes.refresh_s)],
        parent_hash,
    )
    return OpenSession(session_id, employee_id, access, refresh)
