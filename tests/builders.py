"""Small honest test data: a city, its people, their heads, targets, sessions and reports.

Every function takes an asyncpg connection (or pool) and writes the fewest rows that the rules
need. Codes and NIPs are random, so several cities live in one database. Times are relative to
`now`, which a test may fix; rights are bumped wherever the service itself would bump them.
"""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from models.queries.feed import FeedRow, NewEvent, appended, feed_row
from models.tables.columns import new_id

HEALTH_SHARD = 3
WORKS_SHARD = 5
CITY_SHARD = 0


@dataclass(frozen=True)
class City:
    """Ids by name. Two agencies in two shards; every staff member has one target of 100.

    `mayor` heads `city`; `health_head` heads `health` with its sections `clinic` (headed by
    `clinic_head`; staff `ani`, `budi`) and `pharmacy` (`pharmacy_head`; `citra`); `works_head`
    heads `works` with `roads` (`roads_head`; `dedi`, `eka`). `hr` holds HR for `health`,
    `city_hr` for the whole city, `administrator` administers the city; all three sit in `city`.
    """

    city: UUID
    health: UUID
    clinic: UUID
    pharmacy: UUID
    works: UUID
    roads: UUID
    mayor: UUID
    health_head: UUID
    clinic_head: UUID
    ani: UUID
    budi: UUID
    pharmacy_head: UUID
    citra: UUID
    works_head: UUID
    roads_head: UUID
    dedi: UUID
    eka: UUID
    hr: UUID
    city_hr: UUID
    administrator: UUID
    targets: dict[UUID, UUID]
    """The first target of each employee, by employee."""

    @property
    def people(self) -> dict[str, UUID]:
        """Everybody, by the name of their field."""
        ids = {name: value for name, value in vars(self).items() if isinstance(value, UUID)}
        return {name: each for name, each in ids.items() if each in self.targets}


def random_nip() -> str:
    """A well-formed NIP of nobody in particular. Not from `random`, which Hypothesis seeds."""
    random = secrets.SystemRandom()
    born = date(1965, 1, 1) + timedelta(days=random.randrange(12_000))
    appointed = f"{random.randrange(1990, 2025)}{random.randrange(1, 13):02}"
    return f"{born:%Y%m%d}{appointed}{random.choice('12')}{random.randrange(1000):03}"


async def make_city(
    connection: Any,
    now: datetime | None = None,
    *,
    shards: tuple[int, int] = (HEALTH_SHARD, WORKS_SHARD),
) -> City:
    """A whole small city; `shards` are those of the health and works agencies."""
    now = now or datetime.now(UTC)
    city = await make_unit(connection, "Kota", kind="city", shard=CITY_SHARD)
    health = await make_unit(connection, "Dinas Kesehatan", city, kind="agency", shard=shards[0])
    clinic = await make_unit(connection, "Puskesmas", health)
    pharmacy = await make_unit(connection, "Farmasi", health)
    works = await make_unit(connection, "Dinas PU", city, kind="agency", shard=shards[1])
    roads = await make_unit(connection, "Bina Marga", works)
    units = {"city": city, "health": health, "clinic": clinic, "pharmacy": pharmacy}
    units |= {"works": works, "roads": roads}
    places = {
        "mayor": city,
        "health_head": health,
        "clinic_head": clinic,
        "ani": clinic,
        "budi": clinic,
        "pharmacy_head": pharmacy,
        "citra": pharmacy,
        "works_head": works,
        "roads_head": roads,
        "dedi": roads,
        "eka": roads,
        "hr": city,
        "city_hr": city,
        "administrator": city,
    }
    people = {
        name: await make_employee(connection, unit_id, name.replace("_", " ").title(), now=now)
        for name, unit_id in places.items()
    }
    for unit, head in (
        ("city", "mayor"),
        ("health", "health_head"),
        ("clinic", "clinic_head"),
        ("pharmacy", "pharmacy_head"),
        ("works", "works_head"),
        ("roads", "roads_head"),
    ):
        await make_head(connection, units[unit], people[head], valid_from=now - timedelta(days=400))
    await make_grant(connection, people["hr"], "hr", health)
    await make_grant(connection, people["city_hr"], "hr", city)
    await make_grant(connection, people["administrator"], "administrator", city)
    targets = {
        employee_id: await make_target(connection, employee_id, now=now)
        for employee_id in people.values()
    }
    return City(**units, **people, targets=targets)


async def make_unit(
    connection: Any,
    name: str,
    parent_id: UUID | None = None,
    *,
    kind: str = "unit",
    shard: int | None = None,
    zone: str = "Asia/Jakarta",
) -> UUID:
    """A unit below `parent_id`; agencies and cities need a shard, other units inherit theirs."""
    unit_id = new_id()
    parent = (
        await connection.fetchrow(
            "SELECT path, agency_id, shard FROM unit WHERE id = $1", parent_id
        )
        if parent_id
        else None
    )
    path = [*(parent["path"] if parent else []), unit_id]
    await connection.execute(
        "INSERT INTO unit (id, code, name, kind, parent_id, agency_id, shard, path, zone)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        unit_id,
        secrets.token_hex(6),
        name,
        kind,
        parent_id,
        parent["agency_id"] if parent and kind == "unit" else unit_id,
        shard if shard is not None else (parent["shard"] if parent else CITY_SHARD),
        path,
        zone,
    )
    await connection.executemany(
        "INSERT INTO unit_ancestry (ancestor_id, unit_id) VALUES ($1, $2)",
        [(ancestor_id, unit_id) for ancestor_id in path],
    )
    return unit_id


async def make_employee(
    connection: Any,
    unit_id: UUID,
    name: str = "Pegawai",
    *,
    now: datetime | None = None,
    job_title_id: UUID | None = None,
    active: bool = True,
) -> UUID:
    """An employee placed in a unit for the last 400 days."""
    employee_id = new_id()
    await connection.execute(
        "INSERT INTO employee (id, nip, name, unit_id, job_title_id, active)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        employee_id,
        random_nip(),
        name,
        unit_id,
        job_title_id,
        active,
    )
    await connection.execute(
        "INSERT INTO placement (id, employee_id, unit_id, valid_from) VALUES ($1, $2, $3, $4)",
        new_id(),
        employee_id,
        unit_id,
        (now or datetime.now(UTC)) - timedelta(days=400),
    )
    return employee_id


async def make_job_title(connection: Any, *, asks_location: bool = False) -> UUID:
    """A job title; its policy says whether a report may carry a location."""
    job_title_id = new_id()
    await connection.execute(
        "INSERT INTO job_title (id, code, name, asks_location) VALUES ($1, $2, 'Jabatan', $3)",
        job_title_id,
        secrets.token_hex(6),
        asks_location,
    )
    return job_title_id


async def make_head(
    connection: Any,
    unit_id: UUID,
    employee_id: UUID,
    *,
    kind: str = "definitive",
    valid_from: datetime,
    valid_to: datetime | None = None,
) -> UUID:
    """Makes somebody head of a unit, and says that rights changed."""
    supervision_id = new_id()
    await connection.execute(
        "INSERT INTO supervision (id, unit_id, supervisor_id, kind, valid_from, valid_to)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        supervision_id,
        unit_id,
        employee_id,
        kind,
        valid_from,
        valid_to,
    )
    await bump_rights(connection)
    return supervision_id


async def end_head(connection: Any, unit_id: UUID, at: datetime, kind: str = "definitive") -> None:
    """Ends the headship of a unit that is open at `at`."""
    await connection.execute(
        "UPDATE supervision SET valid_to = $3 WHERE unit_id = $1 AND kind = $2"
        " AND valid_from < $3 AND (valid_to IS NULL OR valid_to > $3)",
        unit_id,
        kind,
        at,
    )
    await bump_rights(connection)


async def make_assignment(
    connection: Any,
    employee_id: UUID,
    supervisor_id: UUID,
    *,
    valid_from: datetime,
    valid_to: datetime | None = None,
) -> UUID:
    """Gives one employee a personal supervisor for a dated period."""
    assignment_id = new_id()
    await connection.execute(
        "INSERT INTO personal_assignment (id, employee_id, supervisor_id, valid_from, valid_to)"
        " VALUES ($1, $2, $3, $4, $5)",
        assignment_id,
        employee_id,
        supervisor_id,
        valid_from,
        valid_to,
    )
    await bump_rights(connection, [employee_id, supervisor_id])
    return assignment_id


async def make_grant(connection: Any, employee_id: UUID, role: str, unit_id: UUID) -> UUID:
    """Grants `hr` or `administrator` for a unit and everything below it."""
    grant_id = new_id()
    await connection.execute(
        "INSERT INTO role_grant (id, employee_id, role, unit_id) VALUES ($1, $2, $3, $4)",
        grant_id,
        employee_id,
        role,
        unit_id,
    )
    await bump_rights(connection, [employee_id])
    return grant_id


async def make_target(
    connection: Any,
    employee_id: UUID,
    *,
    now: datetime | None = None,
    quantity: float = 100.0,
    max_quantity: float | None = None,
    indicator: str = "Kunjungan",
    unit_of_measure: str = "kali",
) -> UUID:
    """A target of the 30 days that began 10 days ago, with its pace."""
    target_id, now = new_id(), now or datetime.now(UTC)
    start, end = now - timedelta(days=10), now + timedelta(days=20)
    await connection.execute(
        "INSERT INTO target (id, employee_id, indicator, unit_of_measure, quantity, max_quantity,"
        " period_start, period_end) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        target_id,
        employee_id,
        indicator,
        unit_of_measure,
        quantity,
        max_quantity,
        start,
        end,
    )
    await connection.execute(
        "INSERT INTO target_pace (target_id, employee_id, shard, period_end)"
        " SELECT $1, e.id, u.shard, $3 FROM employee e JOIN unit u ON u.id = e.unit_id"
        " WHERE e.id = $2",
        target_id,
        employee_id,
        end,
    )
    return target_id


async def make_session(
    connection: Any,
    employee_id: UUID,
    *,
    lifetime_s: float = 600.0,
    device_id: UUID | None = None,
    device_name: str = "",
) -> str:
    """Signs somebody in by query; the answer is the access token."""
    token, session_id, now = secrets.token_urlsafe(32), new_id(), datetime.now(UTC)
    await connection.execute(
        "INSERT INTO session (id, employee_id, device_id, device_name, expires_at)"
        " VALUES ($1, $2, $3, $4, $5)",
        session_id,
        employee_id,
        device_id or uuid4(),
        device_name,
        now + timedelta(days=30),
    )
    await make_token(connection, session_id, token, lifetime_s=lifetime_s)
    return token


async def make_token(
    connection: Any, session_id: UUID, token: str, *, kind: str = "access", lifetime_s: float = 600
) -> None:
    """One more token of a session."""
    await connection.execute(
        "INSERT INTO session_token (hash, session_id, kind, expires_at) VALUES ($1, $2, $3, $4)",
        hashlib.sha256(token.encode()).digest(),
        session_id,
        kind,
        datetime.now(UTC) + timedelta(seconds=lifetime_s),
    )


async def session_of(connection: Any, token: str) -> UUID:
    """The session a token belongs to."""
    return await connection.fetchval(
        "SELECT session_id FROM session_token WHERE hash = $1",
        hashlib.sha256(token.encode()).digest(),
    )


async def revoke_session(connection: Any, token: str) -> None:
    """Ends the session of a token, as a lost phone does."""
    employee_id = await connection.fetchval(
        "UPDATE session SET revoked_at = clock_timestamp(), revoked_reason = 'test'"
        " WHERE id = $1 RETURNING employee_id",
        await session_of(connection, token),
    )
    await bump_rights(connection, [employee_id])


async def deactivate(connection: Any, employee_id: UUID) -> None:
    """Closes somebody's account."""
    await connection.execute("UPDATE employee SET active = false WHERE id = $1", employee_id)
    await bump_rights(connection, [employee_id])


async def move_employee(connection: Any, employee_id: UUID, unit_id: UUID) -> None:
    """A transfer: placement, the unit of today, the shard of the pace, and rights."""
    now = datetime.now(UTC)
    await connection.execute(
        "UPDATE placement SET valid_to = $2 WHERE employee_id = $1 AND valid_to IS NULL",
        employee_id,
        now,
    )
    await connection.execute(
        "INSERT INTO placement (id, employee_id, unit_id, valid_from) VALUES ($1, $2, $3, $4)",
        new_id(),
        employee_id,
        unit_id,
        now,
    )
    await connection.execute("UPDATE employee SET unit_id = $2 WHERE id = $1", employee_id, unit_id)
    await connection.execute(
        "UPDATE target_pace SET shard = (SELECT shard FROM unit WHERE id = $2)"
        " WHERE employee_id = $1",
        employee_id,
        unit_id,
    )
    await bump_rights(connection, [employee_id])


async def bump_rights(connection: Any, employee_ids: Sequence[UUID] | None = None) -> int:
    """What every change of rights does; no list means everybody."""
    return await connection.fetchval("SELECT bump_rights_v1($1)", employee_ids)


SUBMIT = (
    "SELECT * FROM submit_batch_v1($1::text[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[],"
    " $6::float8[], $7::text[], $8::timestamptz[], $9::timestamptz[], $10::timestamptz[],"
    " $11::int[], $12::bytea[], $13::int[], $14::uuid[], $15::text[], $16::text[])"
)


async def submit(
    connection: Any,
    op: str,
    employee_id: UUID,
    *,
    report_id: UUID,
    target_id: UUID | None = None,
    quantity: float = 1.0,
    note: str = "",
    at: datetime | None = None,
    name: str = "Pegawai",
) -> FeedRow:
    """Puts one `create`, `revise` or `withdraw` through the intake's function; it must apply."""
    at = at or datetime.now(UTC)
    content: dict[str, Any] = {"report_id": str(report_id)}
    if op == "create":
        content |= {
            "employee_name": name,
            "target_id": str(target_id),
            "quantity": quantity,
            "note": note,
            "activity_at": at.isoformat(),
            "captured_at": at.isoformat(),
            "corrected_at": at.isoformat(),
        }
    elif op == "revise":
        content |= {"quantity": quantity, "note": note, "activity_at": at.isoformat()}
    else:
        content |= {"reason": note}
    row = await connection.fetchrow(
        SUBMIT,
        [op],
        [uuid4()],
        [report_id],
        [employee_id],
        [target_id],
        [quantity],
        [note],
        [at],
        [at],
        [at],
        [0],
        [hashlib.sha256(json.dumps([op, content]).encode()).digest()],
        [None],
        [None],
        [None],
        [json.dumps(content)],
    )
    assert row["outcome"] == "applied", (row["outcome"], row["code"])
    return feed_row(row)


async def make_report(
    connection: Any,
    employee_id: UUID,
    target_id: UUID,
    *,
    quantity: float = 1.0,
    note: str = "",
    report_id: UUID | None = None,
    name: str = "Pegawai",
) -> FeedRow:
    """One committed report; announce the row if a hub should know of it at once."""
    return await submit(
        connection,
        "create",
        employee_id,
        report_id=report_id or new_id(),
        target_id=target_id,
        quantity=quantity,
        note=note,
        name=name,
    )


async def make_feedback(
    connection: Any,
    author_id: UUID,
    employee_id: UUID,
    *,
    report_id: UUID | None = None,
    target_id: UUID | None = None,
    text: str = "Bagus",
) -> UUID:
    """A word on a report or on a target, without its event."""
    feedback_id = new_id()
    await connection.execute(
        "INSERT INTO feedback (id, employee_id, author_id, report_id, target_id, kind, text)"
        " VALUES ($1, $2, $3, $4, $5, 'comment', $6)",
        feedback_id,
        employee_id,
        author_id,
        report_id,
        target_id,
        text,
    )
    return feedback_id


async def make_leave(
    connection: Any, employee_id: UUID, starts_on: date, ends_on: date, decree: str = ""
) -> UUID:
    """Leave of somebody, first and last day included."""
    leave_id = new_id()
    await connection.execute(
        "INSERT INTO leave (id, employee_id, starts_on, ends_on, decree)"
        " VALUES ($1, $2, $3, $4, $5)",
        leave_id,
        employee_id,
        starts_on,
        ends_on,
        decree,
    )
    return leave_id


async def make_inbox_notice(
    connection: Any, recipient_id: UUID, target_id: UUID, indicator: str
) -> UUID:
    """A notice of a slip in somebody's inbox, without its event."""
    notice_id = new_id()
    await connection.execute(
        "INSERT INTO notice (id, key, recipient_id, kind, employee_id, target_id, content)"
        " VALUES ($1, $2, $3, 'slip', $3, $4, $5)",
        notice_id,
        str(notice_id),
        recipient_id,
        target_id,
        json.dumps({"indicator": indicator}),
    )
    return notice_id


async def make_notice(connection: Any, employee_id: UUID, notice_kind: str = "greeting") -> FeedRow:
    """A personal notice in the feed: it has no unit and only its person's topic."""
    shard = await connection.fetchval(
        "SELECT u.shard FROM employee e JOIN unit u ON u.id = e.unit_id WHERE e.id = $1",
        employee_id,
    )
    content = json.dumps({"notice_id": str(new_id()), "notice_kind": notice_kind})
    rows = await appended(connection, [NewEvent("notice", employee_id, None, content, shard=shard)])
    return rows[0]


async def decide(
    connection: Any, actor_id: UUID, report_id: UUID, decision: str = "approve", reason: str = ""
) -> FeedRow:
    """A supervisor's `approve` or `return` of one report; it must apply."""
    row = await connection.fetchrow(
        "SELECT * FROM decide_v1($1, 'Atasan', $2, $3::uuid[], $4::uuid[], $5)",
        actor_id,
        decision,
        [report_id],
        [new_id()],
        reason,
    )
    assert row["outcome"] == "applied", (row["outcome"], row["code"])
    return feed_row(row)
