"""Pushes to browsers through whatever push service each of them has (RFC 8030, 8291, 8292).

Invariants: a push is tried once; its text can be read by the one browser alone; nothing is posted
to an address that does not lie in the public internet; redirects are not followed. One push never
decides the fate of another.
"""

import asyncio
import ssl
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Self

import httpx
import msgspec

from notifications.channels.channel import (
    BadPayload,
    Gone,
    Later,
    Outcome,
    ProviderRefuses,
    Push,
    Sent,
    WebPush,
    WrongSender,
    display_tag,
    words,
)
from notifications.channels.connections import Connections, unresolved
from notifications.channels.endpoints import endpoint_problem, public_addresses
from notifications.channels.loop_share import PUSHES_A_TURN, LoopShare
from notifications.channels.retry_after import retry_after_s
from notifications.channels.sealing import sealed
from notifications.channels.vapid import Vapid, VapidKey

TEXT_MAX_BYTES = 3_000  # of JSON; every service takes 3,993, and some browsers count differently
ANOTHER_KEY = ("do not correspond", "vapidpkhashmismatch")
"""What Google's and Apple's services say when a browser was subscribed with another key."""


@dataclass(frozen=True, slots=True)
class WebPushOptions:
    """How browsers are reached. A batch takes at most `http_timeout_s` for each `max_in_flight`.

    Apple's service takes nothing without a contact. With `near_endpoints`, pushes go to this
    machine and its neighbours too, also without TLS.
    """

    contact: str | None = None  # whom a push service may write to: mailto:… or https://…
    http_timeout_s: float = 10.0
    max_in_flight: int = 100
    near_endpoints: bool = False  # only for tests and drills


class WebPushes:
    """Sends pushes; `send` is a `channel.SendPushes`. It belongs to one event loop."""

    def __init__(
        self,
        key: VapidKey,
        options: WebPushOptions,
        tls: ssl.SSLContext,
        now_s: Callable[[], float] = time.time,
    ) -> None:
        """`now_s` is the wall clock in Unix seconds."""
        self._vapid = Vapid(key, options.contact)
        self._options = options
        self._now_s = now_s
        self._closed = False
        self._in_flight = asyncio.Semaphore(options.max_in_flight)
        self._share = LoopShare(PUSHES_A_TURN)
        resolve = unresolved if options.near_endpoints else public_addresses
        self._connections = Connections(tls, resolve)

    @classmethod
    @asynccontextmanager
    async def opened(cls, key: VapidKey, options: WebPushOptions) -> AsyncGenerator[Self]:
        """Reads the certificates of the world in a thread; closed at the end."""
        pushes = cls(key, options, await asyncio.to_thread(httpx.create_ssl_context))
        try:
            yield pushes
        finally:
            await pushes.aclose()

    async def send(self, pushes: Sequence[Push]) -> list[Outcome]:
        """Try each push once; the outcomes stand in the order of the pushes.

        Raises nothing but cancellation, after which any of the pushes may have been sent.
        """
        return list(await asyncio.gather(*(self._send_one(push) for push in pushes)))

    async def aclose(self) -> None:
        """Close every connection; pushes that still wait come back as `Later`. Idempotent."""
        self._closed = True
        await self._connections.aclose()

    async def _send_one(self, push: Push) -> Outcome:
        async with self._in_flight:
            await self._share.step()
            if self._closed:
                return Later(None, "the sender is closed")
            target = push.target
            if not isinstance(target, WebPush):
                return BadPayload("not an address of Web Push")
            if not self._options.near_endpoints:
                problem = endpoint_problem(target.endpoint)
                if problem is not None:
                    return Gone(problem)
            try:
                request = self._request(push, target)
            except (ValueError, TypeError, httpx.InvalidURL) as error:
                return BadPayload(words(f"{type(error).__name__}: {error}"))
            return await self._answered(request)

    async def _answered(self, request: httpx.Request) -> Outcome:
        try:
            async with asyncio.timeout(self._options.http_timeout_s):
                answer = await self._connections.exchange(request)
        except TimeoutError:
            return Later(None, f"no answer within {self._options.http_timeout_s} s")
        except httpx.HTTPError as error:
            return Later(None, words(f"{type(error).__name__}: {error}"))
        outcome = _outcome(answer, self._now_s())
        if isinstance(outcome, ProviderRefuses):
            self._vapid.forget(_origin(request.url))
        return outcome

    def _request(self, push: Push, target: WebPush) -> httpx.Request:
        tag = display_tag(push.key)
        text = msgspec.json.encode(
            {"title": push.title, "body": push.body, "tag": tag, "data": dict(push.data)}
        )
        if len(text) > TEXT_MAX_BYTES:
            raise ValueError(f"{len(text)} bytes, at most {TEXT_MAX_BYTES} are sent")
        url = httpx.URL(target.endpoint)
        return httpx.Request(
            "POST",
            url,
            headers={
                "authorization": self._vapid.authorization(_origin(url), self._now_s()),
                "content-type": "application/octet-stream",
                "content-encoding": "aes128gcm",
                "ttl": str(push.ttl_s),
                "urgency": "high" if push.urgent else "normal",
                "topic": tag,  # a push of the same topic that still waits is replaced
            },
            content=sealed(text, target.p256dh, target.auth),
        )


def _origin(url: httpx.URL) -> str:
    """Scheme, host and the port where it is not the usual one: the audience of VAPID."""
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def _outcome(answer: httpx.Response, now_s: float) -> Outcome:
    """What a push service's answer means. Source: RFC 8030 §5-8, RFC 8292 §4.2, and experience.

    A 403 may be about one subscription (made with another key) or about us; only the text tells.
    """
    status = answer.status_code
    said = words(answer.content[:1_000].decode("ascii", "replace"))
    reason = words(f"{status} {said}")
    if 200 <= status < 300:
        return Sent(words(answer.headers.get("location") or f"{status}"))
    if status in (404, 410):
        return Gone(reason)
    if status in (400, 401, 403) and any(each in said.lower() for each in ANOTHER_KEY):
        return WrongSender(reason)
    if status in (401, 403):
        return ProviderRefuses(reason)
    if status in (406, 408, 425, 429) or status >= 500 or status < 400:  # 406: Windows, too fast
        return Later(retry_after_s(answer.headers, now_s), reason)
    return BadPayload(reason)  # 413 among them
