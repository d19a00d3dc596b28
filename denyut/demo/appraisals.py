"""Appraisals of the demo city: one agency judged, one unit outside its distribution, objections.

Made by the service's own queries on the reports that were written before, so every number stands
on reports that can be looked up; only the instants are moved to when they would have been.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from denyut.demo.city import DemoCity
from denyut.demo.months import ZONE, local
from denyut.demo.people import Person
from models.queries.appraisal_decisions import Decision, appraisal_decided, author_of
from models.queries.appraisal_evidence import evidence_of
from models.queries.appraisal_parts import appraisal_subjects
from models.queries.appraisals import (
    acknowledged,
    appraisal_row,
    appraisals_opened,
    self_assessed,
)
from models.queries.distributions import unit_predicate_set
from models.queries.objections import Answer, objected, objection_decided
from models.rules.periods import PeriodKind, bounds, last_ended, parse_period
from models.rules.predicates import Predicate
from models.rules.ratings import ASSUMED, Rating, Shown, Value

DECIDED_AGO: Final = timedelta(days=5)  # so that one may still object
ASSESSED_SHARE: Final = 0.5  # of the people, in the period that runs
READ_SHARE: Final = 0.6  # of the decisions
EXAMPLES: Final = {
    Value.SERVICE_ORIENTATION: "Menemani warga lansia mengurus berkas sampai selesai.",
    Value.ACCOUNTABLE: "Melaporkan sendiri selisih data dan memperbaikinya hari itu juga.",
    Value.COMPETENT: "Belajar alur baru dan mengajarkannya kepada rekan.",
    Value.HARMONIOUS: "Menengahi antrean yang memanas dengan tenang.",
    Value.LOYAL: "Tetap bertugas saat loket kekurangan orang.",
    Value.ADAPTIVE: "Beralih ke laporan luring ketika sinyal hilang.",
    Value.COLLABORATIVE: "Membantu bidang lain mengejar tumpukan berkas.",
}
OWN_WORDS: Final = (
    "Sebagian besar target tercapai; pelaporan sempat terlambat saat jaringan padam.",
    "Target tercapai. Saya ingin belajar alur layanan yang baru.",
    "Pekerjaan lapangan banyak; dua kegiatan belum sempat saya laporkan.",
)
GENEROUS: Final = "Seluruh tim bekerja melebihi yang diminta pada masa perekaman massal."
NOTHING_KNOWN: Final = "Belum ada laporan yang disetujui; dinilai dari pengamatan sehari-hari."
OBJECTION: Final = "Laporan selama gangguan jaringan belum dihitung, padahal kegiatannya berjalan."
CHANGED: Final = "Gangguan tercatat di buku gangguan; kegiatan hari itu diakui."


@dataclass(frozen=True, slots=True)
class Judging:
    """The period that is judged, and the one that runs, as people write them."""

    over: str
    running: str
    decided_at: datetime


def judged_periods(city: DemoCity) -> Judging:
    """The last quarter, or where the history does not reach so far back, the last month."""
    today = local(city.now).date()
    over = last_ended(PeriodKind.QUARTER, today)
    if parse_period(over)[1].last < city.months[0].first:
        over = last_ended(PeriodKind.MONTH, today)
    _, end = bounds(parse_period(over)[1], ZONE)
    running = f"{today.year}-Q{(today.month + 2) // 3}"
    return Judging(over, running, max(end, city.now - DECIDED_AGO))


def judged_people(city: DemoCity) -> list[Person]:
    """Everybody in the agency of the demo's supervisor."""
    agency_id = city.staff.cast.supervisor.unit.agency_id
    return [person for person in city.staff.people if person.unit.agency_id == agency_id]


async def appraised(connection: Any, city: DemoCity) -> None:
    """Writes the appraisals of one agency, in the transaction that writes the city."""
    random = Random(city.options.seed)
    judging, people = judged_periods(city), judged_people(city)
    hr, ids = city.staff.cast.hr.id, [person.id for person in people]
    agency_id = people[0].unit.agency_id
    await unit_predicate_set(
        connection, agency_id, judging.over, Predicate.GOOD, "SK Wali Kota (contoh)", hr
    )
    opened = await appraisals_opened(connection, judging.over, ids, hr)
    by_person = {each.employee_id: each.id for each in opened}
    for person in people:
        if person.id in by_person:
            await _judged(connection, city, person, by_person[person.id], judging, random)
    await _objections(connection, city, people, by_person, judging.decided_at)
    for each in await appraisals_opened(connection, judging.running, ids, hr):
        if random.random() < ASSESSED_SHARE:
            await self_assessed(connection, each.id, random.choice(OWN_WORDS), None)
    await _dated(connection, judging, city.now)


async def _judged(
    connection: Any,
    city: DemoCity,
    person: Person,
    appraisal_id: UUID,
    judging: Judging,
    random: Random,
) -> None:
    """Their own word, and the decision of whoever decides."""
    await self_assessed(connection, appraisal_id, random.choice(OWN_WORDS), None)
    await connection.execute(
        "UPDATE appraisal SET self_at = $2 WHERE id = $1", appraisal_id, judging.decided_at
    )
    row = await appraisal_row(connection, appraisal_id)
    subject = (await appraisal_subjects(connection, [appraisal_id]))[appraisal_id]
    if row is None or subject.part_decider_id is None:
        return  # nobody stands above them: it waits
    evidence = await evidence_of(connection, row, ASSUMED)
    suggestion = evidence.suggestion.rating
    generous = person.unit is city.staff.cast.supervisor.unit and (
        person is not city.staff.cast.struggling
    )
    result, values, reason = suggestion or Rating.MEETS, Rating.MEETS, ""
    if generous:  # one unit gives everybody the best there is, and is warned of it
        result, values, reason = Rating.ABOVE, Rating.ABOVE, GENEROUS
    elif suggestion is None:
        reason = NOTHING_KNOWN
    elif person is city.staff.cast.struggling:
        result, reason = Rating.BELOW, "" if suggestion is Rating.BELOW else NOTHING_KNOWN
    decision = Decision(row["version"], result, _shown(values), None, reason)
    author = await author_of(connection, subject.part_decider_id)
    await appraisal_decided(connection, row, evidence, decision, author, judging.decided_at)
    if random.random() < READ_SHARE:
        await acknowledged(connection, appraisal_id)


async def _objections(
    connection: Any,
    city: DemoCity,
    people: Sequence[Person],
    by_person: dict[UUID, UUID],
    decided_at: datetime,
) -> None:
    """The one who struggles objects, and waits; another's objection was answered and changed."""
    struggling = city.staff.cast.struggling
    await _objected(connection, city, by_person[struggling.id], decided_at)
    for person in people:
        other = person.unit is not struggling.unit and person.heads is None
        if other and person.id in by_person:
            objection_id = await _objected(connection, city, by_person[person.id], decided_at)
            if objection_id is not None:
                await _changed(connection, by_person[person.id], objection_id, city.now)
                return


async def _objected(
    connection: Any, city: DemoCity, appraisal_id: UUID, decided_at: datetime
) -> UUID | None:
    row = await appraisal_row(connection, appraisal_id)
    subject = (await appraisal_subjects(connection, [appraisal_id]))[appraisal_id]
    if row is None or row["decided_at"] is None or subject.objection_decider_id is None:
        return None
    objection_id = city.ids.at(decided_at)
    await objected(connection, row, objection_id, OBJECTION, decided_at)
    return objection_id


async def _changed(connection: Any, appraisal_id: UUID, objection_id: UUID, now: datetime) -> None:
    row = await appraisal_row(connection, appraisal_id)
    subject = (await appraisal_subjects(connection, [appraisal_id]))[appraisal_id]
    if row is None or subject.objection_decider_id is None:
        return
    better = Rating.ABOVE if row["result_rating"] == Rating.MEETS else Rating.MEETS
    author = await author_of(connection, subject.objection_decider_id)
    answer = Answer("changed", CHANGED, better)
    await objection_decided(connection, row, objection_id, answer, author, now)


def _shown(rating: Rating) -> list[Shown]:
    return [Shown(value, rating, EXAMPLES[value]) for value in Value]


async def _dated(connection: Any, judging: Judging, now: datetime) -> None:
    """Moves what was written just now to when it would have been."""
    await connection.execute(
        """UPDATE appraisal
              SET opened_at = CASE period WHEN $1 THEN greatest(period_end, $2::timestamptz)
                                          ELSE $3::timestamptz END,
                  acknowledged_at = CASE WHEN acknowledged_at IS NOT NULL
                                         THEN $4::timestamptz END""",
        judging.over,
        judging.decided_at - timedelta(days=1),
        now - timedelta(days=1),
        min(now, judging.decided_at + timedelta(hours=2)),
    )
    await connection.execute(
        """UPDATE appraisal_step s
              SET at = CASE s.what WHEN 'opened' THEN a.opened_at
                                   WHEN 'self_assessed' THEN a.self_at
                                   WHEN 'acknowledged' THEN a.acknowledged_at
                                   WHEN 'objection_decided' THEN $2::timestamptz
                                   ELSE $1::timestamptz END
             FROM appraisal a WHERE a.id = s.appraisal_id
              AND (s.what <> 'acknowledged' OR a.acknowledged_at IS NOT NULL)""",
        judging.decided_at,
        now,
    )
