"""Every kind of event about somebody: whom it reaches, live, by replay, as a page, in a snapshot.

All of it happens once, while everybody listens; then everybody asks what happened.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import pytest_asyncio

from mobile_contract import live
from mobile_contract.cards import CARD_KINDS
from mobile_contract.live import person_topic, position_of, unit_topic
from realtime.cursors import cursor_of
from tests.matrix.asking import MUCH, from_the_beginning
from tests.matrix.calls import get
from tests.matrix.cast import AGENCY_SHARD
from tests.matrix.happenings import Happenings
from tests.matrix.live_rows import EVENTS
from tests.matrix.rows import YES
from tests.matrix.sockets import Ear, ear
from tests.matrix.stage import PLACES, Stage
from tests.matrix.subjects import Subject
from tests.matrix.who import UNKNOWN, Who

pytestmark = pytest.mark.asyncio(loop_scope="module")

BEGINNING = position_of(AGENCY_SHARD, 0)
LISTENERS = [who for who in Who if who not in UNKNOWN]
DECIDERS = {
    Who.HEAD: Who.HEAD,
    Who.ACTING: Who.ACTING,
    Who.ASSIGNED: Who.ASSIGNED,
    Who.THEN: Who.THEN,
    Who.LEFT: Who.HEAD,
    Who.BESIDE: Who.GRAND,
}
"""Who decides in the scene of each subject."""


@dataclass
class Told:
    """What one caller was told in one way: the kinds of events about the subject, and every mark.

    `notices`: whose notices were among it.
    """

    kinds: set[str] = field(default_factory=set)
    marks: frozenset[str] = frozenset()
    notices: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, text: str, said: list[Any], subject: Subject) -> "Told":
        """From all that was said, as text, and the events or cards in it."""
        about = {each["kind"] for each in said if each["employee_id"] == subject["person"]}
        notices = {each["employee_id"] for each in said if each["kind"] == "notice"}
        return cls(about, subject.marks_in(text), notices)


Ways = dict[str, dict[Who, Told]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def told(stage: Stage) -> AsyncIterator[Ways]:
    """By way and caller, what they were told of everything that happened to their subject."""
    subjects = {place: await stage.new_subject(place, moves=False) for place in DECIDERS}
    ways: Ways = {"live": await _live(stage, subjects)}
    moved, cast = subjects[Who.THEN], stage.cast
    transfer = {"unit_id": str(cast.clinic), "reason": "mutasi"}
    await stage.sent(Who.CITY_HR, "PATCH", f"/v1/people/{moved['person']}", transfer)
    subjects[Who.THEN] = replace(
        moved,
        unit_id=cast.clinic,
        path=(*moved.path[:-1], cast.clinic),
        ids={**moved.ids, "left_unit": cast.pharmacy},
    )
    for way, ask in (("replay", _replay), ("page", _page), ("snapshot", _snapshot)):
        ways[way] = {
            who: await ask(stage, who, subjects[PLACES.get(who, Who.HEAD)]) for who in LISTENERS
        }
    yield ways


async def _live(stage: Stage, subjects: dict[Who, Subject]) -> dict[Who, Told]:
    """Everybody listens to all that they can get while everything happens."""
    async with AsyncExitStack() as open_sockets:

        async def listening(token: str | None, subject: Subject) -> Ear:
            phone = await open_sockets.enter_async_context(ear(stage.address))
            await phone.hello(token)
            for topic in _topics(subject):
                await phone.say(live.Subscribe(topic))
            await phone.settled()
            return phone

        phones: dict[Who, Ear] = {}
        for who in LISTENERS:
            subject = subjects[PLACES.get(who, Who.HEAD)]
            phones[who] = await listening(await stage.token(who, subject), subject)
        witnesses = {
            place: await listening(subject.token, subject) for place, subject in subjects.items()
        }
        happenings = {
            place: Happenings(stage, subject, stage.cast.people[DECIDERS[place]])
            for place, subject in subjects.items()
        }
        await asyncio.gather(*(each.everything() for each in happenings.values()))
        for place, witness in witnesses.items():
            await happenings[place].report()
            position = await happenings[place].last_position()
            await witness.until(person_topic(subjects[place].employee_id), position)
        found: dict[Who, Told] = {}
        for who, phone in phones.items():
            await phone.settled()
            found[who] = _heard(phone, subjects[PLACES.get(who, Who.HEAD)])
        return found


async def _replay(stage: Stage, who: Who, subject: Subject) -> Told:
    """A socket that begins where the feed began."""
    async with ear(stage.address) as phone:
        cursor = cursor_of(_beginning(stage, who, subject))
        await phone.hello(await stage.token(who, subject), cursor)
        for topic in _topics(subject):
            await phone.say(live.Subscribe(topic, BEGINNING))
        await phone.settled()
        return _heard(phone, subject)


async def _page(stage: Stage, who: Who, subject: Subject) -> Told:
    """`GET /v1/feed` with a cursor that names every topic."""
    call = get("/v1/feed", cursor=_beginning(stage, who, subject), limit=500)
    answer = await stage.ask(who, subject, call)
    page = answer.json()
    assert not page["more"]
    said = [event for frame in page["frames"] for event in frame["events"]]
    return Told.of(answer.text, said, subject)


async def _snapshot(stage: Stage, who: Who, subject: Subject) -> Told:
    """`GET /v1/feed` without one: what one has, and each topic by its name."""
    text, cards = "", []
    for asked in ({}, *({"topic": topic} for topic in _topics(subject))):
        answer = await stage.ask(who, subject, get("/v1/feed", limit=MUCH, **asked))
        text += answer.text
        for topic in answer.json().get("topics", ()):
            cards += topic["cards"]
    return Told.of(text, cards, subject)


def _beginning(stage: Stage, who: Who, subject: Subject) -> str:
    """A cursor at the beginning of every topic of the subject, and of the caller's own."""
    own = stage.cast.people.get(who, subject.employee_id)
    return from_the_beginning(subject, stage.epoch, person_topic(own))


def _topics(subject: Subject) -> list[str]:
    """Every topic that tells, or told, of the subject."""
    left = [unit_topic(subject.ids["left_unit"])] if "left_unit" in subject.ids else []
    return [person_topic(subject.employee_id), *map(unit_topic, subject.path[1:]), *left]


def _heard(phone: Ear, subject: Subject) -> Told:
    said = [
        {"kind": event.kind, "employee_id": str(event.employee_id)}
        for event in phone.events.values()
    ]
    return Told.of(phone.text, said, subject)


@pytest.mark.parametrize("way", ["live", "replay", "page", "snapshot"])
async def test_events_reach_whom_the_table_names_and_nobody_else(told: Ways, way: str) -> None:
    wrong: dict[str, str] = {}
    for who in LISTENERS:
        kinds = {row.label for row in EVENTS if row.verdicts[who] == YES}
        if way == "live" and who is Who.SUCCESSOR:
            kinds = set()  # was nobody to the subject while it happened
        if way == "snapshot":
            kinds &= CARD_KINDS
        if told[way][who].kinds != kinds:
            wrong[who] = f"{sorted(told[way][who].kinds)} instead of {sorted(kinds)}"
    assert wrong == {}


@pytest.mark.parametrize("way", ["live", "replay", "page", "snapshot"])
async def test_whom_no_event_reaches_reads_no_word_of_it(told: Ways, way: str) -> None:
    """Neither in an event of somebody else, nor in a word about a topic, nor in an error."""
    for who, what in told[way].items():
        sees = bool(what.kinds)
        assert what.marks == ({"name", "note", "goal", "word", "cause"} if sees else set()), who


@pytest.mark.parametrize("way", ["live", "replay", "page", "snapshot"])
async def test_a_notice_reaches_its_recipient_alone(told: Ways, way: str, stage: Stage) -> None:
    for who, what in told[way].items():
        if who is not Who.SELF:
            assert what.notices <= {str(stage.cast.people[who])}, who
    assert told[way][Who.SELF].notices
    assert told[way][Who.ACTING].notices, "the deciding head is told of the slip"
    assert not told[way][Who.RESTING].notices, "and the definitive one meanwhile is not"
