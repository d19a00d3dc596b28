"""Pushes through Firebase Cloud Messaging (HTTP v1); the only importer of firebase_admin.

firebase-admin encodes and checks the message and reads Google's errors; `FcmSession` carries it.
Invariants: one push never decides the fate of another (each is its own call, because one failure
inside firebase-admin's batch call loses the answers of the whole batch); a target is called gone
only in the provider's own words, never because some proxy answered 404.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Self, assert_never
from uuid import uuid4

import firebase_admin
import httpx
from firebase_admin import credentials, exceptions, messaging
from google.auth.exceptions import GoogleAuthError, RefreshError

from notifications.channels.channel import (
    BadPayload,
    EmailAddress,
    FcmInstallation,
    FcmToken,
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
from notifications.channels.fcm_session import FcmSession
from notifications.channels.loop_share import PUSHES_A_TURN, LoopShare
from notifications.channels.retry_after import retry_after_s

BATCH_MAX = 500  # pushes that share one look at the OAuth token; also firebase-admin's own limit
BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest"
ADDRESS_FIELDS = frozenset({"message.token", "message.fid"})


class CredentialsError(Exception):
    """The service account is missing, unreadable or no service account: the text says which."""


@dataclass(frozen=True, slots=True)
class FcmOptions:
    """`credentials` is the service account's JSON file, or its content.

    `project` None takes the service account's own. `url` None is Google; anything else is the
    root of a stand-in (the token endpoint is named by the service account itself). A batch takes
    at most `http_timeout_s` for each `max_in_flight` of its pushes, and once more for the OAuth
    token: the outbox's lease must be longer. `max_in_flight` is also the number of connections.
    """

    credentials: Path | Mapping[str, str] = field(repr=False)
    project: str | None = None
    url: str | None = None
    http_timeout_s: float = 10.0
    max_in_flight: int = 100


class Fcm:
    """Sends pushes; `send` is a `channel.SendPushes`.

    Building it reads files and certificates, so on an event loop use `opened`.
    """

    def __init__(self, options: FcmOptions, now_s: Callable[[], float] = time.time) -> None:
        """`now_s` is the wall clock in Unix seconds. Raises `CredentialsError`."""
        self._now_s = now_s
        self._closed = False
        self._in_flight = asyncio.Semaphore(options.max_in_flight)
        self._share = LoopShare(PUSHES_A_TURN)
        certificate = _certificate(options.credentials)
        self._app = firebase_admin.initialize_app(
            certificate,
            {
                "projectId": options.project or certificate.project_id,
                "httpTimeout": options.http_timeout_s,
            },
            name=f"denyut-{uuid4()}",  # firebase-admin keeps all apps in one global table
        )
        self._session = FcmSession(certificate.get_credential(), options.http_timeout_s)
        # firebase-admin has no public place for either; the tests would see these two move.
        sender: Any = messaging._get_messaging_service(self._app)
        sender._async_client = self._session
        if options.url is not None:
            path = sender._fcm_url.removeprefix("https://fcm.googleapis.com")
            sender._fcm_url = options.url.rstrip("/") + path

    @classmethod
    @asynccontextmanager
    async def opened(cls, options: FcmOptions) -> AsyncGenerator[Self]:
        """Built in a thread, closed at the end. Raises `CredentialsError`."""
        fcm = await asyncio.to_thread(cls, options)
        try:
            yield fcm
        finally:
            await fcm.aclose()

    async def send(self, pushes: Sequence[Push]) -> list[Outcome]:
        """Try each push once; the outcomes stand in the order of the pushes.

        Raises nothing but cancellation, after which any of the pushes may have been sent.
        """
        outcomes: list[Outcome] = []
        for start in range(0, len(pushes), BATCH_MAX):
            outcomes += await self._send_batch(pushes[start : start + BATCH_MAX])
        return outcomes

    async def aclose(self) -> None:
        """Close every connection; pushes that still wait come back as `Later`. Idempotent."""
        if self._closed:
            return
        self._closed = True
        await self._session.aclose()
        # firebase-admin ends its client with asyncio.run, which a running loop forbids.
        await asyncio.to_thread(firebase_admin.delete_app, self._app)

    async def _send_batch(self, pushes: Sequence[Push]) -> list[Outcome]:
        try:
            await self._session.authorise()
        except GoogleAuthError as error:
            return [_unauthorised(error)] * len(pushes)
        return list(await asyncio.gather(*(self._send_one(push) for push in pushes)))

    async def _send_one(self, push: Push) -> Outcome:
        async with self._in_flight:
            await self._share.step()
            if self._closed:
                return Later(None, "the sender is closed")
            try:
                message = _message(push, self._now_s())
                batch = await messaging.send_each_async([message], app=self._app)
            except (ValueError, OverflowError) as error:
                return BadPayload(_short(error))
            except exceptions.FirebaseError as error:
                return Later(None, _short(error))  # an answer that is not the provider's
        answer = batch.responses[0]
        if answer.message_id is not None:
            return Sent(answer.message_id)
        return _outcome(answer.exception, self._now_s())


def _certificate(source: Path | Mapping[str, str]) -> credentials.Certificate:
    try:
        if isinstance(source, Path):
            return credentials.Certificate(str(source))
        return credentials.Certificate(dict(source))
    except (OSError, ValueError) as error:
        raise CredentialsError(str(error)) from error


def _message(push: Push, now_s: float) -> messaging.Message:
    tag = display_tag(push.key)
    message = messaging.Message(
        data=dict(push.data),
        notification=messaging.Notification(title=push.title, body=push.body),
        android=messaging.AndroidConfig(
            collapse_key=tag,
            priority="high" if push.urgent else "normal",
            ttl=timedelta(seconds=push.ttl_s),
            notification=messaging.AndroidNotification(tag=tag),
        ),
        apns=messaging.APNSConfig(
            headers={
                "apns-collapse-id": tag,
                "apns-priority": "10" if push.urgent else "5",
                "apns-expiration": str(int(now_s) + push.ttl_s),
            }
        ),
    )
    match push.target:
        case FcmInstallation(fid):
            message.fid = fid
        case FcmToken(token):
            # As an argument it warns that tokens are deprecated; Google still takes them.
            message.token = token
        case WebPush() | EmailAddress():
            raise ValueError("not an address of Firebase")
        case _:
            assert_never(push.target)
    return message


def _unauthorised(error: GoogleAuthError) -> Outcome:
    if isinstance(error, RefreshError) and not error.retryable:
        return ProviderRefuses(_short(error))
    return Later(None, _short(error))


def _outcome(error: exceptions.FirebaseError | None, now_s: float) -> Outcome:
    """What a failure means for push, target and provider. Source: Google's table of FCM errors."""
    if error is None:
        return Later(None, "an answer without a message name")
    reason = _short(error)
    match error:
        case messaging.UnregisteredError():
            return Gone(reason)
        case messaging.SenderIdMismatchError():
            return WrongSender(reason)
        case messaging.ThirdPartyAuthError():
            return ProviderRefuses(reason)
        case _:
            return _outcome_of_answer(error.http_response, reason, now_s)


def _outcome_of_answer(answer: httpx.Response | None, reason: str, now_s: float) -> Outcome:
    if answer is None:
        return Later(None, reason)  # lost, refused or late
    details = _error_of(answer)
    status = answer.status_code
    if status == 404 and details.get("status") == "NOT_FOUND":
        return Gone(reason)
    if status == 413:
        return BadPayload(reason)
    if status == 400:
        return Gone(reason) if _names_the_address(details) else BadPayload(reason)
    if status in (401, 408, 429) or status < 400 or status >= 500:
        return Later(retry_after_s(answer.headers, now_s), reason)
    return ProviderRefuses(reason)  # 403 without a sender mismatch, or a 404 from who knows whom


def _error_of(answer: httpx.Response) -> Mapping[str, Any]:
    """The `error` object of a Google answer; empty if the answer has another shape."""
    try:
        body = answer.json()
    except ValueError:
        return {}
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else {}


def _names_the_address(error: Mapping[str, Any]) -> bool:
    """Whether the provider's complaint is about the address alone, and not about the text."""
    fields = {
        violation.get("field")
        for detail in _objects(error.get("details"))
        if detail.get("@type") == BAD_REQUEST
        for violation in _objects(detail.get("fieldViolations"))
    }
    return bool(fields) and fields <= ADDRESS_FIELDS


def _objects(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _short(error: Exception) -> str:
    return words(f"{type(error).__name__}: {error}")
