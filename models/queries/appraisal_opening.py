"""Opening a period's appraisals for many people, with the words that go with it.

Invariants: opening twice makes nothing twice and tells nobody twice; the shards of everybody who
may be told are held before the first row is written (lock order of `locks.py`); a supervisor hears
once a period that appraisals wait, however many they are, and only when they can be decided.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.queries.appraisal_parts import part_deciders, parts_of
from models.queries.appraisals import Opened, appraisals_opened
from models.queries.asking import asked
from models.queries.feed import FeedRow
from models.queries.locks import locked_units_of
from models.queries.subjects import heads_of_units, subjects_of
from models.queries.telling import Word, told

# A period that was opened while it ran is due once more at its end: parts may have changed.
DUE = """
    SELECT e.id, u.path FROM employee e JOIN unit u ON u.id = e.unit_id
     WHERE e.active AND ($1::uuid IS NULL OR u.path @> ARRAY[$1::uuid])
       AND EXISTS (SELECT FROM placement p
                    WHERE p.employee_id = e.id AND p.valid_from < $5
                      AND (p.valid_to IS NULL OR p.valid_to > $4))
       AND NOT EXISTS (SELECT FROM appraisal a
                        WHERE a.employee_id = e.id AND a.kind = $2 AND a.period = $3
                          AND (a.opened_at >= a.period_end OR clock_timestamp() < a.period_end))
       AND ($6::uuid IS NULL OR (u.path, e.id) > ($7::uuid[], $6::uuid))
     ORDER BY u.path, e.id LIMIT $8
"""


@dataclass(frozen=True, slots=True)
class Due:
    """Whose appraisals are wanted: of a unit and below (None: of everybody), from a place on."""

    kind: str
    period: str
    start: datetime
    end: datetime
    unit_id: UUID | None = None
    after: tuple[UUID, Sequence[UUID]] | None = None


async def people_due(connection: Any, due: Due, limit: int) -> list[tuple[UUID, Sequence[UUID]]]:
    """Active people without an appraisal of this period, each with the path of their unit.

    Unit by unit, so that a supervisor's people come together. The last one is the next `after`.
    """
    employee_id, path = due.after or (None, ())
    rows = await asked(
        connection,
        DUE,
        due.unit_id,
        due.kind,
        due.period,
        due.start,
        due.end,
        employee_id,
        list(path),
        limit,
    )
    return [(row["id"], row["path"]) for row in rows]


async def opened_and_told(
    connection: Any,
    due: Due,
    employee_ids: Collection[UUID],
    by: UUID | None,
    push_kinds: Collection[str],
) -> tuple[list[Opened], list[FeedRow]]:
    """Opens what is not open yet; the events to announce after the commit.

    Raises Busy when somebody is being moved in this moment.
    """
    concerned = await _concerned(connection, employee_ids, (due.start, due.end))
    held = await locked_units_of(connection, concerned)
    opened = await appraisals_opened(connection, due.period, employee_ids, by)
    words = [word for word in await _words(connection, due, opened) if word.recipient_id in held]
    return opened, await told(connection, words, push_kinds)


async def _concerned(
    connection: Any, employee_ids: Collection[UUID], period: tuple[datetime, datetime]
) -> set[UUID]:
    """These people and everybody who may come to decide about a part of theirs."""
    parts = await parts_of(connection, employee_ids, period)
    units = {part.unit_id for several in parts.values() for part in several}
    paths = await asked(
        connection, "SELECT path FROM unit WHERE id = ANY ($1::uuid[])", list(units)
    )
    heads = await heads_of_units(connection, {unit for row in paths for unit in row["path"]})
    today = await subjects_of(connection, employee_ids)
    found = {*employee_ids, *(subject.decider_id for subject in today.values())}
    found |= {each.definitive for each in heads.values()} | {each.acting for each in heads.values()}
    return {each for each in found if each is not None}


async def _words(connection: Any, due: Due, opened: Sequence[Opened]) -> list[Word]:
    words = [
        Word(
            "appraisal_opened",
            f"appraisal_opened:{each.id}",
            each.employee_id,
            about_id=each.id,
            subject=due.period,
        )
        for each in opened
        if each.is_new
    ]
    (clock,) = await asked(connection, "SELECT clock_timestamp() AS now")
    ended = [each for each in opened if each.part_end <= clock["now"]]
    deciders = await part_deciders(connection, [each.id for each in ended])
    waiting: dict[UUID, list[Opened]] = defaultdict(list)
    for each in ended:
        decider = deciders.get(each.id)
        if decider is not None:
            waiting[decider].append(each)
    names = await _names(connection, [several[0].employee_id for several in waiting.values()])
    for decider, several in waiting.items():
        first = several[0]
        more = f" (+{len(several) - 1})" if len(several) > 1 else ""
        words.append(
            Word(
                "staff_appraisal_due",
                f"staff_appraisal_due:{due.period}:{decider}",
                decider,
                about_id=first.id,
                employee_id=first.employee_id,
                employee_name=names[first.employee_id] + more,
                subject=due.period,
            )
        )
    return words


async def _names(connection: Any, employee_ids: Collection[UUID]) -> dict[UUID, str]:
    rows = await asked(
        connection, "SELECT id, name FROM employee WHERE id = ANY ($1::uuid[])", list(employee_ids)
    )
    return {row["id"]: row["name"] for row in rows}
