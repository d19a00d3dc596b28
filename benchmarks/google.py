"""A stand-in for Google that costs as little as it can: every push is taken, nothing is checked.

Run as a process of its own (`python -m benchmarks.google PORT`), so that it shares no event loop
with what is measured. The tests have a stricter one.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import cast

import uvloop
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

END = b"\r\n\r\n"
LENGTH = b"content-length:"
TOKEN = b'{"access_token":"bench","expires_in":3600,"token_type":"Bearer"}'
SENT = b'{"name":"projects/bench/messages/1"}'


def answer(body: bytes) -> bytes:
    """A whole answer of HTTP/1.1 with this body."""
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


class Google(asyncio.Protocol):
    """One connection, kept alive."""

    def __init__(self) -> None:
        self._rest = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Answers every request that is whole."""
        self._rest += data
        while (end := self._rest.find(END)) >= 0:
            head = self._rest[:end].lower()
            place = head.find(LENGTH)
            length = int(head[place + len(LENGTH) :].split(b"\r", 1)[0]) if place >= 0 else 0
            whole = end + len(END) + length
            if len(self._rest) < whole:
                return
            self._rest = self._rest[whole:]
            assert self._transport is not None
            self._transport.write(answer(TOKEN if head.startswith(b"post /token") else SENT))


async def serve(port: int) -> None:
    """Until somebody ends the process."""
    server = await asyncio.get_running_loop().create_server(Google, "127.0.0.1", port)
    await server.serve_forever()


def write_account(path: Path, port: int) -> None:
    """A service account whose key was made just now and opens nothing."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    account = {
        "type": "service_account",
        "project_id": "bench",
        "private_key_id": "1",
        "private_key": pem.decode(),
        "client_email": "push@bench.iam.gserviceaccount.com",
        "client_id": "1",
        "token_uri": f"http://127.0.0.1:{port}/token",
    }
    path.write_text(json.dumps(account), encoding="utf-8")


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
