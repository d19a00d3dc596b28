"""Requests as a signed-in phone makes them: tokens kept fresh, problems as exceptions.

Invariants: at most one refresh is under way; a refresh whose answer was lost is repeated with the
same token and logs nobody out; a token is never part of an address; and an answer that did not come
is told apart from a refusal, since only the server knows what became of that request.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self, TypeVar

import httpx
import msgspec
from pydantic import BaseModel

from mobile_contract.client.captures import utc_now
from mobile_contract.live import FeedPage, FeedSnapshot
from mobile_contract.people import Activation, DeviceInfo, RefreshSession, SignedIn, SignIn, Tokens
from mobile_contract.problems import Language, Problem
from mobile_contract.reports import NewReport, Receipt
from mobile_contract.sync import SyncRequest, SyncResponse

SENT_AT = "Denyut-Sent-At"

Answer = TypeVar("Answer")


class Unreachable(Exception):
    """No answer came: no signal, a timeout, a broken connection, or something that is not ours."""


class Refused(Exception):
    """The service said no. `retry_after_s`: when to come back, where it said so."""

    def __init__(self, problem: Problem, retry_after_s: float | None) -> None:
        super().__init__(f"{problem.status} {problem.code}: {problem.texts.en}")
        self.problem = problem
        self.retry_after_s = retry_after_s


class SignInNeeded(Exception):
    """Only the person with their password can go on. What is in the outbox stays there."""

    def __init__(self, problem: Problem | None = None) -> None:
        super().__init__(problem.texts.en if problem else "nobody has signed in yet")
        self.problem = problem


@dataclass(frozen=True, slots=True)
class ConnectionOptions:
    """Where the service is and how patient the phone is.

    `refresh_before_s`: how long before its end an access token is replaced. `clock`: the phone's.
    """

    base_url: str
    device: DeviceInfo
    language: Language = "id"
    timeout_s: float = 15.0
    refresh_before_s: float = 60.0
    clock: Callable[[], datetime] = utc_now


class Connection:
    """One person on one phone. `on_tokens` gets each new pair to keep, None when they are void.

    `signed_in` is set while there are tokens that may still work.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        options: ConnectionOptions,
        tokens: Tokens | None = None,
        on_tokens: Callable[[Tokens | None], None] | None = None,
    ) -> None:
        self.options = options
        self._http = http
        self._tokens = tokens
        self._on_tokens = on_tokens
        self._refreshing = asyncio.Lock()
        self.signed_in = asyncio.Event()
        if tokens is not None:
            self.signed_in.set()
        self._fresh_until_s = 0.0  # by the running loop's clock; kept tokens are of unknown age

    @classmethod
    @asynccontextmanager
    async def opened(
        cls,
        options: ConnectionOptions,
        tokens: Tokens | None = None,
        on_tokens: Callable[[Tokens | None], None] | None = None,
    ) -> AsyncGenerator[Self]:
        """A connection with its own pool of sockets, closed at the end."""
        async with httpx.AsyncClient(
            base_url=options.base_url,
            timeout=options.timeout_s,
            headers={"Accept-Language": options.language},
        ) as http:
            yield cls(http, options, tokens, on_tokens)

    # --- signing in

    async def sign_in(self, nip: str, password: str) -> SignedIn:
        """Starts a session. Raises Refused (wrong_credentials, too_many_attempts), Unreachable."""
        body = SignIn(nip=nip, password=password, device=self.options.device)
        return self._signed_in(await self._plain("POST", "/v1/sessions", body))

    async def activate(self, nip: str, code: str, password: str) -> SignedIn:
        """Sets the first password with a code from HR and starts a session."""
        body = Activation(nip=nip, code=code, password=password, device=self.options.device)
        return self._signed_in(await self._plain("POST", "/v1/activations", body))

    async def sign_out(self) -> None:
        """Ends this session. Without signal it ends by itself when its tokens run out."""
        await self.request("DELETE", "/v1/sessions/current")
        self._forget()

    async def access_token(self) -> str:
        """An access token with some time left. Raises SignInNeeded, Unreachable."""
        tokens = self._tokens
        if tokens is not None and self.fresh_for_s > 0:
            return tokens.access_token
        return await self._refreshed(tokens)

    async def replaced_token(self, token: str) -> str:
        """A newer access token than one that the service did not take."""
        seen = self._tokens
        if seen is not None and seen.access_token != token:
            return seen.access_token
        return await self._refreshed(seen)

    @property
    def fresh_for_s(self) -> float:
        """Seconds until the access token is due to be replaced; zero or less: it is due."""
        return self._fresh_until_s - asyncio.get_running_loop().time()

    async def _refreshed(self, seen: Tokens | None) -> str:
        """A pair newer than `seen`; whoever waits for the lock finds the work done."""
        async with self._refreshing:
            if self._tokens is None:
                raise SignInNeeded
            if self._tokens is not seen:
                return self._tokens.access_token
            body = RefreshSession(refresh_token=self._tokens.refresh_token)
            try:
                answer = await self._plain("POST", "/v1/sessions/refresh", body)
            except Refused as refused:
                if refused.problem.status == 401:
                    if self._tokens is seen:  # else somebody signed in meanwhile
                        self._forget()
                    raise SignInNeeded(refused.problem) from None
                raise
            tokens = Tokens.model_validate_json(answer.content)
            self._keep(tokens)
            return tokens.access_token

    def _signed_in(self, answer: httpx.Response) -> SignedIn:
        signed_in = SignedIn.model_validate_json(answer.content)
        self._keep(signed_in)
        return signed_in

    def _keep(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self.signed_in.set()
        left_s = tokens.expires_in - self.options.refresh_before_s
        self._fresh_until_s = asyncio.get_running_loop().time() + left_s
        if self._on_tokens is not None:
            self._on_tokens(tokens)

    def _forget(self) -> None:
        self._tokens = None
        self.signed_in.clear()
        if self._on_tokens is not None:
            self._on_tokens(None)

    # --- what a phone asks for

    async def submit(self, report: NewReport) -> Receipt:
        """Sends one report; the receipt means that it is committed. Safe to repeat."""
        answer = await self.request("POST", "/v1/reports", msgspec.json.encode(report))
        return _decoded(answer, Receipt)

    async def sync(self, request: SyncRequest) -> SyncResponse:
        """Sends part of an outbox; every item has its own result."""
        answer = await self.request("POST", "/v1/sync", msgspec.json.encode(request))
        return _decoded(answer, SyncResponse)

    async def snapshot(self, limit: int, topic: str | None = None) -> FeedSnapshot:
        """The feed as it stands: the newest `limit` cards of one topic, or of each of the own."""
        only = {} if topic is None else {"topic": topic}
        answer = await self.request("GET", "/v1/feed", params={"limit": limit} | only)
        return _decoded(answer, FeedSnapshot)

    async def changes(self, cursor: str, limit: int) -> FeedPage:
        """What happened after a cursor, for a phone that polls instead of listening."""
        answer = await self.request("GET", "/v1/feed", params={"limit": limit, "cursor": cursor})
        return _decoded(answer, FeedPage)

    async def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """Any other resource, as plain values."""
        return (await self.request("GET", path, params=params)).json()

    async def post(self, path: str, body: BaseModel | None = None) -> Any:
        """An ordinary action, and its answer as plain values (None: it has none)."""
        content = None if body is None else body.model_dump_json(exclude_none=True).encode()
        answer = await self.request("POST", path, content)
        return answer.json() if answer.content else None

    async def request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> httpx.Response:
        """One request with a fresh token; a token that ended early is refreshed and it goes again.

        Raises Refused, SignInNeeded, Unreachable.
        """
        token = await self.access_token()
        try:
            return await self._sent(method, path, body, params, token)
        except Refused as refused:
            if refused.problem.status != 401:
                raise
            again = await self.replaced_token(token)
        try:
            return await self._sent(method, path, body, params, again)
        except Refused as refused:
            if refused.problem.status == 401:
                self._forget()
                raise SignInNeeded(refused.problem) from None
            raise

    async def _plain(self, method: str, path: str, body: BaseModel) -> httpx.Response:
        return await self._sent(method, path, body.model_dump_json().encode(), None, None)

    async def _sent(
        self,
        method: str,
        path: str,
        body: bytes | None,
        params: Mapping[str, Any] | None,
        token: str | None,
    ) -> httpx.Response:
        headers = {SENT_AT: self.options.clock().isoformat()}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            answer = await self._http.request(
                method, path, content=body, params=params, headers=headers
            )
        except httpx.TransportError as error:
            raise Unreachable(f"{method} {path}: {type(error).__name__} {error}") from error
        if answer.is_success:
            return answer
        raise _refusal(answer)


def _refusal(answer: httpx.Response) -> Refused | Unreachable:
    """The problem in an answer; whatever is no problem of ours came from something in between."""
    try:
        problem = msgspec.json.decode(answer.content, type=Problem)
    except msgspec.MsgspecError:
        return Unreachable(f"{answer.request.method} {answer.url.path}: {answer.status_code}")
    told = answer.headers.get("Retry-After", "")
    return Refused(problem, float(told) if told.isdigit() else problem.retry_after_s)


def _decoded(answer: httpx.Response, shape: type[Answer]) -> Answer:
    try:
        return msgspec.json.decode(answer.content, type=shape)
    except msgspec.MsgspecError as error:
        raise Unreachable(f"{answer.url.path}: not an answer of this service") from error
