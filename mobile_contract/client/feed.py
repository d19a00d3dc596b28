"""The live feed across lost sockets: snapshot, hello with the cursor, frames, and again.

Invariant: what happened while a socket was away arrives as if it had stayed open, or the topic is
shown anew. What messages mean is decided in `topics.py`; here are only sockets and pauses. The
token travels in a message, never in the address.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Origin

from mobile_contract.cards import USUAL_CARDS, TopicState
from mobile_contract.client.connection import Connection, Refused, Unreachable
from mobile_contract.client.pauses import Pauses
from mobile_contract.client.topics import Connected, FollowedTopics, Update
from mobile_contract.live import (
    CLOSE_NOT_ALLOWED,
    CLOSE_NOT_SIGNED_IN,
    Bye,
    ClientMessage,
    Cursor,
    Hello,
    Ping,
    Pong,
    Renew,
    Revoked,
    ServerMessage,
    Unsubscribe,
)

RENEW_AGAIN_S: Final = 5.0  # a renewal without signal is tried again after this long
STEADY_S: Final = 10.0  # a socket that lived longer was no failure


class NotAllowed(Exception):
    """The service does not let this person, or this page, listen at all."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The socket is gone; the feed comes back by itself after this many seconds."""

    reason: str
    retry_in_s: float


@dataclass(frozen=True, slots=True)
class FeedOptions:
    """How a feed is followed.

    `cards`: of each topic. `snapshots`: False starts empty and costs the service less.
    `silent_pings`: after this many ping intervals without a word the socket counts as dead.
    """

    cards: int = USUAL_CARDS
    snapshots: bool = True
    open_timeout_s: float = 10.0
    silent_pings: float = 2.5
    most_frame_bytes: int = 4 * 1024 * 1024
    origin: str | None = None
    pauses: Pauses = field(default_factory=Pauses)


class LiveFeed:
    """One person's feed; follow it with `async with aclosing(feed.updates()) as updates`.

    Whoever follows slowly is a slow reader to the service too: nothing piles up here.
    """

    def __init__(self, connection: Connection, options: FeedOptions | None = None) -> None:
        self._connection = connection
        self._options = options or FeedOptions()
        self._topics = FollowedTopics(self._options.cards, self._options.snapshots)
        self._socket: ClientConnection | None = None
        self._bye: Bye | None = None
        self._decoder = msgspec.json.Decoder(ServerMessage)

    @property
    def states(self) -> dict[str, TopicState]:
        """Each topic as it stands now."""
        return self._topics.states

    @property
    def cursor(self) -> Cursor | None:
        """Where the feed stands; None before the first snapshot."""
        return self._topics.cursor

    async def subscribe(self, topic: str) -> None:
        """Drills down into one more topic, now and after every reconnection."""
        await self._send(self._topics.drill(topic))

    async def unsubscribe(self, topic: str) -> None:
        """Leaves it again."""
        self._topics.leave(topic)
        await self._send(Unsubscribe(topic))

    async def updates(self) -> AsyncGenerator[Update | Lost]:
        """Everything that happens, for ever. Raises SignInNeeded and NotAllowed, nothing else."""
        failures = 0
        now_s = asyncio.get_running_loop().time
        while True:
            told_s: float | None = None
            began_at_s = now_s()
            try:
                async with aclosing(self._one_socket()) as updates:
                    async for update in updates:
                        yield update
                reason = "the service said bye"
            except ConnectionClosed as closed:
                reason = str(closed)
                if closed.rcvd is not None and closed.rcvd.code == CLOSE_NOT_ALLOWED:
                    raise NotAllowed(closed.rcvd.reason) from None
            except Refused as refused:
                reason, told_s = str(refused), refused.retry_after_s
            except (Unreachable, WebSocketException, OSError, TimeoutError) as error:
                reason = f"{type(error).__name__}: {error}"
            failures = 1 if now_s() - began_at_s > STEADY_S else failures + 1
            if self._bye is not None:
                told_s, self._bye = self._bye.retry_in_s, None
            pause_s = self._options.pauses.pause_s(failures, told_s)
            yield Lost(reason, pause_s)
            await asyncio.sleep(pause_s)

    async def _one_socket(self) -> AsyncGenerator[Update]:
        """The life of one socket, from the snapshot it may need to its end."""
        for update in await self._caught_up():
            yield update
        token = await self._connection.access_token()
        origin = self._options.origin
        async with connect(
            live_address(self._connection.options.base_url),
            compression=None,
            max_size=self._options.most_frame_bytes,
            open_timeout=self._options.open_timeout_s,
            ping_interval=None,  # the service pings in messages of its own
            origin=Origin(origin) if origin else None,
            proxy=None,
        ) as socket:
            self._socket = socket
            try:
                await self._send(Hello(token, self._topics.cursor))
                async with aclosing(self._conversation(socket, token)) as updates:
                    async for update in updates:
                        yield update
            except ConnectionClosed as closed:
                if closed.rcvd is not None and closed.rcvd.code == CLOSE_NOT_SIGNED_IN:
                    await self._connection.replaced_token(token)
                raise
            finally:
                self._socket = None

    async def _conversation(self, socket: ClientConnection, token: str) -> AsyncGenerator[Update]:
        """Messages until the socket ends, with renewals in time and snapshots where due."""
        now_s = asyncio.get_running_loop().time
        silence_s = self._options.open_timeout_s
        renew_at_s = now_s() + self._connection.fresh_for_s
        heard_at_s = now_s()
        while True:
            until_s = min(renew_at_s, heard_at_s + silence_s)
            try:
                async with asyncio.timeout(max(until_s - now_s(), 0)):
                    text = await socket.recv(decode=False)
            except TimeoutError:
                if now_s() >= heard_at_s + silence_s:
                    raise TimeoutError("the service fell silent") from None
                token, renew_at_s = await self._renewed(token)
                continue
            heard_at_s = now_s()
            try:
                message = self._decoder.decode(text)
            except msgspec.ValidationError:
                continue  # a newer service says things that this version does not know
            for update in self._topics.take(message):
                if isinstance(update, Connected):
                    silence_s = update.welcome.ping_every_s * self._options.silent_pings
                    for topic in self._topics.drilled:
                        await self._send(self._topics.drill(topic))
                yield update
            if isinstance(message, Ping):
                await self._send(Pong())
            elif isinstance(message, Bye):
                self._bye = message
                return
            for update in await self._caught_up():
                yield update

    async def _caught_up(self) -> list[Update]:
        """The snapshots that are due; frames wait in the socket meanwhile."""
        updates: list[Update] = []
        for topic in self._topics.due:
            try:
                snapshot = await self._connection.snapshot(self._options.cards, topic)
            except Refused as refused:
                if topic is None or refused.problem.retry != "never":
                    raise
                updates += self._topics.take(Revoked(topic))
            else:
                updates += self._topics.shown(snapshot, topic)
        return updates

    async def _renewed(self, token: str) -> tuple[str, float]:
        """The token the socket goes on with, and when to renew it next, by the loop's clock."""
        now_s = asyncio.get_running_loop().time
        try:
            fresh = await self._connection.access_token()
        except (Unreachable, Refused):
            return token, now_s() + RENEW_AGAIN_S
        if fresh != token:
            await self._send(Renew(fresh))
        return fresh, now_s() + max(self._connection.fresh_for_s, RENEW_AGAIN_S)

    async def _send(self, message: ClientMessage) -> None:
        """Without a socket nothing is sent: what counts is said again after the next welcome."""
        if self._socket is not None:
            await self._socket.send(msgspec.json.encode(message), text=True)


def live_address(base_url: str) -> str:
    """The address of the socket beside the service's own."""
    parts = urlsplit(base_url)
    scheme = "wss" if parts.scheme == "https" else "ws"
    return f"{scheme}://{parts.netloc}{parts.path.rstrip('/')}/v1/live"
