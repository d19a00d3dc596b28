"""Those who are asked about: a person with everything that may be known of a person.

Whatever is written of somebody carries a mark, such as `note-4f1c…`, by which it is found in any
answer. Whoever changed something of a subject leaves it and takes a new one.
"""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from models.tables.columns import new_id
from tests.builders import (
    make_employee,
    make_feedback,
    make_grant,
    make_inbox_notice,
    make_job_title,
    make_leave,
    make_session,
    make_target,
    make_unit,
    session_of,
)
from tests.matrix import (
    things_agreements,
    things_appraisal,
    things_evidence,
    things_export,
    things_guidance,
    things_standing,
    things_support,
    things_survey,
)

OF_THE_PERSON = ("name", "note", "goal", "word", "leave", "phone", "notice", "cause")
OF_THE_DESK = ("desk", "holder")
KINDS = (*OF_THE_PERSON, *OF_THE_DESK)
MARK = re.compile(rf"\b({'|'.join(KINDS)})-([0-9a-f]{{12}})\b")
JUST_BEGUN = timedelta(days=10) - timedelta(hours=1)  # make_target begins ten days before its now
WEEK = json.dumps([[[450, 960]]] * 5 + [[], []])
FAR = date(2100, 1, 1)  # nobody's pace looks at the days from here on


@dataclass(frozen=True)
class Subject:
    """One person; `subject["report"]` is the id of a thing of theirs as it stands in an address.

    `desk` is a unit below theirs, where `holder` works, heads it and holds HR for it: what can be
    asked about units and offices is asked about those. `job`, `template`, `free_day` (everybody's),
    `day` (a Ramadan's first) and `pattern` belong to the whole house and are used by nobody else.
    """

    mark: str
    employee_id: UUID
    nip: str
    token: str
    unit_id: UUID
    path: tuple[UUID, ...]
    ids: Mapping[str, UUID]
    day: date
    pattern: str
    before_seq: int = 0
    """The last number of their shard before anything was told of them."""

    def __getitem__(self, name: str) -> str:
        return str(self.ids[name])

    def marks_in(self, text: str) -> frozenset[str]:
        """Which kinds of marks of this person stand in a text, and `nip`."""
        found = {kind for kind, mark in MARK.findall(text) if mark == self.mark}
        return frozenset(found | ({"nip"} if self.nip in text else set()))


def anybodys_marks_in(text: str) -> frozenset[str]:
    """The marks of whomever."""
    return frozenset(f"{kind}-{mark}" for kind, mark in MARK.findall(text))


Send = Callable[[str, str, str, Any], Awaitable[Any]]
"""`(token, method, path, body)` → the answer of the service, which must be a good one."""


@dataclass(frozen=True)
class Draft:
    """Somebody who has a name, a phone that is signed in, and a target that has just begun."""

    employee_id: UUID
    mark: str
    token: str
    target_id: UUID


class Making:
    """Makes subjects. `author_id`: who wrote the words that they have got. `photos`: a folder.

    What they report goes in through the service, so that its live feed knows of it at once.
    """

    def __init__(
        self, connection: Any, send: Send, author_id: UUID, job_title_id: UUID, photos: Path
    ) -> None:
        self._connection = connection
        self._send = send
        self._author_id = author_id
        self._job_title_id = job_title_id
        self._photos = photos
        self._days, self._marks = count(), count()

    async def person(self, unit_id: UUID, employee_id: UUID | None = None) -> UUID:
        """Somebody who works there; or only a job for somebody who does already."""
        if employee_id is None:
            return await make_employee(self._connection, unit_id, job_title_id=self._job_title_id)
        await self._connection.execute(
            "UPDATE employee SET job_title_id = $2 WHERE id = $1", employee_id, self._job_title_id
        )
        return employee_id

    async def draft(self, employee_id: UUID) -> Draft:
        """Gives somebody a mark, a phone and a target."""
        # Lists of names end somewhere, and the stage grows: the newest is the first of all.
        mark = f"{0xFFFF_FFFF - next(self._marks):08x}{uuid4().hex[:4]}"
        await self._connection.execute(
            "UPDATE employee SET name = $2 WHERE id = $1", employee_id, f"name-{mark}"
        )
        target_id = await make_target(
            self._connection,
            employee_id,
            now=datetime.now(UTC) + JUST_BEGUN,
            indicator=f"goal-{mark}",
        )
        token = await make_session(self._connection, employee_id, device_name=f"phone-{mark}")
        return Draft(employee_id, mark, token, target_id)

    async def report(self, draft: Draft) -> dict[str, UUID]:
        """What the person did, and a word on it, where they work at this moment."""
        report_id = new_id()
        body = {
            "id": str(report_id),
            "target_id": str(draft.target_id),
            "quantity": 1,
            "activity_at": datetime.now(UTC).isoformat(),
            "note": f"note-{draft.mark}",
        }
        await self._send(draft.token, "POST", "/v1/reports", body)
        feedback_id = await make_feedback(
            self._connection,
            self._author_id,
            draft.employee_id,
            report_id=report_id,
            text=f"word-{draft.mark}",
        )
        return {"report": report_id, "feedback": feedback_id}

    async def subject(self, draft: Draft, known: Mapping[str, UUID]) -> Subject:
        """All the rest, where the person works today; `known`: the ids of what is there already."""
        connection, author_id = self._connection, self._author_id
        employee_id, mark, target_id = draft.employee_id, draft.mark, draft.target_id
        nip, unit_id, path = await connection.fetchrow(
            "SELECT e.nip, u.id, u.path FROM employee e JOIN unit u ON u.id = e.unit_id"
            " WHERE e.id = $1",
            employee_id,
        )
        now, day = datetime.now(UTC), FAR + timedelta(days=next(self._days) * 10)
        ids = {
            "person": employee_id,
            "unit": unit_id,
            "target": target_id,
            "session": await session_of(connection, draft.token),
            "target_feedback": await make_feedback(
                connection, author_id, employee_id, target_id=target_id, text=f"word-{mark}"
            ),
            "notice": await make_inbox_notice(connection, employee_id, target_id, f"notice-{mark}"),
            "leave": await make_leave(connection, employee_id, day, day, f"leave-{mark}"),
            "device": new_id(),
            "lost_device": new_id(),
            "author": author_id,
            "nurse": self._job_title_id,
        }
        await connection.executemany(
            "INSERT INTO device (id, employee_id) VALUES ($1, $2)",
            [(ids["device"], employee_id), (ids["lost_device"], employee_id)],
        )
        await connection.execute(
            "INSERT INTO target_change (id, target_id, by, reason) VALUES ($1, $2, $3, $4)",
            new_id(),
            target_id,
            author_id,
            f"cause-{mark}",
        )
        ids |= await self._desk(unit_id, mark, now)
        await self._audited(author_id, employee_id, "person_changed", f"cause-{mark}")
        await self._audited(ids["holder"], employee_id, "target_changed", f"goal-{mark}")
        ids["assignment"] = new_id()
        await connection.execute(
            "INSERT INTO personal_assignment (id, employee_id, supervisor_id, valid_from, valid_to)"
            " VALUES ($1, $2, $3, $4, $5)",
            ids["assignment"],
            employee_id,
            ids["holder"],
            now - timedelta(days=300),
            now - timedelta(days=200),
        )
        ids |= await things_agreements.things(connection, draft, unit_id, author_id)
        ids |= await things_standing.things(connection, draft, unit_id, author_id)
        ids |= await things_guidance.things(connection, draft, unit_id, author_id)
        ids |= await things_appraisal.things(connection, draft, unit_id, author_id)
        ids |= await things_survey.things(connection, draft, unit_id, author_id)
        ids |= await things_export.things(connection, draft, unit_id, author_id)
        ids |= await things_support.things(connection, draft, unit_id, author_id)
        ids |= await things_evidence.things(connection, draft, self._photos)
        pattern = f"p{mark}"
        ids |= await self._house(day, pattern) | dict(known)
        first = await connection.fetchval(
            "SELECT coalesce(min(seq), 1) FROM feed WHERE employee_id = $1", employee_id
        )
        return Subject(
            mark,
            employee_id,
            nip,
            draft.token,
            unit_id,
            tuple(path),
            ids,
            day,
            pattern,
            before_seq=first - 1,
        )

    async def _audited(self, actor_id: UUID, about: UUID, action: str, reason: str) -> None:
        await self._connection.execute(
            "INSERT INTO audit_entry (id, actor_id, action, employee_id, details)"
            " VALUES ($1, $2, $3, $4, $5)",
            new_id(),
            actor_id,
            action,
            about,
            json.dumps({"reason": reason}),
        )

    async def _desk(self, unit_id: UUID, mark: str, now: datetime) -> dict[str, UUID]:
        connection = self._connection
        desk_id = await make_unit(connection, f"desk-{mark}", unit_id)
        holder_id = await make_employee(connection, desk_id, f"the holder-{mark}")
        ids = {"desk": desk_id, "holder": holder_id, "headship": new_id(), "day_off": new_id()}
        ids["grant"] = await make_grant(connection, holder_id, "hr", desk_id)
        await connection.execute(
            "INSERT INTO supervision (id, unit_id, supervisor_id, valid_from)"
            " VALUES ($1, $2, $3, $4)",
            ids["headship"],
            desk_id,
            holder_id,
            now - timedelta(days=9),
        )
        await connection.execute(
            "INSERT INTO holiday (id, on_date, name, kind, unit_id)"
            " VALUES ($1, $2, 'Libur', 'local', $3)",
            ids["day_off"],
            FAR,
            desk_id,
        )
        return ids

    async def _house(self, day: date, pattern: str) -> dict[str, UUID]:
        connection = self._connection
        ids = {
            "job": await make_job_title(connection),
            "template": new_id(),
            "free_day": new_id(),
        }
        await connection.execute(
            "INSERT INTO target_template (id, job_title_id, indicator, unit_of_measure, quantity)"
            " VALUES ($1, $2, 'Pasien', 'orang', 300)",
            ids["template"],
            ids["job"],
        )
        await connection.execute(
            "INSERT INTO holiday (id, on_date, name, kind) VALUES ($1, $2, 'Libur', 'national')",
            ids["free_day"],
            day,
        )
        await connection.execute(
            "INSERT INTO ramadan (starts_on, ends_on) VALUES ($1, $2)", day, day
        )
        await connection.execute(
            "INSERT INTO work_pattern (code, name, week, ramadan_week) VALUES ($1, $1, $2, $2)",
            pattern,
            WEEK,
        )
        return ids
