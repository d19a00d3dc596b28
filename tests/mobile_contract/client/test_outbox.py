"""An item leaves the outbox when the service has it, and at no other time."""

import asyncio
from collections.abc import Callable
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile_contract.client.captures import captured_report
from mobile_contract.client.connection import Connection, Refused, SignInNeeded, Unreachable
from mobile_contract.client.outbox import Flushed, Outbox, OutboxOptions
from mobile_contract.client.pauses import Pauses
from mobile_contract.client.stores import MemoryStore
from mobile_contract.reports import NewReport, Revision, Withdrawal
from mobile_contract.sync import SyncResult
from tests.mobile_contract.client.conftest import (
    NIP,
    NOON,
    PASSWORD,
    PROBLEMS,
    StandIn,
    connected,
    problem,
)

AT_ONCE = OutboxOptions(pauses=Pauses(least_s=0.001, most_s=0.002))
CLOSED = PROBLEMS.problem("period_closed", 409, "id", {})


def report() -> NewReport:
    return captured_report(UUID(int=9), 1, captured_at=NOON)


def refusing(mutation_id: UUID, outcome: str) -> SyncResult:
    said = None if outcome in ("retry", "blocked") else CLOSED
    return SyncResult(mutation_id, outcome, problem=said)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.001)


@pytest.fixture
def outbox(phone: Connection) -> Outbox:
    return Outbox(phone, MemoryStore(), AT_ONCE)


async def test_items_go_in_order_and_leave_with_their_receipts(
    service: StandIn, outbox: Outbox
) -> None:
    ids = [outbox.add_report(report()) for _ in range(3)]
    assert [outbox.state(each) for each in ids] == ["saved"] * 3
    flushed = await outbox.flush()
    assert service.batches == [ids]
    assert [each.receipt and each.receipt.id for each in flushed.received] == ids
    assert outbox.items() == []
    assert outbox.cursor == "c1"


async def test_each_operation_carries_its_own_part(service: StandIn, outbox: Outbox) -> None:
    report_id = outbox.add_report(report())
    outbox.add_revision(Revision(report_id, 2, NOON))
    outbox.add_withdrawal(Withdrawal(report_id, "salah target"))
    outbox.add_acknowledgement(UUID(int=3))
    outbox.add_read(UUID(int=4))
    await outbox.flush()
    parts = {
        each.op: [
            name
            for name in ("report", "revision", "withdrawal", "acknowledgement", "read")
            if bytes(getattr(each, name))
        ]
        for each in service.applied.values()
    }
    assert parts == {
        "report.create": ["report"],
        "report.revise": ["revision"],
        "report.withdraw": ["withdrawal"],
        "feedback.acknowledge": ["acknowledgement"],
        "inbox.read": ["read"],
    }


async def test_a_lost_answer_leaves_everything_and_the_next_sending_finds_it_done(
    service: StandIn, outbox: Outbox
) -> None:
    mutation_id = outbox.add_report(report())
    service.lose = 1
    with pytest.raises(Unreachable):
        await outbox.flush()
    assert outbox.state(mutation_id) == "saved"
    assert mutation_id in service.applied
    flushed = await outbox.flush()
    assert [each.item.mutation_id for each in flushed.received] == [mutation_id]


@pytest.mark.parametrize("outcome", ["conflict", "rejected"])
async def test_a_final_no_is_put_aside_with_its_reason_and_never_sent_again(
    service: StandIn, outbox: Outbox, outcome: str
) -> None:
    bad, good = outbox.add_report(report()), outbox.add_report(report())
    service.outcomes[bad] = refusing(bad, outcome)
    flushed = await outbox.flush()
    assert [each.item.mutation_id for each in flushed.received] == [good]
    (aside,) = outbox.items()
    assert (aside.mutation_id, aside.state, aside.problem) == (bad, "quarantined", CLOSED)
    await outbox.flush()
    assert service.batches[-1] == []
    outbox.discard(bad)
    assert outbox.items() == []


async def test_changes_of_a_refused_report_are_put_aside_with_it(
    service: StandIn, phone: Connection
) -> None:
    outbox = Outbox(phone, MemoryStore(), OutboxOptions(batch_items=1))
    bad = outbox.add_report(report())
    outbox.add_revision(Revision(bad, 2, NOON))
    outbox.add_withdrawal(Withdrawal(UUID(int=77)))
    service.outcomes[bad] = refusing(bad, "rejected")
    await outbox.flush()
    assert [(each.op, each.state) for each in outbox.items()] == [
        ("report.create", "quarantined"),
        ("report.revise", "quarantined"),
        ("report.withdraw", "saved"),
    ]


@pytest.mark.parametrize("outcome", ["retry", "blocked", "from_the_future"])
async def test_whatever_is_no_final_word_stays(
    service: StandIn, outbox: Outbox, outcome: str
) -> None:
    mutation_id = outbox.add_report(report())
    service.outcomes[mutation_id] = refusing(mutation_id, outcome)
    flushed = await outbox.flush()
    assert (flushed.told_to_wait, outbox.state(mutation_id)) == (1, "saved")
    del service.outcomes[mutation_id]
    assert len((await outbox.flush()).received) == 1


async def test_items_that_must_wait_do_not_hold_up_the_others(
    service: StandIn, phone: Connection
) -> None:
    outbox = Outbox(phone, MemoryStore(), OutboxOptions(batch_items=2))
    ids = [outbox.add_report(report()) for _ in range(5)]
    for each in ids[:2]:
        service.outcomes[each] = refusing(each, "blocked")
    for _ in range(3):
        await outbox.flush()
    assert service.batches == [ids[:2], ids[2:4], ids[4:]]
    await outbox.flush()
    assert service.batches[-1] == ids[:2]


async def test_only_reports_put_aside_can_be_given_up(outbox: Outbox) -> None:
    mutation_id = outbox.add_report(report())
    for each in (mutation_id, UUID(int=404)):
        with pytest.raises(KeyError):
            outbox.discard(each)
    assert len(outbox.items()) == 1


async def test_a_request_that_cannot_pass_is_halved_down_to_the_item(
    service: StandIn, outbox: Outbox
) -> None:
    ids = [outbox.add_report(report()) for _ in range(4)]
    for _ in range(2):
        service.refuse = [problem("malformed", 400)]
        with pytest.raises(Refused):
            await outbox.flush()
    service.refuse = [problem("malformed", 400)]
    flushed = await outbox.flush()
    assert [each.mutation_id for each in flushed.quarantined] == ids[:1]
    await outbox.flush()
    assert list(service.applied) == ids[1:2]
    await outbox.flush()
    assert list(service.applied) == ids[1:]


async def test_a_cursor_that_is_not_taken_is_forgotten(service: StandIn, outbox: Outbox) -> None:
    await outbox.flush()
    outbox.add_report(report())
    service.refuse = [problem("invalid_cursor", 400)]
    with pytest.raises(Refused):
        await outbox.flush()
    assert (outbox.cursor, len(outbox.items())) == (None, 1)


async def test_a_busy_service_is_waited_out(service: StandIn, outbox: Outbox) -> None:
    service.refuse = [problem("busy", 503), problem("database_away", 503)]
    service.lose = 1
    outbox.add_report(report())
    running = asyncio.create_task(outbox.run())
    await until(lambda: not outbox.items())
    outbox.add_report(report())  # wakes it up
    await until(lambda: not outbox.items())
    running.cancel()
    assert len(service.applied) == 2


async def test_an_ended_session_stops_the_sending_and_deletes_nothing(
    service: StandIn, phone: Connection
) -> None:
    told: list[Flushed] = []
    outbox = Outbox(phone, MemoryStore(), AT_ONCE, told.append)
    service.access.clear()
    service.ended = True
    outbox.add_report(report())
    with pytest.raises(SignInNeeded):
        await outbox.flush()
    running = asyncio.create_task(outbox.run())
    for _ in range(20):
        await asyncio.sleep(0.001)
    assert len(service.calls("/v1/sessions/refresh")) == 1
    assert len(outbox.items()) == 1
    service.ended = False
    await phone.sign_in(NIP, PASSWORD)
    await until(lambda: not outbox.items())
    running.cancel()
    assert [len(flushed.received) for flushed in told] == [1]


FATES = st.sampled_from(["applied", "retry", "blocked", "conflict", "rejected"])
WEATHER = st.sampled_from(["fine", "lost", "busy"])


@given(st.lists(FATES, max_size=12), st.lists(WEATHER, max_size=12), st.integers(1, 5))
def test_whatever_the_weather_nothing_is_lost_and_nothing_is_done_twice(
    fates: list[str], weather: list[str], batch_items: int
) -> None:
    async def day() -> None:
        service = StandIn()
        phone = connected(service)
        await phone.sign_in(NIP, PASSWORD)
        outbox = Outbox(phone, MemoryStore(), OutboxOptions(batch_items=batch_items))
        ids = [outbox.add_report(report()) for _ in fates]
        for mutation_id, fate in zip(ids, fates, strict=True):
            if fate != "applied":
                service.outcomes[mutation_id] = refusing(mutation_id, fate)
        confirmed: list[UUID] = []

        async def send() -> None:
            try:
                flushed = await outbox.flush()
            except (Unreachable, Refused):
                return
            confirmed.extend(each.item.mutation_id for each in flushed.received)

        for each in weather:
            service.lose = int(each == "lost")
            service.refuse = [problem("busy", 503)] if each == "busy" else []
            await send()
            here = {item.mutation_id for item in outbox.items()}
            assert here | set(confirmed) == set(ids)
            assert here.isdisjoint(confirmed)
        service.lose, service.refuse = 0, []
        for _ in range(len(fates) + 2):
            await send()
        assert len(confirmed) == len(set(confirmed))
        assert set(confirmed) == set(service.applied)
        for mutation_id, fate in zip(ids, fates, strict=True):
            if fate == "applied":
                assert mutation_id in confirmed
            else:
                final = fate in ("conflict", "rejected")
                assert outbox.state(mutation_id) == ("quarantined" if final else "saved")

    asyncio.run(day())
