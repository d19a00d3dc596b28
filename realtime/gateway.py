"""`WS /v1/live`: bytes of one WebSocket to and from the parts behind it. Plain ASGI.

One ASGI task serves a socket; pings, expiries and slow readers are seen to by one sweep over all
sockets. Invariants: nothing is told before a valid `hello`; a socket whose person lost a right is
silent from the moment this process hears of it; when the service goes, every client is told when
to come back, spread out.
"""

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, MutableMapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, assert_never
from uuid import UUID

import msgspec

from mobile_contract import live
from models.rules.refusals import (
    BodyTooLarge,
    DatabaseAway,
    HelloExpected,
    MalformedRequest,
    OriginNotAllowed,
    Refusal,
    SessionExpired,
)
from realtime.connection import LiveSocket
from realtime.contacts import Contacts
from realtime.edge import Closing, ConnectionOptions, Edge, Send, closed, last_words
from realtime.frames import text_frame
from realtime.hub import Hub
from realtime.origins import is_welcome, names_a_token
from realtime.principals import Principals
from realtime.replay import Replay
from realtime.scopes import Scopes
from realtime.views import Views
from realtime.writers import NotOpen, Writer, writer_for

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class GatewayOptions:
    """Who may connect, and how long anybody is waited for.

    `allowed_origins`: pages (scheme, host and port) that may connect besides those of the same
    host; clients that are no page send no origin and are welcome.
    """

    allowed_origins: tuple[str, ...] = ()
    hello_timeout_s: float = 5.0
    ping_every_s: float = 25.0
    missed_pongs: int = 2
    slow_after_s: float = 10.0
    token_grace_s: float = 5.0
    most_message_bytes: int = 65_536
    sweep_every_s: float = 0.5
    asking_at_once: int = 16  # sockets that ask the database, as after a change for everybody
    retry_in_s: float = 2.0  # of a client that the service sends away; jittered by half
    connection: ConnectionOptions = field(default_factory=ConnectionOptions)


class Gateway:
    """All sockets of this process, as one ASGI application."""

    def __init__(
        self,
        hub: Hub,
        principals: Principals,
        replay: Replay,
        scopes: Scopes,
        views: Views,
        contacts: Contacts,
        options: GatewayOptions,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock` counts seconds, as the clock of `principals` does."""
        self._principals = principals
        self._contacts = contacts
        self._options = options
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()
        self._sockets: dict[UUID, set[LiveSocket]] = {}
        self._going = False
        self._decoder = msgspec.json.Decoder(live.ClientMessage)
        self._edge = Edge(
            hub,
            principals,
            replay,
            scopes,
            views,
            self._spawn,
            asyncio.Semaphore(options.asking_at_once),
            clock,
            options.ping_every_s,
            options.connection,
        )

    @property
    def sockets(self) -> int:
        """How many signed-in sockets are open; a gauge for the metrics."""
        return sum(len(of_person) for of_person in self._sockets.values())

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Serves one WebSocket from its connect to its disconnect."""
        refusal = self._unwelcome(scope)  # before accepting: a server may drop the headers then
        if (await receive())["type"] != "websocket.connect":
            return
        await send({"type": "websocket.accept"})
        writer = writer_for(scope, send)
        socket: LiveSocket | None = None
        try:
            if refusal is not None:
                raise refusal
            socket = await self._greeted(receive, send, writer)
            while socket is not None and not socket.ended:
                message = await self._message(receive)
                if message is None:
                    break
                self._take(socket, message)
        except Closing as closing:
            if socket is not None:
                socket.end(closing.code, closing.error, closing.retry_in_s)
            else:
                await self._refused(send, writer, closing)
        finally:
            if socket is not None:
                socket.leave()
                if socket.closing is not None:
                    await asyncio.wait({socket.closing})

    def rights_changed(self, employee_ids: frozenset[UUID] | None) -> None:
        """Silences these people's sockets (None: all) until their rights were looked at again.

        Called by the pulse, after `Principals.rights_changed`.
        """
        people = list(self._sockets) if employee_ids is None else employee_ids
        for employee_id in people:
            for socket in tuple(self._sockets.get(employee_id, ())):
                socket.review()

    async def close_all(self, retry_in_s: float) -> None:
        """Sends everybody away, to come back after about so many seconds, and waits for it."""
        self._going = True
        for of_person in list(self._sockets.values()):
            for socket in tuple(of_person):
                socket.end(live.CLOSE_RESTART, retry_in_s=self._spread(retry_in_s))
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["Gateway"]:
        """Sweeps while the block runs; sends everybody away at its end."""
        sweep = asyncio.create_task(self._sweeping(), name="gateway")
        try:
            yield self
        finally:
            sweep.cancel()
            with suppress(asyncio.CancelledError):
                await sweep
            await self.close_all(self._options.retry_in_s)

    # --- one conversation -----------------------------------------------------------------------

    def _unwelcome(self, scope: MutableMapping[str, Any]) -> Closing | None:
        """Why a connection is not taken at all."""
        headers: dict[bytes, bytes] = dict(scope["headers"])
        origin = headers.get(b"origin", b"").decode("latin-1")
        host = headers.get(b"host", b"").decode("latin-1")
        if origin and not is_welcome(origin, host, self._options.allowed_origins):
            return Closing(live.CLOSE_NOT_ALLOWED, OriginNotAllowed.code)
        if names_a_token(scope.get("query_string", b"")):
            return Closing(live.CLOSE_MALFORMED, MalformedRequest.code)
        if self._going:
            retry_in_s = self._spread(self._options.retry_in_s)
            return Closing(live.CLOSE_RESTART, None, retry_in_s)
        return None

    async def _greeted(self, receive: Receive, send: Send, writer: Writer) -> LiveSocket | None:
        """The socket after a valid hello; None: the client left before."""
        try:
            async with asyncio.timeout(self._options.hello_timeout_s):
                hello = await self._message(receive)
        except TimeoutError:
            raise Closing(live.CLOSE_MALFORMED, HelloExpected.code) from None
        if hello is None:
            return None
        if not isinstance(hello, live.Hello):
            raise Closing(live.CLOSE_MALFORMED, HelloExpected.code)
        try:
            principal = await self._principals.current(hello.token)
        except DatabaseAway as refusal:
            retry_in_s = self._spread(self._options.connection.away_retry_in_s)
            raise Closing(live.CLOSE_RESTART, refusal.code, retry_in_s) from None
        except Refusal as refusal:
            raise Closing(live.CLOSE_NOT_SIGNED_IN, refusal.code) from None
        socket = LiveSocket(self._edge, writer, send, (hello.token, principal), self._forget)
        self._sockets.setdefault(principal.person.employee_id, set()).add(socket)
        self._contacts.heard_from(principal.person.employee_id)
        socket.open(hello.cursor)
        return socket

    async def _message(self, receive: Receive) -> live.ClientMessage | None:
        """The next message; None: the client is gone. Raises Closing for what is none."""
        received = await receive()
        if received["type"] != "websocket.receive":
            return None
        text = received.get("text")
        if text is None:
            raise Closing(live.CLOSE_MALFORMED, MalformedRequest.code)
        if len(text) > self._options.most_message_bytes:
            raise Closing(live.CLOSE_MALFORMED, BodyTooLarge.code)
        try:
            return self._decoder.decode(text)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            raise Closing(live.CLOSE_MALFORMED, MalformedRequest.code) from None

    def _take(self, socket: LiveSocket, message: live.ClientMessage) -> None:
        """Does what a message asks for, or has it done."""
        socket.missing_pongs = 0
        self._contacts.heard_from(socket.principal.person.employee_id)
        match message:
            case live.Pong():
                pass
            case live.Subscribe():
                socket.subscribe(message)
            case live.Unsubscribe(topic):
                socket.unsubscribe(topic)
            case live.Renew(token):
                socket.renew(token)
            case live.Hello():
                raise Closing(live.CLOSE_MALFORMED, MalformedRequest.code)
            case _:
                assert_never(message)

    async def _refused(self, send: Send, writer: Writer, closing: Closing) -> None:
        """Says why and closes, where there is no socket yet."""
        with suppress(NotOpen):
            writer.write(last_words(closing.error, closing.retry_in_s))
        await closed(writer, send, closing.code, self._options.connection.close_timeout_s)

    def _forget(self, socket: LiveSocket) -> None:
        employee_id = socket.principal.person.employee_id
        of_person = self._sockets.get(employee_id)
        if of_person is not None:
            of_person.discard(socket)
            if not of_person:
                del self._sockets[employee_id]

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _spread(self, retry_in_s: float) -> float:
        """Between half and one and a half of it, so that nobody comes back together."""
        return round(retry_in_s * random.uniform(0.5, 1.5), 3)

    # --- all of them ----------------------------------------------------------------------------

    async def _sweeping(self) -> None:
        while True:
            await asyncio.sleep(self._options.sweep_every_s)
            self.sweep()

    def sweep(self) -> None:
        """Looks at every socket once: pings, missing pongs, expiries, slow readers."""
        now_s = self._clock()
        ping = text_frame(msgspec.json.encode(live.Ping(datetime.now(UTC))))
        for of_person in list(self._sockets.values()):
            for socket in tuple(of_person):
                self._look_at(socket, now_s, ping)

    def _look_at(self, socket: LiveSocket, now_s: float, ping: bytes) -> None:
        principal = socket.principal
        if now_s >= principal.token_until_s + self._options.token_grace_s:
            socket.end(live.CLOSE_NOT_SIGNED_IN, SessionExpired.code)
            return
        if now_s >= principal.valid_until_s and principal.valid_until < principal.token_expires_at:
            socket.review()  # a headship or an assignment began or ended
        behind_since = socket.behind_since
        if behind_since is not None and now_s - behind_since >= self._options.slow_after_s:
            socket.end(live.CLOSE_TOO_SLOW)
            return
        if now_s >= socket.ping_due_s:
            if socket.missing_pongs >= self._options.missed_pongs:
                socket.end(live.CLOSE_TOO_SLOW)
                return
            socket.missing_pongs += 1
            socket.ping_due_s = now_s + self._options.ping_every_s
            socket.write(ping)
