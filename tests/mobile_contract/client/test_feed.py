"""The feed over real sockets: it resumes, renews, answers pings, and comes back spread out."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from websockets.asyncio.server import ServerConnection, serve

from mobile_contract.client.connection import Connection, SignInNeeded
from mobile_contract.client.feed import FeedOptions, LiveFeed, Lost, NotAllowed
from mobile_contract.client.pauses import Pauses
from mobile_contract.client.topics import Changed, Connected, Shown, Update
from mobile_contract.live import (
    Bye,
    ClientMessage,
    Event,
    Events,
    FeedSnapshot,
    Hello,
    Ping,
    Pong,
    Renew,
    ServerMessage,
    Subscribe,
    TopicSnapshot,
    Welcome,
)
from mobile_contract.live import TopicState as Served
from tests.mobile_contract.client.conftest import NIP, NOON, PASSWORD, StandIn, connected

EPOCH, MINE = UUID(int=1), "person:1"
SWIFT = FeedOptions(pauses=Pauses(least_s=0.001, most_s=0.002), open_timeout_s=5)

Scene = Callable[["Socket"], Awaitable[None]]


class Socket:
    """The service's end of one socket, in words of the contract."""

    def __init__(self, socket: ServerConnection) -> None:
        self.raw = socket

    async def say(self, message: ServerMessage) -> None:
        await self.raw.send(msgspec.json.encode(message), text=True)

    async def hear(self) -> ClientMessage:
        return msgspec.json.decode(await self.raw.recv(), type=ClientMessage)

    async def greet(self, upto: int = 0, ping_every_s: float = 30) -> Hello:
        hello = await self.hear()
        assert isinstance(hello, Hello)
        topics = {MINE: Served("events", upto)}
        await self.say(
            Welcome(EPOCH, UUID(int=9), topics, ping_every_s, NOON + timedelta(minutes=10))
        )
        return hello


@asynccontextmanager
async def staged(
    service: StandIn, *scenes: Scene, refresh_before_s: float = 60
) -> AsyncIterator[Connection]:
    """A service whose sockets play one scene each, then the last one for ever."""
    left = list(scenes)
    failures: list[BaseException] = []

    async def play(socket: ServerConnection) -> None:
        assert socket.request is not None
        assert socket.request.path == "/v1/live"
        scene = left.pop(0) if len(left) > 1 else left[0]
        try:
            await scene(Socket(socket))
        except AssertionError as failure:
            failures.append(failure)

    async with serve(play, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        connection = connected(service, f"http://127.0.0.1:{port}", refresh_before_s)
        await connection.sign_in(NIP, PASSWORD)
        service.snapshots = [lambda: msgspec.json.encode(snapshot(0))]
        yield connection
    assert failures == []


def snapshot(upto: int) -> FeedSnapshot:
    return FeedSnapshot(EPOCH, [TopicSnapshot(MINE, "events", upto, [], {})], "opaque")


def frame(seq: int) -> Events:
    notice = msgspec.Raw(b'{"notice_id":"x"}')
    event = Event(seq * 16, "notice", NOON, UUID(int=9), content=notice)
    return Events(MINE, (seq - 1) * 16, seq * 16, [event])


async def stay(socket: Socket) -> None:
    await socket.greet()
    await socket.raw.wait_closed()


async def first(feed: LiveFeed, *kinds: type[Any], limit_s: float = 10) -> list[Any]:
    """Follows until one update of each kind has come, in this order; returns those."""
    wanted, found = list(kinds), list[Update | Lost]()
    async with asyncio.timeout(limit_s), aclosing(feed.updates()) as updates:
        async for update in updates:
            if isinstance(update, wanted[0]):
                found.append(update)
                wanted.pop(0)
                if not wanted:
                    break
    return found


async def test_snapshot_then_hello_with_its_cursor_then_events(service: StandIn) -> None:
    heard: list[Hello] = []

    async def scene(socket: Socket) -> None:
        heard.append(await socket.greet())
        await socket.say(frame(1))
        await socket.raw.wait_closed()

    async with staged(service, scene) as connection:
        feed = LiveFeed(connection, SWIFT)
        _, _, changed = await first(feed, Shown, Connected, Changed)
    assert changed.events[0].position == 16
    assert feed.states[MINE].position == 16
    assert heard[0].token == "access-1"
    assert heard[0].cursor is not None
    assert heard[0].cursor.positions == {MINE: 0}


async def test_a_lost_socket_resumes_where_it_was_without_a_new_snapshot(service: StandIn) -> None:
    heard: list[Hello] = []

    async def drops(socket: Socket) -> None:
        await socket.greet()
        await socket.say(frame(1))
        socket.raw.transport.abort()

    async def resumes(socket: Socket) -> None:
        heard.append(await socket.greet(32))
        await socket.say(frame(1))
        await socket.say(frame(2))
        await socket.raw.wait_closed()

    async with staged(service, drops, resumes) as connection:
        feed = LiveFeed(connection, SWIFT)
        found = await first(feed, Changed, Lost, Connected, Changed)
    assert found[-1].events[0].position == 32
    assert heard[0].cursor is not None
    assert heard[0].cursor.positions == {MINE: 16}
    assert len(service.calls("/v1/feed")) == 1


async def test_pings_are_answered_and_words_of_the_future_ignored(service: StandIn) -> None:
    answered = asyncio.Event()

    async def scene(socket: Socket) -> None:
        await socket.greet()
        await socket.raw.send('{"type":"weather","rain":true}')
        await socket.say(Ping(NOON))
        assert isinstance(await socket.hear(), Pong)
        answered.set()
        await socket.say(frame(1))
        await socket.raw.wait_closed()

    async with staged(service, scene) as connection:
        await first(LiveFeed(connection, SWIFT), Changed)
    assert answered.is_set()


async def test_a_service_that_says_bye_is_given_its_time(service: StandIn) -> None:
    async def scene(socket: Socket) -> None:
        await socket.greet()
        await socket.say(Bye(0.01))
        await socket.raw.wait_closed()

    async with staged(service, scene, stay) as connection:
        (lost, _) = await first(LiveFeed(connection, SWIFT), Lost, Connected)
    assert 0.01 <= lost.retry_in_s <= 0.012


@pytest.mark.parametrize("code", [1012, 4408])
async def test_a_restart_and_a_slow_reader_come_back(service: StandIn, code: int) -> None:
    async def scene(socket: Socket) -> None:
        await socket.greet()
        await socket.raw.close(code)

    async with staged(service, scene, stay) as connection:
        (lost, _) = await first(LiveFeed(connection, SWIFT), Lost, Connected)
    assert str(code) in lost.reason


async def test_a_silent_service_counts_as_gone(service: StandIn) -> None:
    async def scene(socket: Socket) -> None:
        await socket.greet(ping_every_s=0.02)
        await socket.raw.wait_closed()

    async with staged(service, scene, stay) as connection:
        (lost, _) = await first(LiveFeed(connection, SWIFT), Lost, Connected)
    assert "silent" in lost.reason


async def test_a_token_that_is_not_taken_is_replaced(service: StandIn) -> None:
    tokens: list[str] = []

    async def refuses(socket: Socket) -> None:
        hello = await socket.hear()
        assert isinstance(hello, Hello)
        tokens.append(hello.token)
        await socket.raw.close(4401)

    async def takes(socket: Socket) -> None:
        tokens.append((await socket.greet()).token)
        await socket.raw.wait_closed()

    async with staged(service, refuses, takes) as connection:
        await first(LiveFeed(connection, SWIFT), Lost, Connected)
    assert tokens == ["access-1", "access-2"]


async def test_an_ended_session_ends_the_feed(service: StandIn) -> None:
    async def scene(socket: Socket) -> None:
        await socket.hear()
        service.ended = True
        await socket.raw.close(4401)

    async with staged(service, scene) as connection:
        with pytest.raises(SignInNeeded):
            await first(LiveFeed(connection, SWIFT), Connected)


async def test_whoever_may_not_listen_is_not_kept_trying(service: StandIn) -> None:
    async def scene(socket: Socket) -> None:
        await socket.hear()
        await socket.raw.close(4403, "origin_not_allowed")

    async with staged(service, scene) as connection:
        with pytest.raises(NotAllowed, match="origin_not_allowed"):
            await first(LiveFeed(connection, SWIFT), Connected)


async def test_the_token_is_renewed_before_it_ends(service: StandIn) -> None:
    renewed: list[str] = []

    async def scene(socket: Socket) -> None:
        await socket.greet()
        message = await socket.hear()
        assert isinstance(message, Renew)
        renewed.append(message.token)
        await socket.say(frame(1))
        await socket.raw.wait_closed()

    async with staged(service, scene, refresh_before_s=599.9) as connection:
        await first(LiveFeed(connection, SWIFT), Changed)
    assert renewed == ["access-2"]


async def test_drilling_down_survives_a_lost_socket(service: StandIn) -> None:
    heard: list[ClientMessage] = []

    async def scene(socket: Socket) -> None:
        await socket.greet()
        heard.append(await socket.hear())
        socket.raw.transport.abort()

    async with staged(service, scene) as connection:
        feed = LiveFeed(connection, SWIFT)
        await feed.subscribe("unit:3")
        await first(feed, Connected, Lost, Connected, Lost)
    assert heard[:2] == [Subscribe("unit:3"), Subscribe("unit:3")]


async def test_no_service_at_all_is_waited_out(service: StandIn) -> None:
    async with staged(service, stay) as connection:
        pass  # the server has gone, its port is closed
    lost = await first(LiveFeed(connection, SWIFT), Lost, Lost, Lost)
    assert all(each.retry_in_s <= 0.002 for each in lost)


async def test_without_snapshots_only_the_socket_is_used(service: StandIn) -> None:
    async with staged(service, stay) as connection:
        await first(LiveFeed(connection, FeedOptions(snapshots=False)), Connected, Shown)
    assert service.calls("/v1/feed") == []
