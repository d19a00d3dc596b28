"""Where somebody worked during a period, and who decides the appraisal of each part now.

Invariant: who decides is never stored. It is worked out from the heads of this moment, so an
acting head decides while their decree lasts, and nobody decides about themselves.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from models.queries.asking import Row, asked
from models.queries.subjects import YEAR_BEGAN, heads_of_units, subjects_of
from models.rules.access import Subject, UnitHeads
from models.rules.objections import objection_decider
from models.rules.parts import Part, Placement, part_decider, parts

MOST_LEVELS = 8  # of a line; no city has as many

PLACEMENTS = """
    SELECT p.employee_id, p.unit_id, p.valid_from, p.valid_to FROM placement p
     WHERE p.employee_id = ANY ($1::uuid[]) AND p.valid_from < $3
       AND (p.valid_to IS NULL OR p.valid_to > $2)
     ORDER BY p.valid_from
"""

# The unit's path of today finds today's heads; the path of then says who may read it.
APPRAISALS_THEN = f"""
    SELECT a.id, a.employee_id, a.unit_path, u.path AS path_now, a.decided_by,
           a.part_end > {YEAR_BEGAN} AS running,
           ARRAY(SELECT s.unit_id FROM supervision s
                  WHERE s.supervisor_id = a.employee_id
                    AND s.valid_from < least(a.part_end, clock_timestamp())
                    AND (s.valid_to IS NULL OR s.valid_to >= least(a.part_end, clock_timestamp()))
           ) AS at_heads
      FROM appraisal a
      JOIN unit u ON u.id = a.unit_id
      JOIN employee e ON e.id = a.employee_id
      JOIN unit now_u ON now_u.id = e.unit_id
     WHERE a.id = ANY ($1::uuid[])
"""


async def parts_of(
    connection: Any, employee_ids: Collection[UUID], period: tuple[datetime, datetime]
) -> dict[UUID, list[Part]]:
    """The parts of a period of each person, in order; who was nowhere in it is left out."""
    placements: dict[UUID, list[Placement]] = defaultdict(list)
    for row in await asked(connection, PLACEMENTS, list(set(employee_ids)), *period):
        placed = Placement(row["unit_id"], row["valid_from"], row["valid_to"])
        placements[row["employee_id"]].append(placed)
    found = {each: parts(places, period) for each, places in placements.items()}
    return {each: several for each, several in found.items() if several}


async def appraisal_subjects(
    connection: Any, appraisal_ids: Collection[UUID]
) -> dict[UUID, Subject]:
    """By appraisal id: its employee today, the unit of its part, who decides it and who objections.

    An objection is decided by whoever decides for the part's decider, and never by the author of
    the decision it is about. Unknown appraisals are left out.
    """
    rows = await asked(connection, APPRAISALS_THEN, list(set(appraisal_ids)))
    today = await subjects_of(connection, {row["employee_id"] for row in rows})
    heads = await heads_of_units(connection, {unit for row in rows for unit in row["path_now"]})
    deciders = {row["id"]: _part_decider(row, heads, today[row["employee_id"]]) for row in rows}
    line = await _line_above(connection, deciders.values())
    found: dict[UUID, Subject] = {}
    for row in rows:
        never = frozenset({row["employee_id"], row["decided_by"]} - {None})
        decider = deciders[row["id"]]
        found[row["id"]] = replace(
            today[row["employee_id"]],
            at_unit_path=tuple(row["unit_path"]),
            at_heads=frozenset(row["at_heads"]),
            in_running_period=row["running"],
            part_decider_id=decider,
            objection_decider_id=objection_decider(decider, line, never),
        )
    return found


def _part_decider(row: Row, heads: Mapping[UUID, UnitHeads], today: Subject) -> UUID | None:
    at_heads = frozenset[UUID](row["at_heads"])
    return part_decider(tuple(row["path_now"]), at_heads, heads, today)


async def _line_above(connection: Any, people: Collection[UUID | None]) -> dict[UUID, UUID | None]:
    """Who decides for each of these, and for whoever that is, up to the top."""
    line: dict[UUID, UUID | None] = {}
    rising = {each for each in people if each is not None}
    for _ in range(MOST_LEVELS):
        if not rising:
            break
        subjects = await subjects_of(connection, rising)
        line |= {each: subjects[each].decider_id for each in rising if each in subjects}
        above = {subjects[each].decider_id for each in rising if each in subjects}
        rising = {each for each in above if each is not None and each not in line}
    return line


async def part_deciders(connection: Any, appraisal_ids: Sequence[UUID]) -> dict[UUID, UUID | None]:
    """Who decides each of these appraisals now; None: nobody does."""
    subjects = await appraisal_subjects(connection, appraisal_ids)
    return {each: subject.part_decider_id for each, subject in subjects.items()}
