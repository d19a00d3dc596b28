"""The real firebase-admin against a stand-in for Google: every answer, and what it means."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import firebase_admin
import pytest
from firebase_admin import messaging

from notifications.channels.channel import (
    BadPayload,
    FcmInstallation,
    FcmToken,
    Gone,
    Later,
    Outcome,
    ProviderRefuses,
    Push,
    Sent,
    WrongSender,
    display_tag,
)
from notifications.channels.fcm import CredentialsError, Fcm, FcmOptions
from tests.standins.fcm import (
    ANSWER_LOST,
    BAD_GATEWAY,
    FCM_ERROR,
    INTERNAL,
    INVALID_ARGUMENT,
    INVALID_DATA,
    INVALID_TOKEN,
    NO_SUCH_PAGE,
    PERMISSION_DENIED,
    QUOTA_EXCEEDED,
    SENDER_ID_MISMATCH,
    THIRD_PARTY_AUTH_ERROR,
    UNAUTHENTICATED,
    UNAVAILABLE,
    UNREGISTERED,
    FcmStandIn,
    Reply,
    ServiceAccount,
)

NOW_S = 1_795_000_000.0
NOT_FOUND_WITHOUT_CODE = replace(UNREGISTERED, fcm_code=None)
TOO_LARGE = Reply(413, page="<title>413</title>")
GOOGLE_LOGIN_PAGE = Reply(200, page="<title>Sign in to this network</title>")
NO_NAME = Reply(200, page="{}")
ODD_ERROR = Reply(400, page='{"error": "odd"}')
ODD_DETAILS = Reply(
    400, page=json.dumps({"error": {"message": "m", "details": [{"@type": FCM_ERROR}, "odd"]}})
)


def push(address: str = "device", key: str = "slip:1:1:2") -> Push:
    return Push(
        target=FcmToken(address),
        key=key,
        title="Ada target yang tertinggal",
        body="Buka Denyut untuk melihat target Anda.",
        data={"kind": "slip", "screen": "target", "target_id": "1"},
        ttl_s=3600,
    )


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (UNREGISTERED, Gone),
        (NOT_FOUND_WITHOUT_CODE, Gone),
        (INVALID_TOKEN, Gone),
        (SENDER_ID_MISMATCH, WrongSender),
        (INVALID_ARGUMENT, BadPayload),
        (INVALID_DATA, BadPayload),
        (TOO_LARGE, BadPayload),
        (QUOTA_EXCEEDED, Later),
        (UNAVAILABLE, Later),
        (INTERNAL, Later),
        (BAD_GATEWAY, Later),
        (ANSWER_LOST, Later),
        (UNAUTHENTICATED, Later),
        (GOOGLE_LOGIN_PAGE, Later),
        (NO_NAME, Later),
        (ODD_ERROR, Later),
        (ODD_DETAILS, BadPayload),
        (THIRD_PARTY_AUTH_ERROR, ProviderRefuses),
        (PERMISSION_DENIED, ProviderRefuses),
        (NO_SUCH_PAGE, ProviderRefuses),
    ],
)
async def test_each_answer_has_its_meaning_and_is_asked_for_once(
    google: FcmStandIn, fcm: Fcm, reply: Reply, outcome: type[Outcome]
) -> None:
    google.answers("device", reply)
    (got,) = await fcm.send([push()])
    assert isinstance(got, outcome)
    assert len(google.received) == 1


async def test_a_delivered_push_gives_the_providers_id(google: FcmStandIn, fcm: Fcm) -> None:
    (got,) = await fcm.send([push()])
    assert isinstance(got, Sent)
    assert got.provider_id.startswith(f"projects/{google.account.project}/messages/")


async def test_a_push_carries_what_a_phone_needs(google: FcmStandIn) -> None:
    sent = Fcm(FcmOptions(google.credentials(), url=google.url), now_s=lambda: NOW_S)
    await sent.send([push()])
    await sent.aclose()
    (got,) = google.delivered
    tag = display_tag("slip:1:1:2")
    assert got.message == {
        "token": "device",
        "notification": {
            "title": "Ada target yang tertinggal",
            "body": "Buka Denyut untuk melihat target Anda.",
        },
        "data": {"kind": "slip", "screen": "target", "target_id": "1"},
        "android": {
            "collapse_key": tag,
            "priority": "high",
            "ttl": "3600s",
            "notification": {"tag": tag},
        },
        "apns": {
            "headers": {
                "apns-collapse-id": tag,
                "apns-priority": "10",
                "apns-expiration": str(int(NOW_S) + 3600),
            }
        },
    }


async def test_an_installation_id_is_sent_as_one(google: FcmStandIn, fcm: Fcm) -> None:
    await fcm.send([replace(push(), target=FcmInstallation("fid-1"), urgent=False)])
    (got,) = google.delivered
    assert got.message["fid"] == "fid-1"
    assert "token" not in got.message
    assert got.message["android"]["priority"] == "normal"
    assert got.message["apns"]["headers"]["apns-priority"] == "5"


@pytest.mark.parametrize(
    ("header", "wish_s"),
    [
        ("60", 60.0),
        ("0", 0.0),
        (format_datetime(datetime.fromtimestamp(NOW_S + 90, UTC), usegmt=True), 90.0),
        (format_datetime(datetime.fromtimestamp(NOW_S - 90, UTC), usegmt=True), 0.0),
        ("soon", None),
        ("-5", None),
        (None, None),
    ],
)
async def test_the_provider_says_when_to_come_back(
    google: FcmStandIn, header: str | None, wish_s: float | None
) -> None:
    google.answers("device", replace(QUOTA_EXCEEDED, retry_after=header))
    asking = Fcm(FcmOptions(google.credentials(), url=google.url), now_s=lambda: NOW_S)
    (got,) = await asking.send([push()])
    await asking.aclose()
    assert isinstance(got, Later)
    assert got.retry_after_s == wish_s


async def test_outcomes_stand_in_the_order_of_the_pushes_whatever_happens_between(
    google: FcmStandIn, fcm: Fcm
) -> None:
    google.answers("b", Reply(delay_s=0.05))
    google.answers("c", UNREGISTERED)
    google.answers("d", ANSWER_LOST)
    google.answers("f", UNAVAILABLE)
    unsendable = replace(push("e"), ttl_s=-1)
    batch = [push("a"), push("b"), push("c"), push("d"), unsendable, push("f"), push("g")]
    got = await fcm.send(batch)
    assert [type(each) for each in got] == [Sent, Sent, Gone, Later, BadPayload, Later, Sent]


@pytest.mark.parametrize(
    "unsendable",
    [
        replace(push(), target=FcmToken("")),
        replace(push(), ttl_s=10**20),
        replace(push(), data={"target_id": 1}),
    ],
    ids=["no address", "endless", "data that is no text"],
)
async def test_a_push_that_cannot_be_encoded_asks_nobody(
    google: FcmStandIn, fcm: Fcm, unsendable: Push
) -> None:
    (got,) = await fcm.send([unsendable])
    assert isinstance(got, BadPayload)
    assert google.received == []


async def test_a_lost_answer_sent_again_has_the_same_tag(google: FcmStandIn, fcm: Fcm) -> None:
    google.answers("device", ANSWER_LOST)
    first = await fcm.send([push()])
    again = await fcm.send([push()])
    assert [type(each) for each in first + again] == [Later, Sent]
    tags = {each.message["android"]["notification"]["tag"] for each in google.delivered}
    assert len(google.delivered) == 2
    assert len(tags) == 1


async def test_a_payload_over_googles_limit_is_bad(google: FcmStandIn, fcm: Fcm) -> None:
    (got,) = await fcm.send([replace(push(), body="x" * 5000)])
    assert isinstance(got, BadPayload)


async def test_more_than_a_batch_goes_through_and_no_more_than_allowed_are_open(
    google: FcmStandIn,
) -> None:
    addresses = [f"device-{n}" for n in range(1201)]
    for address in addresses[:40]:
        google.answers(address, Reply(delay_s=0.01))
    options = FcmOptions(google.credentials(), url=google.url, max_in_flight=8)
    async with Fcm.opened(options) as fcm:
        got = await fcm.send([push(address) for address in addresses])
    assert all(isinstance(each, Sent) for each in got)
    assert sorted(each.address for each in google.delivered) == sorted(addresses)
    assert 1 < google.most_open_messages <= 8
    assert google.token_requests == 1


async def test_no_pushes_ask_for_nothing(google: FcmStandIn, fcm: Fcm) -> None:
    assert await fcm.send([]) == []
    assert (google.received, google.token_requests) == ([], 0)


async def test_a_silent_provider_is_given_up_and_hurts_only_its_own_push(
    google: FcmStandIn,
) -> None:
    google.answers("slow", Reply(delay_s=60))
    options = FcmOptions(google.credentials(), url=google.url, http_timeout_s=2.0)
    async with Fcm.opened(options) as fcm:
        slow, quick = await fcm.send([push("slow"), push("quick")])
    assert isinstance(slow, Later)
    assert isinstance(quick, Sent)


async def test_a_cancelled_batch_leaves_the_sender_usable(google: FcmStandIn) -> None:
    google.answers("device", Reply(delay_s=60))
    options = FcmOptions(google.credentials(), url=google.url, max_in_flight=1)
    async with Fcm.opened(options) as fcm:
        sending = asyncio.create_task(fcm.send([push(), push("never asked for")]))
        await google.asked.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        assert [type(each) for each in await fcm.send([push()])] == [Sent]
    assert [each.address for each in google.received] == ["device", "device"]


async def test_nobody_listening_means_later(account: ServiceAccount) -> None:
    async with FcmStandIn.running(account) as gone:
        options = FcmOptions(gone.credentials(), url=gone.url)
    async with Fcm.opened(options) as fcm:
        assert [type(each) for each in await fcm.send([push("a"), push("b")])] == [Later, Later]


async def test_google_down_after_the_token_means_later(account: ServiceAccount) -> None:
    async with FcmStandIn.running(account) as google:
        fcm = Fcm(FcmOptions(google.credentials(), url=google.url))
        await fcm.send([push()])
    (got,) = await fcm.send([push()])
    await fcm.aclose()
    assert isinstance(got, Later)


async def test_credentials_that_google_refuses_hold_everything(google: FcmStandIn) -> None:
    stranger = ServiceAccount.made(google.account.project)
    options = FcmOptions(stranger.json(google.url), url=google.url)
    async with Fcm.opened(options) as fcm:
        got = await fcm.send([push("a"), push("b"), push("c")])
    assert [type(each) for each in got] == [ProviderRefuses] * 3
    assert google.received == []
    assert google.token_requests == 1


async def test_a_failing_token_endpoint_costs_a_batch_one_request(
    google: FcmStandIn, fcm: Fcm
) -> None:
    google.token_replies.append(INTERNAL)
    got = await fcm.send([push("a"), push("b"), push("c")])
    assert [type(each) for each in got] == [Later] * 3
    assert google.token_requests == 1


async def test_a_token_revoked_between_batches_costs_one_try(google: FcmStandIn, fcm: Fcm) -> None:
    await fcm.send([push()])
    google.revoke_tokens()
    assert [type(each) for each in await fcm.send([push()])] == [Later]
    assert [type(each) for each in await fcm.send([push()])] == [Sent]


async def test_two_senders_live_side_by_side_and_leave_nothing(
    google: FcmStandIn, account: ServiceAccount
) -> None:
    apps_before = set(firebase_admin._apps)
    async with FcmStandIn.running(account) as other:
        async with (
            Fcm.opened(FcmOptions(google.credentials(), url=google.url)) as here,
            Fcm.opened(FcmOptions(other.credentials(), url=other.url)) as there,
        ):
            await asyncio.gather(here.send([push("here")]), there.send([push("there")]))
        assert [each.address for each in other.delivered] == ["there"]
    assert [each.address for each in google.delivered] == ["here"]
    assert set(firebase_admin._apps) == apps_before


async def test_closing_twice_is_closing_once(google: FcmStandIn) -> None:
    fcm = Fcm(FcmOptions(google.credentials(), url=google.url))
    await fcm.aclose()
    await fcm.aclose()


async def test_a_push_after_closing_waits_for_the_next_sender(google: FcmStandIn) -> None:
    fcm = Fcm(FcmOptions(google.credentials(), url=google.url))
    await fcm.aclose()
    assert [type(each) for each in await fcm.send([push()])] == [Later]
    assert google.received == []


async def test_the_project_of_the_options_wins(google: FcmStandIn) -> None:
    options = FcmOptions(google.credentials(), project="another", url=google.url)
    async with Fcm.opened(options) as fcm:
        (got,) = await fcm.send([push()])
    assert isinstance(got, ProviderRefuses)  # the stand-in knows one project: a page, not an error
    assert google.received == []


async def test_a_service_account_may_lie_in_a_file(google: FcmStandIn, tmp_path: Path) -> None:
    file = tmp_path / "account.json"
    file.write_text(json.dumps(google.credentials()))
    async with Fcm.opened(FcmOptions(file, url=google.url)) as fcm:
        assert isinstance((await fcm.send([push()]))[0], Sent)


@pytest.mark.parametrize("content", [None, "{}", "not json", '{"type": "service_account"}'])
def test_unusable_credentials_are_told_at_the_start(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "account.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(CredentialsError):
        Fcm(FcmOptions(file))


def test_options_never_print_the_key(account: ServiceAccount) -> None:
    assert "PRIVATE" not in repr(FcmOptions(account.json("http://127.0.0.1:1")))


async def test_without_a_url_it_is_googles(google: FcmStandIn) -> None:
    fcm = Fcm(FcmOptions(google.credentials()))
    url = messaging._get_messaging_service(fcm._app)._fcm_url
    await fcm.aclose()
    assert url.startswith("https://fcm.googleapis.com/v1/projects/")
