"""Big scopes: the sample of a roll-up shows a report to whom the table names and nobody else."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio

from mobile_contract import live
from mobile_contract.live import unit_topic
from realtime.hub import HubOptions
from realtime.scopes import ScopeOptions
from tests.matrix.happenings import Happenings
from tests.matrix.live_rows import IN_A_ROLLUP
from tests.matrix.rows import YES
from tests.matrix.sockets import Ear, ear
from tests.matrix.stage import Stage, opened_stage
from tests.matrix.subjects import Subject
from tests.matrix.who import UNKNOWN, Who
from tests.standins.cluster import SharedCluster

pytestmark = pytest.mark.asyncio(loop_scope="module")

OF_THE_PERSON = {Who.SELF, Who.ASSIGNED}
"""They follow the person, however big the unit is, and get the event itself."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(shared_postgres: SharedCluster) -> AsyncIterator[Stage]:
    """A city in which every unit is a big scope."""
    every = {"scopes": ScopeOptions(rollup_above_people=0), "hub": HubOptions(rollup_every_s=0.05)}
    async with shared_postgres.cloned() as dsn, opened_stage(dsn, **every) as opened:
        yield opened


async def followed(phone: Ear, subject: Subject) -> list[str]:
    """Asks for every unit above the subject; those topics of them that the caller now has."""
    for unit_id in subject.path[1:]:
        await phone.say(live.Subscribe(unit_topic(unit_id)))
    await phone.settled()
    welcome = phone.messages[0]
    assert isinstance(welcome, live.Welcome)
    states = {name: state.mode for name, state in welcome.topics.items()} | {
        each.topic: each.mode for each in phone.messages if isinstance(each, live.Subscribed)
    }
    units = [name for name in states if name in map(unit_topic, subject.path)]
    assert all(states[name] == "rollup" for name in units)
    return units


async def test_a_report_is_in_the_sample_of_whom_the_table_names(stage: Stage) -> None:
    async with AsyncExitStack() as open_sockets:
        phones: dict[Who, tuple[Ear, Subject, list[str]]] = {}
        for who in Who:
            if who not in UNKNOWN:
                subject = await stage.subject(who)
                phone = await open_sockets.enter_async_context(ear(stage.address))
                await phone.hello(await stage.token(who, subject))
                phones[who] = phone, subject, await followed(phone, subject)
        positions: dict[str, int] = {}
        for subject in {each.mark: each for _, each, _ in phones.values()}.values():
            happenings = Happenings(stage, subject, stage.cast.people[Who.GRAND])
            await happenings.report()
            positions[subject.mark] = await happenings.last_position()
        wrong: dict[str, str] = {}
        for who, (phone, subject, topics) in phones.items():
            for topic in topics:
                if topic != unit_topic(stage.cast.city):  # the city's own people reported nothing
                    await phone.until(topic, positions[subject.mark])
            await phone.settled()
            sampled = {each.employee_id for each in phone.sampled.values()}
            sees = IN_A_ROLLUP.verdicts[who] == YES
            if (subject.employee_id in sampled) is not sees:
                wrong[who] = "sees it" if not sees else "does not see it"
            if not topics and who not in OF_THE_PERSON and subject.marks_in(phone.text):
                wrong[who] = "reads of it"
        assert wrong == {}
