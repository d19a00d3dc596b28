"""The OAuth side: when a token is fetched, by whom, and what a refusal is called."""

import asyncio
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from google.auth.exceptions import RefreshError, TransportError
from google.oauth2 import service_account

from notifications.channels.fcm_session import FcmSession
from tests.standins.fcm import INTERNAL, QUOTA_EXCEEDED, FcmStandIn, Reply, ServiceAccount

SCOPES = ["https://www.googleapis.com/auth/firebase.messaging"]


class WatchedCredentials(service_account.Credentials):
    """Remembers in which threads it was refreshed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.threads: list[int] = []

    def refresh(self, request: Any) -> None:
        self.threads.append(threading.get_ident())
        super().refresh(request)


@asynccontextmanager
async def session(google: FcmStandIn) -> AsyncGenerator[tuple[FcmSession, WatchedCredentials]]:
    credential = WatchedCredentials.from_service_account_info(google.credentials(), scopes=SCOPES)
    made = FcmSession(credential, http_timeout_s=5.0)
    try:
        yield made, credential
    finally:
        await made.aclose()


async def send(ours: FcmSession, google: FcmStandIn, address: str = "device") -> httpx.Response:
    url = f"{google.url}/v1/projects/{google.account.project}/messages:send"
    return await ours.request("post", url, headers={}, json={"message": {"token": address}})


async def test_one_token_serves_many_requests(google: FcmStandIn) -> None:
    async with session(google) as (ours, _):
        for _ in range(3):
            await ours.authorise()
            assert (await send(ours, google)).status_code == 200
    assert google.token_requests == 1


async def test_many_who_ask_at_once_cause_one_fetch(google: FcmStandIn) -> None:
    async with session(google) as (ours, _):
        await asyncio.gather(*(ours.authorise() for _ in range(20)))
    assert google.token_requests == 1


async def test_a_token_is_never_fetched_on_the_event_loop(google: FcmStandIn) -> None:
    async with session(google) as (ours, credential):
        await ours.authorise()
        google.revoke_tokens()
        with pytest.raises(httpx.HTTPStatusError):
            await send(ours, google)
        await ours.authorise()
        await send(ours, google)
    assert len(credential.threads) == 2
    assert threading.get_ident() not in credential.threads


async def test_a_revoked_token_is_replaced_before_the_next_batch(google: FcmStandIn) -> None:
    async with session(google) as (ours, _):
        await ours.authorise()
        google.revoke_tokens()
        refused = await asyncio.gather(
            *(send(ours, google) for _ in range(5)), return_exceptions=True
        )
        assert all(isinstance(each, httpx.HTTPStatusError) for each in refused)
        await ours.authorise()
        assert (await send(ours, google)).status_code == 200
    assert google.token_requests == 2


async def test_a_key_that_google_does_not_know_is_a_refusal(google: FcmStandIn) -> None:
    stranger = ServiceAccount.made(google.account.project)
    credential = service_account.Credentials.from_service_account_info(
        stranger.json(google.url), scopes=SCOPES
    )
    ours = FcmSession(credential, http_timeout_s=5.0)
    with pytest.raises(RefreshError, match="invalid_grant") as refusal:
        await ours.authorise()
    assert not refusal.value.retryable
    await ours.aclose()


@pytest.mark.parametrize("reply", [INTERNAL, QUOTA_EXCEEDED])
async def test_a_failing_token_endpoint_is_asked_once(google: FcmStandIn, reply: Reply) -> None:
    google.token_replies.append(reply)
    async with session(google) as (ours, _):
        with pytest.raises(TransportError):
            await ours.authorise()
        assert google.token_requests == 1
        await ours.authorise()
    assert google.token_requests == 2


async def test_an_answer_that_does_not_come_ends_with_the_deadline(google: FcmStandIn) -> None:
    google.answers("slow", Reply(delay_s=60))
    async with session(google) as (ours, _):
        await ours.authorise()
        ours._http_timeout_s = 0.05
        with pytest.raises(httpx.ReadTimeout):
            await send(ours, google, "slow")


async def test_closing_twice_is_closing_once(google: FcmStandIn) -> None:
    async with session(google) as (ours, _):
        await ours.authorise()
        await send(ours, google)
        await ours.aclose()
