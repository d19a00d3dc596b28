"""Roles granted for a unit and everything below it. A grant ends; it is never deleted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.queries.asking import asked, asked_one
from models.tables.columns import new_id


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A role somebody holds now."""

    id: UUID
    employee_id: UUID
    employee_name: str
    role: str
    unit_id: UUID
    unit_name: str
    granted_at: datetime


COLUMNS = """
    g.id, g.employee_id, e.name AS employee_name, g.role, g.unit_id, u.name AS unit_name,
    g.granted_at
  FROM role_grant g
  JOIN employee e ON e.id = g.employee_id
  JOIN unit u ON u.id = g.unit_id
"""
OF_PERSON = f"""
    SELECT {COLUMNS} WHERE g.employee_id = $1 AND g.revoked_at IS NULL ORDER BY g.role, g.granted_at
"""
IN_UNITS = f"""
    SELECT {COLUMNS}
     WHERE g.revoked_at IS NULL AND u.path && $1::uuid[]
       AND ($2::uuid IS NULL OR g.id > $2)
     ORDER BY g.id LIMIT $3
"""
BY_ID = f"SELECT {COLUMNS} WHERE g.id = $1 AND g.revoked_at IS NULL"
GRANT = """
    INSERT INTO role_grant (id, employee_id, role, unit_id, granted_by)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (employee_id, role, unit_id) WHERE revoked_at IS NULL DO NOTHING
    RETURNING id
"""
REVOKE = """
    UPDATE role_grant SET revoked_at = clock_timestamp()
     WHERE id = $1 AND revoked_at IS NULL RETURNING employee_id
"""


async def grants_of(connection: Any, employee_id: UUID) -> Sequence[GrantRow]:
    """The roles a person holds now."""
    return [GrantRow(**row) for row in await asked(connection, OF_PERSON, employee_id)]


async def grants_in(
    connection: Any, unit_ids: Collection[UUID], *, after: UUID | None = None, limit: int
) -> Sequence[GrantRow]:
    """The roles granted for these units and everything below them, oldest first."""
    rows = await asked(connection, IN_UNITS, list(unit_ids), after, limit)
    return [GrantRow(**row) for row in rows]


async def grant_by_id(connection: Any, grant_id: UUID) -> GrantRow | None:
    """A grant that holds now."""
    row = await asked_one(connection, BY_ID, grant_id)
    return GrantRow(**row) if row else None


async def granted(
    connection: Any, employee_id: UUID, role: str, unit_id: UUID, by: UUID | None
) -> UUID | None:
    """Grants a role; None: the person holds it for this unit already."""
    row = await asked_one(connection, GRANT, new_id(), employee_id, role, unit_id, by)
    return row["id"] if row else None


async def revoked(connection: Any, grant_id: UUID) -> bool:
    """Ends a grant; False: it had ended."""
    return bool(await asked(connection, REVOKE, grant_id))
