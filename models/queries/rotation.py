"""Trading a refresh token for a new pair, with lost answers forgiven and stolen tokens found out.

Invariants: the family's session row is locked before its tokens are judged, so two refreshes of
one token happen one after the other; a token is claimed by condition, once; whoever keeps the last
answer that reached them stays signed in; two holders of one token lose it both.
"""

from typing import Any
from uuid import UUID

from models.queries.asking import asked, asked_one
from models.queries.audit import Change, audited
from models.queries.rights import rights_changed
from models.queries.sessions import ended
from models.queries.tokens import Lifetimes, OpenSession, issued_tokens, token_hash
from models.rules.refusals import (
    NotSignedIn,
    RefreshReused,
    Refusal,
    SessionExpired,
    SessionRevoked,
)

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
    return await issued_tokens(connection, family["id"], family["employee_id"], given, lifetimes)


async def _reuse_ended(connection: Any, session_id: UUID, employee_id: UUID) -> None:
    """Ends a family whose old token came back, and writes down that it happened."""
    await ended(connection, employee_id, "refresh_reused", only=session_id)
    details = {"session_id": str(session_id)}
    await audited(connection, None, Change("refresh_reused", employee_id, details=details))
    await rights_changed(connection, [employee_id])
