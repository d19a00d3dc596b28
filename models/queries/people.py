"""Employees: who there is, what they head, and the changes HR makes to them.

Invariant: the open placement always names `employee.unit_id`. Transfers stand in `transfers.py`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.queries.asking import asked, asked_one
from models.tables.columns import new_id


@dataclass(frozen=True, slots=True)
class EmployeeRow:
    """A person as those see them who may."""

    id: UUID
    nip: str
    name: str
    unit_id: UUID
    unit_name: str
    job_title: str | None
    active: bool


@dataclass(frozen=True, slots=True)
class HeadedUnit:
    """A unit somebody heads now."""

    unit_id: UUID
    unit_name: str
    kind: str
    valid_to: datetime | None


@dataclass(frozen=True, slots=True)
class UnitPlace:
    """Where a unit stands. `open` is False once it is retired."""

    id: UUID
    name: str
    path: Sequence[UUID]
    open: bool


@dataclass(frozen=True, slots=True)
class Search:
    """Which people to list: those of `units` and below, and `people`, as far as the rest fits.

    `within` narrows to a unit and below; `words` stand in the name, or begin the NIP.
    """

    units: Collection[UUID]
    people: Collection[UUID] = ()
    within: UUID | None = None
    words: str | None = None
    with_inactive: bool = False
    after: tuple[str, UUID] | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody who starts; without an account until a code is issued."""

    nip: str
    name: str
    unit_id: UUID
    job_title_id: UUID | None
    language: str


COLUMNS = "e.id, e.nip, e.name, e.unit_id, u.name AS unit_name, j.name AS job_title, e.active"
JOINED = """
      FROM employee e
      JOIN unit u ON u.id = e.unit_id
      LEFT JOIN job_title j ON j.id = e.job_title_id
"""
BY_ID = f"SELECT {COLUMNS} {JOINED} WHERE e.id = ANY ($1::uuid[])"
LIST = f"""
    SELECT {COLUMNS} {JOINED}
     WHERE (e.id = ANY ($2::uuid[])
            OR e.unit_id IN (SELECT a.unit_id FROM unit_ancestry a
                              WHERE a.current AND a.ancestor_id = ANY ($1::uuid[])))
       AND ($3::uuid IS NULL OR e.unit_id IN (SELECT a.unit_id FROM unit_ancestry a
                                               WHERE a.current AND a.ancestor_id = $3))
       AND ($4::text IS NULL OR position(lower($4) in lower(e.name)) > 0
            OR starts_with(e.nip, $4))
       AND (e.active OR $5::boolean)
       AND ($6::text IS NULL OR (e.name, e.id) > ($6, $7::uuid))
     ORDER BY e.name, e.id LIMIT $8
"""
UNITS = """
    SELECT id, name, path, retired_at IS NULL AS open FROM unit WHERE id = ANY ($1::uuid[])
"""
HEADED = """
    SELECT s.unit_id, u.name AS unit_name, s.kind, s.valid_to
      FROM supervision s JOIN unit u ON u.id = s.unit_id
     WHERE s.supervisor_id = $1 AND s.valid_from <= clock_timestamp()
       AND (s.valid_to IS NULL OR s.valid_to > clock_timestamp())
     ORDER BY u.name, s.kind
"""
# A headship to come counts too: what is cached of it may name this person.
HEADS_ANYTHING = """
    SELECT 1 FROM supervision
     WHERE supervisor_id = $1 AND (valid_to IS NULL OR valid_to > clock_timestamp()) LIMIT 1
"""
ABOVE = """
    SELECT supervisor_id AS id FROM supervision
     WHERE unit_id = ANY ($1::uuid[]) AND (valid_to IS NULL OR valid_to > clock_timestamp())
    UNION SELECT employee_id FROM role_grant
     WHERE unit_id = ANY ($1::uuid[]) AND revoked_at IS NULL
    UNION SELECT supervisor_id FROM personal_assignment
     WHERE employee_id = $2 AND (valid_to IS NULL OR valid_to > clock_timestamp())
"""
ADD = """
    INSERT INTO employee (id, nip, name, unit_id, job_title_id, language)
    VALUES ($1, $2, $3, $4, $5, $6)
"""
PLACE = """
    INSERT INTO placement (id, employee_id, unit_id, valid_from)
    VALUES ($1, $2, $3, clock_timestamp())
"""
RENAME = """
    UPDATE employee SET name = coalesce($2, name), job_title_id = coalesce($3, job_title_id)
     WHERE id = $1
"""
LANGUAGE = "UPDATE employee SET language = $2 WHERE id = $1"
CLOSE = """
    UPDATE employee SET active = false, retired_at = clock_timestamp()
     WHERE id = $1 AND active RETURNING id
"""
REOPEN = """
    UPDATE employee SET active = true, retired_at = NULL WHERE id = $1 AND NOT active RETURNING id
"""
LAST_CONTACT = "SELECT at FROM last_contact WHERE employee_id = $1"


async def people_by_id(connection: Any, ids: Collection[UUID]) -> dict[UUID, EmployeeRow]:
    """These people; who is unknown is left out."""
    rows = await asked(connection, BY_ID, list(set(ids)))
    return {row["id"]: EmployeeRow(**row) for row in rows}


async def people_in(connection: Any, search: Search) -> Sequence[EmployeeRow]:
    """People by name, then id. What the reader may see of them is asked of the rules, not here."""
    name, last_id = search.after or (None, None)
    rows = await asked(
        connection,
        LIST,
        list(search.units),
        list(search.people),
        search.within,
        search.words,
        search.with_inactive,
        name,
        last_id,
        search.limit,
    )
    return [EmployeeRow(**row) for row in rows]


async def unit_places(connection: Any, ids: Collection[UUID]) -> dict[UUID, UnitPlace]:
    """Name and path of these units; unknown ones are left out."""
    rows = await asked(connection, UNITS, list(set(ids)))
    return {row["id"]: UnitPlace(**row) for row in rows}


async def headed_units(connection: Any, employee_id: UUID) -> Sequence[HeadedUnit]:
    """The units a person heads now, by name."""
    return [HeadedUnit(**row) for row in await asked(connection, HEADED, employee_id)]


async def last_contact_of(connection: Any, employee_id: UUID) -> datetime | None:
    """When the service last heard from a person, up to half a minute late."""
    row = await asked_one(connection, LAST_CONTACT, employee_id)
    return row["at"] if row else None


async def added(connection: Any, person: NewPerson) -> UUID:
    """A new employee with an open placement. Raises the database's error for a NIP in use."""
    employee_id = new_id()
    await asked(
        connection,
        ADD,
        employee_id,
        person.nip,
        person.name,
        person.unit_id,
        person.job_title_id,
        person.language,
    )
    await asked(connection, PLACE, new_id(), employee_id, person.unit_id)
    return employee_id


async def renamed(
    connection: Any, employee_id: UUID, name: str | None, job_title_id: UUID | None
) -> None:
    """Changes what is given."""
    await asked(connection, RENAME, employee_id, name, job_title_id)


async def language_set(connection: Any, employee_id: UUID, language: str) -> None:
    """The language in which the service speaks to a person."""
    await asked(connection, LANGUAGE, employee_id, language)


async def closed(connection: Any, employee_id: UUID) -> bool:
    """Retires or deactivates a person; False: they were already. Sessions are ended elsewhere."""
    return bool(await asked(connection, CLOSE, employee_id))


async def reopened(connection: Any, employee_id: UUID) -> bool:
    """Takes a person back; False: they were never away."""
    return bool(await asked(connection, REOPEN, employee_id))


async def heads_anything(connection: Any, employee_id: UUID) -> bool:
    """Whether a person heads a unit now or will: then others' rights hang on theirs."""
    return bool(await asked(connection, HEADS_ANYTHING, employee_id))


async def those_above(connection: Any, unit_ids: Collection[UUID], employee_id: UUID) -> set[UUID]:
    """Whose view changes when this person comes into, or leaves, these units.

    Their heads and role holders, and the person's own supervisors: what they follow may lie in
    another shard afterwards.
    """
    rows = await asked(connection, ABOVE, list(unit_ids), employee_id)
    return {row["id"] for row in rows}
