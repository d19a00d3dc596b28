"""Every message of a client, said by everybody about somebody: the answer, and what is in it."""

import pytest

from mobile_contract import live
from mobile_contract.live import person_topic, position_of, unit_topic
from realtime.cursors import cursor_of
from tests.matrix.asking import from_the_beginning
from tests.matrix.cast import AGENCY_SHARD
from tests.matrix.live_rows import MESSAGES
from tests.matrix.rows import NOTHING, YES, Row
from tests.matrix.sockets import Ear, ear
from tests.matrix.stage import Stage
from tests.matrix.subjects import Subject
from tests.matrix.who import UNKNOWN, Who

pytestmark = pytest.mark.asyncio(loop_scope="module")

BEGINNING = position_of(AGENCY_SHARD, 0)


TOPICS = {
    "subscribe (to the person, from the beginning)": lambda s: person_topic(s.employee_id),
    "subscribe (to the unit, from the beginning)": lambda s: unit_topic(s.unit_id),
    "subscribe (to the agency, from the beginning)": lambda s: unit_topic(s.path[1]),
}


async def said(stage: Stage, row: Row, who: Who, subject: Subject, phone: Ear) -> str | None:
    """Signs in, says what the row is about, and listens; the code of a refusal."""
    token = await stage.token(who, subject)
    cursor = None
    if "cursor" in row.label:
        cursor = cursor_of(from_the_beginning(subject, stage.epoch))
    refusal = await phone.hello(token, cursor)
    if refusal:
        return refusal
    if row.label in TOPICS:
        await phone.say(live.Subscribe(TOPICS[row.label](subject), BEGINNING))
    match row.label:
        case "unsubscribe":
            await phone.say(live.Unsubscribe(person_topic(subject.employee_id)))
        case "renew":
            await phone.say(live.Renew(token or ""))
        case "renew (with the token of the subject)":
            await phone.say(live.Renew(subject.token))
        case "pong":
            await phone.say(live.Pong())
    return await phone.settled()


def follows(phone: Ear, *topics: str) -> bool:
    """Whether the welcome names one of these topics."""
    welcome = phone.messages[0]
    return isinstance(welcome, live.Welcome) and not welcome.topics.keys().isdisjoint(topics)


def told(row: Row, phone: Ear, subject: Subject) -> frozenset[str]:
    """The marks that whoever hears `yes` is sent: what is followed at once goes on from now."""
    again = row.label in TOPICS and follows(phone, TOPICS[row.label](subject))
    return frozenset() if again else row.shows


@pytest.mark.parametrize("row", MESSAGES, ids=[row.label for row in MESSAGES])
async def test_everybody_hears_what_the_table_says(stage: Stage, row: Row) -> None:
    wrong: dict[str, str] = {}
    for who in Who:
        subject = await stage.subject(who)
        async with ear(stage.address) as phone:
            code = await said(stage, row, who, subject, phone)
            heard = code or (NOTHING if row.verdicts[who] == NOTHING else YES)
            if row.label.startswith("hello (the unit") and code is None:
                places = person_topic(subject.employee_id), *map(unit_topic, subject.path)
                heard = YES if follows(phone, *places) else NOTHING
            seen = subject.marks_in(phone.text)
            if heard != row.verdicts[who]:
                wrong[who] = f"{heard} instead of {row.verdicts[who]}"
            elif seen != (told(row, phone, subject) if heard == YES else frozenset()):
                wrong[who] = f"sees {sorted(seen)}"
            elif heard not in (YES, NOTHING, "topic_not_allowed"):
                code = live.CLOSE_NOT_SIGNED_IN if who in UNKNOWN else live.CLOSE_NOT_ALLOWED
                assert await phone.ended() == (heard, code)
    assert wrong == {}
