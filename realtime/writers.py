"""Two ways for bytes to reach a socket, behind one face: prepared frames, and plain ASGI.

The prepared way (`prepared.py`) writes finished WebSocket frames to the transport. The plain way
works with any ASGI server: it unpacks the frame and lets the server frame the text again.
Invariant: both keep the order of writes and tell how many bytes have not left the process.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final, Protocol

from realtime.frames import payloads_of

HIGH_WATER: Final = 65_536  # unsent bytes; 1,000 slow readers hold ≤ 64 MB plus a frame each
LOW_WATER: Final = 16_384  # unsent bytes at which a reader counts as drained
EXTENSION: Final = "denyut.prepared"

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class NotOpen(Exception):
    """The connection takes no more messages: it closes, or is gone."""


class Writer(Protocol):
    """Where one socket's frames go."""

    on_drained: Callable[[], None] | None
    """Called when unsent bytes fall to LOW_WATER after having been above HIGH_WATER."""

    @property
    def unsent_bytes(self) -> int:
        """Bytes that wait in this process."""
        ...

    def write(self, data: bytes) -> int:
        """Writes whole frames made by `text_frame`; gives the unsent bytes, or raises `NotOpen`."""
        ...

    async def finish(self) -> None:
        """Waits for what was written to be handed on, and takes nothing more."""
        ...

    def abort(self) -> None:
        """Gives up what is unsent, and the connection with it where the server lets us."""
        ...


class PlainWriter:
    """The plain way: a task, alive only while something waits, sends one text after another."""

    __slots__ = ("_full", "_open", "_send", "_task", "_unsent", "_waiting", "on_drained")

    def __init__(self, send: Send) -> None:
        self._send = send
        self._waiting: deque[bytes] = deque()
        self._unsent = 0
        self._full = False
        self._open = True
        self._task: asyncio.Task[None] | None = None
        self.on_drained: Callable[[], None] | None = None

    @property
    def unsent_bytes(self) -> int:
        """Bytes that the server has not taken; what it buffers itself is not known here."""
        return self._unsent

    def write(self, data: bytes) -> int:
        """Queues whole frames; gives the unsent bytes, or raises `NotOpen`."""
        if not self._open:
            raise NotOpen
        self._waiting.append(data)
        self._unsent += len(data)
        self._full = self._full or self._unsent > HIGH_WATER
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._pump())
        return self._unsent

    async def finish(self) -> None:
        """Waits until the server took everything, and takes nothing more."""
        self.on_drained = None
        if self._task is not None:
            await self._task
        self._open = False

    def abort(self) -> None:
        """Drops what waits; the server itself decides when a deaf connection ends."""
        self.on_drained = None
        self._open = False
        self._waiting.clear()
        if self._task is not None:
            self._task.cancel()

    async def _pump(self) -> None:
        try:
            while self._waiting:
                data = self._waiting.popleft()
                for text in payloads_of(data):
                    await self._send({"type": "websocket.send", "text": text})
                self._unsent -= len(data)
                if self._full and self._unsent <= LOW_WATER:
                    self._full = False
                    if self.on_drained is not None:
                        self.on_drained()
        except Exception:  # each server has its own error for a peer that left
            self._open = False
            self._waiting.clear()
            self._unsent = 0
        finally:
            self._task = None


def writer_for(scope: MutableMapping[str, Any], send: Send) -> Writer:
    """The prepared way where the server offers it, else the plain one. Call it after accepting."""
    extensions: dict[str, Any] = scope.get("extensions") or {}
    prepared: Writer | None = extensions.get(EXTENSION)
    return PlainWriter(send) if prepared is None else prepared
