"""`denyut notify test` over a real database and a stand-in for Google."""

import asyncio
import json
import os
import sys
from pathlib import Path

import asyncpg
import pytest

from denyut.commands.notify import told
from denyut.notifying import Arrival, Trial
from models.tables.columns import new_id
from tests.builders import make_city
from tests.notifications.city import make_phone
from tests.standins.fcm import FcmStandIn, ServiceAccount


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch, database: str) -> None:
    for name in list(os.environ):
        if name.startswith("DENYUT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("DENYUT_DATABASE_URL", database)


async def invoked(*arguments: str) -> tuple[int | None, str]:
    """A process of its own: the stand-in answers in this one's loop."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "denyut",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode, output.decode()


async def test_a_test_reaches_the_phone_and_says_so(
    pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    city = await make_city(pool)
    await make_phone(pool, city.ani, "anis-phone")
    nip = await pool.fetchval("SELECT nip FROM employee WHERE id = $1", city.ani)
    async with FcmStandIn.running(ServiceAccount.made()) as google:
        account = tmp_path / "account.json"
        account.write_text(json.dumps(google.credentials()), encoding="utf-8")
        monkeypatch.setenv("DENYUT_FCM_CREDENTIALS", str(account))
        monkeypatch.setenv("DENYUT_FCM_URL", google.url)
        status, output = await invoked("notify", "test", nip)
    assert status == 0, output
    assert "sent: projects/" in output
    assert [each.address for each in google.delivered] == ["anis-phone"]


async def test_without_a_device_it_says_that_the_inbox_has_it(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    nip = await pool.fetchval("SELECT nip FROM employee WHERE id = $1", city.ani)
    status, output = await invoked("notify", "test", nip)
    assert status == 1
    assert "the inbox has the notice" in output
    assert "no device" in output
    status, output = await invoked("notify", "test", "198001012005011001")
    assert status == 1
    assert "No active employee" in output
    status, output = await invoked("notify", "test", "123")
    assert (status, output) == (1, "A NIP has 18 digits and begins with a date of birth.\n")


def test_steps_are_shown_where_it_took_several() -> None:
    made = Trial(new_id(), "Ani", {"tablet": "gave no address for pushes"})
    twice = Arrival("phone", "sent", "m", ("retried: 503", "sent: m"))
    assert told(made, [twice]) == [
        "Ani: the inbox has the notice.",
        "phone: sent: m",
        "    retried: 503",
        "    sent: m",
        "tablet: not sent: gave no address for pushes",
    ]
