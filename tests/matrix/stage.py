"""The real service with the city of the matrix, where anybody asks anything about anybody."""

import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from api.limits import AttemptOptions
from api.passwords import HasherOptions
from api.storage.storage import StorageOptions
from api.survey_limits import SurveyOptions
from denyut.serving import serving
from denyut.settings import Settings
from denyut.wiring import Service
from notifications.slips import SlipOptions
from realtime.views import ViewOptions
from tests.builders import make_session, move_employee
from tests.matrix.asking import calls
from tests.matrix.calls import Call
from tests.matrix.cast import NEXT_MONTH, YESTERDAY, Cast, make_cast, sign_in
from tests.matrix.subjects import Making, Subject
from tests.matrix.who import Who

QUICK: dict[str, Any] = {
    "attempts": AttemptOptions(account_and_device=1_000, account_from_strangers=1_000),
    "hasher": HasherOptions(memory_kib=8, passes=1),
    "slips": SlipOptions(poll_s=0.05),
    "survey": SurveyOptions(address_minute=10_000, address_day=10_000, look_minute=10_000),
    "views": ViewOptions(flush_every_s=0.02),
}
"""Settings that let a test run through quickly and change nothing about rights."""

IN_CLINIC = Who.HEAD
PLACES = {
    Who.ACTING: Who.ACTING,
    Who.RESTING: Who.ACTING,
    Who.ASSIGNED: Who.ASSIGNED,
    Who.OVERRULED: Who.ASSIGNED,
    Who.UNASSIGNED: Who.ASSIGNED,
    Who.UNASSIGNED_YET: Who.ASSIGNED,
    Who.THEN: Who.THEN,
    Who.SUCCESSOR: Who.THEN,
    Who.LEFT: Who.LEFT,
    Who.BESIDE: Who.BESIDE,
}
"""Whose subject a caller asks about: callers with the same one stand in the same scene."""


class Stage:
    """A service, its cast, and one subject for each scene."""

    def __init__(
        self, service: Service, address: str, client: httpx.AsyncClient, photos: Path
    ) -> None:
        """`photos`: the folder where the service keeps them."""
        self._photos = photos
        self.service = service
        self.address = address
        self._client = client
        self._subjects: dict[Who, Subject] = {}
        self._tokens: dict[UUID, str] = {}

    async def begin(self) -> None:
        """The city is built."""
        self.cast: Cast = await make_cast(self.pool)
        author_id = self.cast.people[Who.GRAND]
        self.making = Making(
            self.pool, self.sent_with, author_id, self.cast.job_title, self._photos
        )
        self.epoch = await self.pool.fetchval("SELECT epoch FROM feed_epoch")
        self.calls = calls(self.epoch)

    @property
    def pool(self) -> asyncpg.Pool:
        """Raw connections to the database of the service."""
        return self.service.pool

    async def subject(self, who: Who) -> Subject:
        """The subject to whom this caller is what their name says."""
        place = PLACES.get(who, IN_CLINIC)
        if place not in self._subjects:
            self._subjects[place] = await self.new_subject(place)
        return self._subjects[place]

    async def leave(self, who: Who) -> None:
        """Takes a new subject the next time: something of this one was changed."""
        place = PLACES.get(who, IN_CLINIC)
        if place is Who.BESIDE:
            return  # one of the cast, to whom nobody in that scene may do anything
        gone = self._subjects.pop(place)
        await self.pool.execute(
            "UPDATE employee SET active = false WHERE id = $1", gone.employee_id
        )

    async def new_subject(self, place: Who, *, moves: bool = True) -> Subject:
        """Somebody new in the scene that is named after one of its callers.

        Without `moves`, the subject of THEN has not left yet.
        """
        cast, making = self.cast, self.making
        unit = {Who.ACTING: cast.ward, Who.THEN: cast.pharmacy, Who.LEFT: cast.pharmacy}
        already = cast.headmaster if place is Who.BESIDE else None
        employee_id = await making.person(unit.get(place, cast.clinic), already)
        draft = await making.draft(employee_id)
        if place is Who.LEFT:
            await move_employee(self.pool, employee_id, cast.clinic)
        known = await making.report(draft)
        if place is Who.THEN and moves:
            await move_employee(self.pool, employee_id, cast.clinic)
        if place is Who.ASSIGNED:
            await self._assign(employee_id)
        if place is IN_CLINIC:
            await self._mentor(employee_id)
        if place in (Who.THEN, Who.LEFT):
            known["left_unit"] = cast.pharmacy
        return await making.subject(draft, known)

    async def ask(self, who: Who, subject: Subject, call: Call) -> httpx.Response:
        """What the caller hears."""
        token = await self.token(who, subject)
        answer = await self._client.request(
            call.method,
            call.path,
            json=call.body,
            content=call.content,
            params=call.params,
            headers={
                **call.headers,
                **({} if token is None else {"authorization": f"Bearer {token}"}),
            },
        )
        if call.signs_out and who in self.cast.people:
            self._tokens.pop(self.cast.people[who], None)
        return answer

    async def token(self, who: Who, subject: Subject) -> str | None:
        """What the caller shows; each person has their own session."""
        if who is Who.ANONYMOUS:
            return None
        if who is Who.SELF:
            return subject.token
        employee_id = self.cast.people[who]
        if employee_id not in self._tokens:
            self._tokens[employee_id] = await sign_in(self.pool, self.cast, who)
        return self._tokens[employee_id]

    async def sent(self, who: Who, method: str, path: str, body: Any) -> Any:
        """Asks for something that one of the cast may do; the answer, which must be a good one."""
        token = await make_session(self.pool, self.cast.people[who])
        return await self.sent_with(token, method, path, body)

    async def sent_with(self, token: str, method: str, path: str, body: Any) -> Any:
        """The same for whoever the token belongs to."""
        headers = {"authorization": f"Bearer {token}"}
        answer = await self._client.request(method, path, json=body, headers=headers)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    async def _assign(self, employee_id: UUID) -> None:
        """Gives somebody a personal supervisor of before, of now and of later."""
        now, people = datetime.now(UTC), self.cast.people
        yesterday, next_month = now - YESTERDAY, now + NEXT_MONTH
        for who, since, until in (
            (Who.UNASSIGNED, now - NEXT_MONTH, yesterday),
            (Who.ASSIGNED, yesterday, next_month),
            (Who.UNASSIGNED_YET, next_month, next_month + NEXT_MONTH),
        ):
            assignment = {
                "employee_id": str(employee_id),
                "supervisor_id": str(people[who]),
                "valid_from": since.isoformat(),
                "valid_to": until.isoformat(),
            }
            await self.sent(Who.CITY_HR, "POST", "/v1/assignments", assignment)

    async def _mentor(self, employee_id: UUID) -> None:
        """Gives somebody a mentor of now."""
        now = datetime.now(UTC)
        mentorship = {
            "employee_id": str(employee_id),
            "mentor_id": str(self.cast.people[Who.MENTOR]),
            "valid_from": (now - YESTERDAY).isoformat(),
            "valid_to": (now + NEXT_MONTH).isoformat(),
        }
        await self.sent(Who.CITY_HR, "POST", "/v1/mentorships", mentorship)


@asynccontextmanager
async def opened_stage(dsn: str, **settings: Any) -> AsyncGenerator[Stage]:
    """A stage on a migrated database of its own."""
    with tempfile.TemporaryDirectory(prefix="denyut-matrix-") as photos:
        kept = StorageOptions(folder=Path(photos))
        chosen = Settings(database_url=dsn, port=0, **{**QUICK, "storage": kept, **settings})
        async with serving(chosen) as (service, address):
            transport = httpx.ASGITransport(service.app, client=("192.0.2.7", 40_000))
            async with httpx.AsyncClient(
                transport=transport, base_url="http://denyut.test"
            ) as client:
                stage = Stage(service, address, client, Path(photos))
                await stage.begin()
                yield stage
