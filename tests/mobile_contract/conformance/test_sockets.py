"""A live feed that is silent, rude or talks nonsense is found out by every rule."""

from collections.abc import Awaitable, Callable

import pytest
from websockets.asyncio.server import ServerConnection, serve

from mobile_contract.conformance import sockets
from mobile_contract.conformance.examination import RULES
from mobile_contract.conformance.subject import Broken, Subject
from tests.mobile_contract.conformance.conftest import subject_of, yes

SOCKET_RULES = [rule for rule in RULES if rule.__module__ == sockets.__name__]


async def silent(socket: ServerConnection) -> None:
    await socket.wait_closed()


async def rude(socket: ServerConnection) -> None:
    await socket.close(1000)


async def babbling(socket: ServerConnection) -> None:
    await socket.send('{"type":"welcome"}')
    await socket.wait_closed()


@pytest.mark.parametrize("rule", SOCKET_RULES)
@pytest.mark.parametrize("service", [silent, rude, babbling])
async def test_a_feed_that_breaks_the_rule_is_found_out(
    rule: Callable[[Subject], Awaitable[None]],
    service: Callable[[ServerConnection], Awaitable[None]],
) -> None:
    async with serve(service, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Broken):
            await rule(subject_of(yes, f"http://127.0.0.1:{port}"))
