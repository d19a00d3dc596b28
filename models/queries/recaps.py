"""What a recap says of a person or of a unit in a period, as it is known at this moment.

Invariants: of a period that was decided, everything that led to the decision comes from its frozen
evidence and nothing of today's; what is missing is None all the way, never zero; the cost of a
unit's recap follows its child units and indicators, that of a person's what one person did.
"""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from models.queries.agreements import Agreement, agreement_of
from models.queries.appraisal_decisions import DECIDED, decided_appraisals
from models.queries.appraisal_evidence import evidence_of
from models.queries.asking import Row, asked, asked_one
from models.queries.distributions import Distribution, distribution_of
from models.queries.indices import index_of_units
from models.queries.rollups import Rollup, rollup_of
from models.queries.subjects import YEAR_BEGAN, subjects_of
from models.rules.access import Subject
from models.rules.periods import Days, bounds, parse_period
from models.rules.ratings import ASSUMED, Bands
from models.rules.refusals import NotFound
from models.rules.satisfaction import Tally

PEOPLE_A_PAGE: Final = 500  # of one question about everybody in a unit

HOLDER = """
    SELECT e.id, e.name, e.nip, coalesce(j.name, '') AS job_title, u.id AS unit_id,
           u.code AS unit_code, u.name AS unit_name, u.zone, c.name AS city_name
      FROM employee e
      JOIN unit u ON u.id = e.unit_id
      JOIN unit c ON c.id = u.path[1]
      LEFT JOIN job_title j ON j.id = e.job_title_id
     WHERE e.id = $1
"""

PLACE = """
    SELECT u.id, u.code, u.name, u.zone, c.name AS city_name
      FROM unit u JOIN unit c ON c.id = u.path[1] WHERE u.id = $1
"""

SAID = """
    SELECT f.kind, count(*)::int AS given, count(f.acknowledged_at)::int AS read
      FROM feedback f WHERE f.employee_id = $1 AND f.made_at >= $2 AND f.made_at < $3
     GROUP BY f.kind
"""

# Of a year that is over, whoever worked elsewhere in it is left out: those above them today may not
# see it (models/rules/access.py).
EVERYBODY = f"""
    SELECT e.id
      FROM employee e
      JOIN unit_ancestry a ON a.unit_id = e.unit_id AND a.current
      JOIN unit now_u ON now_u.id = e.unit_id
     WHERE a.ancestor_id = $1 AND e.active
       AND ($3 > {YEAR_BEGAN}
            OR NOT EXISTS (SELECT FROM placement p JOIN unit u ON u.id = p.unit_id
                            WHERE p.employee_id = e.id AND p.valid_from < $3
                              AND (p.valid_to IS NULL OR p.valid_to > $2)
                              AND NOT u.path @> ARRAY[$1::uuid]))
     ORDER BY a.unit_id, e.name, e.id
"""

PLACES_THEN = f"""
    SELECT DISTINCT u.path, $3 > {YEAR_BEGAN} AS running
      FROM placement p
      JOIN unit u ON u.id = p.unit_id
      JOIN employee e ON e.id = p.employee_id
      JOIN unit now_u ON now_u.id = e.unit_id
     WHERE p.employee_id = $1 AND p.valid_from < $3 AND (p.valid_to IS NULL OR p.valid_to > $2)
"""

# For a national system: what stands of one period in a unit and below.
NATIONAL = """
    SELECT e.nip, e.name, u.code AS unit_code, a.period, a.part_start, a.part_end, a.result_rating,
           a.behaviour_rating, a.predicate, a.decided_at, a.id
      FROM appraisal a JOIN employee e ON e.id = a.employee_id JOIN unit u ON u.id = a.unit_id
     WHERE a.unit_path @> ARRAY[$1::uuid] AND a.period = $2 AND a.state = ANY ($3::text[])
       AND (e.nip, a.id) > ($4, $5::uuid)
     ORDER BY e.nip, a.id LIMIT $6
"""
_BEFORE_ALL: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Holder:
    """A person as they stand today."""

    id: UUID
    name: str
    nip: str
    job_title: str
    unit_id: UUID
    unit_code: str
    unit_name: str
    zone: str
    city_name: str


@dataclass(frozen=True, slots=True)
class Place:
    """A unit as it stands today."""

    id: UUID
    code: str
    name: str
    zone: str
    city_name: str


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a period. `content`: its evidence (models/rules/evidence.py), frozen when
    `decided` is there, else what is known now."""

    content: Mapping[str, Any]
    decided: Row | None


@dataclass(frozen=True, slots=True)
class PersonRecap:
    """A person in a period. `earlier`: decisions of shorter periods within this one."""

    holder: Holder
    period: str
    days: Days
    agreement: Agreement | None
    parts: tuple[Part, ...]
    earlier: tuple[Row, ...]
    feedback: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class UnitRecap:
    """A unit in a period: by child unit and indicator, satisfaction, and the distribution."""

    place: Place
    period: str
    days: Days
    rollup: Rollup
    satisfaction: Mapping[UUID, Tally]
    distribution: Distribution


async def person_recap(
    connection: Any, employee_id: UUID, period: str, bands: Bands = ASSUMED
) -> PersonRecap:
    """Raises NotFound, and InvalidValue for what is no period."""
    row = await asked_one(connection, HOLDER, employee_id)
    if row is None:
        raise NotFound
    holder = Holder(**row)
    kind, days = parse_period(period)
    start, end = bounds(days, holder.zone)
    decided = await decided_appraisals(connection, employee_id, start, end)
    parts = [
        Part(json.loads(each["content"]), each) for each in decided if each["period"] == period
    ]
    if not parts:
        running = _running(holder, kind.value, period, (start, end))
        parts = [Part((await evidence_of(connection, running, bands)).content, None)]
    return PersonRecap(
        holder,
        period,
        days,
        await agreement_of(connection, employee_id, days.first.year),
        tuple(parts),
        tuple(each for each in decided if each["period"] != period),
        {
            each["kind"]: (each["given"], each["read"])
            for each in await asked(connection, SAID, employee_id, start, end)
        },
    )


async def unit_recap(connection: Any, unit_id: UUID, period: str) -> UnitRecap:
    """Raises NotFound, and InvalidValue for what is no period."""
    place = await place_of(connection, unit_id)
    _, days = parse_period(period)
    rollup = await rollup_of(connection, unit_id, days.first, days.last)
    if rollup is None:
        raise NotFound
    units = [unit_id, *(child.unit_id for child in rollup.children)]
    return UnitRecap(
        place,
        period,
        days,
        rollup,
        await index_of_units(connection, units, days.first, days.last),
        await distribution_of(connection, unit_id, period),
    )


async def place_of(connection: Any, unit_id: UUID) -> Place:
    """A unit by its id. Raises NotFound."""
    row = await asked_one(connection, PLACE, unit_id)
    if row is None:
        raise NotFound
    return Place(**row)


async def people_within(connection: Any, unit_id: UUID, period: str) -> list[UUID]:
    """Everybody active in a unit and below it whose period its head may see; by unit and name.

    Raises NotFound for no unit, and InvalidValue for what is no period.
    """
    place = await place_of(connection, unit_id)
    start, end = bounds(parse_period(period)[1], place.zone)
    return [row["id"] for row in await asked(connection, EVERYBODY, unit_id, start, end)]


async def subjects_within(connection: Any, employee_id: UUID, period: str) -> list[Subject]:
    """A person as the rules ask about each place where they worked in a period.

    Today's line may see all of the running year, and of the past only what happened where the
    person still works. Raises NotFound, and InvalidValue for what is no period.
    """
    today = (await subjects_of(connection, [employee_id])).get(employee_id)
    holder = await asked_one(connection, HOLDER, employee_id)
    if today is None or holder is None:
        raise NotFound
    start, end = bounds(parse_period(period)[1], holder["zone"])
    rows = await asked(connection, PLACES_THEN, employee_id, start, end)
    return [
        replace(today, at_unit_path=tuple(row["path"]), in_running_period=row["running"])
        for row in rows
    ] or [today]


async def national_rows(
    connection: Any, unit_id: UUID, period: str
) -> AsyncIterator[Sequence[Row]]:
    """Decisions that stand, by NIP, a page at a time."""
    last = ("", _BEFORE_ALL)
    while True:
        rows = await asked(
            connection, NATIONAL, unit_id, period, list(DECIDED), *last, PEOPLE_A_PAGE
        )
        if rows:
            yield rows
        if len(rows) < PEOPLE_A_PAGE:
            return
        last = (rows[-1]["nip"], rows[-1]["id"])


def _running(
    holder: Holder, kind: str, period: str, span: tuple[datetime, datetime]
) -> dict[str, Any]:
    """A period as an appraisal's row would have it that nobody has opened."""
    start, end = span
    return {
        "id": holder.id,
        "employee_id": holder.id,
        "employee_name": holder.name,
        "nip": holder.nip,
        "kind": kind,
        "period": period,
        "period_start": start,
        "period_end": end,
        "part_start": start,
        "part_end": end,
        "unit_id": holder.unit_id,
        "unit_name": holder.unit_name,
        "zone": holder.zone,
        "self_text": "",
        "self_rating": None,
        "self_at": None,
    }
