"""Serving: answers when it says so, says goodbye when it goes."""

import asyncio
import contextlib
import gc
import json
import socket
from uuid import uuid4

import asyncpg
import httpx
import pytest
import websockets

from api.limits import AttemptOptions
from denyut.serving import bound_socket, rare_collections, serving
from denyut.settings import Settings
from mobile_contract import live
from tests.builders import make_city, make_session


def settings_for(database: str, **more: object) -> Settings:
    """A service on this database and a free port."""
    return Settings(database_url=database, port=0, **more)  # type: ignore[arg-type]


async def test_it_is_ready_when_it_says_so(database: str) -> None:
    async with serving(settings_for(database)) as (_, address), httpx.AsyncClient() as client:
        ready = await client.get(f"{address}/ready")
        assert ready.status_code == 200
        assert ready.json()["status"] == "ready"
        assert "denyut_intake_waiting_items 0.0" in (await client.get(f"{address}/metrics")).text


async def test_heads_are_bounded(database: str) -> None:
    async with serving(settings_for(database)) as (_, address), httpx.AsyncClient() as client:
        long = await client.get(f"{address}/live", headers={"x": "y" * 200_000})
        assert (long.status_code, long.json()["code"]) == (400, "malformed")


@pytest.mark.parametrize(("proxies", "shared"), [(("127.0.0.0/8",), False), ((), True)])
async def test_tries_are_counted_by_the_phones_address_behind_a_trusted_proxy(
    database: str, proxies: tuple[str, ...], shared: bool
) -> None:
    few = AttemptOptions(address=1)
    settings = settings_for(database, attempts=few, trusted_proxies=proxies)
    async with serving(settings) as (_, address), httpx.AsyncClient() as client:
        answers = [
            await client.post(
                f"{address}/v1/sessions",
                json={"nip": nip, "password": "salah", "device": {"id": str(uuid4())}},
                headers={"x-forwarded-for": phone},
            )
            for nip, phone in (
                ("199911042023032001", "192.0.2.1"),
                ("198001012005011001", "192.0.2.2"),
            )
        ]
    assert answers[0].status_code == 401
    assert answers[1].status_code == (429 if shared else 401)


async def test_an_open_socket_is_told_when_to_come_back(database: str, pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    token = await make_session(pool, city.ani)
    async with contextlib.AsyncExitStack() as stack:
        _, address = await stack.enter_async_context(serving(settings_for(database)))
        phone = await websockets.connect(f"ws{address.removeprefix('http')}/v1/live")
        await phone.send(json.dumps({"type": "hello", "token": token}))
        assert json.loads(await phone.recv())["type"] == "welcome"
        going = asyncio.create_task(stack.aclose())
        bye = json.loads(await phone.recv())
        while bye["type"] == "events":  # the empty frame that ends catching up
            bye = json.loads(await phone.recv())
        assert bye["type"] == "bye"
        assert bye["retry_in_s"] > 0
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await phone.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == live.CLOSE_RESTART
        await going


def test_a_taken_port_is_said_before_anything_starts() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            bound_socket(Settings(port=port))


def test_the_collector_comes_seldom_while_a_service_stands_and_as_before_afterwards() -> None:
    before = gc.get_threshold()
    with rare_collections():
        assert gc.get_freeze_count() > 0
        assert gc.get_threshold()[0] > before[0]
    assert gc.get_freeze_count() == 0
    assert gc.get_threshold() == before
