"""One authorised attempt at Google's door: what firebase-admin's own HTTP client is replaced with.

Why it is replaced: that client repeats a 500 or 503 four times and ignores `Retry-After` (about
seven seconds for each push), and it fetches OAuth tokens with blocking calls on the event loop.

Invariants: a request is tried once and ends within `http_timeout_s`; the event loop never waits
for a token. `authorise` fetches one in a thread, once for a whole batch, so that a dead token
endpoint costs a batch one wait and not five hundred.
"""

import asyncio
from typing import Any

import httpx
import requests
from google.auth.credentials import TokenState
from google.auth.exceptions import TransportError
from google.auth.transport import requests as google_requests
from google.oauth2 import service_account

from notifications.channels.connections import Connections


class FcmSession:
    """Stands in for `firebase_admin._http_client.HttpxAsyncClient`, as far as messaging calls it.

    It may be built in any thread; afterwards it belongs to one event loop.
    """

    def __init__(self, credential: service_account.Credentials, http_timeout_s: float) -> None:
        self._credential = credential
        self._http_timeout_s = http_timeout_s
        self._authorisation = ""
        self._refused = False
        self._address: tuple[str, httpx.URL] | None = None
        self._authorising = asyncio.Lock()
        self._oauth_session = requests.Session()
        self._oauth = google_requests.Request(self._oauth_session)
        self._connections = Connections(httpx.create_ssl_context())

    async def authorise(self) -> None:
        """Have a token that lives at least a few minutes (google-auth's margin is 3 min 45 s).

        Raises `google.auth.exceptions.GoogleAuthError`: `RefreshError` when Google refuses the
        credentials, `TransportError` when its answer did not come or was a failure of its own.
        """
        async with self._authorising:
            if not self._refused and self._credential.token_state is TokenState.FRESH:
                return
            await asyncio.to_thread(self._credential.refresh, self._ask_once)
            self._authorisation = f"Bearer {self._credential.token}"
            self._refused = False

    async def request(
        self, method: str, url: str, *, headers: dict[str, str], json: Any
    ) -> httpx.Response:
        """One attempt. Raises `httpx.HTTPError`, which firebase-admin knows how to read."""
        sent_with = self._authorisation
        if self._address is None or self._address[0] != url:
            self._address = url, httpx.URL(url)  # always the same one; reading it costs a tenth
        request = httpx.Request(
            method, self._address[1], headers={**headers, "authorization": sent_with}, json=json
        )
        try:
            async with asyncio.timeout(self._http_timeout_s):
                response = await self._connections.exchange(request)
        except TimeoutError as late:
            raise httpx.ReadTimeout(
                f"no answer within {self._http_timeout_s} s", request=request
            ) from late
        if response.status_code == httpx.codes.UNAUTHORIZED and sent_with == self._authorisation:
            self._refused = True  # revoked before its time: the next batch fetches another
        return response.raise_for_status()

    async def aclose(self) -> None:
        """Close every connection. A second call does nothing."""
        await self._connections.aclose()
        self._oauth_session.close()

    def _ask_once(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        **_: Any,
    ) -> Any:
        """The token endpoint, without google-auth's own waits between attempts."""
        timeout: Any = self._http_timeout_s  # fractions are fine, whatever the annotation says
        answer = self._oauth(url=url, method=method, body=body, headers=headers, timeout=timeout)
        if answer.status >= 500 or answer.status == 429:
            raise TransportError(f"the token endpoint answered {answer.status}")
        return answer
