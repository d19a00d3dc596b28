"""A town of people, targets and sessions whose ids follow from their numbers.

So load generators and pgbench can name any of them without asking. Invariant: everything is
counted from 1 without holes, and each agency lies in a shard of its own.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

GOAL = 1_000_000.0  # nothing is achieved during a measurement
PERIOD_BEGAN = timedelta(days=15)  # ago; the period ends a day more than that from now

UNIT, EMPLOYEE, TARGET, SESSION, OTHER = 1, 2, 3, 4, 5
AGENCY_OFFSET, SECTION_OFFSET = 1_000, 100_000  # numbers of units, so that kinds do not meet

Row = tuple[Any, ...]


def uid(kind: int, number: int) -> UUID:
    """The id of the number-th thing of a kind; `uid_sql` builds the same text."""
    return UUID(f"0000000{kind}-0000-7000-8000-{number:012x}")


def uid_sql(kind: int, number: str) -> str:
    """The SQL expression for the same id; `number` is an SQL expression too."""
    return f"('0000000{kind}-0000-7000-8000-' || lpad(to_hex(({number})::bigint), 12, '0'))::uuid"


def agency(number: int) -> UUID:
    """The unit of an agency."""
    return uid(UNIT, AGENCY_OFFSET + number)


def section(number: int) -> UUID:
    """The unit of a section; sections are numbered through all agencies."""
    return uid(UNIT, SECTION_OFFSET + number)


def token(employee: int) -> str:
    """The access token of the employee with this number; made up, so not secret."""
    return f"bench-token-{employee:07d}-{'x' * 20}"


CITY = uid(UNIT, 0)


@dataclass(frozen=True, slots=True)
class Town:
    """How many of everything. The default has 2,520 people and 10,080 targets.

    `hr_of_first_agency`: how many people, counted from the second agency on, hold HR for the
    first agency, and so may follow its topic.
    """

    agencies: int = 14  # at most 15: shard 0 is the city's own
    sections: int = 18  # of an agency
    people: int = 10  # of a section
    targets: int = 4  # of a person
    hr_of_first_agency: int = 0

    @property
    def staff(self) -> int:
        """Everybody."""
        return self.agencies * self.sections * self.people

    @property
    def all_targets(self) -> int:
        """Everybody's."""
        return self.staff * self.targets

    @property
    def agency_targets(self) -> int:
        """Those of one agency."""
        return self.sections * self.people * self.targets

    def employee_of(self, target: int) -> int:
        """Whose target this is."""
        return (target - 1) // self.targets + 1

    def section_of(self, employee: int) -> int:
        """Where an employee works."""
        return (employee - 1) // self.people + 1

    def agency_of(self, employee: int) -> int:
        """The agency of an employee; it is the number of the shard, too."""
        return (self.section_of(employee) - 1) // self.sections + 1

    def section_head(self, section: int) -> int:
        """The first person of a section heads it."""
        return (section - 1) * self.people + 1

    def agency_head(self, agency: int) -> int:
        """The second person of the first section heads the whole agency."""
        return self.section_head((agency - 1) * self.sections + 1) + 1

    def hr(self) -> range:
        """The people who hold HR for the first agency."""
        first = self.sections * self.people + 1
        return range(first, first + self.hr_of_first_agency)

    def units(self) -> Iterator[Row]:
        """Rows of `unit`: id, code, name, kind, parent, agency, shard, path."""
        yield CITY, "c", "Kota", "city", None, CITY, 0, [CITY]
        for number in range(1, self.agencies + 1):
            own = agency(number)
            yield own, f"a{number}", f"Dinas {number}", "agency", CITY, own, number, [CITY, own]
        for number in range(1, self.agencies * self.sections + 1):
            above = (number - 1) // self.sections + 1
            own, parent = section(number), agency(above)
            path = [CITY, parent, own]
            yield own, f"s{number}", f"Seksi {number}", "unit", parent, parent, above, path

    def heads(self) -> Iterator[tuple[UUID, int]]:
        """Units and the numbers of those who head them."""
        for number in range(1, self.agencies + 1):
            yield agency(number), self.agency_head(number)
        for number in range(1, self.agencies * self.sections + 1):
            yield section(number), self.section_head(number)


async def build(connection: Any, town: Town) -> None:
    """Fills an empty, migrated database; everybody is signed in, and nothing was reported yet."""
    now = datetime.now(UTC)
    units = [(*row, "Asia/Jakarta", "five_days") for row in town.units()]
    everybody = range(1, town.staff + 1)
    targets = range(1, town.all_targets + 1)
    start, end = now - PERIOD_BEGAN, now + PERIOD_BEGAN + timedelta(days=1)

    async def copied(table: str, columns: str, records: list[Row]) -> None:
        await connection.copy_records_to_table(table, records=records, columns=columns.split())

    async with connection.transaction():
        await copied(
            "unit",
            "id code name kind parent_id agency_id shard path zone work_pattern",
            units,
        )
        await copied(
            "unit_ancestry",
            "ancestor_id unit_id",
            [(above, row[0]) for row in units for above in row[7]],
        )
        await copied(
            "employee",
            "id nip name unit_id",
            [
                (uid(EMPLOYEE, n), f"19800101{n:010d}", f"Pegawai {n}", section(town.section_of(n)))
                for n in everybody
            ],
        )
        await copied(
            "supervision",
            "id unit_id supervisor_id valid_from",
            [
                (uid(OTHER, n), unit, uid(EMPLOYEE, head), now - timedelta(days=400))
                for n, (unit, head) in enumerate(town.heads(), 1)
            ],
        )
        await copied(
            "role_grant",
            "id employee_id role unit_id",
            [(uid(OTHER, n), uid(EMPLOYEE, n), "hr", agency(1)) for n in town.hr()],
        )
        await copied(
            "target",
            "id employee_id indicator unit_of_measure quantity period_start period_end",
            [
                (
                    *(uid(TARGET, n), uid(EMPLOYEE, town.employee_of(n))),
                    *("Kunjungan rumah", "kali", GOAL, start, end),
                )
                for n in targets
            ],
        )
        await copied(
            "target_pace",
            "target_id employee_id shard period_end stale slips_at",
            [
                (
                    *(uid(TARGET, n), uid(EMPLOYEE, town.employee_of(n))),
                    *(town.agency_of(town.employee_of(n)), end, False, end),
                )
                for n in targets
            ],
        )
        await copied(
            "session",
            "id employee_id device_id expires_at",
            [(uid(SESSION, n), uid(EMPLOYEE, n), uid(OTHER, n), end) for n in everybody],
        )
        # By query: nobody hashes a password here, and no route is asked 2,520 times.
        await copied(
            "session_token",
            "hash session_id kind expires_at",
            [
                (hashlib.sha256(token(n).encode()).digest(), uid(SESSION, n), "access", end)
                for n in everybody
            ],
        )
    await connection.execute("VACUUM ANALYZE")
