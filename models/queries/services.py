"""Services that units give the public, the points where they are given, and codes of visits.

Names of services and points are no secret. A visit code is stored as its hash alone: whoever reads
the database cannot use one. Makers are idempotent: the same id with the same facts is the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from models.queries.asking import Row, asked, asked_one
from models.rules.refusals import Conflict
from models.rules.survey_codes import new_letters, point_code, visit_code, visit_hash

MOST_SERVICES = 1_000  # of one list: a whole city has some hundreds
DRAWS = 5  # of a point's code; that even a second is needed has a chance of one in a billion

_POINTS = """
    coalesce((SELECT jsonb_agg(to_jsonb(p) ORDER BY p.name, p.id)
                FROM service_point p WHERE p.service_id = s.id), '[]')::text AS points
"""
SERVICE = f"""
    SELECT s.id, s.unit_id, u.name AS unit_name, u.path, u.zone, s.name, s.yearly_users,
           s.retired_at, {_POINTS}
      FROM public_service s JOIN unit u ON u.id = s.unit_id
"""
BELOW = f"""{SERVICE}
      JOIN unit_ancestry a ON a.unit_id = s.unit_id AND a.current
     WHERE a.ancestor_id = $1 AND ($2::bool OR s.retired_at IS NULL)
     ORDER BY s.name, u.name, s.id LIMIT $3
"""
MAKE_SERVICE = """
    INSERT INTO public_service (id, unit_id, name, yearly_users) VALUES ($1, $2, $3, $4)
    ON CONFLICT (id) DO NOTHING RETURNING id
"""
CHANGE_SERVICE = """
    UPDATE public_service SET name = $2, yearly_users = $3, retired_at = $4 WHERE id = $1
"""
POINT = """
    SELECT p.id, p.service_id, p.code, p.name, p.asks_visit_code, p.retired_at,
           s.name AS service_name, s.unit_id, u.name AS unit_name, u.path, u.zone,
           top.name AS city_name
      FROM service_point p
      JOIN public_service s ON s.id = p.service_id
      JOIN unit u ON u.id = s.unit_id
      JOIN unit top ON top.id = u.path[1]
"""
MAKE_POINT = """
    INSERT INTO service_point (id, service_id, code, name, asks_visit_code)
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING id
"""
CHANGE_POINT = """
    UPDATE service_point SET name = $2, asks_visit_code = $3, retired_at = $4 WHERE id = $1
"""
FORGET_CODES = "DELETE FROM visit_code WHERE expires_at <= $1"
MAKE_CODES = """
    INSERT INTO visit_code (hash, point_id, expires_at)
    SELECT h, $2, $3 FROM unnest($1::bytea[]) AS h
    ON CONFLICT (hash) DO NOTHING RETURNING hash
"""


@dataclass(frozen=True, slots=True)
class NewService:
    """A service of a unit. `yearly_users`: how many people it serves in a year, if known."""

    id: UUID
    unit_id: UUID
    name: str
    yearly_users: int | None = None


@dataclass(frozen=True, slots=True)
class NewPoint:
    """A counter of a service. `asks_visit_code`: whether a verdict needs a one-time code."""

    id: UUID
    service_id: UUID
    name: str
    asks_visit_code: bool = False


async def services_below(
    connection: Any, unit_id: UUID, retired_too: bool = False
) -> Sequence[Row]:
    """The services of a unit and everything below, by name, each with its `points` as JSON."""
    return await asked(connection, BELOW, unit_id, retired_too, MOST_SERVICES)


async def service_row(connection: Any, service_id: UUID) -> Row | None:
    """One service with its unit's path and zone, and its points."""
    return await asked_one(connection, f"{SERVICE} WHERE s.id = $1", service_id)


async def service_made(connection: Any, service: NewService) -> bool:
    """Adds a service; False: it was there already. Raises Conflict when it was another."""
    facts = (service.id, service.unit_id, service.name, service.yearly_users)
    if await asked(connection, MAKE_SERVICE, *facts):
        return True
    row = await service_row(connection, service.id)
    if row is None or (row["id"], row["unit_id"], row["name"], row["yearly_users"]) != facts:
        raise Conflict(field="id")
    return False


async def service_changed(
    connection: Any,
    service_id: UUID,
    name: str,
    yearly_users: int | None,
    retired_at: datetime | None,
) -> None:
    """Sets what may change. Another service of the unit with this name: the database refuses."""
    await asked(connection, CHANGE_SERVICE, service_id, name, yearly_users, retired_at)


async def point_row(connection: Any, point_id: UUID) -> Row | None:
    """One point with its service and unit."""
    return await asked_one(connection, f"{POINT} WHERE p.id = $1", point_id)


async def open_point(connection: Any, code: str) -> Row | None:
    """The point that a citizen stands at; None when there is none, or it is no longer in use."""
    return await asked_one(
        connection,
        f"{POINT} WHERE p.code = $1 AND p.retired_at IS NULL AND s.retired_at IS NULL",
        point_code(code),
    )


async def point_made(connection: Any, point: NewPoint) -> bool:
    """Adds a point with a code of its own; False: it was there already. Raises Conflict."""
    facts = (point.service_id, point.name, point.asks_visit_code)
    for _ in range(DRAWS):
        made = await asked(
            connection, MAKE_POINT, point.id, facts[0], new_letters(), facts[1], facts[2]
        )
        if made:
            return True
        row = await point_row(connection, point.id)
        if row is not None:
            if (row["service_id"], row["name"], row["asks_visit_code"]) != facts:
                raise Conflict(field="id")
            return False
    raise Conflict(field="code")


async def point_changed(
    connection: Any,
    point_id: UUID,
    name: str,
    asks_visit_code: bool,
    retired_at: datetime | None,
) -> None:
    """Sets what may change; its code stays, since posters carry it."""
    await asked(connection, CHANGE_POINT, point_id, name, asks_visit_code, retired_at)


async def visit_codes_made(
    connection: Any, point_id: UUID, count: int, now: datetime, days: float
) -> list[str]:
    """So many codes for one visit each, within `days`, as printed; nothing shows them again.

    Codes whose time has passed go: they open nothing, used or not.
    """
    await asked(connection, FORGET_CODES, now)
    codes = [visit_code(new_letters()) for _ in range(count)]
    by_hash = {visit_hash(code): code for code in codes}
    made = await asked(connection, MAKE_CODES, list(by_hash), point_id, now + timedelta(days=days))
    return [by_hash[bytes(row["hash"])] for row in made]
