"""Indonesia's national calendar of a year, as the `holidays` package knows it, put into the table.

Joint leave (cuti bersama) is announced late and Islamic dates are estimated until then: filling a
year again takes what a newer package says, and never touches a day that somebody else entered
for a unit.
"""

from datetime import date
from typing import Any

from holidays import country_holidays

from models.queries.asking import asked
from models.tables.columns import new_id

NATIONAL, JOINT_LEAVE = "national", "joint_leave"
_CATEGORIES = {"public": NATIONAL, "government": JOINT_LEAVE}

FILL = """
    INSERT INTO holiday (id, on_date, name, kind, unit_id)
    SELECT * FROM unnest($1::uuid[], $2::date[], $3::text[], $4::text[], $5::uuid[])
    ON CONFLICT (on_date, unit_id) DO UPDATE SET name = excluded.name, kind = excluded.kind
     WHERE (holiday.name, holiday.kind) IS DISTINCT FROM (excluded.name, excluded.kind)
    RETURNING on_date
"""


def national_holidays(year: int) -> dict[date, tuple[str, str]]:
    """Name (Indonesian) and kind by day; where a day is both, it is a national holiday."""
    found: dict[date, tuple[str, str]] = {}
    for category, kind in reversed(_CATEGORIES.items()):
        days = country_holidays("ID", years=year, categories=(category,), language="id")
        found |= {day: (name, kind) for day, name in days.items() if day.year == year}
    return dict(sorted(found.items()))


async def fill_national_holidays(connection: Any, year: int) -> list[date]:
    """Writes the year's days for everybody; the answer is the days that are new or renamed.

    Whoever calls it marks running targets stale from the first of these days.
    """
    days = national_holidays(year)
    rows = await asked(
        connection,
        FILL,
        [new_id() for _ in days],
        list(days),
        [name for name, _ in days.values()],
        [kind for _, kind in days.values()],
        [None for _ in days],
    )
    return sorted(row["on_date"] for row in rows)
