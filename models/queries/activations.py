"""One-time activation codes: issued by HR or the head, used once, forgotten when used or late.

Invariant: of a code only its hash is kept, and issuing one takes the old password away, so a
reset is complete the moment it is made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.queries.asking import asked, asked_one


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who cannot sign in yet."""

    employee_id: UUID
    nip: str
    name: str
    unit_name: str


ISSUE = """
    INSERT INTO account (employee_id, activation_hash, activation_expires_at)
    SELECT c.employee_id, c.hash, clock_timestamp() + make_interval(days => $3)
      FROM unnest($1::uuid[], $2::text[]) AS c(employee_id, hash)
     ORDER BY c.employee_id
    ON CONFLICT (employee_id) DO UPDATE
       SET password_hash = NULL, activation_hash = excluded.activation_hash,
           activation_expires_at = excluded.activation_expires_at
    RETURNING activation_expires_at
"""
# The person's row is held to the commit: whoever closes it then ends the session opened here too.
USE = """
    WITH person AS MATERIALIZED (
        SELECT id FROM employee WHERE nip = $1 AND active FOR SHARE
    )
    UPDATE account a
       SET password_hash = $3, password_changed_at = clock_timestamp(), activation_hash = NULL,
           activation_expires_at = NULL, activated_at = coalesce(a.activated_at, clock_timestamp())
      FROM person p
     WHERE p.id = a.employee_id
       AND a.activation_hash = $2 AND a.activation_expires_at > clock_timestamp()
    RETURNING p.id
"""
CHANGE = """
    UPDATE account SET password_hash = $3, password_changed_at = clock_timestamp()
     WHERE employee_id = $1 AND password_hash = $2
    RETURNING employee_id
"""
RENEW = "UPDATE account SET password_hash = $3 WHERE employee_id = $1 AND password_hash = $2"
VOID = """
    UPDATE account SET activation_hash = NULL, activation_expires_at = NULL
     WHERE employee_id = $1 RETURNING employee_id
"""
WAITING = """
    SELECT e.id AS employee_id, e.nip, e.name, u.name AS unit_name
      FROM employee e
      JOIN unit u ON u.id = e.unit_id
      LEFT JOIN account a ON a.employee_id = e.id
     WHERE e.active AND a.password_hash IS NULL
       AND e.unit_id IN (SELECT y.unit_id FROM unit_ancestry y
                          WHERE y.current AND y.ancestor_id = $1)
     ORDER BY u.name, e.name, e.id LIMIT $2
"""


async def issued(connection: Any, hashes: Mapping[UUID, str], valid_days: int) -> datetime:
    """Keeps a code's hash for each of these people; until when the codes hold."""
    rows = await asked(connection, ISSUE, list(hashes), list(hashes.values()), valid_days)
    return rows[0]["activation_expires_at"]


async def codes_voided(connection: Any, employee_id: UUID) -> None:
    """Whatever code the person was given no longer works."""
    await asked(connection, VOID, employee_id)


async def used(connection: Any, nip: str, code_hash: str, password_hash: str) -> UUID | None:
    """Trades a code for a password; None: unknown NIP, wrong, used or late code, or not active."""
    row = await asked_one(connection, USE, nip, code_hash, password_hash)
    return row["id"] if row else None


async def password_changed(
    connection: Any, employee_id: UUID, old_hash: str, new_hash: str
) -> bool:
    """Replaces the password whose hash was checked; False: it was changed meanwhile."""
    return bool(await asked(connection, CHANGE, employee_id, old_hash, new_hash))


async def hash_renewed(connection: Any, employee_id: UUID, old_hash: str, new_hash: str) -> None:
    """Keeps the same password under today's cost of hashing."""
    await asked(connection, RENEW, employee_id, old_hash, new_hash)


async def waiting_in(connection: Any, unit_id: UUID, limit: int) -> Sequence[Waiting]:
    """Active people of a unit and below who have no password, by unit and name."""
    return [Waiting(**row) for row in await asked(connection, WAITING, unit_id, limit)]
