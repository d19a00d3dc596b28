"""From an access token to the person behind it and what they may do now.

Invariants: a cached answer is never used after `valid_until` (token expiry, or the next dated
change of a headship or assignment), never after the pulse reported a change of that person's
rights, and never while the pulse is not fresh: then every request asks the database. An answer
that was asked for before a change and came after it is thrown away and asked for again.
"""

import asyncio
import hashlib
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.queries.principals import Standing, standing_of
from models.rules import access
from models.rules.refusals import DatabaseAway, NotSignedIn, SessionExpired, SessionRevoked
from realtime.intake import verdict


@dataclass(frozen=True, slots=True)
class PrincipalOptions:
    """Bounds of the cache. 50,000 entries of about 2 KB are 100 MB at the very worst."""

    cache_entries: int = 50_000
    timeout_s: float = 3.0
    away_retry_after_s: int = 5


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks, and what holds for them until `valid_until` (UTC, by the database's clock).

    `near_heads`: other heads of a unit at or above one that this person heads. What those people
    report themselves goes up the line, so this person may not see it although they head the unit.
    `token_until_s` and `valid_until_s` are the same two instants by this process's own clock
    (seconds, monotonic): a wrong wall clock prolongs nothing.
    """

    person: access.Person
    session_id: UUID
    device_id: UUID
    name: str
    nip: str
    language: str
    unit_id: UUID
    unit_path: tuple[UUID, ...]
    agency_id: UUID
    shard: int
    zone: str
    asks_location: bool
    token_expires_at: datetime
    valid_until: datetime
    near_heads: tuple[access.Subject, ...] = ()
    token_until_s: float = math.inf
    valid_until_s: float = math.inf


class Principals:
    """Token → Principal, cached by the token's SHA-256."""

    def __init__(
        self,
        pool: Any,
        options: PrincipalOptions,
        *,
        fresh: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`fresh` says whether changes of rights arrive (Pulse.fresh); `clock` counts seconds."""
        self._pool = pool
        self._options = options
        self._fresh = fresh
        self._clock = clock
        self._entries: OrderedDict[bytes, Principal] = OrderedDict()
        self._by_person: dict[UUID, set[bytes]] = {}
        self._asking: dict[bytes, asyncio.Task[Principal]] = {}
        self.changes = 0
        """Grows with every change of rights; equal before and after: nothing changed between."""

    def cached(self, token: str) -> Principal | None:
        """The answer if it is at hand and still holds; never any I/O."""
        if not self._fresh():
            return None
        key = _key(token)
        principal = self._entries.get(key)
        if principal is None:
            return None
        if self._clock() >= principal.valid_until_s:
            self._drop(key)
            return None
        self._entries.move_to_end(key)
        return principal

    async def principal(self, token: str) -> Principal:
        """The person behind `token`, from the cache or one query.

        Raises NotSignedIn, SessionExpired, SessionRevoked or DatabaseAway. Concurrent askers of
        one token share the query; one of them going away does not end it.
        """
        found = self.cached(token)
        if found is not None:
            return found
        key = _key(token)
        asking = self._asking.get(key)
        if asking is None or not self._fresh():
            asking = asyncio.create_task(self._asked(key))
            asking.add_done_callback(lambda done: self._answered(key, done))
            self._asking[key] = asking
        try:
            # The question has its own timeout, but a frozen server also holds up its clean end.
            async with asyncio.timeout(self._options.timeout_s + 0.5):
                return await asyncio.shield(asking)
        except TimeoutError as error:
            raise DatabaseAway(retry_after_s=self._options.away_retry_after_s) from error

    async def current(self, token: str) -> Principal:
        """The same, for whoever keeps it: no change of rights has overtaken it on its way here."""
        while True:
            changes = self.changes
            principal = await self.principal(token)
            if changes == self.changes:
                return principal

    def rights_changed(self, employee_ids: frozenset[UUID] | None) -> None:
        """Forgets these people (None: everybody). Called by the pulse."""
        self.changes += 1
        if employee_ids is None:
            self._entries.clear()
            self._by_person.clear()
            return
        for employee_id in employee_ids:
            for key in self._by_person.pop(employee_id, ()):
                self._entries.pop(key, None)

    def _answered(self, key: bytes, done: asyncio.Task[Principal]) -> None:
        if self._asking.get(key) is done:
            del self._asking[key]
        if not done.cancelled():
            done.exception()  # every asker may be gone; then nobody else looks at it

    async def _asked(self, key: bytes) -> Principal:
        while True:
            changes, asked_at_s = self.changes, self._clock()
            standing = await self._standing(key)
            if changes == self.changes:
                break
        if standing is None:
            raise NotSignedIn
        if standing.ended:
            raise SessionRevoked
        if standing.token_expires_at <= standing.now:
            raise SessionExpired
        principal = principal_of(standing, asked_at_s)
        self._keep(key, principal)
        return principal

    async def _standing(self, key: bytes) -> Standing | None:
        try:
            async with asyncio.timeout(self._options.timeout_s):
                return await standing_of(self._pool, key)
        except Exception as error:
            if verdict(error) == "culprit":
                raise
            raise DatabaseAway(retry_after_s=self._options.away_retry_after_s) from error

    def _keep(self, key: bytes, principal: Principal) -> None:
        self._drop(key)
        self._entries[key] = principal
        self._by_person.setdefault(principal.person.employee_id, set()).add(key)
        while len(self._entries) > self._options.cache_entries:
            self._drop(next(iter(self._entries)))

    def _drop(self, key: bytes) -> None:
        principal = self._entries.pop(key, None)
        if principal is None:
            return
        employee_id = principal.person.employee_id
        keys = self._by_person.get(employee_id)
        if keys is not None:
            keys.discard(key)
            if not keys:
                del self._by_person[employee_id]


def principal_of(standing: Standing, asked_at_s: float) -> Principal:
    """What the rest of the service needs of a standing that holds.

    `asked_at_s`: this process's clock when the question left, so not after `standing.now`.
    """
    valid_until = min(standing.token_expires_at, standing.boundary or standing.token_expires_at)
    token_left, valid_left = standing.token_expires_at - standing.now, valid_until - standing.now
    return Principal(
        person=standing.person,
        session_id=standing.session_id,
        device_id=standing.device_id,
        name=standing.name,
        nip=standing.nip,
        language=standing.language,
        unit_id=standing.unit_id,
        unit_path=standing.person.unit_path,
        agency_id=standing.agency_id,
        shard=standing.shard,
        zone=standing.zone,
        asks_location=standing.asks_location,
        token_expires_at=standing.token_expires_at,
        valid_until=valid_until,
        near_heads=standing.near_heads,
        token_until_s=asked_at_s + token_left.total_seconds(),
        valid_until_s=asked_at_s + valid_left.total_seconds(),
    )


def _key(token: str) -> bytes:
    """What the database keeps instead of the token. A lone surrogate is no token, not an error."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
