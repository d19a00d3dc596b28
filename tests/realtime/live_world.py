"""The live edge of one process on a real port, and clients that check what they are told."""

import asyncio
import socket
from collections.abc import AsyncIterator, Generator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from typing import Any
from uuid import UUID

import msgspec
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from mobile_contract import live
from mobile_contract.live import place_of
from models.queries.feed import FeedRow
from models.queries.replays import gap
from realtime.contacts import ContactOptions, Contacts
from realtime.gateway import Gateway, GatewayOptions
from realtime.hub import Hub, HubOptions
from realtime.principals import PrincipalOptions, Principals
from realtime.pulse import Pulse, PulseOptions
from realtime.replay import Replay, ReplayOptions
from realtime.scopes import ScopeOptions, Scopes
from realtime.views import ViewOptions, Views
from tests.builders import City, make_city, make_report, make_session

PATIENCE_S = 20.0  # of a test that waits for something that must come


class QuietServer(uvicorn.Server):
    """Uvicorn without its signal handlers."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


class LiveWorld:
    """A city, and the parts behind its sockets. Reports are announced as the intake would."""

    def __init__(self, pool: Any, city: City, options: "WorldOptions") -> None:
        self.pool = pool
        self.city = city
        self.frozen = False
        self.pulse = Pulse(pool, PulseOptions(every_s=0.02, stale_after_s=options.stale_after_s))
        self.principals = Principals(pool, PrincipalOptions(), fresh=lambda: self.pulse.fresh)
        self.scopes = Scopes(pool, options.scopes)
        self.replay = Replay(pool, self.scopes, options.replay)
        self.hub = Hub(options.hub, self._fill, self.replay.today, lambda: self.pulse.fresh)
        self.views = Views(pool, ViewOptions(flush_every_s=3_600))
        self.contacts = Contacts(pool, ContactOptions())
        self.gateway = Gateway(
            self.hub,
            self.principals,
            self.replay,
            self.scopes,
            self.views,
            self.contacts,
            options.gateway,
        )
        self.pulse.on_heads(self.hub.on_heads)
        self.pulse.on_rights(self.principals.rights_changed)
        self.pulse.on_rights(self.gateway.rights_changed)
        self.port = 0

    async def _fill(self, shard: int, after: int, upto: int) -> list[FeedRow]:
        return await gap(self.pool, shard, after, upto)

    @asynccontextmanager
    async def running(self, ws: Any) -> AsyncIterator["LiveWorld"]:
        """Serves on a free port of the loopback."""
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        self.port = listening.getsockname()[1]
        config = uvicorn.Config(
            self.gateway,
            ws=ws,
            lifespan="off",
            log_config=None,
            ws_ping_interval=None,
            ws_per_message_deflate=False,
            interface="asgi3",
        )
        server = QuietServer(config)
        async with AsyncExitStack() as parts:
            await parts.enter_async_context(self.hub.running())
            await parts.enter_async_context(self.pulse.running())
            await parts.enter_async_context(self.views.running())
            await parts.enter_async_context(self.contacts.running())
            config.load()
            server.lifespan = config.lifespan_class(config)
            await server.startup(sockets=[listening])
            parts.push_async_callback(server.shutdown, [listening])
            await parts.enter_async_context(self.gateway.running())
            yield self

    async def report(self, employee_id: UUID, *, announced: bool = True) -> FeedRow:
        """One committed report of somebody's first target."""
        row = await make_report(self.pool, employee_id, self.city.targets[employee_id])
        if announced:
            self.hub.receive([row])
        return row

    async def settled(self) -> None:
        """Waits until the hub has everything that is committed, announced or not."""
        await self.pulse.beat()
        async with asyncio.timeout(PATIENCE_S):
            while any(lane.behind for lane in self.hub._lanes):
                await asyncio.sleep(0.005)

    def announce(self, row: FeedRow) -> FeedRow:
        """Tells the hub of a committed event."""
        self.hub.receive([row])
        return row

    @asynccontextmanager
    async def phone(self, path: str = "/v1/live", **options: Any) -> AsyncIterator["Phone"]:
        """A connected client that has said nothing yet."""
        async with connect(
            f"ws://127.0.0.1:{self.port}{path}",
            ping_interval=None,
            compression=None,
            max_size=None,
            proxy=None,
            **options,
        ) as connection:
            yield Phone(connection)

    @asynccontextmanager
    async def follower(
        self, employee_id: UUID, cursor: live.Cursor | None = None
    ) -> AsyncIterator["Phone"]:
        """A client of somebody, welcomed."""
        token = await make_session(self.pool, employee_id)
        async with self.phone() as phone:
            await phone.hello(token, cursor)
            yield phone


class Phone:
    """A client. It keeps the events of each topic and checks that frames join."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.token = ""
        self.welcome: live.Welcome | None = None
        self.positions: dict[str, int] = {}
        self.events: dict[str, list[live.Event]] = {}
        self.resets: list[live.Reset] = []
        self._decoder = msgspec.json.Decoder(live.ServerMessage)

    async def say(self, message: live.ClientMessage | str | bytes) -> None:
        """Sends a message, or any text or bytes."""
        written = message if isinstance(message, str | bytes) else msgspec.json.encode(message)
        await self.connection.send(written, text=not isinstance(message, bytes))

    async def hello(self, token: str, cursor: live.Cursor | None = None) -> live.Welcome:
        """Signs in; the answer is the welcome."""
        self.token = token
        await self.say(live.Hello(token, cursor))
        welcome = await self.hear(live.Welcome)
        self.welcome = welcome
        same = cursor is not None and cursor.epoch == welcome.epoch
        known = cursor.positions if cursor is not None and same else {}
        self.positions = {name: state.upto for name, state in welcome.topics.items()} | {
            name: at for name, at in known.items() if name in welcome.topics
        }
        return welcome

    async def next(self) -> live.ServerMessage:
        """The next message, taken in."""
        async with asyncio.timeout(PATIENCE_S):
            message = self._decoder.decode(await self.connection.recv(decode=False))
        self._take(message)
        return message

    async def hear(self, kind: type) -> Any:
        """Messages until one of a kind, which is given."""
        while not isinstance(message := await self.next(), kind):
            pass
        return message

    async def until(self, topic: str, position: int) -> list[live.Event]:
        """Listens until a topic has reached a position; all events of it so far."""
        while self.positions.get(topic, -1) < position:
            await self.next()
        return self.events.get(topic, [])

    async def end(self) -> int:
        """Listens until the service closes; the code."""
        with suppress(ConnectionClosed):
            while True:
                await self.next()
        assert self.connection.protocol.close_rcvd is not None, "the connection was cut"
        return self.connection.protocol.close_rcvd.code

    async def end_of_bytes(self) -> None:
        """Listens until the connection is gone. Raises ConnectionClosed."""
        while True:
            await self.next()

    async def error(self) -> tuple[str, int]:
        """The error that the service says before it closes, and the code it closes with."""
        error = await self.hear(live.LiveError)
        return error.code, await self.end()

    def cursor(self) -> live.Cursor:
        """Where this client stands."""
        assert self.welcome is not None
        return live.Cursor(self.welcome.epoch, dict(self.positions))

    def seqs(self, topic: str) -> list[int]:
        """The numbers of the events told in a topic, in the order they came."""
        return [place_of(event.position)[1] for event in self.events.get(topic, [])]

    def _take(self, message: live.ServerMessage) -> None:
        if isinstance(message, live.Events):
            position = self.positions[message.topic]
            assert message.prev <= position, f"events were lost: {message.prev} > {position}"
            new = [event for event in message.events if event.position > position]
            assert [event.position for event in new] == sorted(event.position for event in new)
            self.events.setdefault(message.topic, []).extend(new)
            self.positions[message.topic] = max(position, message.upto)
        elif isinstance(message, live.Subscribed):
            self.positions[message.topic] = message.upto
        elif isinstance(message, live.Rollup):
            self.positions[message.topic] = max(self.positions[message.topic], message.upto)
        elif isinstance(message, live.Reset):
            self.resets.append(message)
            if message.topic is not None and message.upto is not None:
                self.positions[message.topic] = message.upto


class WorldOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What a test changes about its world."""

    gateway: GatewayOptions = GatewayOptions()
    hub: HubOptions = HubOptions(tick_s=0.005, rollup_every_s=0.05)
    scopes: ScopeOptions = ScopeOptions()
    replay: ReplayOptions = ReplayOptions()
    stale_after_s: float = 5.0


@asynccontextmanager
async def live_world(
    pool: Any, ws: Any, options: WorldOptions | None = None
) -> AsyncIterator[LiveWorld]:
    """A running world with a city of its own."""
    city = await make_city(pool)
    async with LiveWorld(pool, city, options or WorldOptions()).running(ws) as world:
        yield world
