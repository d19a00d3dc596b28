"""A stand-in for a browser's push service and the browsers behind it, on loopback, for tests only.

It checks what push services check (the signed VAPID token, the key that the subscription was made
with, TTL, topic, size), opens what it is given as the browser would, and remembers it. What goes
wrong is scripted for each browser: `service.answers("redmi", UNAVAILABLE)`.
"""

import asyncio
import base64
import json
import re
import time
from collections import defaultdict, deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Self

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from tests.standins.browser import Browser, Unopenable

BODY_MAX_BYTES = 4_096
TOKEN_LIFETIME_MAX_S = 86_400
TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}")
URGENCIES = frozenset({"very-low", "low", "normal", "high"})
REASONS = {status.value: status.phrase for status in HTTPStatus}


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `lost`: the browser has the push, the connection closes instead of an answer."""

    status: int = 201
    text: str = ""
    retry_after: str | None = None
    delay_s: float = 0.0
    lost: bool = False


DELIVERED = Reply()
ANSWER_LOST = Reply(lost=True)
EXPIRED = Reply(404, "subscription not found")
UNSUBSCRIBED = Reply(410, "push subscription has unsubscribed or expired.")
TOO_LARGE = Reply(413, "payload too large")
BAD_REQUEST = Reply(400, "UnauthorizedRegistration")
QUOTA_EXCEEDED = Reply(429, "too many requests", retry_after="60")
THROTTLED = Reply(406)
UNAVAILABLE = Reply(503, "try again", retry_after="7")
INTERNAL = Reply(500)
MOVED = Reply(307)
BAD_TOKEN = Reply(401, '{"code": 401, "errno": 109, "message": "Invalid VAPID token"}')
FORBIDDEN = Reply(403, '{"reason":"BadJwtToken"}')
ANOTHER_KEY_GOOGLE = Reply(
    403,
    "the VAPID credentials in the authorization header do not correspond to the credentials used"
    " to create the subscriptions.",
)
ANOTHER_KEY_APPLE = Reply(400, '{"reason":"VapidPkHashMismatch"}')


@dataclass(frozen=True, slots=True)
class Received:
    """A push as it came, the HTTP status it was meant to get, and what the browser read."""

    browser: str
    headers: dict[str, str]
    status: int
    shown: dict[str, Any] | None


@dataclass
class WebPushStandIn:
    """A running stand-in. `key` is the public key its browsers are subscribed with; None: any."""

    key: str | None = None
    url: str = ""
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    _browsers: dict[str, Browser] = field(default_factory=dict)
    _scripts: defaultdict[str, deque[Reply]] = field(default_factory=lambda: defaultdict(deque))
    _open: set[asyncio.Task[None]] = field(default_factory=set)

    @classmethod
    @asynccontextmanager
    async def running(cls, key: str | None = None) -> AsyncGenerator[Self]:
        """Listens on a free port of 127.0.0.1 until the end of the block."""
        service = cls(key)
        server = await asyncio.start_server(service._serve, "127.0.0.1", 0)
        service.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield service
        finally:
            server.close()
            for task in service._open:
                task.cancel()
            await asyncio.gather(*service._open, return_exceptions=True)

    def subscribed(self, name: str) -> str:
        """A new browser's subscription as the app sends it to the service: `push_target`."""
        self._browsers[name] = Browser.made()
        return json.dumps(self._browsers[name].subscription(f"{self.url}/push/{name}"))

    def answers(self, name: str, *replies: Reply) -> None:
        """The next replies for this browser; after them it is delivered."""
        self._scripts[name].extend(replies)

    @property
    def delivered(self) -> list[Received]:
        """What browsers showed, answered or not."""
        return [each for each in self.received if each.status == 201]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        self.connections += 1
        try:
            while await self._exchange(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # the client has gone, or `running` ends
        finally:
            self._open.discard(task)
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its answer; False when the connection is to close."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ")
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head[1:] if line)
        }
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        name = path.removeprefix("/push/")
        reply, shown = self._judged(method, name, headers, body)
        self.received.append(Received(name, headers, reply.status, shown))
        self.asked.set()
        if reply.delay_s:
            await asyncio.sleep(reply.delay_s)
        if reply.lost:
            return False
        more = f"retry-after: {reply.retry_after}\r\n" if reply.retry_after is not None else ""
        if reply.status == 201:
            more += f"location: {self.url}/message/{len(self.received)}\r\n"
        if 300 <= reply.status < 400:
            more += f"location: {self.url}/push/elsewhere\r\n"
        writer.write(
            f"HTTP/1.1 {reply.status} {REASONS[reply.status]}\r\n{more}"
            f"content-length: {len(reply.text.encode())}\r\n\r\n{reply.text}".encode()
        )
        await writer.drain()
        return True

    def _judged(
        self, method: str, name: str, headers: dict[str, str], body: bytes
    ) -> tuple[Reply, dict[str, Any] | None]:
        browser = self._browsers.get(name)
        if method != "POST" or browser is None:
            return EXPIRED, None
        refused = self._refused(headers, body)
        if refused is not None:
            return refused, None
        script = self._scripts[name]
        reply = script.popleft() if script else DELIVERED
        try:
            shown = json.loads(browser.opened(body))
        except (Unopenable, ValueError):
            return Reply(400, "the browser cannot open it"), None
        return reply, shown if reply.status == 201 else None

    def _refused(self, headers: dict[str, str], body: bytes) -> Reply | None:
        """What a push service finds wrong with a request before it looks at the subscription."""
        problem = self._refused_token(headers.get("authorization", ""))
        if problem is not None:
            return problem
        if len(body) > BODY_MAX_BYTES:
            return TOO_LARGE
        sound = (
            headers.get("content-encoding") == "aes128gcm"
            and headers.get("ttl", "").isdigit()
            and headers.get("urgency", "normal") in URGENCIES
            and TOPIC.fullmatch(headers.get("topic", "none"))
        )
        return None if sound else Reply(400, "a header is missing or wrong")

    def _refused_token(self, authorization: str) -> Reply | None:
        found = re.fullmatch(r"vapid t=([\w.-]+), ?k=([\w-]+)", authorization)
        if found is None:
            return BAD_TOKEN
        token, key = found.groups()
        if self.key is not None and key != self.key:
            return ANOTHER_KEY_GOOGLE
        try:
            point = base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))
            public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
            claims = jwt.decode(
                token,
                public,
                algorithms=["ES256"],
                audience=self.url,
                options={"require": ["exp", "aud"]},
            )
        except (jwt.InvalidTokenError, ValueError):
            return BAD_TOKEN
        return BAD_TOKEN if claims["exp"] - time.time() > TOKEN_LIFETIME_MAX_S else None
