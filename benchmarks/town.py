"""A town of people, targets and sessions whose ids follow from their numbers.

So the load generator and pgbench can name any of them without asking. 14 agencies of 18 sections
of 10 people with 4 targets each: 2,520 people, 10,080 targets, each agency in a shard of its own.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

AGENCIES = 14
SECTIONS = 18  # of an agency
PEOPLE = 10  # of a section
TARGETS = 4  # of a person
STAFF = AGENCIES * SECTIONS * PEOPLE
ALL_TARGETS = STAFF * TARGETS
GOAL = 1_000_000.0  # nothing is achieved during a measurement

UNIT, EMPLOYEE, TARGET, SESSION, OTHER = 1, 2, 3, 4, 5


def uid(kind: int, number: int) -> UUID:
    """The id of the number-th thing of a kind; pgbench builds the same text."""
    return UUID(f"0000000{kind}-0000-7000-8000-{number:012x}")


CITY = uid(UNIT, 0)


def agency(number: int) -> UUID:
    """Agencies are numbered from 1."""
    return uid(UNIT, 1_000 + number)


def section(number: int) -> UUID:
    """Sections are numbered from 1 through all agencies."""
    return uid(UNIT, 100_000 + number)


def token(employee: int) -> str:
    """The access token of the employee with this number; made up, so not secret."""
    return f"bench-token-{employee:07d}-{'x' * 20}"


def employee_of(target: int) -> int:
    """The number of the employee whose target this is."""
    return (target - 1) // TARGETS + 1


def section_of(employee: int) -> int:
    """The number of an employee's section."""
    return (employee - 1) // PEOPLE + 1


def agency_of(employee: int) -> int:
    """The number of an employee's agency, and its shard."""
    return (section_of(employee) - 1) // SECTIONS + 1


def units() -> Iterator[tuple[Any, ...]]:
    """Rows of `unit`: id, code, name, kind, parent, agency, shard, path."""
    yield CITY, "c", "Kota", "city", None, CITY, 0, [CITY]
    for number in range(1, AGENCIES + 1):
        own = agency(number)
        yield own, f"a{number}", f"Dinas {number}", "agency", CITY, own, number, [CITY, own]
    for number in range(1, AGENCIES * SECTIONS + 1):
        above = (number - 1) // SECTIONS + 1
        own, parent = section(number), agency(above)
        path = [CITY, parent, own]
        yield own, f"s{number}", f"Seksi {number}", "unit", parent, parent, above, path


async def build(connection: Any) -> None:
    """Fills an empty, migrated database."""
    now = datetime.now(UTC)
    rows = [(*row, "Asia/Jakarta", "five_days") for row in units()]
    await connection.copy_records_to_table(
        "unit",
        records=rows,
        columns=[
            *("id", "code", "name", "kind", "parent_id", "agency_id", "shard", "path"),
            *("zone", "work_pattern"),
        ],
    )
    await connection.copy_records_to_table(
        "unit_ancestry",
        records=[(above, row[0]) for row in rows for above in row[7]],
        columns=["ancestor_id", "unit_id"],
    )
    people = [
        (uid(EMPLOYEE, n), f"19800101{n:010d}", f"Pegawai {n}", section(section_of(n)))
        for n in range(1, STAFF + 1)
    ]
    await connection.copy_records_to_table(
        "employee", records=people, columns=["id", "nip", "name", "unit_id"]
    )
    heads = [
        (uid(OTHER, n), section(n), uid(EMPLOYEE, (n - 1) * PEOPLE + 1), now - timedelta(days=99))
        for n in range(1, AGENCIES * SECTIONS + 1)
    ]
    await connection.copy_records_to_table(
        "supervision", records=heads, columns=["id", "unit_id", "supervisor_id", "valid_from"]
    )
    start, end = now - timedelta(days=15), now + timedelta(days=16)
    await connection.copy_records_to_table(
        "target",
        records=[
            (uid(TARGET, n), uid(EMPLOYEE, employee_of(n)), "Kunjungan", "kali", GOAL, start, end)
            for n in range(1, ALL_TARGETS + 1)
        ],
        columns=[
            *("id", "employee_id", "indicator", "unit_of_measure", "quantity"),
            *("period_start", "period_end"),
        ],
    )
    await connection.copy_records_to_table(
        "target_pace",
        records=[
            (
                uid(TARGET, n),
                uid(EMPLOYEE, employee_of(n)),
                agency_of(employee_of(n)),
                end,
                False,
                end,
            )
            for n in range(1, ALL_TARGETS + 1)
        ],
        columns=["target_id", "employee_id", "shard", "period_end", "stale", "slips_at"],
    )
    await sign_everybody_in(connection, now)
    await connection.execute("VACUUM ANALYZE")


async def sign_everybody_in(connection: Any, now: datetime) -> None:
    """A session and an access token for each person, by query: nobody hashes a password here."""
    later = now + timedelta(days=30)
    everybody = range(1, STAFF + 1)
    await connection.copy_records_to_table(
        "session",
        records=[(uid(SESSION, n), uid(EMPLOYEE, n), uid(OTHER, n), later) for n in everybody],
        columns=["id", "employee_id", "device_id", "expires_at"],
    )
    await connection.copy_records_to_table(
        "session_token",
        records=[
            (hashlib.sha256(token(n).encode()).digest(), uid(SESSION, n), "access", later)
            for n in everybody
        ],
        columns=["hash", "session_id", "kind", "expires_at"],
    )
