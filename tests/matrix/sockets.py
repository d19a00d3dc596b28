"""A client of the live feed that keeps every word it was sent."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from mobile_contract import live

PATIENCE_S = 20.0  # for something that must come
NOWHERE = count()


@dataclass
class Ear:
    """One connection. `text` is all that was heard, `events` those of it, without doubles."""

    connection: ClientConnection
    messages: list[live.ServerMessage] = field(default_factory=list)
    text: str = ""
    events: dict[int, live.Event] = field(default_factory=dict)
    sampled: dict[int, live.Event] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)

    async def say(self, message: live.ClientMessage) -> None:
        """Sends a message; a connection that is closed already will say so when it is read."""
        with suppress(ConnectionClosed):
            await self.connection.send(msgspec.json.encode(message), text=True)

    async def next(self) -> live.ServerMessage:
        """The next message. Raises ConnectionClosed."""
        async with asyncio.timeout(PATIENCE_S):
            said = await self.connection.recv(decode=True)
        message = msgspec.json.decode(said, type=live.ServerMessage)
        self.text += str(said)
        self.messages.append(message)
        if isinstance(message, live.Events):
            self.events |= {event.position: event for event in message.events}
            self.positions[message.topic] = message.upto
        elif isinstance(message, live.Rollup):
            self.sampled |= {event.position: event for event in message.sample}
            self.positions[message.topic] = message.upto
        return message

    async def hello(self, token: str | None, cursor: live.Cursor | None = None) -> str | None:
        """Signs in; the code of the refusal, if there is one."""
        await self.say(live.Hello(token or "nobody", cursor))
        message = await self.next()
        return message.code if isinstance(message, live.LiveError) else None

    async def settled(self) -> str | None:
        """Listens until what was said before has been dealt with; the code of the last error.

        Messages are dealt with one after another, so this asks for a topic that is none.
        """
        nowhere = f"unit:{next(NOWHERE)}"
        await self.say(live.Subscribe(nowhere))
        code: str | None = None
        while True:
            try:
                message = await self.next()
            except ConnectionClosed:
                return code or "closed"
            if isinstance(message, live.LiveError):
                if message.topic == nowhere:
                    return code
                code = message.code

    async def until(self, topic: str, position: int) -> None:
        """Listens until a topic has reached a position."""
        while self.positions.get(topic, -1) < position:
            await self.next()

    async def ended(self) -> tuple[str | None, int]:
        """Listens until the service closes: the last error, and the code of the closing."""
        with suppress(ConnectionClosed):
            while True:
                await self.next()
        assert self.connection.protocol.close_rcvd is not None, "the connection was cut"
        said = [each.code for each in self.messages if isinstance(each, live.LiveError)]
        return said[-1] if said else None, self.connection.protocol.close_rcvd.code

    def about(self, employee_id: UUID) -> set[str]:
        """The kinds of the events that were heard about somebody."""
        return {each.kind for each in self.events.values() if each.employee_id == employee_id}


@asynccontextmanager
async def ear(address: str, **options: Any) -> AsyncGenerator[Ear]:
    """A connection that has said nothing yet."""
    async with connect(
        f"ws{address.removeprefix('http')}/v1/live",
        ping_interval=None,
        compression=None,
        max_size=None,
        proxy=None,
        **options,
    ) as connection:
        yield Ear(connection)
