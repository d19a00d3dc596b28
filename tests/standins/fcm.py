"""A stand-in for Google: its OAuth token endpoint and FCM HTTP v1, on loopback, for tests only.

It checks what Google checks (the signed assertion, the bearer token, the size and shape of a
message), answers in Google's shapes, and remembers everything it was asked. What goes wrong is
scripted for each address: `google.answers("device-7", UNAVAILABLE, DELIVERED)`.
"""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import parse_qs
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

TOKEN_AUDIENCE = "https://oauth2.googleapis.com/token"  # whatever endpoint is really asked
FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest"
PAYLOAD_MAX_BYTES = 4096  # of notification and data together
TOKEN_LIFETIME_S = 3600
REASONS = {status.value: status.phrase for status in HTTPStatus}


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `lost`: the work is done, the connection closes instead of an answer."""

    status: int = 200
    rpc_status: str = ""
    message: str = ""
    fcm_code: str | None = None
    bad_fields: tuple[str, ...] = ()
    retry_after: str | None = None
    delay_s: float = 0.0
    lost: bool = False
    page: str | None = None  # a body that is not Google's at all, such as a proxy's

    def body(self) -> dict[str, Any]:
        """The `google.rpc.Status` of an error."""
        details: list[dict[str, Any]] = []
        if self.fcm_code is not None:
            details.append({"@type": FCM_ERROR, "errorCode": self.fcm_code})
        if self.bad_fields:
            violations = [{"field": name, "description": self.message} for name in self.bad_fields]
            details.append({"@type": BAD_REQUEST, "fieldViolations": violations})
        error = {"code": self.status, "message": self.message, "status": self.rpc_status}
        return {"error": error | ({"details": details} if details else {})}


DELIVERED = Reply()
ANSWER_LOST = Reply(lost=True)
UNREGISTERED = Reply(404, "NOT_FOUND", "Requested entity was not found.", "UNREGISTERED")
SENDER_ID_MISMATCH = Reply(403, "PERMISSION_DENIED", "SenderId mismatch", "SENDER_ID_MISMATCH")
INVALID_ARGUMENT = Reply(
    400, "INVALID_ARGUMENT", "Request contains an invalid argument.", "INVALID_ARGUMENT"
)
INVALID_DATA = replace(INVALID_ARGUMENT, bad_fields=("message.data[0].value",))
INVALID_TOKEN = replace(INVALID_ARGUMENT, bad_fields=("message.token",))
QUOTA_EXCEEDED = Reply(
    429, "RESOURCE_EXHAUSTED", "Quota exceeded.", "QUOTA_EXCEEDED", retry_after="60"
)
UNAVAILABLE = Reply(503, "UNAVAILABLE", "The service is currently unavailable.", "UNAVAILABLE")
INTERNAL = Reply(500, "INTERNAL", "Internal error encountered.", "INTERNAL")
BAD_GATEWAY = Reply(502, page="<!DOCTYPE html><title>Error 502</title>")
THIRD_PARTY_AUTH_ERROR = Reply(
    401, "UNAUTHENTICATED", "Auth error from APNS or Web Push Service", "THIRD_PARTY_AUTH_ERROR"
)
PERMISSION_DENIED = Reply(403, "PERMISSION_DENIED", "The caller does not have permission")
UNAUTHENTICATED = Reply(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
NO_SUCH_PAGE = Reply(404, page="<!DOCTYPE html><title>404</title>")


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """A service account made at run time; its private key exists nowhere else."""

    project: str
    email: str
    private_key_pem: str
    public_key_pem: str

    @classmethod
    def made(cls, project: str = "denyut-stand-in") -> Self:
        """A new account with a new RSA key (about a tenth of a second)."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        email = f"push@{project}.iam.gserviceaccount.com"
        return cls(project, email, private.decode(), public.decode())

    def json(self, google_url: str) -> dict[str, str]:
        """What the Firebase console would give to download, pointing at the stand-in."""
        return {
            "type": "service_account",
            "project_id": self.project,
            "private_key_id": uuid4().hex,
            "private_key": self.private_key_pem,
            "client_email": self.email,
            "client_id": "1",
            "token_uri": f"{google_url}/token",
        }


@dataclass(frozen=True, slots=True)
class Received:
    """A message as it came, and the HTTP status it was meant to get."""

    address: str
    message: dict[str, Any]
    headers: dict[str, str]
    status: int


@dataclass
class FcmStandIn:
    """A running stand-in. Everything it knows is open to the test that runs it."""

    account: ServiceAccount
    url: str = ""
    received: list[Received] = field(default_factory=list)
    token_requests: int = 0
    token_replies: deque[Reply] = field(default_factory=deque)
    asked: asyncio.Event = field(default_factory=asyncio.Event)  # a message has arrived
    open_messages: int = 0
    most_open_messages: int = 0
    _scripts: defaultdict[str, deque[Reply]] = field(default_factory=lambda: defaultdict(deque))
    _valid_tokens: set[str] = field(default_factory=set)
    _connections: set[asyncio.Task[None]] = field(default_factory=set)

    @classmethod
    @asynccontextmanager
    async def running(cls, account: ServiceAccount) -> AsyncGenerator[Self]:
        """Listens on a free port of 127.0.0.1 until the end of the block."""
        google = cls(account)
        server = await asyncio.start_server(google._serve, "127.0.0.1", 0)
        google.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield google
        finally:
            server.close()
            for connection in google._connections:
                connection.cancel()
            await asyncio.gather(*google._connections, return_exceptions=True)

    def credentials(self) -> dict[str, str]:
        """The service account file that leads here."""
        return self.account.json(self.url)

    def answers(self, address: str, *replies: Reply) -> None:
        """The next replies for this token or installation id; after them it is delivered."""
        self._scripts[address].extend(replies)

    def revoke_tokens(self) -> None:
        """Every access token given so far is worth nothing from now on."""
        self._valid_tokens.clear()

    @property
    def delivered(self) -> list[Received]:
        """What reached a phone, answered or not."""
        return [each for each in self.received if each.status == 200]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            while await self._exchange(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # the client has gone, or `running` ends
        finally:
            self._connections.discard(task)
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
        if (method, path) == ("POST", "/token"):
            reply, answer = self._token(body)
        elif (method, path) == ("POST", f"/v1/projects/{self.account.project}/messages:send"):
            self.open_messages += 1
            self.most_open_messages = max(self.most_open_messages, self.open_messages)
            try:
                reply, answer = self._message(headers, body)
                if reply.delay_s:
                    await asyncio.sleep(reply.delay_s)
            finally:
                self.open_messages -= 1
        else:
            reply, answer = NO_SUCH_PAGE, {}
        if reply.lost:
            return False
        content = reply.page if reply.page is not None else json.dumps(answer)
        kind = "text/html" if reply.page is not None else "application/json; charset=UTF-8"
        wait = f"retry-after: {reply.retry_after}\r\n" if reply.retry_after is not None else ""
        writer.write(
            f"HTTP/1.1 {reply.status} {REASONS[reply.status]}\r\ncontent-type: {kind}\r\n{wait}"
            f"content-length: {len(content.encode())}\r\n\r\n{content}".encode()
        )
        await writer.drain()
        return True

    def _token(self, body: bytes) -> tuple[Reply, dict[str, Any]]:
        self.token_requests += 1
        if self.token_replies:
            reply = self.token_replies.popleft()
            return reply, reply.body()
        assertion = parse_qs(body.decode()).get("assertion", [""])[0]
        try:
            jwt.decode(
                assertion,
                self.account.public_key_pem,
                algorithms=["RS256"],
                audience=TOKEN_AUDIENCE,
                issuer=self.account.email,
                options={"require": ["exp", "iat", "iss", "aud", "scope"]},
            )
        except jwt.InvalidTokenError as error:
            refusal = {"error": "invalid_grant", "error_description": str(error)}
            return Reply(400), refusal
        token = f"ya29.{uuid4().hex}"
        self._valid_tokens.add(token)
        return Reply(), {
            "access_token": token, "expires_in": TOKEN_LIFETIME_S, "token_type": "Bearer",
        }  # fmt: skip

    def _message(self, headers: dict[str, str], body: bytes) -> tuple[Reply, dict[str, Any]]:
        message = json.loads(body)["message"]
        address = message.get("token") or message.get("fid")
        if headers.get("authorization", "").removeprefix("Bearer ") not in self._valid_tokens:
            reply = UNAUTHENTICATED
        elif len(body) > PAYLOAD_MAX_BYTES and _payload_bytes(message) > PAYLOAD_MAX_BYTES:
            reply = replace(INVALID_ARGUMENT, fcm_code=None)  # Google gives no detail for this one
        elif script := self._scripts.get(address):
            reply = script.popleft()
        else:
            reply = DELIVERED
        self.asked.set()
        self.received.append(Received(address, message, headers, reply.status))
        if reply.status != 200:
            return reply, reply.body()
        return reply, {"name": f"projects/{self.account.project}/messages/{uuid4()}"}


def _payload_bytes(message: dict[str, Any]) -> int:
    payload = [message.get("notification"), message.get("data")]
    return len(json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode())
