"""The satisfaction index of services and units over days, and month by month.

Read from the sums of `verdict_day` alone, so the cost follows services and days and never how many
people answered. A unit's index is that of its services and of every unit below, each answer
counting once. Without responses the tally is empty, and its index None.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from models.queries.asking import Row, asked, asked_one
from models.rules.satisfaction import ELEMENTS, Tally

TREND_MONTHS: Final = 12

_SUMS: Final = ", ".join(
    f"sum(d.{name})::int AS {name}" for name in ("responses", "low", *ELEMENTS)
)
OF_SERVICES: Final = f"""
    SELECT d.service_id AS id, {_SUMS} FROM verdict_day d
     WHERE d.service_id = ANY ($1::uuid[]) AND d.on_day BETWEEN $2 AND $3 GROUP BY 1
"""
OF_UNITS: Final = f"""
    SELECT a.ancestor_id AS id, {_SUMS}
      FROM unit_ancestry a JOIN verdict_day d ON d.unit_id = a.unit_id
     WHERE a.current AND a.ancestor_id = ANY ($1::uuid[]) AND d.on_day BETWEEN $2 AND $3
     GROUP BY 1
"""
_MONTH: Final = "to_char(d.on_day, 'YYYY-MM') AS month"
TREND_OF_SERVICE: Final = f"""
    SELECT {_MONTH}, {_SUMS} FROM verdict_day d
     WHERE d.service_id = $1 AND d.on_day BETWEEN $2 AND $3 GROUP BY 1
"""
TREND_OF_UNIT: Final = f"""
    SELECT {_MONTH}, {_SUMS}
      FROM unit_ancestry a JOIN verdict_day d ON d.unit_id = a.unit_id
     WHERE a.current AND a.ancestor_id = $1 AND d.on_day BETWEEN $2 AND $3 GROUP BY 1
"""
# Known only when it is known of every service that is in use.
POPULATION: Final = """
    SELECT CASE WHEN bool_and(s.yearly_users IS NOT NULL) THEN sum(s.yearly_users)::int END
           AS people
      FROM public_service s JOIN unit_ancestry a ON a.unit_id = s.unit_id AND a.current
     WHERE a.ancestor_id = $1 AND s.retired_at IS NULL
"""
CHILDREN: Final = """
    SELECT c.id, c.name FROM unit c
     WHERE c.parent_id = $1
       AND EXISTS (SELECT FROM unit_ancestry a JOIN public_service s ON s.unit_id = a.unit_id
                    WHERE a.ancestor_id = c.id AND a.current)
     ORDER BY c.name, c.id
"""
SERVICES: Final = "SELECT id, name FROM public_service WHERE unit_id = $1 ORDER BY name, id"


async def index_of(
    connection: Any,
    *,
    service_id: UUID | None = None,
    unit_id: UUID | None = None,
    first: date,
    last: date,
) -> Tally:
    """What was said of one service, or of a unit and everything below, on these local days."""
    if service_id is not None:
        return (await index_of_services(connection, [service_id], first, last))[service_id]
    if unit_id is None:
        raise ValueError("an index is of a service or of a unit")
    return (await index_of_units(connection, [unit_id], first, last))[unit_id]


async def index_of_services(
    connection: Any, service_ids: Collection[UUID], first: date, last: date
) -> dict[UUID, Tally]:
    """The same for several services at once; every one that was asked for is in the answer."""
    rows = await asked(connection, OF_SERVICES, list(service_ids), first, last)
    return {each: Tally() for each in service_ids} | {row["id"]: tally_of(row) for row in rows}


async def index_of_units(
    connection: Any, unit_ids: Collection[UUID], first: date, last: date
) -> dict[UUID, Tally]:
    """The same for several units, each with everything below it today."""
    rows = await asked(connection, OF_UNITS, list(unit_ids), first, last)
    return {each: Tally() for each in unit_ids} | {row["id"]: tally_of(row) for row in rows}


async def trend_of(
    connection: Any,
    *,
    service_id: UUID | None = None,
    unit_id: UUID | None = None,
    last: date,
    months: int = TREND_MONTHS,
) -> list[tuple[str, Tally]]:
    """Month by month (`2026-11`), the oldest first and that of `last` at the end, gaps included."""
    names = months_until(last, months)
    first = date.fromisoformat(f"{names[0]}-01")
    statement = TREND_OF_UNIT if service_id is None else TREND_OF_SERVICE
    rows = await asked(connection, statement, service_id or unit_id, first, last)
    known = {row["month"]: tally_of(row) for row in rows}
    return [(name, known.get(name, Tally())) for name in names]


async def population_of(connection: Any, unit_id: UUID) -> int | None:
    """How many people the services of a unit and below serve in a year; None: not known of all."""
    row = await asked_one(connection, POPULATION, unit_id)
    return row["people"] if row else None


async def children_served(connection: Any, unit_id: UUID) -> Sequence[Row]:
    """The units right below that have a service, or have one below them: id, name."""
    return await asked(connection, CHILDREN, unit_id)


async def own_services(connection: Any, unit_id: UUID) -> Sequence[Row]:
    """The services of the unit itself, retired ones too: id, name."""
    return await asked(connection, SERVICES, unit_id)


def months_until(last: date, months: int) -> list[str]:
    """The names of so many months, the oldest first, the last of them that of `last`."""
    place = last.year * 12 + last.month - 1
    return [f"{at // 12}-{at % 12 + 1:02}" for at in range(place - months + 1, place + 1)]


def tally_of(row: Row) -> Tally:
    """A row of sums."""
    return Tally({element: row[element] for element in ELEMENTS}, row["responses"], row["low"])
