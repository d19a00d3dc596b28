"""After a transfer every way of asking gives the same answer about what happened before.

The old head keeps it for good; the new line sees it for the running calendar year, whether or not
the target's own period is over (docs/decisions/0003).
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from mobile_contract import live
from mobile_contract.live import person_topic, position_of, unit_topic
from tests.builders import make_head, make_session, make_unit, move_employee
from tests.matrix.calls import Call, code_of_result, get, instant
from tests.matrix.cast import AGENCY_SHARD
from tests.matrix.sockets import ear
from tests.matrix.stage import Stage
from tests.matrix.subjects import Subject, anybodys_marks_in
from tests.matrix.who import Who

pytestmark = pytest.mark.asyncio(loop_scope="module")

ZONE = ZoneInfo("Asia/Jakarta")
NOW = datetime.now(UTC)
NEW_YEAR = datetime(NOW.astimezone(ZONE).year, 1, 1, tzinfo=ZONE)
BEGINNING = position_of(AGENCY_SHARD, 0)
ALWAYS = {Who.THEN, Who.GRAND, Who.MAYOR, Who.HR, Who.CITY_HR}
"""Who see it whenever it was: the old head and whoever is above both units."""


async def moved(stage: Stage, at: datetime) -> tuple[UUID, UUID, str]:
    """Somebody who reported at an instant on a period that is over, and works elsewhere since."""
    employee_id = await stage.making.person(stage.cast.pharmacy)
    draft = await stage.making.draft(employee_id)
    report_id = (await stage.making.report(draft))["report"]
    began, pool = at - timedelta(days=9), stage.pool
    await pool.execute(
        "UPDATE target SET period_start = $2, period_end = $3 WHERE employee_id = $1",
        employee_id,
        began,
        at,
    )
    await pool.execute("UPDATE report SET received_at = $2 WHERE id = $1", report_id, at)
    await pool.execute("UPDATE feed SET at = $2 WHERE employee_id = $1", employee_id, at)
    await move_employee(pool, employee_id, stage.cast.clinic)
    return employee_id, report_id, f"note-{draft.mark}"


async def ways(stage: Stage, who: Who, subject: Subject, about: tuple[UUID, UUID, str]) -> set[str]:
    """The ways in which a caller gets to read the report."""
    employee_id, report_id, note = about
    topics = person_topic(employee_id), unit_topic(stage.cast.pharmacy)
    asked = {
        "report": get(f"/v1/reports/{report_id}"),
        "list": get("/v1/reports", employee_id=str(employee_id)),
        "snapshot of the person": get("/v1/feed", topic=topics[0], limit=200),
        "snapshot of the unit": get("/v1/feed", topic=topics[1], limit=200),
    }
    seen = {
        way for way, call in asked.items() if note in (await stage.ask(who, subject, call)).text
    }
    async with ear(stage.address) as phone:
        await phone.hello(await stage.token(who, subject))
        for topic in topics:
            await phone.say(live.Subscribe(topic, BEGINNING))
        await phone.settled()
    return seen | ({"replay"} if note in phone.text else set())


@pytest.mark.parametrize(
    ("at", "new_line"),
    [
        (max(NEW_YEAR, NOW - timedelta(days=1)), {Who.SUCCESSOR}),
        (NEW_YEAR - timedelta(seconds=1), set()),
    ],
    ids=["this_year", "last_year"],
)
async def test_the_old_head_keeps_it_and_the_new_one_has_the_running_year(
    stage: Stage, at: datetime, new_line: set[Who]
) -> None:
    about = await moved(stage, at)
    for who in ALWAYS | {Who.SUCCESSOR, Who.PEER, Who.OUTSIDER, Who.HR_ELSEWHERE}:
        seen = await ways(stage, who, await stage.subject(who), about)
        if who is Who.THEN:
            expected = {"report", "list", "snapshot of the unit"}
        elif who in new_line:
            expected = {"report", "list", "snapshot of the person", "replay"}
        elif who in ALWAYS:
            expected = {
                *("report", "list", "snapshot of the person", "snapshot of the unit", "replay"),
            }
        else:
            expected = set()
        assert seen == expected, who


@pytest.mark.parametrize(
    ("at", "decider", "readers"),
    [
        (max(NEW_YEAR, NOW - timedelta(days=1)), Who.SUCCESSOR, ALWAYS),
        (NEW_YEAR - timedelta(seconds=1), Who.THEN, ALWAYS - {Who.THEN}),
    ],
    ids=["this_year", "last_year"],
)
async def test_what_waited_is_decided_by_exactly_one_also_after_new_year(
    stage: Stage, at: datetime, decider: Who, readers: set[Who]
) -> None:
    """By the new head in the running year, after it by whoever decides where it happened."""
    _, report_id, _ = await moved(stage, at)
    subject = await stage.subject(decider)
    body = {"report_ids": [str(report_id)]}
    for who in (*ALWAYS, Who.SUCCESSOR, Who.PEER, Who.OUTSIDER, Who.HR_ELSEWHERE):
        if who is not decider:
            call = Call("POST", "/v1/approvals", body, code_of=code_of_result)
            heard = call.code_of(await stage.ask(who, await stage.subject(who), call))
            assert heard == ("not_allowed" if who in readers else "unknown_report"), who
    call = Call("POST", "/v1/approvals", body, code_of=code_of_result)
    answer = await stage.ask(decider, subject, call)
    assert call.code_of(answer) is None
    assert answer.json()["results"][0]["outcome"] == "applied"


async def test_what_a_head_did_stays_with_the_line_above_also_in_what_is_at_hand(
    stage: Stage,
) -> None:
    """The next head of the unit does not get it from recent frames either."""
    pool, since = stage.pool, datetime.now(UTC) - timedelta(days=9)
    unit_id = await make_unit(pool, "Seksi", stage.cast.health)
    before, after = [await stage.making.person(unit_id) for _ in range(2)]
    headship_id = await make_head(pool, unit_id, before, valid_from=since)
    draft = await stage.making.draft(before)
    subject = await stage.subject(Who.HR)
    async with ear(stage.address) as keeps, ear(stage.address) as phone:
        await keeps.hello(await stage.token(Who.HR, subject))
        await keeps.say(live.Subscribe(unit_topic(unit_id)))
        await keeps.settled()
        (stands,) = [each.upto for each in keeps.messages if isinstance(each, live.Subscribed)]
        await stage.making.report(draft)
        while f"note-{draft.mark}" not in keeps.text:
            await keeps.next()
        body = {"valid_to": instant(), "reason": "mutasi"}
        await stage.sent(Who.CITY_HR, "PATCH", f"/v1/supervision/{headship_id}", body)
        body = {"unit_id": str(stage.cast.roads), "reason": "mutasi"}
        await stage.sent(Who.CITY_HR, "PATCH", f"/v1/people/{before}", body)
        body = {"unit_id": str(unit_id), "supervisor_id": str(after), "valid_from": instant()}
        await stage.sent(Who.CITY_HR, "POST", "/v1/supervision", body)
        cursor = live.Cursor(stage.epoch, {unit_topic(unit_id): stands})
        await phone.hello(await make_session(pool, after), cursor)
        await phone.settled()
        assert unit_topic(unit_id) in phone.positions
        assert anybodys_marks_in(phone.text) == frozenset()
