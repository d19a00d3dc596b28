"""A running stand-in for Google, and a sender that is connected to it."""

from collections.abc import AsyncGenerator

import pytest

from notifications.channels.fcm import Fcm, FcmOptions
from tests.standins.fcm import FcmStandIn, ServiceAccount


@pytest.fixture(scope="session")
def account() -> ServiceAccount:
    return ServiceAccount.made()


@pytest.fixture
async def google(account: ServiceAccount) -> AsyncGenerator[FcmStandIn]:
    async with FcmStandIn.running(account) as running:
        yield running


@pytest.fixture
async def fcm(google: FcmStandIn) -> AsyncGenerator[Fcm]:
    async with Fcm.opened(FcmOptions(google.credentials(), url=google.url)) as opened:
        yield opened
