"""What goes out, what waits because its provider rests, and what nobody hears of again."""

import asyncio
from collections.abc import Sequence

import pytest
from structlog.testing import capture_logs

from models.queries.deliveries import ClaimedDelivery
from notifications.breaker import BreakerOptions
from notifications.channels.channel import (
    Later,
    Outcome,
    ProviderRefuses,
    Push,
    Sent,
    WrongSender,
)
from notifications.dispatch import Dispatch, DispatchOptions
from notifications.pushes import Bundle
from notifications.texts import Texts
from tests.notifications.test_pushes import delivery

TEXTS = Texts.loaded()
PATIENCE_S = 30.0


class Provider:
    """Answers each push alike, and remembers."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.pushes: list[Push] = []

    async def __call__(self, pushes: Sequence[Push]) -> list[Outcome]:
        self.pushes += pushes
        return [self.outcome for _ in pushes]


def alone(count: int) -> list[Bundle]:
    return [Bundle((delivery(),)) for _ in range(count)]


def dispatch(provider: Provider, channel: str = "fcm") -> Dispatch:
    options = DispatchOptions(breaker=BreakerOptions(trips_after=5, open_first_s=60.0, probes=2))
    return Dispatch(channel, provider, TEXTS, options)


async def test_each_delivery_of_a_digest_is_settled_by_the_one_answer() -> None:
    provider = Provider(Sent("m"))
    members = tuple(delivery() for _ in range(4))
    way = dispatch(provider)
    settled = await way.sent([Bundle(members, members[0].id)], PATIENCE_S)
    assert len(provider.pushes) == 1
    assert [(each.id, each.state, each.outcome) for each in settled] == [
        (each.id, "sent", "m") for each in members
    ]
    assert way.outcomes == {"digests": 1, "Sent": 1}


async def test_members_of_a_digest_wait_equally_long() -> None:
    members = tuple(delivery() for _ in range(4))
    way = dispatch(Provider(Later(None, "503")))
    settled = await way.sent([Bundle(members, members[0].id)], PATIENCE_S)
    assert {each.what for each in settled} == {"retried"}
    assert len({each.again_after_s for each in settled}) == 1


async def test_a_provider_that_is_down_is_sent_nothing_and_costs_no_attempt() -> None:
    provider = Provider(Later(None, "503"))
    way = dispatch(provider)
    await way.sent(alone(5), PATIENCE_S)
    assert way.allowed(500) == 0
    settled = await way.sent(alone(3), PATIENCE_S)
    assert len(provider.pushes) == 5
    assert {(each.what, each.counted) for each in settled} == {("held", False)}
    assert all(60.0 > each.again_after_s / 2 > 1.0 for each in settled)
    assert way.outcomes["held"] == 3


async def test_one_providers_rest_is_not_anothers() -> None:
    provider = Provider(ProviderRefuses("no"))
    way = dispatch(provider, "web_push")
    await way.sent(alone(1), PATIENCE_S)
    assert way.breakers.open_count(asyncio.get_running_loop().time()) == 1
    assert way.allowed(500) == 500  # the channel has other providers


@pytest.mark.parametrize(
    ("outcome", "event"),
    [
        (ProviderRefuses("THIRD_PARTY_AUTH"), "provider_refuses"),
        (WrongSender("SENDER_ID_MISMATCH"), "wrong_sender"),
    ],
)
async def test_what_only_people_can_mend_raises_an_alarm(outcome: Outcome, event: str) -> None:
    with capture_logs() as logs:
        await dispatch(Provider(outcome)).sent(alone(1), PATIENCE_S)
    assert [(each["event"], each["log_level"]) for each in logs] == [(event, "error")]


async def test_what_takes_too_long_is_broken_off_and_left_to_its_lease() -> None:
    async def never(pushes: Sequence[Push]) -> list[Outcome]:
        await asyncio.Event().wait()
        return []

    way = Dispatch("fcm", never, TEXTS, DispatchOptions())
    assert await way.sent(alone(1), 0.01) == []
    assert way.sends_broken_off == 1


async def test_whose_lease_is_over_sends_nothing() -> None:
    provider = Provider(Sent("1"))
    way = dispatch(provider)
    assert await way.sent(alone(1), -0.5) == []
    assert provider.pushes == []
    assert way.sends_broken_off == 1


async def test_what_cannot_be_read_does_not_keep_the_others() -> None:
    strange: ClaimedDelivery = delivery(kind="invented_later")
    provider = Provider(Sent("m"))
    settled = await dispatch(provider).sent([Bundle((strange,)), *alone(1)], PATIENCE_S)
    assert sorted(each.state for each in settled) == ["failed", "sent"]
    letter = next(each.letter for each in settled if each.id == strange.id)
    assert letter is not None
    assert "invented_later" in letter
