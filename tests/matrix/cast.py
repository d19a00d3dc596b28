"""The city of the matrix: its units and the callers who never change.

Whoever asks sits in a unit of their own office, so that nothing but the relationship named in
`who.py` lets them see anybody. What callers tell apart is what subjects are placed into
(`subjects.py`).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.builders import deactivate, make_employee, make_grant, make_head, make_session, make_unit
from tests.matrix.who import Who

AGENCY_SHARD, OTHER_SHARD = 3, 5
LONG_AGO = timedelta(days=400)
YESTERDAY = timedelta(days=1)
NEXT_MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Cast:
    """Units and callers by name. Who has no entry in `people` is somebody else for each subject.

    Below `health` lie `clinic`, `ward` and `school` (each with an acting head), `pharmacy`, which
    subjects have left, and `office`, where callers sit who head nothing now; `roads` below `works`
    is another agency. The definitive head of `school`, its `headmaster`, is asked about.
    """

    city: UUID
    health: UUID
    clinic: UUID
    ward: UUID
    school: UUID
    pharmacy: UUID
    office: UUID
    works: UUID
    roads: UUID
    headmaster: UUID
    people: dict[Who, UUID]
    job_title: UUID

    def unit_of_head(self, who: Who) -> UUID:
        """The unit that this head heads."""
        return {
            Who.HEAD: self.clinic,
            Who.OVERRULED: self.clinic,
            Who.SUCCESSOR: self.clinic,
            Who.ACTING: self.ward,
            Who.BESIDE: self.school,
            Who.RESTING: self.ward,
            Who.THEN: self.pharmacy,
            Who.LEFT: self.pharmacy,
            Who.GRAND: self.health,
            Who.MAYOR: self.city,
            Who.OUTSIDER: self.roads,
        }[who]


async def make_cast(connection: Any) -> Cast:
    """The units, and everybody who asks, with their offices."""
    now = datetime.now(UTC)
    city = await make_unit(connection, "Kota", kind="city", shard=0)
    health = await make_unit(connection, "Kesehatan", city, kind="agency", shard=AGENCY_SHARD)
    works = await make_unit(connection, "Pekerjaan Umum", city, kind="agency", shard=OTHER_SHARD)
    units = {name: await make_unit(connection, name, health) for name in
             ("clinic", "ward", "school", "pharmacy", "office")}  # fmt: skip
    roads = await make_unit(connection, "roads", works)

    async def person(unit_id: UUID, name: str) -> UUID:
        return await make_employee(connection, unit_id, name, now=now)

    head = await person(units["clinic"], "Kepala")
    headmaster = await person(units["school"], "Kepala Sekolah")
    chemist = await person(units["pharmacy"], "Apoteker")
    office = units["office"]
    people = {
        Who.PEER: await person(units["clinic"], "Rekan"),
        Who.HEAD: head,
        Who.OVERRULED: head,
        Who.SUCCESSOR: head,
        Who.FORMER: await person(office, "Mantan"),
        Who.FUTURE: await person(office, "Calon"),
        Who.GRAND: await person(health, "Kadis"),
        Who.MAYOR: await person(city, "Wali"),
        Who.ACTING: await person(units["ward"], "Plt"),
        Who.BESIDE: await person(units["school"], "Plt Sekolah"),
        Who.RESTING: await person(units["ward"], "Definitif"),
        Who.EXPIRED: await person(office, "Mantan Plt"),
        Who.ASSIGNED: await person(office, "Pembimbing"),
        Who.UNASSIGNED: await person(office, "Mantan Pembimbing"),
        Who.UNASSIGNED_YET: await person(office, "Calon Pembimbing"),
        Who.THEN: chemist,
        Who.LEFT: chemist,
        Who.OUTSIDER: await person(roads, "Kepala Jalan"),
        Who.MENTOR: await person(office, "Mentor"),
        Who.HR: await person(city, "Kepegawaian"),
        Who.HR_ELSEWHERE: await person(city, "Kepegawaian PU"),
        Who.CITY_HR: await person(city, "BKPSDM"),
        Who.ADMINISTRATOR: await person(city, "Admin"),
        Who.ADMINISTRATOR_ELSEWHERE: await person(city, "Admin PU"),
        Who.DEACTIVATED: await person(city, "Pensiun"),
    }
    job_title = await connection.fetchval(
        "INSERT INTO job_title (id, code, name) VALUES (gen_random_uuid(), 'nurse', 'Perawat')"
        " RETURNING id"
    )
    await connection.execute(
        "INSERT INTO target_template (id, job_title_id, indicator, unit_of_measure, quantity)"
        " VALUES (gen_random_uuid(), $1, 'Pasien', 'orang', 300)",
        job_title,
    )
    cast = Cast(
        city,
        health,
        **units,
        works=works,
        roads=roads,
        headmaster=headmaster,
        people=people,
        job_title=job_title,
    )
    await _appoint(connection, cast, now)
    for who, role, unit in (
        (Who.HR, "hr", health),
        (Who.HR_ELSEWHERE, "hr", works),
        (Who.CITY_HR, "hr", city),
        (Who.ADMINISTRATOR, "administrator", city),
        (Who.ADMINISTRATOR_ELSEWHERE, "administrator", works),
        (Who.DEACTIVATED, "hr", health),
    ):
        await make_grant(connection, people[who], role, unit)
    return cast


async def _appoint(connection: Any, cast: Cast, now: datetime) -> None:
    """Every head of before, now and later."""
    began, ended, later = now - LONG_AGO, now - YESTERDAY, now + NEXT_MONTH
    for who, kind, since, until in (
        (Who.MAYOR, "definitive", began, None),
        (Who.GRAND, "definitive", began, None),
        (Who.THEN, "definitive", began, None),
        (Who.OUTSIDER, "definitive", began, None),
        (Who.HEAD, "definitive", ended, later),
        (Who.RESTING, "definitive", began, None),
        (Who.ACTING, "acting", ended, later),
        (Who.BESIDE, "acting", ended, later),
    ):
        await make_head(
            connection,
            cast.unit_of_head(who),
            cast.people[who],
            kind=kind,
            valid_from=since,
            valid_to=until,
        )
    await make_head(connection, cast.school, cast.headmaster, valid_from=began)
    for who, kind, since, until in (
        (Who.FORMER, "definitive", began, ended),
        (Who.FUTURE, "definitive", later, None),
        (Who.EXPIRED, "acting", began, ended),
    ):
        await make_head(
            connection,
            cast.clinic,
            cast.people[who],
            kind=kind,
            valid_from=since,
            valid_to=until,
        )


async def sign_in(connection: Any, cast: Cast, who: Who) -> str:
    """An access token of one of the cast; a deactivated person had it before they were closed."""
    employee_id = cast.people[who]
    token = await make_session(connection, employee_id)
    if who is Who.DEACTIVATED:
        await deactivate(connection, employee_id)
    return token
