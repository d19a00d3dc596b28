"""Web Push against a stand-in that checks, opens and answers as push services and browsers do."""

import asyncio
import ssl
import time
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from notifications.channels.addresses import push_target
from notifications.channels.channel import (
    BadPayload,
    FcmToken,
    Gone,
    Later,
    Outcome,
    ProviderRefuses,
    Push,
    Sent,
    WebPush,
    WrongSender,
    display_tag,
)
from notifications.channels.vapid import VapidKey
from notifications.channels.web_push import TEXT_MAX_BYTES, WebPushes, WebPushOptions
from tests.standins.browser import Browser
from tests.standins.web_push import (
    ANOTHER_KEY_APPLE,
    ANOTHER_KEY_GOOGLE,
    ANSWER_LOST,
    BAD_REQUEST,
    BAD_TOKEN,
    EXPIRED,
    FORBIDDEN,
    INTERNAL,
    MOVED,
    QUOTA_EXCEEDED,
    THROTTLED,
    TOO_LARGE,
    UNAVAILABLE,
    UNSUBSCRIBED,
    Reply,
    WebPushStandIn,
)

NEAR = WebPushOptions(contact="mailto:it@kota.example", near_endpoints=True)
TLS = ssl.create_default_context()


@pytest.fixture
def key() -> VapidKey:
    return VapidKey.made()


@pytest.fixture
async def service(key: VapidKey) -> AsyncGenerator[WebPushStandIn]:
    async with WebPushStandIn.running(key.public_key) as running:
        yield running


@pytest.fixture
async def pushes(key: VapidKey) -> AsyncGenerator[WebPushes]:
    async with WebPushes.opened(key, NEAR) as opened:
        yield opened


def push_to(subscription: str, key: str = "slip:1:1:2") -> Push:
    return Push(
        target=push_target("web_push", subscription),
        key=key,
        title="Ada target yang tertinggal",
        body="Buka Denyut untuk melihat target Anda.",
        data={"kind": "slip", "screen": "target", "target_id": "1"},
        ttl_s=3600,
    )


async def test_a_browser_shows_what_was_sent(service: WebPushStandIn, pushes: WebPushes) -> None:
    (got,) = await pushes.send([push_to(service.subscribed("redmi"))])
    assert isinstance(got, Sent)
    assert got.provider_id.startswith(f"{service.url}/message/")
    (received,) = service.delivered
    tag = display_tag("slip:1:1:2")
    assert received.shown == {
        "title": "Ada target yang tertinggal",
        "body": "Buka Denyut untuk melihat target Anda.",
        "tag": tag,
        "data": {"kind": "slip", "screen": "target", "target_id": "1"},
    }
    assert received.headers["topic"] == tag
    assert received.headers["ttl"] == "3600"
    assert received.headers["urgency"] == "high"


async def test_what_can_wait_says_so(service: WebPushStandIn, pushes: WebPushes) -> None:
    await pushes.send([replace(push_to(service.subscribed("redmi")), urgent=False)])
    assert service.delivered[0].headers["urgency"] == "normal"


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (EXPIRED, Gone),
        (UNSUBSCRIBED, Gone),
        (TOO_LARGE, BadPayload),
        (BAD_REQUEST, BadPayload),
        (QUOTA_EXCEEDED, Later),
        (THROTTLED, Later),
        (UNAVAILABLE, Later),
        (INTERNAL, Later),
        (MOVED, Later),
        (ANSWER_LOST, Later),
        (BAD_TOKEN, ProviderRefuses),
        (FORBIDDEN, ProviderRefuses),
        (ANOTHER_KEY_GOOGLE, WrongSender),
        (ANOTHER_KEY_APPLE, WrongSender),
    ],
)
async def test_each_answer_has_its_meaning_and_is_asked_for_once(
    service: WebPushStandIn, pushes: WebPushes, reply: Reply, outcome: type[Outcome]
) -> None:
    subscription = service.subscribed("redmi")
    service.answers("redmi", reply)
    (got,) = await pushes.send([push_to(subscription)])
    assert isinstance(got, outcome)
    assert len(service.received) == 1


async def test_a_service_cannot_put_into_the_ledger_what_no_database_takes(
    service: WebPushStandIn, pushes: WebPushes
) -> None:
    subscription = service.subscribed("redmi")
    service.answers("redmi", Reply(410, "gone\0 for\x1b[31m\r\ngood \u2603"))
    (got,) = await pushes.send([push_to(subscription)])
    assert isinstance(got, Gone)
    assert got.reason.startswith("410 gone for[31m good ")
    assert got.reason.isprintable()


@pytest.mark.parametrize(("reply", "wish_s"), [(QUOTA_EXCEEDED, 60.0), (UNAVAILABLE, 7.0)])
async def test_the_services_own_wish_is_handed_on(
    service: WebPushStandIn, pushes: WebPushes, reply: Reply, wish_s: float
) -> None:
    subscription = service.subscribed("redmi")
    service.answers("redmi", reply)
    (got,) = await pushes.send([push_to(subscription)])
    assert isinstance(got, Later)
    assert got.retry_after_s == wish_s


async def test_outcomes_stand_in_the_order_of_the_pushes(
    service: WebPushStandIn, pushes: WebPushes
) -> None:
    subscriptions = [service.subscribed(f"phone-{number}") for number in range(30)]
    service.answers("phone-3", Reply(delay_s=0.05))
    service.answers("phone-7", UNSUBSCRIBED)
    service.answers("phone-9", ANSWER_LOST)
    got = await pushes.send([push_to(each, f"key-{each}") for each in subscriptions])
    kinds = [type(each) for each in got]
    assert kinds == [{7: Gone, 9: Later}.get(number, Sent) for number in range(30)]
    assert {each.browser for each in service.received} == {f"phone-{n}" for n in range(30)}


async def test_no_more_are_in_flight_than_was_said_and_connections_are_kept(
    service: WebPushStandIn, key: VapidKey
) -> None:
    subscriptions = [service.subscribed(f"phone-{number}") for number in range(12)]
    async with WebPushes.opened(key, replace(NEAR, max_in_flight=2)) as pushes:
        await pushes.send([push_to(each) for each in subscriptions])
    assert len(service.delivered) == 12
    assert service.connections == 2


async def test_a_service_that_does_not_answer_is_tried_later(
    service: WebPushStandIn, key: VapidKey
) -> None:
    subscription = service.subscribed("redmi")
    service.answers("redmi", Reply(delay_s=30.0))
    async with WebPushes.opened(key, replace(NEAR, http_timeout_s=0.05)) as pushes:
        (got,) = await pushes.send([push_to(subscription)])
    assert isinstance(got, Later)
    assert "no answer" in got.reason


async def test_nobody_listening_is_tried_later(pushes: WebPushes) -> None:
    async with WebPushStandIn.running() as gone:
        subscription = gone.subscribed("redmi")
    (got,) = await pushes.send([push_to(subscription)])
    assert isinstance(got, Later)


async def test_a_browser_subscribed_with_another_key_is_told_apart(pushes: WebPushes) -> None:
    async with WebPushStandIn.running(VapidKey.made().public_key) as other:
        (got,) = await pushes.send([push_to(other.subscribed("redmi"))])
    assert isinstance(got, WrongSender)


async def test_a_clock_far_ahead_is_refused_by_the_service_and_signs_anew_when_it_is_right(
    service: WebPushStandIn, key: VapidKey
) -> None:
    ahead_s = 86_400.0
    pushes = WebPushes(key, NEAR, TLS, now_s=lambda: time.time() + ahead_s)
    subscription = service.subscribed("redmi")
    (refused,) = await pushes.send([push_to(subscription)])
    ahead_s = 0.0
    (taken,) = await pushes.send([push_to(subscription)])
    await pushes.aclose()
    assert isinstance(refused, ProviderRefuses)
    assert isinstance(taken, Sent)


async def test_a_text_that_is_too_long_is_not_sent(
    service: WebPushStandIn, pushes: WebPushes
) -> None:
    push = replace(push_to(service.subscribed("redmi")), body="x" * TEXT_MAX_BYTES)
    (got,) = await pushes.send([push])
    assert isinstance(got, BadPayload)
    assert service.received == []


async def test_a_text_that_no_phone_can_show_is_not_sent(
    service: WebPushStandIn, pushes: WebPushes
) -> None:
    (got,) = await pushes.send([replace(push_to(service.subscribed("redmi")), body="\ud800")])
    assert isinstance(got, BadPayload)


async def test_an_address_of_another_channel_is_a_mistake_of_ours(pushes: WebPushes) -> None:
    push = Push(FcmToken("a"), "key", "title", "body", {}, 60)
    (got,) = await pushes.send([push])
    assert isinstance(got, BadPayload)


@pytest.mark.parametrize(
    ("endpoint", "outcome"),
    [
        ("https://127.0.0.1:{port}/push/redmi", Gone),
        ("http://127.0.0.1:{port}/push/redmi", Gone),
        ("https://localhost:{port}/push/redmi", Gone),
        ("https://169.254.169.254/latest/meta-data", Gone),
    ],
)
async def test_neighbours_are_never_called(
    service: WebPushStandIn, key: VapidKey, endpoint: str, outcome: type[Outcome]
) -> None:
    browser = Browser.made()
    target = WebPush(
        endpoint.format(port=service.url.rpartition(":")[2]), browser.public_key, browser.auth
    )
    async with WebPushes.opened(key, WebPushOptions()) as pushes:
        (got,) = await pushes.send([replace(push_to(service.subscribed("redmi")), target=target)])
    assert isinstance(got, outcome)
    assert service.connections == 0


async def test_a_closed_sender_sends_nothing(service: WebPushStandIn, pushes: WebPushes) -> None:
    await pushes.aclose()
    await pushes.aclose()
    (got,) = await pushes.send([push_to(service.subscribed("redmi"))])
    assert isinstance(got, Later)
    assert service.received == []


async def test_a_cancelled_send_leaves_a_sender_that_works(
    service: WebPushStandIn, pushes: WebPushes
) -> None:
    subscription = service.subscribed("redmi")
    service.answers("redmi", Reply(delay_s=30.0))
    sending = asyncio.create_task(pushes.send([push_to(subscription)]))
    await service.asked.wait()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    (got,) = await pushes.send([push_to(subscription)])
    assert isinstance(got, Sent)
