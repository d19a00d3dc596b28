"""uvicorn's HTTP protocol with bounds that it does not have: how long a head may be, and may take.

Without them one connection, signed in or not, could make this process keep as many headers as it
cares to send. Invariant: what is kept of a request that the application has not seen yet is at
most MOST_HEAD_BYTES and one read; whatever is no HTTP is answered as a problem like everything.
"""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from api.problems import problem_response
from models.rules.refusals import MalformedRequest

MOST_HEAD_BYTES: Final = 65_536  # a phone's has 500; cursors in addresses may have 32,768
HEAD_TIMEOUT_S: Final = 20.0  # a phone on a bad signal sends its head in one packet or two
MOST_FRAMING: Final = 8  # bytes around each byte of a body: a chunk of one byte has five


class BoundedHttp(HttpToolsProtocol):
    """Give it to `uvicorn.Config(http=…)`."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._in_head = False
        self._in_body = False
        self._head_bytes = 0
        self._body_bytes = 0
        self._read_body_bytes = 0
        self._framing_bytes = 0
        self._head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Somebody connects, and has so long to say what they want."""
        super().connection_made(transport)
        self._head_timer = self.loop.call_later(HEAD_TIMEOUT_S, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._no_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """One read; what is left of a head or around a body after it is counted."""
        self._read_body_bytes = 0
        super().data_received(data)
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES:
                self._cut()
            elif self._head_timer is None:
                self._head_timer = self.loop.call_later(HEAD_TIMEOUT_S, self.transport.abort)
        elif self._in_body:
            self._framing_bytes += len(data) - self._read_body_bytes
            if self._framing_bytes > MOST_HEAD_BYTES + MOST_FRAMING * self._body_bytes:
                self._cut()

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        super().on_message_begin()
        self._in_head = True
        self._head_bytes = self._body_bytes = self._framing_bytes = 0

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._in_head, self._in_body = False, True
        self._no_timer()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of the body, without its framing."""
        self._body_bytes += len(body)
        self._read_body_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._in_body = False
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Says that it was no HTTP, in the one shape that errors have here."""
        _, headers, body = problem_response(MalformedRequest())
        lines = [b"%b: %b\r\n" % header for header in headers]
        lines += [b"content-length: %d\r\n" % len(body), b"connection: close\r\n\r\n"]
        self.transport.write(STATUS_LINE[400] + b"".join(lines) + body)
        self.transport.close()

    def _cut(self) -> None:
        """No more of this: with a word, where none of an earlier answer is in the way."""
        self._in_head = self._in_body = False
        if self.cycle is None or self.cycle.response_complete:
            self.send_400_response("")
        else:
            self.transport.abort()

    def _no_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
