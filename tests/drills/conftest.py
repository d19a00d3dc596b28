"""A Google that phones are reached through, for drills of the service as a process."""

import json
from collections.abc import AsyncGenerator
from pathlib import Path

import asyncpg
import pytest

from tests.drills.street import Street, make_street
from tests.standins.fcm import FcmStandIn, ServiceAccount


@pytest.fixture(scope="session")
def account() -> ServiceAccount:
    return ServiceAccount.made()


@pytest.fixture
async def google(account: ServiceAccount) -> AsyncGenerator[FcmStandIn]:
    async with FcmStandIn.running(account) as running:
        yield running


@pytest.fixture
def environment(database: str, google: FcmStandIn, tmp_path: Path) -> dict[str, str]:
    """A service whose sender's death is noticed after seconds and not after its true lease."""
    credentials = tmp_path / "service-account.json"
    credentials.write_text(json.dumps(google.credentials()))
    return {
        "DENYUT_DATABASE_URL": database,
        "DENYUT_FCM_CREDENTIALS": str(credentials),
        "DENYUT_FCM_URL": google.url,
        "DENYUT_OUTBOX__LEASE_S": "3",
        "DENYUT_OUTBOX__SETTLE_S": "1",
        "DENYUT_OUTBOX__POLL_S": "0.2",
        "DENYUT_OUTBOX__RETRY__BACKOFF_FIRST_S": "0.2",
    }


@pytest.fixture
async def street(pool: asyncpg.Pool) -> Street:
    return await make_street(pool)
