"""Prepared frames on uvicorn: finished bytes for every socket, and little memory for an idle one.

`PreparedProtocol` is given to uvicorn as `ws=`. It is uvicorn's own WebSocket protocol with one
thing more, `scope["extensions"]["denyut.prepared"]`, and some things less: memory that an idle
socket does not need, and a log line for each socket. Invariant: finished frames and the messages
of ASGI `send` leave in the order in which they were written, and nothing is written to a
connection that is not open.
"""

import asyncio
import logging
import socket
from asyncio.transports import BaseTransport
from collections.abc import Callable
from typing import Any, cast

from uvicorn._types import ASGIReceiveEvent
from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.frames import Frame
from websockets.http11 import Request
from websockets.protocol import Protocol

from realtime.writers import EXTENSION, HIGH_WATER, LOW_WATER, NotOpen

MOST_PIECES = 16  # of a message in hand; a peer that cuts it finer makes us join it more often
SEND_BUFFER_BYTES = 65_536  # what the kernel holds for a slow reader (it doubles the number)


class PreparedWriter:
    """The prepared way to one socket (`realtime.writers.Writer`)."""

    __slots__ = ("_transport", "is_open", "on_drained")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self.is_open = False
        """Whether the handshake is done and nothing was said of closing: the protocol tells."""
        self.on_drained: Callable[[], None] | None = None

    @property
    def unsent_bytes(self) -> int:
        """Bytes that the kernel has not taken."""
        return self._transport.get_write_buffer_size()

    def write(self, data: bytes) -> int:
        """Writes whole frames to the transport; gives the unsent bytes, or raises `NotOpen`."""
        transport = self._transport
        if not self.is_open or transport.is_closing():
            raise NotOpen
        transport.write(data)
        return transport.get_write_buffer_size()

    async def finish(self) -> None:
        """Takes nothing more; what was written is with the transport already."""
        self.is_open = False
        self.on_drained = None

    def abort(self) -> None:
        """Ends the connection at once: a peer that never reads would hold its buffer for ever."""
        self.is_open = False
        self.on_drained = None
        self._transport.abort()


class _Inbox:
    """The part of `asyncio.Queue` that uvicorn uses, for one reader, without its 2 KB."""

    __slots__ = ("_messages", "_reader")

    def __init__(self) -> None:
        self._messages: list[ASGIReceiveEvent] = []
        self._reader: asyncio.Future[None] | None = None

    def put_nowait(self, message: ASGIReceiveEvent) -> None:
        self._messages.append(message)
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    def empty(self) -> bool:
        return not self._messages

    async def get(self) -> ASGIReceiveEvent:
        while not self._messages:
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        return self._messages.pop(0)


class _Gate:
    """The part of `asyncio.Event` that uvicorn uses; it makes the event only while shut."""

    __slots__ = ("_opened",)

    def __init__(self) -> None:
        self._opened: asyncio.Event | None = None

    def set(self) -> None:
        if self._opened is not None:
            self._opened.set()
            self._opened = None

    def clear(self) -> None:
        if self._opened is None:
            self._opened = asyncio.Event()

    async def wait(self) -> None:
        while self._opened is not None:
            await self._opened.wait()


def _quiet_logger() -> logging.Logger:
    """Where sockets log errors and not their comings and goings, unless somebody set its level."""
    logger = logging.getLogger("denyut.sockets")
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.WARNING)
    return logger


class PreparedProtocol(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket protocol with prepared frames. Give it to `uvicorn.Config(ws=…)`.

    Where compression was negotiated the extension is not offered, as finished frames bypass it.
    After acceptance `scope["headers"]` is empty; an app reads what it needs before.
    """

    # The base class has no slots and more attributes than CPython shares keys for, so a dict of
    # its own would cost each socket 2 KB. A name missing here goes to that dict and works as well.
    __slots__ = (
        "_close_sent",
        "_owed",
        "_prepared",
        "app",
        "app_state",
        "asgi_version",
        "client",
        "close_timeout",
        "close_timer",
        "config",
        "conn",
        "connections",
        "curr_msg_data_type",
        "default_headers",
        "disconnected",
        "frames",
        "handshake_complete",
        "handshake_initiated",
        "initial_response",
        "last_ping_rtt",
        "logger",
        "loop",
        "pending_ping_payload",
        "ping_interval",
        "ping_sent_at",
        "ping_timeout",
        "ping_timer",
        "pong_timer",
        "queue",
        "read_paused",
        "request",
        "response",
        "root_path",
        "scheme",
        "scope",
        "server",
        "tasks",
        "transport",
        "writable",
    )

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._prepared: PreparedWriter | None = None
        super().__init__(config, server_state, app_state, _loop)
        self.logger = _quiet_logger()
        self.queue = cast("asyncio.Queue[ASGIReceiveEvent]", _Inbox())
        self.writable = _Gate()
        self._owed = b""

    @property
    def close_sent(self) -> bool:
        """Whether uvicorn has said the last word; the prepared way ends there, too."""
        return self._close_sent

    @close_sent.setter
    def close_sent(self, sent: bool) -> None:
        self._close_sent = sent
        if sent and self._prepared is not None:
            self._prepared.is_open = False

    def connection_made(self, transport: BaseTransport) -> None:
        """Bounds what this process and the kernel hold for a slow reader."""
        super().connection_made(transport)
        self.transport.set_write_buffer_limits(high=HIGH_WATER, low=LOW_WATER)
        sock = transport.get_extra_info("socket")
        if sock is not None and sock.family != socket.AF_UNIX:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)

    def handle_connect(self, event: Request) -> None:
        """Offers the extension to the app, which runs in the loop's next turn."""
        super().handle_connect(event)
        if self.response.status_code == 101 and not self.conn.extensions:
            self._prepared = PreparedWriter(self.transport)
            cast(dict[str, Any], self.scope)["extensions"][EXTENSION] = self._prepared
            # uvicorn fed exactly the handshake, so nothing of a frame has been read: a parser of
            # frames alone can take over, and lets go of the request that the first one remembers.
            self.conn.parser = Protocol.parse(self.conn)
            next(self.conn.parser)

    def handle_cont(self, event: Frame) -> None:
        """A message in pieces costs no more than its bytes, however many pieces are empty."""
        if len(self.frames) >= MOST_PIECES:
            self.frames = [b"".join(self.frames)]
        super().handle_cont(event)

    def handle_ping(self) -> None:
        """Pongs, but to a peer that does not read only the latest, once there is room for it."""
        if self.transport.get_write_buffer_size() > HIGH_WATER:
            # The first ping of a read takes the pongs of all that came with it.
            self._owed = b"".join(self.conn.data_to_send()) or self._owed
        else:
            super().handle_ping()

    def start_keepalive(self) -> None:
        """Called once the connection is accepted: the handshake is no longer needed."""
        super().start_keepalive()
        if self._prepared is not None:
            self._prepared.is_open = True
        cast(dict[str, Any], self.scope)["headers"].clear()
        del self.request, self.response

    def resume_writing(self) -> None:
        """Room again: for uvicorn's own sends, and for the writer's owner."""
        super().resume_writing()
        owed, self._owed = self._owed, b""
        if owed and not self.close_sent:
            self.transport.write(owed)
        if self._prepared is not None and self._prepared.on_drained is not None:
            self._prepared.on_drained()
