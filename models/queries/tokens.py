"""Tokens: 256 random bits in clear for the phone, their SHA-256 for the database, and lifetimes.

Invariants: the database keeps the hash and never the token; no token outlives its session.
"""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from models.queries.asking import asked

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
class OpenSession:
    """A fresh pair of tokens, in clear: they leave with the answer and are kept nowhere."""

    session_id: UUID
    employee_id: UUID
    access_token: str
    refresh_token: str


ISSUE = """
    INSERT INTO session_token (hash, session_id, kind, parent_hash, expires_at)
    SELECT t.hash, s.id, t.kind, $4,
           least(clock_timestamp() + make_interval(secs => t.life_s), s.expires_at)
      FROM session s, unnest($2::bytea[], ARRAY['access', 'refresh'], $3::float8[])
           AS t(hash, kind, life_s)
     WHERE s.id = $1
"""


def new_token() -> str:
    """256 random bits as 43 characters that any header and body can carry."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> bytes:
    """What the database keeps of a token. 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


async def issued_tokens(
    connection: Any,
    session_id: UUID,
    employee_id: UUID,
    parent_hash: bytes | None,
    lifetimes: Lifetimes,
) -> OpenSession:
    """A fresh pair for a session. `parent_hash`: the refresh token it was traded for."""
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
